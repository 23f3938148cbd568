// Google Cloud Storage by its JSON API. A key's versions are generations; a write on the condition that there is none asks
// for generation 0. Every body is sent with its MD5, so that what arrives is what was sent.

import { createHash, randomUUID } from 'node:crypto';
import type { Runtime } from '../../../common/runtime.js';
import { bytesOfRange, isSuccess, objectOf, rangeHeader } from '../answers.js';
import type { Tokens } from '../bearer-token.js';
import { deleteEach, dialogueWith, listPages } from '../dialogue.js';
import { locationText, type ObjectLocation } from '../location.js';
import type { ObjectStore, PutCondition } from '../object-store.js';
import { defaultPatience, type Answer, type Patience, type SignedRequest } from '../requests.js';
import {
  describeAnswer,
  generationIn,
  isMissing,
  jsonOf,
  parseListing,
  refusal,
  statusOfResource,
} from './answers.js';

/** What a store is reached with. */
interface GoogleOptions {
  readonly location: ObjectLocation;
  /** Google's unless given. */
  readonly endpoint?: URL;
  /** Absent for an emulator, which knows nobody. */
  readonly tokens?: Tokens;
  readonly patience?: Patience;
}

/** What a request is beside its address. */
interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** A store over HTTP. Nothing is sent before the first question. */
export function googleStore(runtime: Runtime, options: GoogleOptions): ObjectStore {
  const { location, patience = defaultPatience } = options;
  const root = options.endpoint?.href.replace(/\/$/, '') ?? 'https://storage.googleapis.com';
  const bucketPath = `storage/v1/b/${location.bucket}/o`;
  const keyPrefix = location.prefix === '' ? '' : `${location.prefix}/`;
  const objectUrl = (key: string, query: string): string =>
    `${root}/${bucketPath}/${encodeURIComponent(keyPrefix + key)}?${query}`;

  const sign = async ({ method, url, headers, body }: Asked): Promise<SignedRequest> => {
    const token = await options.tokens?.();
    const all = new Headers({ ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) });
    return { method, url, headers: all, ...(body !== undefined && { body }) };
  };
  const dialogue = dialogueWith(runtime, {
    patience,
    sign,
    words: { describe: describeAnswer, isMissing, refusal },
  });

  return {
    location: locationText(location),

    get: async (key, range) => {
      const isEmpty = range !== undefined && range.end <= range.start;
      const headers = range && { range: rangeHeader(isEmpty ? { start: 0, end: 1 } : range) };
      const answer = await dialogue.send({
        method: 'GET',
        url: objectUrl(key, 'alt=media'),
        ...(headers && { headers }),
      });
      if (isMissing(answer)) return undefined;
      const version = answer.headers.get('x-goog-generation') ?? '';
      if (answer.status === 416) return objectOf(answer, version, new Uint8Array()); // begins behind its end
      if (!isSuccess(answer)) throw refusal(answer);
      return objectOf(answer, version, isEmpty ? new Uint8Array() : bytesOfRange(answer, range));
    },

    head: async (key) => {
      const url = objectUrl(key, 'fields=name,size,updated,generation');
      const answer = await dialogue.look({ method: 'GET', url });
      return answer && { ...statusOfResource(jsonOf(answer)), key };
    },

    put: async (key, bytes, condition) => {
      const { body, type } = multipart(keyPrefix + key, bytes);
      const query = ['uploadType=multipart', ...conditionQuery(condition)].join('&');
      const url = `${root}/upload/${bucketPath}?${query}`;
      const answer = await dialogue.send({ method: 'POST', url, headers: { 'content-type': type }, body });
      if (isSuccess(answer)) return { state: 'stored', version: generationIn(answer) };
      if (isLost(answer, condition)) return { state: 'refused' };
      throw refusal(answer);
    },

    list: (prefix, { stopAtSlash = false } = {}) =>
      listPages(keyPrefix, async (next) => {
        const query = new URLSearchParams({
          prefix: keyPrefix + prefix,
          fields: 'nextPageToken,prefixes,items(name,size,updated)',
        });
        if (stopAtSlash) query.set('delimiter', '/');
        if (next !== undefined) query.set('pageToken', next);
        const url = `${root}/${bucketPath}?${query.toString()}`;
        return parseListing(await dialogue.expect({ method: 'GET', url }));
      }),

    delete: (keys) => deleteEach(keys, (key) => dialogue.look({ method: 'DELETE', url: objectUrl(key, '') })),
  };
}

/** A version that is gone is a condition that did not hold, too. */
function isLost(answer: Answer, condition: PutCondition | undefined): boolean {
  return (
    (typeof condition === 'object' && isMissing(answer)) || (answer.status === 412 && condition !== undefined)
  );
}

function conditionQuery(condition: PutCondition | undefined): readonly string[] {
  if (condition === undefined) return [];
  return [`ifGenerationMatch=${condition === 'absent' ? '0' : encodeURIComponent(condition.version)}`];
}

/** The object's description and its bytes in one body. */
function multipart(name: string, bytes: Uint8Array): { readonly body: Uint8Array; readonly type: string } {
  const boundary = `lake-${randomUUID()}`;
  const md5Hash = createHash('md5').update(bytes).digest('base64');
  const description = JSON.stringify({ name, md5Hash, contentType: 'application/octet-stream' });
  const head =
    `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${description}\r\n` +
    `--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--`)]);
  return { body, type: `multipart/related; boundary=${boundary}` };
}
