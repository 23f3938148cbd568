// Azure Blob Storage: block blobs by its REST API. Every body is sent with its MD5, so that what arrives is what was sent.

import { createHash } from 'node:crypto';
import type { Runtime } from '../../../common/runtime.js';
import { isSuccess } from '../answers.js';
import { deleteEach, dialogueWith, listPages } from '../dialogue.js';
import { conditionHeaders, etagOf, readsByEtag } from '../etags.js';
import { locationText, type ObjectLocation } from '../location.js';
import type { ObjectStore } from '../object-store.js';
import { defaultPatience, type Patience, type SignedRequest } from '../requests.js';
import { codeOf, describeAnswer, isMissing, parseListing, refusal } from './answers.js';
import type { AzureCredentials } from './credentials.js';
import { sharedKey } from './sign.js';

/** What a store is reached with. */
interface AzureOptions {
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
  const dialogue = dialogueWith(runtime, {
    patience,
    sign,
    words: { describe: describeAnswer, isMissing, refusal },
  });

  return {
    location: locationText(location),

    ...readsByEtag(dialogue, keyUrl),

    put: async (key, bytes, condition) => {
      const headers = {
        ...conditionHeaders(condition),
        'content-md5': createHash('md5').update(bytes).digest('base64'),
        'content-type': 'application/octet-stream',
        'x-ms-blob-type': 'BlockBlob',
      };
      const answer = await dialogue.send({ method: 'PUT', url: keyUrl(key), headers, body: bytes });
      if (isSuccess(answer)) return { state: 'stored', version: etagOf(answer) };
      if (condition !== undefined && lostCodes.has(codeOf(answer) ?? '')) return { state: 'refused' };
      throw refusal(answer);
    },

    list: (start, { stopAtSlash = false } = {}) =>
      listPages(keyPrefix, async (next) => {
        const url = new URL(`${root}/${container}`);
        url.searchParams.set('restype', 'container');
        url.searchParams.set('comp', 'list');
        if (keyPrefix + start !== '') url.searchParams.set('prefix', keyPrefix + start);
        if (stopAtSlash) url.searchParams.set('delimiter', '/');
        if (next !== undefined) url.searchParams.set('marker', next);
        return parseListing(await dialogue.expect({ method: 'GET', url }));
      }),

    delete: (keys) => deleteEach(keys, (key) => dialogue.look({ method: 'DELETE', url: keyUrl(key) })),
  };
}

function signedUrl(url: URL, credentials: AzureCredentials): URL {
  if (credentials.kind !== 'signature') return url;
  const signed = new URL(url);
  signed.search = [url.search.slice(1), credentials.query].filter((part) => part !== '').join('&');
  return signed;
}
