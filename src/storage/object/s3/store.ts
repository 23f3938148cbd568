// An S3 store, or what speaks like one. Every body is sent with its SHA-256, so that what arrives is what was sent.

import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { mapConcurrent } from '../../../common/concurrency.js';
import type { Runtime } from '../../../common/runtime.js';
import { isSuccess } from '../answers.js';
import { dialogueWith, listPages } from '../dialogue.js';
import { conditionHeaders, etagOf, readsByEtag } from '../etags.js';
import { locationText, type ObjectLocation } from '../location.js';
import type { ObjectStore, PutAnswer, PutCondition } from '../object-store.js';
import { defaultPatience, type Answer, type Patience } from '../requests.js';
import { StoreError } from '../store-error.js';
import { urlsOf } from './address.js';
import {
  codeOf,
  describeAnswer,
  failedDeletion,
  isMissing,
  parseListing,
  refusal,
  xmlText,
} from './answers.js';
import type { Credentials } from './credentials.js';

/** What an S3 store is reached with. */
interface S3Options {
  readonly location: ObjectLocation;
  readonly region: string;
  /** Amazon's unless given. */
  readonly endpoint?: URL;
  /** Asked before each request; answers at once as long as they hold. */
  readonly credentials: () => Promise<Credentials>;
  readonly patience?: Patience;
}

/** What a request is beside its address. */
interface Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What one call deletes. */
const batchKeys = 1000;
/** Batches in work at a time. */
const parallelBatches = 4;

/** Answers of a write whose condition did not hold, or that lost against one at the same moment. */
const lostStatuses: ReadonlySet<number> = new Set([409, 412]);

const emptySha256 = createHash('sha256').digest('hex');

/** A store over HTTP. Nothing is sent before the first question. */
export function s3Store(runtime: Runtime, options: S3Options): ObjectStore {
  const { location, region, endpoint, patience = defaultPatience } = options;
  const { bucketUrl, keyUrl, keyPrefix } = urlsOf(location, region, endpoint);
  const signingKeys = new Map<string, ArrayBuffer>();

  const sign = async ({ method, url, headers, body }: Asked) => {
    const hash = body === undefined ? emptySha256 : createHash('sha256').update(body).digest('hex');
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { ...headers, 'x-amz-content-sha256': hash },
      ...(await options.credentials()),
      service: 's3',
      region,
      cache: signingKeys,
      datetime: new Date(runtime.now() / 1000).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const signed = await signer.sign();
    return { method, url: signed.url, headers: signed.headers, ...(body !== undefined && { body }) };
  };
  const dialogue = dialogueWith(runtime, {
    patience,
    sign,
    words: { describe: describeAnswer, isMissing, refusal },
  });

  return {
    location: locationText(location),

    ...readsByEtag(dialogue, keyUrl),

    put: async (key, bytes, condition) => {
      const answer = await dialogue.send({
        method: 'PUT',
        url: keyUrl(key),
        headers: conditionHeaders(condition),
        body: bytes,
      });
      return putAnswer(answer, condition);
    },

    list: (prefix, { stopAtSlash = false } = {}) =>
      listPages(keyPrefix, async (next) => {
        const query = new URLSearchParams({ 'list-type': '2', prefix: keyPrefix + prefix });
        if (stopAtSlash) query.set('delimiter', '/');
        if (next !== undefined) query.set('continuation-token', next);
        const url = `${bucketUrl}?${query.toString().replaceAll('+', '%20')}`;
        return parseListing(await dialogue.expect({ method: 'GET', url }));
      }),

    delete: async (keys) => {
      if (keys.length === 0) return;
      if (keys.length === 1) {
        await dialogue.look({ method: 'DELETE', url: keyUrl(keys[0]!) });
        return;
      }
      const batches = Array.from({ length: Math.ceil(keys.length / batchKeys) }, (_, i) =>
        keys.slice(i * batchKeys, (i + 1) * batchKeys),
      );
      await mapConcurrent(batches, parallelBatches, async (batch) => {
        const answer = await dialogue.expect(
          deletionOf(
            bucketUrl,
            batch.map((key) => keyPrefix + key),
          ),
        );
        const failed = failedDeletion(answer);
        if (failed !== undefined)
          throw new StoreError(
            failed.code === 'AccessDenied' ? 'denied' : 'refused',
            `the store does not delete ${failed.key} (${failed.code})`,
            { mayHaveHappened: false },
          );
      });
    },
  };
}

function deletionOf(bucketUrl: string, keys: readonly string[]): Asked {
  const objects = keys.map((key) => `<Object><Key>${xmlText(key)}</Key></Object>`).join('');
  const body = new TextEncoder().encode(`<Delete><Quiet>true</Quiet>${objects}</Delete>`);
  const headers = { 'content-md5': createHash('md5').update(body).digest('base64') };
  return { method: 'POST', url: `${bucketUrl}?delete=`, headers, body };
}

/** A version that is gone is a condition that did not hold, too. */
function putAnswer(answer: Answer, condition: PutCondition | undefined): PutAnswer {
  const { status } = answer;
  if (isSuccess(answer)) return { state: 'stored', version: etagOf(answer) };
  const isLost =
    condition !== undefined &&
    (lostStatuses.has(status) || (status === 404 && codeOf(answer) === 'NoSuchKey'));
  if (isLost) return { state: 'refused' };
  throw refusal(answer);
}
