// Tokens for stores that take no key: how they are asked for, kept and refused.

import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { azureAccess } from '../../src/storage/object/azure/credentials.js';
import { googleTokens } from '../../src/storage/object/google/credentials.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-tokens-'));
let server: Server;
let address = '';
let asked: { readonly url: string; readonly body: string; readonly identity: unknown }[] = [];
let answer: { readonly status: number; readonly body: object };
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', body, identity: request.headers['x-identity-header'] });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: { access_token: 'a token', expires_in: 3600 } };
});

describe('a token of Microsoft Entra', () => {
  let seconds = 0;
  const runtime = { ...systemRuntime(), now: () => seconds * 1e6 };
  const tokens = (env: Record<string, string>): (() => Promise<string>) => {
    const { credentials } = azureAccess('account', env, runtime);
    if (credentials.kind !== 'token') throw new Error('no token is asked for');
    return credentials.token;
  };
  const service = () => ({ AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', AZURE_AUTHORITY_HOST: address });

  it('is asked for with a secret, kept, and asked for anew before it lapses', async () => {
    const token = tokens({ ...service(), AZURE_CLIENT_SECRET: 's' });
    expect([await token(), await token()]).toEqual(['a token', 'a token']);
    expect(asked.map(({ url }) => url)).toEqual(['/t/oauth2/v2.0/token']);
    expect(Object.fromEntries(new URLSearchParams(asked[0]!.body))).toMatchObject({
      client_id: 'c',
      client_secret: 's',
      scope: 'https://storage.azure.com/.default',
    });
    seconds += 3500;
    await token();
    expect(asked).toHaveLength(2);
  });

  it('is asked for with the file of a workload', async () => {
    writeFileSync(join(folder, 'token'), 'proof\n');
    expect(await tokens({ ...service(), AZURE_FEDERATED_TOKEN_FILE: join(folder, 'token') })()).toBe(
      'a token',
    );
    expect(new URLSearchParams(asked[0]!.body).get('client_assertion')).toBe('proof');
  });

  it('is asked for by the identity of a machine', async () => {
    await tokens({ IDENTITY_ENDPOINT: `${address}/msi`, IDENTITY_HEADER: 'h', AZURE_CLIENT_ID: 'c' })();
    expect(asked).toMatchObject([
      { url: expect.stringMatching(/^\/msi\?.*client_id=c/) as string, identity: 'h' },
    ]);
  });

  it('that is refused is told with what was said', async () => {
    answer = { status: 401, body: { error_description: 'AADSTS7000215: Invalid client secret.' } };
    await expect(tokens({ ...service(), AZURE_CLIENT_SECRET: 's' })()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/401 AADSTS7000215.*AZURE_STORAGE_KEY/) as string,
    });
  });
});

describe('a token of Google', () => {
  const runtime = systemRuntime();
  const tokensOf = (content: object): (() => Promise<string>) => {
    const path = join(folder, 'google.json');
    writeFileSync(path, JSON.stringify(content));
    return googleTokens({ GOOGLE_APPLICATION_CREDENTIALS: path }, runtime);
  };
  const form = (i: number): Record<string, string> => Object.fromEntries(new URLSearchParams(asked[i]!.body));

  it('is asked for with the key of a service account, once', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = tokensOf({
      type: 'service_account',
      client_email: 'lake@example.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${address}/token`,
    });
    expect([await token(), await token()]).toEqual(['a token', 'a token']);
    expect(asked).toHaveLength(1);
    const [header = '', claims = '', signature = ''] = form(0)['assertion']!.split('.');
    const verified = createVerify('RSA-SHA256').update(`${header}.${claims}`);
    expect(verified.verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'lake@example.com',
      aud: `${address}/token`,
      scope: 'https://www.googleapis.com/auth/devstorage.read_write',
    });
  });

  it('is asked for as a person who logged in', async () => {
    const login = { type: 'authorized_user', client_id: 'c', client_secret: 's', refresh_token: 'r' };
    expect(await tokensOf({ ...login, token_uri: `${address}/token` })()).toBe('a token');
    expect(form(0)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'r' });
  });

  it('is asked for as a federated identity says', async () => {
    writeFileSync(join(folder, 'subject'), '{"proof": "p"}');
    const token = tokensOf({
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${address}/exchange`,
      credential_source: {
        file: join(folder, 'subject'),
        format: { type: 'json', subject_token_field_name: 'proof' },
      },
      service_account_impersonation_url: `${address}/impersonate`,
    });
    answer = {
      status: 200,
      body: { ...answer.body, accessToken: 'own', expireTime: '2100-01-01T00:00:00Z' },
    };
    expect([await token(), await token()]).toEqual(['own', 'own']);
    expect(asked.map(({ url }) => url)).toEqual(['/exchange', '/impersonate']);
    expect(form(0)['subject_token']).toBe('p');
  });

  it('is asked for by the account of a machine', async () => {
    const env = { GCE_METADATA_HOST: new URL(address).host, CLOUDSDK_CONFIG: folder };
    expect(await googleTokens(env, runtime)()).toBe('a token');
    expect(asked.map(({ url }) => url)).toEqual([
      '/computeMetadata/v1/instance/service-accounts/default/token',
    ]);
  });

  it.each([
    ['missing', undefined, /no such file/],
    ['no-json', 'x', /JSON/],
    ['nothing', '{}', /neither a service account/],
    ['half', '{"type": "service_account", "client_email": "x"}', /lacks private_key/],
  ])('cannot be had with a file that is %s', async (name, content, why) => {
    const path = join(folder, `${name}.json`);
    if (content !== undefined) writeFileSync(path, content);
    const asking = googleTokens({ GOOGLE_APPLICATION_CREDENTIALS: path }, runtime)();
    await expect(asking).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(why) as string,
    });
    await expect(asking).rejects.toMatchObject({ message: expect.stringContaining(path) as string });
  });
});
