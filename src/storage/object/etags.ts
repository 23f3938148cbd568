// Stores that know an object's content by its ETag: how they are read, and what a condition is to them.

import { bytesOfRange, isSuccess, objectOf, rangeHeader, statusOf } from './answers.js';
import type { Dialogue } from './dialogue.js';
import type { ObjectStore, PutCondition, StoredObject } from './object-store.js';
import type { Answer } from './requests.js';

/** A request that reads. */
interface Reading<Url> {
  readonly method: 'GET' | 'HEAD';
  readonly url: Url;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `get` and `head` of a store; `urlOf` has the address of a key. */
export function readsByEtag<Url>(
  { words, send, look }: Dialogue<Reading<Url>>,
  urlOf: (key: string) => Url,
): Pick<ObjectStore, 'get' | 'head'> {
  return {
    get: async (key, range) => {
      const url = urlOf(key);
      if (range !== undefined && range.end <= range.start)
        return emptyOf(await look({ method: 'HEAD', url }));
      const headers = range && { range: rangeHeader(range) };
      const answer = await send({ method: 'GET', url, ...(headers && { headers }) });
      if (words.isMissing(answer)) return undefined;
      if (answer.status === 416) return emptyOf(answer); // the range begins behind its end
      if (!isSuccess(answer)) throw words.refusal(answer);
      return objectOf(answer, etagOf(answer), bytesOfRange(answer, range));
    },

    head: async (key) => {
      const answer = await look({ method: 'HEAD', url: urlOf(key) });
      return answer && statusOf(key, answer);
    },
  };
}

/** The version that an answer names. */
export const etagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

/** A condition as headers. */
export function conditionHeaders(condition: PutCondition | undefined): Readonly<Record<string, string>> {
  if (condition === undefined) return {};
  return condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.version };
}

const emptyOf = (answer: Answer | undefined): StoredObject | undefined =>
  answer && objectOf(answer, etagOf(answer), new Uint8Array());
