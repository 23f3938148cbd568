// The server of the page: it reads, for browsers on this machine, and says no to everything else.

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { httpStorage } from '../../src/storage/http.js';
import { localStorage } from '../../src/storage/local.js';
import { readPastCache, type Storage } from '../../src/storage/storage.js';
import { pipelineOfText } from '../../src/pipeline/define/written-definition.js';
import { jsonHere, runHere } from '../cli/run-here.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

describe('the page’s server', () => {
  const root = mkdtempSync(join(tmpdir(), 'lake-ui-'));
  const [data, lake] = [join(root, 'data'), join(root, 'lake')];
  let serving: { readonly url: string; close(): Promise<void> };
  beforeAll(async () => {
    await jsonHere(['generate', '--users', '20', '--days', '10', '--out', data]);
    await jsonHere(['ingest', data, '--lake', lake]);
    await jsonHere(['snapshot', 'tag', 'first', '--lake', lake]);
    serving = await openLake({ location: lake }).serveUi({ port: 0 });
  }, 60_000);
  afterAll(async () => {
    await serving.close();
    rmSync(root, { recursive: true });
  });

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(serving.url);
      const sent = request({ hostname, port, path, headers, method }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(pieces),
          }),
        );
      });
      sent.on('error', reject);
      sent.end();
    });

  it('gives the page with a policy that allows its own code alone', async () => {
    const { status, headers, body } = await ask('/');
    expect(status).toBe(200);
    expect(body.toString()).toContain('page.js');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('gives the lake’s files, whole and in part, and names of folders', async () => {
    const whole = await ask('/lake/_manifests/lake.json');
    expect([whole.status, whole.headers['content-type']]).toEqual([200, 'application/json']);
    const part = await ask('/lake/_manifests/lake.json', { range: 'bytes=1-4' });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe(`bytes 1-4/${whole.body.length}`);
    expect(part.body).toEqual(whole.body.subarray(1, 5));
    expect(JSON.parse((await ask('/lake/_manifests/tags/')).body.toString())).toEqual(['first.json']);
    const head = await ask('/lake/_manifests/lake.json', {}, 'HEAD');
    expect([head.headers['content-length'], head.body.length]).toEqual([String(whole.body.length), 0]);
  });

  it.each([
    '/lake/../package.json',
    '/lake/%2e%2e/%2e%2e/etc/passwd',
    '/lake/..%2f..%2fetc/passwd',
    '/lake//etc/passwd',
    '/nothing',
    '/page.js.br',
    '/../ui.json%00',
    '/%ff',
  ])('gives nothing for %s', async (path) => {
    expect((await ask(path)).status).toBeGreaterThanOrEqual(400);
  });

  it('gives a file past the cache to a page that found its bytes wrong', async () => {
    const disk = localStorage(lake, systemRuntime());
    const storage: Storage = {
      ...disk,
      read: () => Promise.resolve(new Uint8Array()),
      readAgain: (path) => disk.read(path),
    };
    const wrong = await openLake({ location: lake, storage }).serveUi({ port: 0 });
    const page = httpStorage({ url: `${wrong.url}lake` });
    const [first, again] = [
      await page.read('_manifests/lake.json'),
      await readPastCache(page, '_manifests/lake.json'),
    ];
    await wrong.close();
    expect([first.length, again]).toEqual([0, Uint8Array.from(await disk.read('_manifests/lake.json'))]);
  });

  it('answers no other host, no other origin, and no request that writes', async () => {
    expect((await ask('/', { host: 'evil.example' })).status).toBe(403);
    expect((await ask('/', { origin: 'https://evil.example' })).status).toBe(403);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await ask('/lake/_manifests/lake.json', {}, method)).status).toBe(405);
  });

  it('tells the page its pipeline, which comes out as it was defined', async () => {
    const { body } = await ask('/ui.json');
    const {
      lake: where,
      lists,
      definitions,
    } = JSON.parse(body.toString()) as {
      lake: string;
      lists: boolean;
      definitions: string[];
    };
    expect([where, lists, definitions.length]).toEqual(['lake/', true, 1]);
    expect(pipelineOfText(definitions[0] ?? '').name).toBe('saas');
  });

  it('changes no file of the lake', async () => {
    const state = (): readonly string[] =>
      readdirSync(lake, { recursive: true, encoding: 'utf8' })
        .map((name) => `${name} ${statSync(join(lake, name)).mtimeMs}`)
        .sort();
    const before = state();
    for (const path of ['/', '/ui.json', '/lake/_manifests/latest.json', '/lake/gold/']) await ask(path);
    expect(state()).toEqual(before);
  });

  it('writes the page into a folder, and over nothing of anyone’s', async () => {
    const site = join(root, 'site');
    const written = await jsonHere<{ files: number }>(['ui', '--export', site, '--lake', lake]);
    expect(readdirSync(site)).toEqual(
      expect.arrayContaining(['index.html', 'page.js', 'ui.json', 'duckdb.wasm', 'parquet.wasm']),
    );
    expect(readdirSync(site).length).toBe(written.files);
    expect((await runHere(['ui', '--export', site, '--lake', lake])).code).toBe(0);
    writeFileSync(join(root, 'mine.txt'), 'mine');
    const refused = await runHere(['ui', '--export', root, '--lake', lake]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('other files');
  });

  it('refuses a port that is none', async () => {
    expect((await runHere(['ui', '--port', 'x', '--lake', lake])).stderr).toContain(
      'expected a number from 0 to 65535',
    );
  });
});
