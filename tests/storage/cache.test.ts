// The cache in front of a store: it saves requests, and whatever is done to it costs nothing else.

import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryObjects } from '../../reliability/object-store-in-memory.js';
import { cachedStorage } from '../../src/storage/cache/cached-storage.js';
import { FileCache } from '../../src/storage/cache/file-cache.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import { overlayStorage } from '../../src/storage/overlay.js';
import type { Storage } from '../../src/storage/storage.js';
import { readDataFile } from '../../src/table/read.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { add, dayFile, events, runtime } from '../table/lake-fixture.js';
import { storageContract } from './contract.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lake-cache-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const limitBytes = 10_000_000;
const cacheAt = (folder: string, options: { limitBytes?: number; log?: (text: string) => void } = {}) =>
  new FileCache(
    { folder, limitBytes: options.limitBytes ?? limitBytes },
    { ...runtime, log: (_, message) => options.log?.(message) },
  );

/** Every file in the cache's folder. */
async function entries(): Promise<readonly string[]> {
  const names = await readdir(root, { recursive: true }).catch(() => []);
  return names.map((name) => join(root, name)).filter((path) => /[0-9a-f]{62}$/.test(path));
}

storageContract('a store behind a cache', async () => {
  const store = objectStorage(new MemoryObjects().client(), runtime);
  return Promise.resolve(cachedStorage(store, cacheAt(join(root, 'c')), 'here'));
});

describe('a lake behind a cache', () => {
  let asked: string[];
  let objects: MemoryObjects;
  beforeEach(() => {
    objects = new MemoryObjects();
    asked = [];
  });
  /** As another command sees it. */
  const open = (folder = root, place = 'here'): Storage => {
    const before = (operation: string, key: string) => {
      if (operation === 'get') asked.push(key);
      return 'none' as const;
    };
    return cachedStorage(objectStorage(objects.client({ before }), runtime), cacheAt(folder), place);
  };
  const uncached = (): Storage => objectStorage(objects.client(), runtime);
  const readAll = async (storage: Storage): Promise<readonly string[]> => {
    asked = [];
    const view = (await openHead(storage))!;
    const table = (await view.table(events.name))!;
    for (const file of await table.files()) await readDataFile(storage, file);
    return asked.filter((key) => !/(latest|lake|snapshot)\.json$/.test(key));
  };
  const fill = async (storage: Storage): Promise<void> => {
    await add(storage, events, [await dayFile('2024-01-01', 'e1'), await dayFile('2024-01-02', 'e2')]);
  };

  it('asks the store once for what never changes, and each time for what holds now', async () => {
    await fill(uncached());
    expect(await readAll(open())).toHaveLength(4); // two data files, their manifest, the table file
    expect(await readAll(open())).toEqual([]);
    expect(asked.sort()).toEqual([
      '_manifests/0000000001/snapshot.json',
      '_manifests/lake.json',
      '_manifests/latest.json',
    ]);
  });

  it('keeps what is written through it', async () => {
    await fill(open());
    expect(await readAll(open())).toEqual([]);
  });

  it('fetches again what was changed in the cache, and replaces it', async () => {
    await fill(uncached());
    await readAll(open());
    for (const path of await entries()) {
      const bytes = await readFile(path);
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(path, bytes);
    }
    expect(await readAll(open())).toHaveLength(4);
    expect(await readAll(open())).toEqual([]);
  });

  it('believes no entry that was made by someone else, whole as it looks', async () => {
    await fill(uncached());
    const view = (await openHead(uncached()))!;
    const [file] = await (await view.table(events.name))!.files();
    const planted = new Uint8Array(file!.bytes).fill(7);
    await cacheAt(root).keep(`here\n${file!.path}`, planted);
    const bytes = await readDataFile(open(), file!);
    expect(bytes).not.toEqual(planted);
    expect(await cacheAt(root).read(`here\n${file!.path}`)).toEqual(bytes);
    await cacheAt(root).keep(`here\n${file!.path}`, planted);
    expect(await readDataFile(overlayStorage(open(), runtime), file!)).toEqual(bytes);
  });

  it('is not asked by verify: what is damaged in the store is found', async () => {
    await fill(open());
    const view = (await openHead(uncached()))!;
    const [file] = await (await view.table(events.name))!.files();
    await uncached().write([{ path: file!.path, bytes: new Uint8Array(file!.bytes) }]);
    expect((await verify(open(), { snapshots: 'all' })).problems.map(({ path }) => path)).toEqual([
      file!.path,
    ]);
  });

  it('takes nothing of a lake at another place', async () => {
    await fill(uncached());
    await readAll(open(root, 'there'));
    expect(await readAll(open(root, 'here'))).toHaveLength(4);
  });

  it('costs nothing but itself where its folder cannot be', async () => {
    await writeFile(join(root, 'a-file'), '');
    await fill(open(join(root, 'a-file')));
    expect(await readAll(open(join(root, 'a-file')))).toHaveLength(4);
    expect(await readFile(join(root, 'a-file'), 'utf8')).toBe('');
  });
});

describe('the folder of a cache', () => {
  const name = (i: number): string => `here\nfile-${i}`;
  const bytesOf = (i: number, size = 10_000): Uint8Array => new Uint8Array(size).fill(i + 1);
  const taken = async (): Promise<number> => {
    const sizes = (await entries()).map(async (path) => Math.ceil((await stat(path)).size / 4096) * 4096);
    return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
  };

  /** What was used just now was used so long ago. */
  const makeOlder = async (seconds: number): Promise<void> => {
    const now = Date.now() / 1000;
    for (const path of await entries())
      if ((await stat(path)).mtimeMs / 1000 > now - 60) await utimes(path, now - seconds, now - seconds);
  };

  it('never takes more than its bound, whoever fills it, and drops what was used longest ago', async () => {
    const caches = [1, 2, 3].map(() => cacheAt(root, { limitBytes: 100_000 }));
    await caches[0]!.keep(name(0), bytesOf(0));
    for (let i = 1; i < 25; i++) {
      await caches[i % 3]!.keep(name(i), bytesOf(i));
      await makeOlder(3600 - i * 60);
      expect(await caches[(i + 1) % 3]!.read(name(0))).toEqual(bytesOf(0)); // used all the time
      expect(await taken()).toBeLessThanOrEqual(100_000);
    }
    expect(await caches[0]!.read(name(1))).toBeUndefined();
    expect(await caches[0]!.read(name(24))).toEqual(bytesOf(24));
  });

  it('counts anew what nobody counted', async () => {
    const first = cacheAt(root);
    for (let i = 0; i < 30; i++) await first.keep(name(i), bytesOf(i));
    await rm(join(root, 'lake-files-1', 'usage'));
    await cacheAt(root, { limitBytes: 100_000 }).keep(name(99), bytesOf(99));
    expect(await taken()).toBeLessThanOrEqual(100_000);
  });

  it('keeps nothing that alone would fill it', async () => {
    const cache = cacheAt(root, { limitBytes: 20_000 });
    await cache.keep(name(0), bytesOf(0, 19_900));
    expect(await cache.read(name(0))).toBeUndefined();
  });

  it('leaves alone what is not its own', async () => {
    await mkdir(join(root, 'ab'));
    const foreign = [join(root, 'notes'), join(root, 'ab', 'c'.repeat(62))];
    for (const path of foreign) await writeFile(path, 'mine');
    const cache = cacheAt(root, { limitBytes: 50_000 });
    for (let i = 0; i < 20; i++) await cache.keep(name(i), bytesOf(i));
    for (const path of foreign) expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('says once why it keeps nothing more', async () => {
    await writeFile(join(root, 'file'), '');
    const said: string[] = [];
    const cache = cacheAt(join(root, 'file'), { log: (text) => said.push(text) });
    await cache.keep(name(0), bytesOf(0));
    await cache.keep(name(1), bytesOf(1));
    expect(said).toEqual([expect.stringMatching(/^The cache .*file is not used for new files: /)]);
  });

  it('gives what was kept or nothing, whatever is done to it and by how many at a time', async () => {
    const step = fc.record({
      kind: fc.constantFrom('keep', 'read', 'forget', 'damage', 'cut'),
      cache: fc.nat(2),
      file: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const caches = [1, 2, 3].map(() => cacheAt(root, { limitBytes: 60_000 }));
        const perform = async ({ kind, cache, file }: (typeof steps)[number]): Promise<void> => {
          if (kind === 'keep') return caches[cache]!.keep(name(file), bytesOf(file));
          if (kind === 'forget') return caches[cache]!.forget([name(file)]);
          if (kind === 'read') {
            const found = await caches[cache]!.read(name(file));
            if (found !== undefined) expect(found).toEqual(bytesOf(file));
            return;
          }
          const paths = await entries();
          const path = paths[file % Math.max(1, paths.length)];
          if (path === undefined) return;
          if (kind === 'damage') await appendFile(path, 'x').catch(() => undefined);
          else await writeFile(path, (await readFile(path).catch(() => Buffer.of())).subarray(0, 5000));
        };
        await Promise.all(steps.map(perform));
      }),
      { numRuns: 25 },
    );
  });
});
