// The address of a store that was said by a flag or a variable.

import { LakeError } from '../../common/errors.js';

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
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
