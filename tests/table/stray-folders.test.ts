// Folders that are named like a snapshot's and are none: what a copy, another program or a lost file leaves.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { localStorage } from '../../src/storage/local.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { findHead } from '../../src/table/snapshot-lookup.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { add, dayFile, events, runtime } from './lake-fixture.js';

const bytes = new TextEncoder().encode('x');
const all = { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER };

async function lakeOf(snapshots: number): Promise<Storage> {
  const storage = memoryStorage(runtime);
  for (let i = 0; i < snapshots; i++) await add(storage, events, [await dayFile(`2024-01-0${i + 1}`, 'a')]);
  return storage;
}
const put = (storage: Storage, path: string): Promise<void> => storage.write([{ path, bytes }]);

describe.each(['with the hint', 'without the hint'])('a folder of a number far away, %s', (hint) => {
  it('is no snapshot for readers, writers and clean-ups, and verify tells of it', async () => {
    const storage = await lakeOf(3);
    await put(storage, '_manifests/4000000000/notes.txt');
    if (hint === 'without the hint') await storage.delete('_manifests/latest.json');
    expect(await findHead(storage)).toBe(3);
    const { problems, readable } = await verify(storage, { snapshots: 'all' });
    expect(problems.map(({ path }) => path)).toContain('_manifests/4000000000/snapshot.json');
    expect(readable).toEqual([1, 2, 3]);
    expect((await vacuum(storage, runtime, { graceMs: 0 })).foreign).toMatchObject([
      { path: '_manifests/4000000000/notes.txt' },
    ]);
    expect((await expire(storage, runtime, all)).expired).toHaveLength(2);
    await add(storage, events, [await dayFile('2024-01-09', 'a')]);
    expect(await findHead(storage)).toBe(4);
  });

  it('that holds a snapshot of another number is damage, found without counting to it', async () => {
    const storage = await lakeOf(2);
    const copy = await storage.read('_manifests/0000000002/snapshot.json');
    await storage.write([{ path: '_manifests/4000000000/snapshot.json', bytes: copy }]);
    if (hint === 'without the hint') await storage.delete('_manifests/latest.json');
    const { problems } = await verify(storage, { snapshots: 'all' });
    expect(problems.map(({ path }) => path)).toContain('_manifests/4000000000/snapshot.json');
    await expect(vacuum(storage, runtime, { graceMs: 0 })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(expire(storage, runtime, all)).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('a newest snapshot that lost its snapshot.json', () => {
  it.each(['with the hint', 'without the hint'])('stops clean-ups, %s', async (hint) => {
    const storage = await lakeOf(3);
    await storage.delete('_manifests/0000000003/snapshot.json');
    if (hint === 'without the hint') await storage.delete('_manifests/latest.json');
    const stored = await storage.list('');
    await expect(vacuum(storage, runtime, { graceMs: 0 })).rejects.toMatchObject({ code: 'corrupt' });
    await expect(expire(storage, runtime, all)).rejects.toMatchObject({ code: 'corrupt' });
    expect(await storage.list('')).toHaveLength(stored.length);
    const { problems } = await verify(storage, { snapshots: 'all' });
    expect(problems.map(({ path }) => path)).toContain('_manifests/0000000003/snapshot.json');
  });
});

describe('a newest snapshot on a disk that lost its snapshot.json, and the hint', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lake-lost-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['with the other files of its commit', ['snapshot.json']],
    ['and all else', ['']],
  ])('%s, is damage to readers, writers and verify', async (_, lost) => {
    const storage = localStorage(folder, systemRuntime());
    for (const day of ['2024-01-01', '2024-01-02']) await add(storage, events, [await dayFile(day, 'a')]);
    await rm(join(folder, '_manifests/latest.json'));
    for (const name of lost) await rm(join(folder, '_manifests/0000000002', name), { recursive: true });
    await mkdir(join(folder, '_manifests/0000000002'), { recursive: true });
    const corrupt = {
      code: 'corrupt',
      message: expect.stringContaining('0000000002/snapshot.json') as string,
    };
    await expect(openHead(storage)).rejects.toMatchObject(corrupt);
    await expect(add(storage, events, [await dayFile('2024-01-03', 'a')])).rejects.toMatchObject(corrupt);
    const { problems } = await verify(storage, { snapshots: 'all' });
    expect(problems.map(({ path }) => path)).toContain('_manifests/0000000002/snapshot.json');
  });
});

describe('something in the way of the next number', () => {
  it('is told, rather than taken for other writers', async () => {
    const storage = await lakeOf(1);
    await put(storage, '_manifests/0000000002/notes.txt');
    const adding = add(storage, events, [await dayFile('2024-01-09', 'a')]);
    await expect(adding).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('_manifests/0000000002') as string,
    });
    await storage.delete('_manifests/0000000002');
    await add(storage, events, [await dayFile('2024-01-09', 'a')]);
  });
});
