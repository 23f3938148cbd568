// The address of a store and of each key in it.

import { LakeError } from '../../common/errors.js';
import type { ObjectLocation } from './location.js';

/**
 * The endpoint as a URL.
 * @throws LakeError `invalid-input` for none, and for one that would send in the clear over a network, unless that is allowed
 */
export function parseEndpoint(endpoint: string, allowsHttp: boolean): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new LakeError(
      'invalid-input',
      `--endpoint: "${endpoint}" is not an address; expected one like https://s3.example.com or http://127.0.0.1:7070.`,
      { details: { given: endpoint } },
    );
  if (url.protocol === 'https:' || isLoopback(url) || allowsHttp) return url;
  throw new LakeError(
    'invalid-input',
    `--endpoint: "${endpoint}" would send data in the clear over a network; use https://, or allow it with LAKE_ALLOW_HTTP=1.`,
    { details: { given: endpoint } },
  );
}

/** Whether what is sent there stays on this machine. */
function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

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
