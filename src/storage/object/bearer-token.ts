// Tokens that prove who asks: asked for at the first request, kept, and asked for anew shortly before they lapse.

import { messageOf } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';

/** A token, and when it is none any more. */
export interface BearerToken {
  readonly text: string;
  readonly lapsesAtMs: number;
}

/** A token for each request. */
export type Tokens = () => Promise<string>;

/** A token is asked for anew so long before it lapses. */
const earlyMs = 300_000;
/** Nobody answers at once on a machine that has no identity. */
const waitMs = 10_000;

/** Keeps what `ask` gives. A question that failed is not asked again: it may have taken seconds, and each request has it. */
export function keptToken(runtime: Runtime, ask: () => Promise<BearerToken>): Tokens {
  let current: Promise<BearerToken> | undefined;
  return async () => {
    const isLapsing = (token: BearerToken): boolean => token.lapsesAtMs - earlyMs <= runtime.now() / 1000;
    if (current === undefined || isLapsing(await current)) current = ask();
    return (await current).text;
  };
}

/** Where a token, or what leads to one, is asked for. */
export interface TokenRequest {
  readonly url: string;
  readonly init?: RequestInit;
}

/** The JSON that a token's server answers. @throws Error with what it says, where that is no success */
export async function askForJson({ url, init }: TokenRequest): Promise<Readonly<Record<string, unknown>>> {
  const host = new URL(url).host;
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(waitMs) }).catch(
    (cause: unknown) => {
      throw new Error(`${host} cannot be asked for a token`, { cause });
    },
  );
  const text = await response.text();
  const said = jsonIn(text);
  if (response.ok && said !== undefined) return said;
  const why = said?.['error_description'] ?? said?.['error'] ?? text.slice(0, 200);
  throw new Error(
    `${host} answers ${response.status} ${typeof why === 'string' ? why : JSON.stringify(why)}`,
  );
}

function jsonIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The token in an answer as OAuth has it. @throws Error for an answer without one */
export function oauthToken(answer: Readonly<Record<string, unknown>>, runtime: Runtime): BearerToken {
  const { access_token: text, expires_in: seconds } = answer;
  if (typeof text !== 'string' || text === '') throw new Error('the answer holds no token');
  return { text, lapsesAtMs: runtime.now() / 1000 + Number(seconds ?? 3600) * 1000 };
}

/** What went wrong in one line, without a stop at its end. */
export const reasonOf = (cause: unknown): string => messageOf(cause).split(/\r?\n/)[0]!.replace(/\.$/, '');
