// One request until it is answered: what fails in passing is sent again, after a pause that chance chooses, within a
// deadline. Whoever asks learns whether an earlier try may have had its effect.

import type { Runtime } from '../../common/runtime.js';
import { StoreError } from './store-error.js';

/** As it was when this was loaded: a reader of ours that asks `fetch` for a lake's files is given them by a lake. */
const { fetch: send } = globalThis;

/** A request that is ready to be sent, signed for this moment. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string | URL;
  readonly headers: Headers;
  readonly body?: Uint8Array;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** How long to try. */
export interface Patience {
  /** From the first try on, pauses included. */
  readonly deadlineMs: number;
  /** For one try. */
  readonly attemptMs: number;
  /** As long as no connection can be made: a wrong address is told soon. */
  readonly connectMs: number;
}

/** For real stores. */
export const defaultPatience: Patience = { deadlineMs: 60_000, attemptMs: 30_000, connectMs: 3_000 };

const firstPauseMs = 50;
const longestPauseMs = 5_000;

/** Answers that say nothing about the request: try again. */
const passingStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Codes of errors that come before anything is sent. */
const connectCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a try came to. */
type Outcome = { readonly answer: Answer } | { readonly failure: StoreError };

/**
 * The first answer that is one. `sign` is called for each try; `describe` says what an answer that is none means.
 * @throws StoreError once the deadline is over
 */
export async function sendUntilAnswered(
  runtime: Runtime,
  patience: Patience,
  request: {
    readonly sign: () => Promise<SignedRequest>;
    readonly describe: (answer: Answer) => string;
  },
): Promise<Answer> {
  const startedAt = runtime.now();
  let mayHaveHappened = false;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(await request.sign(), patience.attemptMs, request.describe);
    if ('answer' in outcome) return outcome.answer;
    const { failure } = outcome;
    mayHaveHappened ||= failure.mayHaveHappened;
    const tookMs = (runtime.now() - startedAt) / 1000;
    const limitMs = failure.failure === 'unreachable' ? patience.connectMs : patience.deadlineMs;
    const pauseMs = runtime.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
    if (tookMs + pauseMs > limitMs)
      throw new StoreError(failure.failure, failure.message, { mayHaveHappened, cause: failure.cause });
    await runtime.sleep(pauseMs);
  }
}

async function tryOnce(
  { method, url, headers, body }: SignedRequest,
  attemptMs: number,
  describe: (answer: Answer) => string,
): Promise<Outcome> {
  const answer = await answerTo(url, {
    method,
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(attemptMs),
    ...(body !== undefined && { body }),
  });
  if (answer instanceof StoreError) return { failure: answer };
  if (!passingStatuses.has(answer.status)) return { answer };
  return { failure: new StoreError('busy', describe(answer), { mayHaveHappened: true }) };
}

async function answerTo(url: string | URL, init: RequestInit): Promise<Answer | StoreError> {
  try {
    const response = await send(url, init);
    return {
      status: response.status,
      headers: response.headers,
      bytes: new Uint8Array(await response.arrayBuffer()),
    };
  } catch (error) {
    return failureOf(error, new URL(url).host);
  }
}

/** Fetch hides what happened behind its own error; it is somewhere below. */
function failureOf(error: unknown, host: string): StoreError {
  const codes = codesOf(error);
  const code = codes.find((each) => connectCodes.has(each));
  if (code !== undefined)
    return new StoreError('unreachable', `${host} cannot be reached (${code})`, {
      mayHaveHappened: false,
      cause: error,
    });
  const certificate = codes.find((each) => /CERT|SSL|TLS|_SIGNATURE/.test(each));
  if (certificate !== undefined)
    return new StoreError('unreachable', `${host} cannot be trusted (${certificate})`, {
      mayHaveHappened: false,
      cause: error,
    });
  if (codes.length === 0 && error instanceof TypeError)
    return new StoreError('unreachable', `${host} cannot be asked (${reasonOf(error)})`, {
      mayHaveHappened: false,
      cause: error,
    });
  const said = codes[0] ?? (error instanceof Error ? error.name : String(error));
  const what = said === 'TimeoutError' ? 'did not answer in time' : `broke the connection (${said})`;
  return new StoreError('unanswered', `${host} ${what}`, { mayHaveHappened: true, cause: error });
}

/** What fetch has against an address: a port that no browser would use, for one. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message : message;
}

function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? (error.errors as unknown[]).flatMap(codesOf) : [];
  return [...own, ...inner, ...codesOf(error.cause)];
}
