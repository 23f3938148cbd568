// Azure's shared-key signature: an HMAC-SHA256, with the account's key, of a request's method, headers and address.

import { createHmac } from 'node:crypto';

/** What is signed. */
interface KeySigning {
  readonly account: string;
  /** Base64, as Azure gives it. */
  readonly key: string;
  readonly method: string;
  readonly url: URL;
  /** With every `x-ms-` header that is sent. */
  readonly headers: Headers;
  readonly contentBytes: number;
}

/** Headers that have a line of their own, after the length. */
const signedHeaders = [
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

/** The value of the `authorization` header. */
export function sharedKey({ account, key, method, url, headers, contentBytes }: KeySigning): string {
  const own = [...headers].filter(([name]) => name.startsWith('x-ms-')).sort(([a], [b]) => (a < b ? -1 : 1));
  const query = [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = [
    method,
    headers.get('content-encoding') ?? '',
    headers.get('content-language') ?? '',
    contentBytes === 0 ? '' : String(contentBytes),
    ...signedHeaders.map((name) => headers.get(name) ?? ''),
    ...own.map(([name, value]) => `${name}:${value}`),
    [`/${account}${url.pathname}`, ...query.map(([name, value]) => `${name.toLowerCase()}:${value}`)].join(
      '\n',
    ),
  ].join('\n');
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}
