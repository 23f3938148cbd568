// Where a lake in an S3 store is: bucket, prefix, endpoint, and the URL of each key.

import { LakeError } from '../../common/errors.js';

/** What `s3://bucket/prefix` says. */
export interface ObjectLocation {
  readonly scheme: string;
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
}

/** Schemes of lakes in object stores. */
const schemes: ReadonlySet<string> = new Set(['s3']);

/** Whether a lake's location names an object store rather than a folder. */
export function isObjectLocation(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
}

/** @throws LakeError `invalid-input` for a scheme that is not known, a bucket that none can be, or an odd prefix */
export function parseObjectLocation(location: string): ObjectLocation {
  const [, scheme = '', bucket = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/]*)\/?(.*)$/is.exec(location) ?? [];
  const prefix = rest.replace(/\/+$/, '');
  const refuse = (what: string): LakeError =>
    new LakeError(
      'invalid-input',
      `--lake: "${location}" ${what}; expected a folder or s3://BUCKET/PREFIX.`,
      {
        details: { given: location },
      },
    );
  if (!schemes.has(scheme.toLowerCase())) throw refuse(`is of a store that lake does not know`);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw refuse('names no bucket');
  if (
    prefix !== '' &&
    !prefix.split('/').every((piece) => /^[\w.=@+,~-]+$/.test(piece) && !/^\.+$/.test(piece))
  )
    throw refuse('has an odd prefix (names of A–Z a–z 0–9 and . _ - = @ + , ~ joined by "/")');
  return { scheme: scheme.toLowerCase(), bucket, prefix };
}

/** The endpoint as a URL. @throws LakeError `invalid-input` for none, and for one that would send in the clear over a network */
export function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || url.search !== '' || url.hash !== '' || url.username !== '')
    throw new LakeError(
      'invalid-input',
      `--endpoint: "${endpoint}" is not an address; expected one like https://s3.example.com or http://127.0.0.1:7070.`,
      { details: { given: endpoint } },
    );
  return url;
}

/** Whether what is sent there stays on this machine. */
export function isLoopback({ hostname }: URL): boolean {
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
