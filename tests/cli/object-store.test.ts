// `--lake s3://…`: what is said when a store cannot be used.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsFolder, installed, lakeOnStore } from '../stores/lake-on-store.js';
import { runHere } from './run-here.js';

const data = eventsFolder();

describe.skipIf('reason' in installed)('a lake on an S3 server', () => {
  const server = lakeOnStore();
  const { run } = server;
  const refusals: readonly (readonly [string, string, Readonly<Record<string, string>>, number, RegExp])[] = [
    [
      'a key that the store does not know',
      's3://lake/x',
      { AWS_ACCESS_KEY_ID: 'nobody' },
      1,
      /No user exists.*give valid ones/,
    ],
    [
      'a wrong secret',
      's3://lake/x',
      { AWS_SECRET_ACCESS_KEY: 'wrong' },
      1,
      /SignatureDoesNotMatch.*give valid ones/,
    ],
    ['a bucket that is not there', 's3://no-such-bucket/x', {}, 5, /NoSuchBucket.*make the bucket/],
    ['a location without a bucket', 's3://', {}, 1, /names no bucket/],
    ['a store of another kind', 'ftp://host/x', {}, 1, /does not know/],
    [
      'a prefix that holds something else',
      's3://lake/foreign',
      {},
      1,
      /holds something that is no lake \(notes\.txt\)/,
    ],
  ];
  it.each(refusals)('says what is wrong with %s, in one line', async (_, lake, more, code, text) => {
    await server.store.client.fetch(`${server.store.endpoint}/lake/foreign/notes.txt`, {
      method: 'PUT',
      body: 'x',
    });
    const result = await run(`ingest ${data} --lake ${lake}`, more);
    expect(result).toMatchObject({ code, stderr: expect.stringMatching(text) as string, stdout: '' });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('names a lake that is not there', async () => {
    const { code, stderr } = await run('tables --lake s3://lake/nothing');
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining('s3://lake/nothing holds no lake yet') as string,
    ]);
  });
});

describe('a store that cannot be used', () => {
  let server: Server;
  let answer: { status: number; headers?: Record<string, string>; body: string };
  let endpoint = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(answer.status, answer.headers).end(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  const tables = (more: readonly string[] = [], variables: Readonly<Record<string, string>> = env) =>
    runHere(['tables', '--lake', 's3://bucket/lake', ...more], { env: variables });
  const error = (code: string, message = 'm', more = ''): string =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`;

  it.each([
    [
      'of another region',
      301,
      error('PermanentRedirect'),
      { 'x-amz-bucket-region': 'eu-central-1' },
      1,
      /in eu-central-1; name the region of the bucket with --region/,
    ],
    [
      'of another region, told in words',
      400,
      error('AuthorizationHeaderMalformed', "expecting 'eu-west-1'"),
      {},
      1,
      /in eu-west-1/,
    ],
    ['whose clock is another', 403, error('RequestTimeTooSkewed'), {}, 1, /set this machine's clock/],
    [
      'that denies',
      403,
      error('AccessDenied', 'Access Denied'),
      {},
      6,
      /\(Access Denied\); the credentials lack the permission/,
    ],
    ['that speaks another language', 200, '<html>hello', {}, 6, /no XML/],
  ])('says what is wrong with one %s', async (_, status, body, headers, code, text) => {
    answer = { status, body, headers };
    const result = await tables(['--endpoint', endpoint]);
    expect(result).toMatchObject({ code, stderr: expect.stringMatching(text) as string });
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says that nobody answers at the address', async () => {
    const result = await tables(['--endpoint', 'http://127.0.0.1:2']);
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/127\.0\.0\.1:2 cannot be reached .*check --endpoint/) as string,
    });
  }, 20_000);

  it.each([
    'nonsense',
    'http://example.com',
    'ftp://127.0.0.1',
    'http://user@127.0.0.1',
    'http://127.0.0.1:1',
  ])('refuses the address %s', async (given) => {
    const result = await tables(['--endpoint', given]);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('--endpoint') as string });
  });

  it.each([
    [['--cache-size', '1GB'], {}, /--cache-size needs a cache: name its folder with --cache or LAKE_CACHE/],
    [['--cache', '/c', '--cache-size', 'big'], {}, /--cache-size: "big" is not a size like/],
    [['--cache', '/c'], { LAKE_CACHE_SIZE: '10' }, /LAKE_CACHE_SIZE: "10" is not a size like/],
    [['--cache', ''], {}, /--cache: "" is not a folder/],
  ])('says what is wrong with the cache %j %j', async (flags, more, text) => {
    const result = await tables(['--endpoint', endpoint, ...flags], { ...env, ...more });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(text) as string });
  });

  it('says what is wrong with the cache in the settings of the user', async () => {
    const own = { XDG_CONFIG_HOME: join(data, 'config') };
    mkdirSync(join(data, 'config/lake'), { recursive: true });
    const say = (cache: unknown): void =>
      writeFileSync(join(data, 'config/lake/settings.json'), JSON.stringify({ cache }));
    say({ folder: '/c', size: '10' });
    const result = await tables(['--endpoint', endpoint], { ...env, ...own });
    expect(result).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/settings\.json: cache\.size/) as string,
    });
  });

  it('is nothing for a folder', async () => {
    const result = await runHere(['tables', '--lake', join(data, 'lake'), '--endpoint', endpoint]);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('is a folder') as string });
  });
});
