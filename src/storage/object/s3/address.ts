// The address of each key of an S3 store.

import type { ObjectLocation } from '../location.js';

/**
 * Keys as URLs. With an endpoint the bucket comes first in the path; without one the store is Amazon's, whose buckets have
 * hosts of their own unless their names hold a dot.
 */
export function urlsOf(
  { bucket, prefix }: ObjectLocation,
  region: string,
  endpoint: URL | undefined,
): { readonly bucketUrl: string; readonly keyUrl: (key: string) => string; readonly keyPrefix: string } {
  const host = `s3.${region}.amazonaws.com`;
  const root = endpoint === undefined ? `https://${host}` : endpoint.href.replace(/\/$/, '');
  const bucketUrl =
    endpoint === undefined && !bucket.includes('.') ? `https://${bucket}.${host}` : `${root}/${bucket}`;
  const keyPrefix = prefix === '' ? '' : `${prefix}/`;
  return {
    bucketUrl,
    keyPrefix,
    keyUrl: (key) => `${bucketUrl}/${encodeKey(keyPrefix + key)}`,
  };
}

function encodeKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
