// One JSON document to one HTTP address. It goes to the host that was named and to no other, whatever that host answers.

import { destinationOf, withoutSecrets } from './address.js';

const MAX_REDIRECTS = 5;

/** Answers that name another place for the same request. 303 names one for the answer, and is not among them. */
const redirects: readonly number[] = [301, 302, 307, 308];

/**
 * Posts, and resolves when the host has accepted it.
 * @throws Error that names the reason without anything secret; what the signal says when it fires
 */
export async function postJson(address: string, document: string, signal: AbortSignal): Promise<void> {
  const { url: first, headers } = destinationOf(address);
  let url = first;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: document,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    if (response.ok) return;
    if (!redirects.includes(response.status)) throw new Error(`status ${response.status}`);
    url = nextUrl(url, response);
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

/** @throws Error for a redirect away from the host, or from HTTPS to HTTP */
function nextUrl(from: URL, { status, headers }: Response): URL {
  const location = headers.get('location');
  if (location === null || !URL.canParse(location, from.href))
    throw new Error(`status ${status}, a redirect to nowhere`);
  const to = new URL(location, from);
  const staysThere = to.host === from.host && (to.protocol === from.protocol || to.protocol === 'https:');
  if (staysThere && to.username === '' && to.password === '') return to;
  throw new Error(
    `status ${status}, a redirect to ${withoutSecrets(to.href)}, which was not followed: name that address itself`,
  );
}

/** Fires when no answer came in time, and says so; or with the other signal. */
export function within(timeoutMs: number, signal?: AbortSignal): AbortSignal {
  const over = new AbortController();
  setTimeout(() => over.abort(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs).unref();
  return signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
}

/** Why something was not delivered, with what was underneath. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
