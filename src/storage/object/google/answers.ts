// What Google Cloud Storage says, in our words: listings, refusals.

import { answered } from '../answers.js';
import type { ListingPage } from '../dialogue.js';
import type { ObjectStatus } from '../object-store.js';
import type { Answer } from '../requests.js';
import { StoreError, type StoreFailure } from '../store-error.js';
import { oddAnswer } from '../xml.js';

type Json = Readonly<Record<string, unknown>>;

/** @throws StoreError for an answer that is no listing */
export function parseListing(answer: Answer): ListingPage {
  const { items = [], prefixes = [], nextPageToken } = jsonOf(answer);
  if (!Array.isArray(items) || !Array.isArray(prefixes)) throw oddAnswer('its answer is no listing');
  return {
    objects: (items as readonly Json[]).map(statusOfResource),
    prefixes: prefixes as readonly string[],
    next: typeof nextPageToken === 'string' && nextPageToken !== '' ? nextPageToken : undefined,
  };
}

/** An object as the store describes it. @throws StoreError */
export function statusOfResource(resource: Json): ObjectStatus {
  return {
    key: text(resource, 'name'),
    sizeBytes: Number(resource['size']), // text, since it is a 64-bit number
    modifiedAtMs: Date.parse(text(resource, 'updated')),
  };
}

/** The generation of an object that was written. @throws StoreError */
export const generationIn = (answer: Answer): string => text(jsonOf(answer), 'generation');

/** @throws StoreError for an answer that is no JSON object */
export function jsonOf({ bytes }: Answer): Json {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch {
    // said below
  }
  throw oddAnswer('its answer is no JSON: is this the address of a Google Cloud Storage?');
}

const failureByStatus: Readonly<Record<number, StoreFailure>> = {
  401: 'credentials',
  403: 'denied',
  404: 'no-bucket',
  501: 'no-condition',
  507: 'full',
};

/** What an answer that is a refusal means. */
export function refusal(answer: Answer): StoreError {
  const failure = failureByStatus[answer.status] ?? 'refused';
  return new StoreError(failure, describeAnswer(answer), { mayHaveHappened: false });
}

/** `the store answers 403 (… does not have storage.objects.create access …)`. */
export function describeAnswer(answer: Answer): string {
  const said = messageIn(answer)?.trim().replace(/\.$/, '') ?? '';
  return answered(answer, undefined, said.slice(0, 300));
}

/** No object of that name; whether it is the bucket that is missing the store says in words only. */
export const isMissing = (answer: Answer): boolean =>
  answer.status === 404 && !/^The specified bucket does not exist/i.test(messageIn(answer) ?? '');

/** An error as JSON, or as plain text where a file was asked for. */
function messageIn({ bytes }: Answer): string | undefined {
  const text = new TextDecoder().decode(bytes);
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch {
    return /^[^<\n]{1,300}$/.test(text.trim()) ? text.trim() : undefined;
  }
}

function text(resource: Json, name: string): string {
  const value = resource[name];
  if (typeof value !== 'string') throw oddAnswer(`its answer lacks ${name}`);
  return value;
}
