// A token by a file of credentials as Google writes it: a service account's key, a person's login, or an identity that
// another platform gives.

import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Runtime } from '../../../common/runtime.js';
import { askForJson, oauthToken, type BearerToken } from '../bearer-token.js';

/** Reading, writing, listing and deleting objects. */
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const tokenUrl = 'https://oauth2.googleapis.com/token';
/** What a signed request for a token may be used for. */
const lifeSeconds = 3600;

type Json = Readonly<Record<string, unknown>>;

/** @throws Error for a file that is none, or whose credentials are refused */
export async function tokenByFile(path: string, runtime: Runtime): Promise<BearerToken> {
  const file = JSON.parse(await readFile(path, 'utf8')) as Json;
  switch (file['type']) {
    case 'service_account':
      return serviceToken(file, runtime);
    case 'authorized_user':
      return loginToken(file, runtime);
    case 'external_account':
      return federatedToken(file, runtime);
    default:
      throw new Error('the file is neither a service account’s key nor a login nor a federated identity');
  }
}

/** The account's key signs who asks for what. */
async function serviceToken(file: Json, runtime: Runtime): Promise<BearerToken> {
  const url = textIn(file, 'token_uri', tokenUrl);
  const now = Math.floor(runtime.now() / 1e6);
  const header = {
    alg: 'RS256',
    typ: 'JWT',
    ...(file['private_key_id'] !== undefined && { kid: file['private_key_id'] }),
  };
  const claims = { iss: textIn(file, 'client_email'), scope, aud: url, iat: now, exp: now + lifeSeconds };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = createSign('RSA-SHA256').update(signed).sign(textIn(file, 'private_key'), 'base64url');
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${signed}.${signature}`,
  });
  return oauthToken(await askForJson({ url, init: { method: 'POST', body } }), runtime);
}

async function loginToken(file: Json, runtime: Runtime): Promise<BearerToken> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: textIn(file, 'client_id'),
    client_secret: textIn(file, 'client_secret'),
    refresh_token: textIn(file, 'refresh_token'),
  });
  const url = textIn(file, 'token_uri', tokenUrl);
  return oauthToken(await askForJson({ url, init: { method: 'POST', body } }), runtime);
}

/** The other platform's proof is given in exchange, then perhaps for a service account's token. */
async function federatedToken(file: Json, runtime: Runtime): Promise<BearerToken> {
  const impersonated = file['service_account_impersonation_url'];
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: textIn(file, 'audience'),
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: textIn(file, 'subject_token_type'),
    subject_token: await proofOf((file['credential_source'] ?? {}) as Json),
    scope: impersonated === undefined ? scope : 'https://www.googleapis.com/auth/cloud-platform',
  });
  const answer = await askForJson({ url: textIn(file, 'token_url'), init: { method: 'POST', body } });
  const token = oauthToken(answer, runtime);
  if (typeof impersonated !== 'string') return token;
  const headers = { authorization: `Bearer ${token.text}`, 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: JSON.stringify({ scope: [scope] }) };
  const own = await askForJson({ url: impersonated, init });
  return { text: textIn(own, 'accessToken'), lapsesAtMs: Date.parse(textIn(own, 'expireTime')) };
}

/** The proof that a platform wrote into a file, or gives at an address. */
async function proofOf(source: Json): Promise<string> {
  const { type, subject_token_field_name: field } = (source['format'] ?? {}) as Json;
  const { file, url, headers } = source;
  if (typeof file === 'string') {
    const text = (await readFile(file, 'utf8')).trim();
    return type === 'json' ? textIn(JSON.parse(text) as Json, String(field)) : text;
  }
  if (typeof url !== 'string')
    throw new Error('the federated identity has neither a file nor an address for its proof');
  const asked = { headers: (headers ?? {}) as Record<string, string> };
  if (type === 'json') return textIn(await askForJson({ url, init: asked }), String(field));
  return (await (await fetch(url, asked)).text()).trim();
}

function textIn(file: Json, name: string, otherwise?: string): string {
  const value = file[name] ?? otherwise;
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`it lacks ${name}`);
}
