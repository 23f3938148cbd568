// How any store over HTTP is asked, and what its answers come to: an object, none, or a refusal. The stores differ in their
// addresses, their signatures and their words.

import { mapConcurrent } from '../../common/concurrency.js';
import type { Runtime } from '../../common/runtime.js';
import { isSuccess } from './answers.js';
import type { Listing, ObjectStatus } from './object-store.js';
import { sendUntilAnswered, type Answer, type Patience, type SignedRequest } from './requests.js';
import type { StoreError } from './store-error.js';

/** What the answers of a kind of store mean. */
interface StoreWords {
  /** An answer in our words: `the store answers 403 AccessDenied`. */
  readonly describe: (answer: Answer) => string;
  /** Whether it says that there is no such object; a bucket that is missing is another matter. */
  readonly isMissing: (answer: Answer) => boolean;
  /** What an answer that is a refusal means. */
  readonly refusal: (answer: Answer) => StoreError;
}

/** A store that can be asked; `Asked` is a request before it is signed. */
export interface Dialogue<Asked> {
  readonly words: StoreWords;
  /** The answer, whatever it is. @throws StoreError once the deadline is over */
  readonly send: (asked: Asked) => Promise<Answer>;
  /** @throws StoreError for what is no success */
  readonly expect: (asked: Asked) => Promise<Answer>;
  /** Undefined where there is no object. @throws StoreError for what is no success either */
  readonly look: (asked: Asked) => Promise<Answer | undefined>;
}

/** A dialogue whose requests are signed anew for each try. */
export function dialogueWith<Asked>(
  runtime: Runtime,
  options: {
    readonly patience: Patience;
    readonly sign: (asked: Asked) => Promise<SignedRequest>;
    readonly words: StoreWords;
  },
): Dialogue<Asked> {
  const { patience, words } = options;
  const send = (asked: Asked): Promise<Answer> =>
    sendUntilAnswered(runtime, patience, { sign: () => options.sign(asked), describe: words.describe });
  const accepted = (answer: Answer): Answer => {
    if (isSuccess(answer)) return answer;
    throw words.refusal(answer);
  };
  return {
    words,
    send,
    expect: async (asked) => accepted(await send(asked)),
    look: async (asked) => {
      const answer = await send(asked);
      return words.isMissing(answer) ? undefined : accepted(answer);
    },
  };
}

/** One page of a listing; keys as the store has them, the lake's prefix included. */
export interface ListingPage {
  readonly objects: readonly ObjectStatus[];
  readonly prefixes: readonly string[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

/** All pages of a listing, one after the other; keys without the lake's prefix. */
export async function listPages(
  keyPrefix: string,
  pageAt: (next: string | undefined) => Promise<ListingPage>,
): Promise<Listing> {
  const objects: ObjectStatus[] = [];
  const prefixes: string[] = [];
  let next: string | undefined;
  do {
    const page = await pageAt(next);
    objects.push(...page.objects.map((status) => ({ ...status, key: status.key.slice(keyPrefix.length) })));
    prefixes.push(...page.prefixes.map((each) => each.slice(keyPrefix.length)));
    next = page.next;
  } while (next !== undefined);
  return { objects, prefixes };
}

/** Deletions in work at a time, where each is a request of its own. */
const parallelDeletions = 24;

/** Deletes objects one by one; those that are missing are fine. */
export async function deleteEach(
  keys: readonly string[],
  deletion: (key: string) => Promise<Answer | undefined>,
): Promise<void> {
  await mapConcurrent(keys, parallelDeletions, deletion);
}
