// Addresses as they may be printed: keys and passwords in them are for the receiver alone.

/**
 * The address without what may be secret in it: who logs in, its path (webhooks keep their keys there) and its query.
 * `https://hooks.example.com/…`; text that is no address comes out as `…`.
 */
export function withoutSecrets(address: string): string {
  if (!/^https?:/i.test(address) || !URL.canParse(address)) return '…';
  const { protocol, host, pathname, search, hash } = new URL(address);
  const hasMore = pathname.length > 1 || search !== '' || hash !== '';
  return `${protocol}//${host}/${hasMore ? '…' : ''}`;
}

/** Where to send, and how the sender says who it is; `user:password@` is no part of what `fetch` takes. */
interface Destination {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** An address as a person writes it, `https://user:password@host/path` included (RFC 7617, in UTF-8). */
export function destinationOf(address: string): Destination {
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { url, headers: {} };
  const login = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, headers: { authorization: `Basic ${Buffer.from(login, 'utf8').toString('base64')}` } };
}

/** What no escape stands in is meant as it is: a `%` in a password that was not encoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
