// The storage over real servers of each kind of store: what it promises, and what is said when the store is not as it must be.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import { openObjectStorage, openObjectStore } from '../../src/storage/object/open.js';
import type { Storage } from '../../src/storage/storage.js';
import { openSnapshot } from '../../src/table/snapshot-lookup.js';
import { storeServers, type Emulator } from '../stores/emulators.js';
import { add, idsOf, plainFile, totals } from '../table/lake-fixture.js';
import { storageContract } from './contract.js';

const runtime = systemRuntime();
let lakes = 0;

describe.each(await storeServers())('on $name', ({ name, installed, start }) => {
  if ('reason' in installed) return it.skip(installed.reason);
  let server: Emulator;
  beforeAll(async () => {
    server = await start(installed);
  }, 60_000);
  afterAll(() => server?.stop());

  /** A lake of its own, or another client of it. */
  const open = async (lake: number): Promise<Storage> =>
    (await openObjectStorage(`${server.lake}/p/${lake}`, runtime, { env: server.env })).storage;

  storageContract(name, () => open(lakes++));

  it('loses no commit of many writers at once', async () => {
    const lake = lakes++;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      const storage = await open(lake);
      const own = { ...totals, name: `gold.w${writer}` };
      for (let i = 0; i < 4; i++) await add(storage, own, [await plainFile(`w${writer}-${i}`)]);
    });
    await Promise.all(writers);
    const storage = await open(lake);
    for (let i = 0; i < 6; i++)
      expect(await idsOf(storage, { ...totals, name: `gold.w${i}` })).toHaveLength(4);
    const parents = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => (await openSnapshot(storage, i + 1)).snapshot.parentId),
    );
    expect(parents).toEqual(Array.from({ length: 24 }, (_, i) => (i === 0 ? null : i)));
  }, 120_000);

  it('reads and lists more than one page of keys', async () => {
    const storage = await open(lakes++);
    const files = Array.from({ length: 1_100 }, (_, i) => ({
      path: `many/${String(i).padStart(5, '0')}`,
      bytes: Uint8Array.of(i & 255),
    }));
    await storage.write(files);
    expect((await storage.list('many')).map(({ path }) => path)).toEqual(files.map(({ path }) => path));
    await storage.delete('many');
    expect(await storage.list('')).toEqual([]);
  }, 120_000);

  it('is refused where it ignores the condition of a write', async () => {
    const { store } = await openObjectStore(`${server.lake}/p/${lakes++}`, runtime, { env: server.env });
    const ignoring = objectStorage({ ...store, put: (key, bytes) => store.put(key, bytes) }, runtime);
    expect(await ignoring.probe()).toMatch(/only one may win/);
  }, 60_000);
});
