import { afterEach, describe, expect, it } from 'vitest';
import { encodeExpired } from '../../src/format/snapshot.js';
import { encodeTag } from '../../src/format/lake-file.js';
import { expiredPath, snapshotPath, tagPath } from '../../src/format/paths.js';
import { httpStorage, type HttpOptions } from '../../src/storage/http.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { findHead, listTags, openSnapshot, resolveReference } from '../../src/table/snapshot-lookup.js';
import { openHead } from '../../src/table/view.js';
import { adding, plainFile, runtime, totals } from '../table/lake-fixture.js';
import { fileServer, type FileServer, type FileServerOptions } from './file-server.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const servers: FileServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serving(files: MemoryStorage, options: Partial<FileServerOptions> = {}): Promise<FileServer> {
  const server = await fileServer({ read: (path) => files.read(path).catch(() => undefined), ...options });
  servers.push(server);
  return server;
}

/** A storage over a server that has these files. */
async function over(
  files: Readonly<Record<string, string>>,
  options: Partial<FileServerOptions> & Omit<HttpOptions, 'url'> = {},
): Promise<Storage> {
  const memory = memoryStorage(runtime);
  await memory.write(Object.entries(files).map(([path, content]) => ({ path, bytes: utf8(content) })));
  return httpStorage({ url: (await serving(memory, options)).url, ...options });
}

describe('files over HTTP', () => {
  it('are read whole or in part, and measured', async () => {
    const storage = await over({ 'a/b c#?.txt': 'hello', empty: '' });
    expect(text(await storage.read('a/b c#?.txt'))).toBe('hello');
    expect(text(await storage.read('a/b c#?.txt', { start: 1, end: 3 }))).toBe('el');
    expect(text(await storage.read('a/b c#?.txt', { start: 4, end: 99 }))).toBe('o');
    expect((await storage.read('a/b c#?.txt', { start: 9, end: 12 })).length).toBe(0);
    expect((await storage.read('empty')).length).toBe(0);
    expect(await storage.stat('a/b c#?.txt')).toMatchObject({ sizeBytes: 5 });
    expect(await storage.stat('nothing')).toBeUndefined();
    await expect(storage.read('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are read in part from a server that knows no parts', async () => {
    const storage = await over({ x: 'hello' }, { ranges: false });
    expect(text(await storage.read('x', { start: 1, end: 3 }))).toBe('el');
  });

  it.each(['/etc/passwd', '../x', 'a/../../x', 'a//b', '.'])('never leave the lake: %s', async (path) => {
    const storage = await over({});
    await expect(storage.read(path)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(servers.at(-1)?.requests).toEqual([]);
  });

  it('cannot be written, deleted or locked', async () => {
    const storage = await over({ x: '1' });
    const refused = { code: 'unsupported-storage' };
    await expect(storage.write([{ path: 'x', bytes: utf8('2') }])).rejects.toMatchObject(refused);
    await expect(storage.delete('x')).rejects.toMatchObject(refused);
    await expect(storage.lock('l', { timeoutMs: 1 })).rejects.toMatchObject(refused);
    await expect(storage.publish('f', [], 't')).rejects.toMatchObject(refused);
    expect(await storage.probe()).not.toBeNull();
    expect(servers.at(-1)?.requests).toEqual([]);
  });
});

describe('a server that is none for a lake', () => {
  const page = (status: number) => ({
    instead: (
      _: unknown,
      response: { writeHead: (...given: unknown[]) => { end: (text: string) => void } },
    ) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<html>hello</html>');
      return true;
    },
  });

  it.each([
    ['answers every path with a web page', page(200), 'not-found', /a web page.*_manifests/],
    ['asks who we are', page(401), 'out-of-resources', /HTTP 401/],
    ['breaks down', page(500), 'unsupported-storage', /HTTP 500/],
  ])('%s', async (_, options, code, message) => {
    const storage = await over({}, options as Partial<FileServerOptions>);
    const failed = storage.read('_manifests/lake.json');
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  it('never answers: the wait ends and says so', async () => {
    const storage = await over({}, { instead: () => true, timeoutMs: 50 });
    await expect(storage.read('x')).rejects.toMatchObject({
      code: 'unsupported-storage',
      message: expect.stringContaining('nothing came within 0.05 s') as string,
    });
  });

  it('breaks off or is busy now and then: what it gives after that counts', async () => {
    const bytes = utf8('a file of some length');
    let asked = 0;
    const storage = await over(
      { x: 'a file of some length' },
      {
        instead: (request, response) => {
          asked += 1;
          if (asked === 1) request.socket.destroy();
          if (asked === 2) response.writeHead(503).end();
          return asked <= 2;
        },
      },
    );
    expect(await storage.read('x')).toEqual(bytes);
    expect(asked).toBe(3);
  });

  it('stops in the middle of a file: the wait for the rest ends', async () => {
    const storage = await over(
      { x: '1' },
      {
        timeoutMs: 50,
        instead: (_, response) => {
          response.writeHead(200, { 'content-length': 100 });
          response.write('the beginning');
          return true;
        },
      },
    );
    await expect(storage.read('x')).rejects.toMatchObject({
      message: expect.stringContaining('nothing came within 0.05 s') as string,
    });
  });

  it('is not there, or does not let this page read: both are said', async () => {
    const server = await serving(memoryStorage(runtime));
    await server.close();
    await expect(httpStorage({ url: server.url }).read('x')).rejects.toMatchObject({
      code: 'unsupported-storage',
      message: expect.stringContaining('Access-Control-Allow-Origin') as string,
    });
  });
});

describe('a lake over HTTP', () => {
  async function lakeOf(count: number): Promise<MemoryStorage> {
    const storage = memoryStorage(runtime);
    for (let i = 0; i < count; i++)
      await commit(
        storage,
        runtime,
        await adding(storage, await openHead(storage), totals, [await plainFile(`${i}`)]),
      );
    return storage;
  }

  it.each([1, 2, 3, 7, 8])(
    'finds the head of %i snapshots by hint, and by doubling without one',
    async (count) => {
      const files = await lakeOf(count);
      const storage = httpStorage({ url: (await serving(files)).url });
      expect(await findHead(storage)).toBe(count);
      await files.write([{ path: '_manifests/latest.json', bytes: utf8('{"snapshot":1}') }]);
      expect(await findHead(storage)).toBe(count);
      await files.delete('_manifests/latest.json');
      expect(await findHead(storage)).toBe(count);
    },
  );

  it('asks for a few files by their names and for no folder', async () => {
    const server = await serving(await lakeOf(3));
    const view = await openHead(httpStorage({ url: server.url }));
    expect(view?.snapshot.snapshotId).toBe(3);
    expect(server.requests.length).toBeLessThan(9);
    expect(server.requests.filter((request) => request.endsWith('/'))).toEqual([]);
  });

  it('is 0 where there is none', async () => {
    expect(await findHead(await over({}))).toBe(0);
  });

  it('tells an expired snapshot from one that never was, and from damage', async () => {
    const files = await lakeOf(3);
    const { snapshot, sha256 } = await openSnapshot(files, 2);
    await files.write([{ path: expiredPath(2), bytes: await encodeExpired({ ...snapshot, sha256 }) }]);
    await files.delete([snapshotPath(1), snapshotPath(2)]);
    const storage = httpStorage({ url: (await serving(files)).url });
    await expect(openSnapshot(storage, 1)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openSnapshot(storage, 2)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('has expired') as string,
    });
    await expect(openSnapshot(storage, 9)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('knows a tag by its name, and lists none without a listing', async () => {
    const files = await lakeOf(2);
    const bytes = await encodeTag({ snapshot: 1, createdAt: '2024-06-01T12:00:00.000000Z' });
    await files.write([{ path: tagPath('close'), bytes }]);
    const storage = httpStorage({ url: (await serving(files)).url });
    expect(await listTags(storage)).toEqual(new Map());
    expect(await resolveReference(storage, 'close')).toBe(1);
  });

  it('finds a changed byte', async () => {
    const files = await lakeOf(1);
    const good = await files.read(snapshotPath(1));
    const server = await serving(files, {
      read: (path) =>
        path.includes('gold.totals')
          ? files.read(path).then((bytes) => bytes.map((byte, i) => (i === 9 ? byte ^ 1 : byte)))
          : files.read(path).catch(() => undefined),
    });
    expect(good.length).toBeGreaterThan(0);
    const view = await openHead(httpStorage({ url: server.url }));
    await expect(view?.table('gold.totals')).rejects.toMatchObject({ code: 'corrupt' });
  });
});
