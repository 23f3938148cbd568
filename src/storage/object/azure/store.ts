// Azure Blob Storage: block blobs by its REST API. Every body is sent with its MD5, so that what arrives is what was sent.

import { createHash } from 'node:crypto';
import { mapConcurrent } from '../../../common/concurrency.js';
import type { Runtime } from '../../../common/runtime.js';
import { bytesOfRange, isSuccess, objectOf, rangeHeader, statusOf } from '../answers.js';
import { locationText, type ObjectLocation } from '../location.js';
import type { ObjectStatus, ObjectStore, PutCondition, StoredObject } from '../object-store.js';
import {
  defaultPatience,
  sendUntilAnswered,
  type Answer,
  type Patience,
  type SignedRequest,
} from '../requests.js';
import { codeOf, describeAnswer, parseListing, refusal } from './answers.js';
import type { AzureCredentials } from './credentials.js';
import { sharedKey } from './sign.js';

/** What a store is reached with. */
export interface AzureOptions {
  readonly location: ObjectLocation;
  /** Of the account's blobs; Azure's unless given. */
  readonly endpoint?: URL;
  readonly credentials: AzureCredentials;
  readonly patience?: Patience;
}

/** What a request is beside its address. */
interface Asked {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Of the REST API. */
const apiVersion = '2021-12-02';

/** Deletions in work at a time: each is a request of its own. */
const parallelDeletions = 24;

/** Codes of a write whose condition did not hold. */
const lostCodes: ReadonlySet<string> = new Set(['BlobAlreadyExists', 'ConditionNotMet', 'BlobNotFound']);

/** A store over HTTP. Nothing is sent before the first question. */
export function azureStore(runtime: Runtime, options: AzureOptions): ObjectStore {
  const { location, credentials, patience = defaultPatience } = options;
  const { account = '', bucket: container, prefix } = location;
  const root = options.endpoint?.href.replace(/\/$/, '') ?? `https://${account}.blob.core.windows.net`;
  const keyPrefix = prefix === '' ? '' : `${prefix}/`;
  const keyUrl = (key: string): URL =>
    new URL(`${root}/${container}/${(keyPrefix + key).split('/').map(encodeURIComponent).join('/')}`);

  const sign = async ({ method, url, headers: asked, body }: Asked): Promise<SignedRequest> => {
    const headers = new Headers({
      ...asked,
      'x-ms-version': apiVersion,
      'x-ms-date': new Date(runtime.now() / 1000).toUTCString(),
    });
    const contentBytes = body?.length ?? 0;
    if (credentials.kind === 'key')
      headers.set(
        'authorization',
        sharedKey({ account, key: credentials.key, method, url, headers, contentBytes }),
      );
    if (credentials.kind === 'token') headers.set('authorization', `Bearer ${await credentials.token()}`);
    return { method, url: signedUrl(url, credentials), headers, ...(body !== undefined && { body }) };
  };
  const send = (asked: Asked): Promise<Answer> =>
    sendUntilAnswered(runtime, patience, { sign: () => sign(asked), describe: describeAnswer });
  /** Undefined where there is no object. */
  const look = async (asked: Asked): Promise<Answer | undefined> => {
    const answer = await send(asked);
    if (isMissing(answer)) return undefined;
    if (isSuccess(answer)) return answer;
    throw refusal(answer);
  };
  const own = (status: ObjectStatus): ObjectStatus => ({
    ...status,
    key: status.key.slice(keyPrefix.length),
  });

  return {
    location: locationText(location),

    get: async (key, range) => {
      if (range !== undefined && range.end <= range.start)
        return emptyOf(await look({ method: 'HEAD', url: keyUrl(key) }));
      const headers = range && { range: rangeHeader(range) };
      const answer = await send({ method: 'GET', url: keyUrl(key), ...(headers && { headers }) });
      if (isMissing(answer)) return undefined;
      if (answer.status === 416) return emptyOf(answer); // the range begins behind its end
      if (!isSuccess(answer)) throw refusal(answer);
      return objectOf(answer, versionOf(answer), bytesOfRange(answer, range));
    },

    head: async (key) => {
      const answer = await look({ method: 'HEAD', url: keyUrl(key) });
      return answer && statusOf(key, answer);
    },

    put: async (key, bytes, condition) => {
      const headers = {
        ...conditionHeaders(condition),
        'content-md5': createHash('md5').update(bytes).digest('base64'),
        'content-type': 'application/octet-stream',
        'x-ms-blob-type': 'BlockBlob',
      };
      const answer = await send({ method: 'PUT', url: keyUrl(key), headers, body: bytes });
      if (isSuccess(answer)) return { state: 'stored', version: versionOf(answer) };
      if (condition !== undefined && lostCodes.has(codeOf(answer) ?? '')) return { state: 'refused' };
      throw refusal(answer);
    },

    list: async (start, { stopAtSlash = false } = {}) => {
      const objects: ObjectStatus[] = [];
      const prefixes: string[] = [];
      let next: string | undefined;
      do {
        const url = new URL(`${root}/${container}`);
        url.searchParams.set('restype', 'container');
        url.searchParams.set('comp', 'list');
        if (keyPrefix + start !== '') url.searchParams.set('prefix', keyPrefix + start);
        if (stopAtSlash) url.searchParams.set('delimiter', '/');
        if (next !== undefined) url.searchParams.set('marker', next);
        const answer = await send({ method: 'GET', url });
        if (!isSuccess(answer)) throw refusal(answer);
        const page = parseListing(answer);
        objects.push(...page.objects.map(own));
        prefixes.push(...page.prefixes.map((each) => each.slice(keyPrefix.length)));
        next = page.next;
      } while (next !== undefined);
      return { objects, prefixes };
    },

    delete: async (keys) => {
      await mapConcurrent(keys, parallelDeletions, (key) => look({ method: 'DELETE', url: keyUrl(key) }));
    },
  };
}

function signedUrl(url: URL, credentials: AzureCredentials): URL {
  if (credentials.kind !== 'signature') return url;
  const signed = new URL(url);
  signed.search = [url.search.slice(1), credentials.query].filter((part) => part !== '').join('&');
  return signed;
}

/** No blob of that name; a container that is missing is another matter. */
function isMissing(answer: Answer): boolean {
  return answer.status === 404 && codeOf(answer) !== 'ContainerNotFound';
}

function conditionHeaders(condition: PutCondition | undefined): Readonly<Record<string, string>> {
  if (condition === undefined) return {};
  return condition === 'absent' ? { 'if-none-match': '*' } : { 'if-match': condition.version };
}

const versionOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

const emptyOf = (answer: Answer | undefined): StoredObject | undefined =>
  answer && objectOf(answer, versionOf(answer), new Uint8Array());
