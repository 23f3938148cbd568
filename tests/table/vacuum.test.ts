import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/common/runtime.js';
import { localStorage } from '../../src/storage/local.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { openForWriting } from '../../src/table/lake-file.js';
import { readDataFile } from '../../src/table/read.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { planVacuum, type Wanted } from '../../src/table/maintenance/vacuum-plan.js';
import { openHead, requireTable } from '../../src/table/view.js';
import { announceWriter } from '../../src/table/writers.js';
import { add, adding, dayFile, events, runtime } from './lake-fixture.js';
import { commit } from '../../src/table/commit.js';

const all = { keep: 1, olderThanMicros: 1e18 };
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const pathsOf = (files: readonly { path: string }[]): readonly string[] => files.map(({ path }) => path);

/** An hour later: nothing that is there is in flight any more. */
const later: Runtime = { ...runtime, now: () => runtime.now() + 3_600_000_000 };

/** A clock that is set by hand, in hours. */
function clock(): Runtime & { hour: number } {
  const start = runtime.now();
  const made = { ...runtime, hour: 0, now: () => start + made.hour * 3_600_000_000 };
  return made;
}

const garbage = [
  'silver/events/_engine-01234567/_temporary/0/part-00000.parquet',
  'silver/events/_engine-01234567/lake_part=all/lake_cut=0/.part-00000.parquet.crc',
  'silver/events/_engine-01234567/lake_part=all/lake_cut=0/part-00000.parquet',
  'silver/events/day=2024-03-05/0123456789abcdef-01234567.keys',
  'silver/events/day=2024-03-05/0123456789abcdef-01234567.parquet',
  'silver/events/day=2024-03-05/0123456789abcdef-01234567.parquet.tmp-12-ab-0',
  '_manifests/.staging-0b0b/snapshot.json',
  '_manifests/.probe-12-ab/first/content',
  '_manifests/.lock-ingest.aside-12-ab',
  '_manifests/tags/x.json.tmp-1',
];

async function withGarbage(storage: Storage): Promise<Storage> {
  await add(storage, events, [await dayFile('2024-03-05', 'a')]);
  await storage.write(garbage.map((path) => ({ path, bytes: text('x') })));
  return storage;
}

describe('a vacuum beside the first snapshot of all', () => {
  it('is not told that snapshots are lost', async () => {
    let racer: Promise<unknown> | undefined;
    const memory = memoryStorage(runtime);
    await openForWriting(memory, runtime);
    const storage: Storage = {
      ...memory,
      stat: async (path) => {
        racer ??= dayFile('2024-03-05', 'a').then((made) => add(memory, events, [made]));
        await racer;
        return memory.stat(path);
      },
    };
    await expect(vacuum(storage, runtime, { graceMs: 0 })).resolves.toMatchObject({ deleted: [] });
  });
});

describe('vacuum', () => {
  const folders: string[] = [];
  afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));
  const onDisk = async (): Promise<Storage> => {
    folders.push(await mkdtemp(join(tmpdir(), 'lake-vacuum-')));
    return localStorage(folders.at(-1)!, runtime);
  };

  it.each([
    ['memory', () => Promise.resolve(memoryStorage(runtime) as Storage)],
    ['a disk', onDisk],
  ])('deletes what nothing names and nothing else, in %s', async (_, make) => {
    const storage = await withGarbage(await make());
    await storage.write([{ path: 'README.md', bytes: text('hello') }]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const needed = pathsOf(await storage.list('')).filter((path) => !garbage.includes(path));
    const plan = await vacuum(storage, later, { graceMs: 0, dryRun: true });
    expect(pathsOf(await storage.list(''))).toHaveLength(needed.length + garbage.length);
    const report = await vacuum(storage, later, { graceMs: 0 });
    expect(report).toEqual(plan);
    expect(report.deleted.map(({ path }) => path).toSorted()).toEqual(garbage.toSorted());
    expect(report).toMatchObject({ bytes: garbage.length, foreign: [], youngFiles: 0 });
    expect(report.proof).toMatchObject({ tables: 1, rows: 1, how: 'files' });
    expect(pathsOf(await storage.list(''))).toEqual(needed);
    expect((await storage.names('_manifests')).filter((name) => /staging|probe/.test(name))).toEqual([]);
    expect((await vacuum(storage, later, { graceMs: 0 })).deleted).toEqual([]);
  });

  it('frees what only expired snapshots named, and the metadata that a stopped expiry left', async () => {
    const storage = memoryStorage(runtime);
    const first = await add(storage, events, [await dayFile('2024-03-05', 'a')]);
    const [old] = (await (await (await openHead(storage))?.table(events.name))?.files()) ?? [];
    await add(storage, events, [await dayFile('2024-03-05', 'b')], [old!.path]);
    const lost = first.tables[events.name]!.path;
    const bytes = await storage.read(lost);
    await expire(storage, runtime, all);
    await storage.write([{ path: lost, bytes }]);
    const report = await vacuum(storage, later, { graceMs: 0 });
    expect(report.deleted.map(({ path, kind }) => [path, kind])).toEqual([
      [old!.path, 'data'],
      [lost, 'metadata'],
    ]);
    const state = await requireTable((await openHead(storage))!, events.name);
    for (const file of await state.files()) await readDataFile(storage, file);
  });

  it('lists foreign files and deletes them only when asked', async () => {
    const storage = await withGarbage(memoryStorage(runtime));
    const foreign = ['silver/events/part-0.parquet', 'silver/notes.txt', '_manifests/mine.json'];
    const hidden = ['silver/.gitkeep', '_manifests/.gitkeep', '_manifests/tags/.DS_Store'];
    const others = [...hidden, 'notes/a.parquet', 'notes/b/x.tmp-1', 'gold/notes.txt'];
    await storage.write([...foreign, ...others].map((path) => ({ path, bytes: text('?') })));
    const report = await vacuum(storage, later, { graceMs: 0 });
    expect(pathsOf(report.foreign).toSorted()).toEqual(foreign.toSorted());
    expect(await storage.stat(foreign[0]!)).toBeDefined();
    await vacuum(storage, later, { graceMs: 0, foreign: true });
    for (const path of foreign) expect(await storage.stat(path)).toBeUndefined();
    for (const path of others) expect(await storage.stat(path)).toBeDefined();
  });

  it.each([
    ['of a layer that no snapshot names', 'mart/daily_sales'],
    ['in partitions of one', 'raw_2/events/event_month=2024-03'],
    ['of a table that is gone from a layer', 'silver/dropped/day=2024-03-05'],
  ])('takes files of its own %s, and what is beside them is nobody’s business', async (_, folder) => {
    const storage = await withGarbage(memoryStorage(runtime));
    const stray = ['parquet', 'keys', 'parquet.tmp-1-a-0'].map(
      (end) => `${folder}/0123456789abcdef-01234567.${end}`,
    );
    const others = ['mart/readme.txt', 'mart/daily_sales/part-0.parquet', 'node_modules/a/index.js'];
    await storage.write([...stray, ...others].map((path) => ({ path, bytes: text('x') })));
    const { deleted, foreign } = await vacuum(storage, later, { graceMs: 0 });
    expect(pathsOf(deleted).toSorted()).toEqual([...garbage, ...stray].toSorted());
    expect(foreign).toEqual([]);
    for (const path of others) expect(await storage.stat(path)).toBeDefined();
  });

  it('does not list a folder in which no table of ours lies', async () => {
    const storage = await withGarbage(memoryStorage(runtime));
    await storage.write([{ path: 'node_modules/pkg/lib/deep/x.js', bytes: text('x') }]);
    const lists: string[] = [];
    const list = (folder: string): ReturnType<Storage['list']> => {
      lists.push(folder);
      return storage.list(folder);
    };
    await vacuum({ ...storage, list }, later, { graceMs: 0 });
    expect(lists.filter((folder) => folder.startsWith('node_modules'))).toEqual([]);
  });

  it('leaves what is on its way into the metadata for ten minutes, whatever the grace', async () => {
    const inFlight = garbage.filter((path) => path.startsWith('_manifests/'));
    const storage = await withGarbage(memoryStorage(runtime));
    const after = (minutes: number): Runtime => ({ ...runtime, now: () => runtime.now() + minutes * 60e6 });
    const first = await vacuum(storage, after(9), { graceMs: 0 });
    expect(pathsOf(first.deleted).toSorted()).toEqual(garbage.filter((path) => !inFlight.includes(path)));
    expect(first.youngFiles).toBe(inFlight.length);
    const second = await vacuum(storage, after(11), { graceMs: 0 });
    expect(pathsOf(second.deleted).toSorted()).toEqual(inFlight.toSorted());
  });

  it('leaves alone what is younger than the grace period', async () => {
    const time = clock();
    const storage = await withGarbage(memoryStorage(time));
    time.hour = 23;
    expect(await vacuum(storage, time, {})).toMatchObject({ deleted: [], youngFiles: garbage.length });
    time.hour = 25;
    expect((await vacuum(storage, time, {})).deleted).toHaveLength(garbage.length);
  });

  it('leaves alone what a living writer may be about to commit, however old', async () => {
    const time = clock();
    const storage = memoryStorage(time);
    await add(storage, events, [await dayFile('2024-03-05', 'a')]);
    const writer = await announceWriter(storage, time);
    const request = await adding(storage, await openHead(storage), events, [
      await dayFile('2024-03-06', 'b'),
    ]);
    time.hour = 100;
    expect((await vacuum(storage, time, { graceMs: 0 })).deleted).toEqual([]);
    await commit(storage, time, request);
    await writer.release();
    expect((await vacuum(storage, time, { graceMs: 0 })).deleted).toEqual([]);
    const state = await requireTable((await openHead(storage))!, events.name);
    for (const file of await state.files()) await readDataFile(storage, file);
  });

  it('takes what is committed while it reads for committed', async () => {
    const seed = memoryStorage(runtime);
    await add(seed, events, [await dayFile('2024-03-05', 'a')]);
    const request = await adding(seed, await openHead(seed), events, [await dayFile('2024-03-06', 'b')]);
    let committed = false;
    const storage: Storage = {
      ...seed,
      heldLocks: async (prefix) => {
        if (!committed) await commit(seed, runtime, request);
        committed = true;
        return seed.heldLocks(prefix);
      },
    };
    expect((await vacuum(storage, runtime, { graceMs: 0 })).deleted).toEqual([]);
  });

  it('refuses where something that is needed is missing, or there is no lake', async () => {
    const storage = await withGarbage(memoryStorage(runtime));
    const [file] = (await (await (await openHead(storage))?.table(events.name))?.files()) ?? [];
    await storage.delete(file!.path);
    const stored = await storage.list('');
    await expect(vacuum(storage, runtime, { graceMs: 0 })).rejects.toMatchObject({ code: 'corrupt' });
    await storage.delete('_manifests/0000000001');
    await expect(vacuum(storage, runtime, { graceMs: 0 })).rejects.toMatchObject({ code: 'corrupt' });
    expect(await storage.list('')).toHaveLength(stored.length - 3);
    await expect(vacuum(memoryStorage(runtime), runtime, {})).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the plan of a vacuum', () => {
  const wanted: Wanted = { files: new Set(), metadata: new Set(), expired: new Set(), layers: new Set() };
  const listed = (path: string, modifiedAtMs: number) => ({ path, sizeBytes: 1, modifiedAtMs });

  it('never names a tag, the lake file, the hint, a lock or a living snapshot', () => {
    const files = ['tags/a.json', 'lake.json', 'latest.json', '.lock-ingest', '0000000001/snapshot.json'];
    const plan = planVacuum(
      files.map((name) => listed(`_manifests/${name}`, 0)),
      wanted,
      { cutOffMs: 1, inFlightCutOffMs: 1, foreign: true },
    );
    expect(plan).toEqual({ deleted: [], foreign: [], young: [] });
  });

  it('keeps a staging folder as long as any of its files is young', () => {
    const files = [listed('_manifests/.staging-1/a.json', 0), listed('_manifests/.staging-1/b.json', 5)];
    expect(
      planVacuum(files, wanted, { cutOffMs: 3, inFlightCutOffMs: 3, foreign: false }).young,
    ).toHaveLength(2);
  });
});
