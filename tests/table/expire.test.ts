import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { expire, type ExpireOptions } from '../../src/table/maintenance/expire.js';
import { planExpire } from '../../src/table/maintenance/expire-plan.js';
import type { LineEntry } from '../../src/table/maintenance/all-snapshots.js';
import { listSnapshots, listTags } from '../../src/table/snapshot-lookup.js';
import { pinSnapshot } from '../../src/table/maintenance/pins.js';
import { readDataFile } from '../../src/table/read.js';
import { tagSnapshot, untag } from '../../src/table/history/tags.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openHead, openView, requireTable } from '../../src/table/view.js';
import { add, adding, dayFile, events, raw, runtime } from './lake-fixture.js';

const all: ExpireOptions = { keep: 1, olderThanMicros: 1e18 };

/** A lake of `count` snapshots, each of which replaces the only file of its day. */
async function lakeOf(
  count: number,
  storage: MemoryStorage = memoryStorage(runtime),
): Promise<MemoryStorage> {
  for (let i = 1; i <= count; i++) {
    const state = await (await openHead(storage))?.table(events.name);
    const day = `2024-03-0${1 + (i % 2)}`;
    const old = ((await state?.files()) ?? []).filter((file) => file.partition['day'] === day);
    await add(
      storage,
      events,
      [await dayFile(day, `a${i}`)],
      old.map(({ path }) => path),
    );
  }
  return storage;
}

const idsOf = async (storage: Storage): Promise<readonly number[]> =>
  (await listSnapshots(storage, 999)).map(({ snapshotId }) => snapshotId);

/** Everything that a snapshot's readers see. */
async function contentOf(storage: Storage, snapshotId: number): Promise<string> {
  const view = await openView(storage, snapshotId);
  const contents: string[] = [];
  for (const table of view.tables) {
    const state = await requireTable(view, table);
    for (const file of await state.files())
      contents.push(`${table} ${new TextDecoder().decode(await readDataFile(storage, file))}`);
  }
  return contents.join('\n');
}

async function contentsOf(storage: Storage): Promise<ReadonlyMap<number, string>> {
  const contents = new Map<number, string>();
  for (const id of await idsOf(storage)) contents.set(id, await contentOf(storage, id));
  return contents;
}

describe('expiry', () => {
  it('keeps the newest, what is tagged, and all that these reach; folders stay', async () => {
    const storage = await lakeOf(6);
    await tagSnapshot(storage, runtime, { name: 'month-end', snapshotId: 2 });
    const before = await contentsOf(storage);
    const report = await expire(storage, runtime, { ...all, keep: 2 });
    expect(report.expired.map(({ id }) => id)).toEqual([1, 3, 4]);
    expect(report.kept).toEqual([
      { id: 2, why: 'tagged' },
      { id: 5, why: 'newest' },
      { id: 6, why: 'head' },
    ]);
    expect(report.proof).toMatchObject({ tables: 1, rows: 5, how: 'files' });
    expect(report.dataFiles).toBe(1);
    expect(await idsOf(storage)).toEqual([6, 5, 2]);
    for (const [id, content] of await contentsOf(storage)) expect(content).toBe(before.get(id));
    expect(await storage.names('_manifests/0000000001')).toContain('expired.json');
    expect(await storage.names('_manifests/0000000003')).toEqual(['expired.json']);
    await expect(openView(storage, 3)).rejects.toMatchObject({ code: 'not-found' });
    await add(storage, events, [await dayFile('2024-03-09', 'x')]);
    expect((await openHead(storage))?.snapshot.snapshotId).toBe(7);
  });

  it('does nothing the second time', async () => {
    const storage = await lakeOf(5);
    await expire(storage, runtime, all);
    const stored = await storage.list('');
    const report = await expire(storage, runtime, all);
    expect(report).toMatchObject({ expired: [], metadataFiles: 0, metadataBytes: 0, dataFiles: 0 });
    expect(await storage.list('')).toEqual(stored);
  });

  it('writes nothing for a dry run and says the same as the run', async () => {
    const storage = await lakeOf(5);
    const stored = await storage.list('');
    const plan = await expire(storage, runtime, { ...all, dryRun: true });
    expect(await storage.list('')).toEqual(stored);
    expect(await expire(storage, runtime, all)).toEqual(plan);
  });

  it('does not count snapshots that changed nothing, and keeps young ones', () => {
    const entry = (snapshotId: number, sha256: string): LineEntry => ({
      snapshotId,
      operation: 'ingest',
      sha256: '',
      committedAt: `2024-01-01T00:00:00.00000${snapshotId}Z`,
      tables: { 'a.b': { path: '', sha256, rows: 0, files: 0, bytes: 0 } },
    });
    const line = [entry(1, 'a'), entry(2, 'b'), entry(3, 'b'), entry(4, 'b'), entry(5, 'b')];
    const start = Date.UTC(2024, 0, 1) * 1000;
    const kept = (keep: number, olderThanMicros: number): readonly unknown[] =>
      planExpire(line, new Set(), { keep, olderThanMicros }).kept.map(({ snapshot, why }) => [
        snapshot.snapshotId,
        why,
      ]);
    expect(kept(1, start + 9)).toEqual([
      [2, 'newest'],
      [5, 'head'],
    ]);
    expect(kept(0, start + 4)).toEqual([
      [4, 'young'],
      [5, 'head'],
    ]);
  });

  it('keeps what a living process has pinned', async () => {
    const storage = await lakeOf(4);
    const pin = await pinSnapshot(storage, runtime, 2);
    await expire(storage, runtime, all);
    expect(await idsOf(storage)).toEqual([4, 2]);
    await pin.release();
    await expire(storage, runtime, all);
    expect(await idsOf(storage)).toEqual([4]);
  });

  it('stops before it deletes anything when a retained file is gone', async () => {
    const storage = await lakeOf(3);
    const [file] = (await (await (await openHead(storage))?.table(events.name))?.files()) ?? [];
    await storage.delete(file!.path);
    const stored = await storage.list('');
    await expect(expire(storage, runtime, all)).rejects.toMatchObject({
      code: 'corrupt',
      details: { path: file!.path, table: events.name },
    });
    expect(await storage.list('')).toEqual(stored);
  });

  it('refuses to keep a fraction', async () => {
    await expect(expire(memoryStorage(runtime), runtime, { ...all, keep: 1.5 })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });

  it('can be cut off at every step, also by a power cut: retained snapshots read, and the next one finishes', async () => {
    const steps: string[] = [];
    const seed = await lakeOf(4);
    await tagSnapshot(seed, runtime, { name: 'kept', snapshotId: 2 });
    const before = await contentsOf(seed);
    const whole = seed.afterPowerCut((step, path) => void steps.push(`${step} ${path}`));
    await expire(whole, runtime, all);
    const end = (await whole.afterPowerCut().list('')).map(({ path }) => path);
    const dead = new Error('cut off');
    for (let stop = 0; stop < steps.length; stop++) {
      let step = 0;
      const storage = seed.afterPowerCut(() => {
        if (step++ >= stop) throw dead;
      });
      await expect(expire(storage, runtime, all)).rejects.toBe(dead);
      const after = storage.afterPowerCut();
      for (const [id, content] of await contentsOf(after)) expect(content).toBe(before.get(id));
      expect(await idsOf(after)).toEqual(expect.arrayContaining([4, 2]));
      await expire(after, runtime, all);
      expect((await after.list('')).map(({ path }) => path)).toEqual(end);
    }
  });
});

describe('a reader of a snapshot that expires', () => {
  it('is told so, and does not take it for damage', async () => {
    const storage = await lakeOf(3);
    const view = await openView(storage, 2);
    const other = await openView(storage, 2);
    const files = await (await requireTable(other, events.name)).files();
    await expire(storage, runtime, all);
    await vacuum(storage, runtime, { graceMs: 0 });
    await expect(requireTable(view, events.name)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/Snapshot 2 expired while it was read/) as string,
    });
    const state = await requireTable(other, events.name);
    const reads = await Promise.allSettled(files.map((file) => state.read(file)));
    const reasons = reads.flatMap((read) => (read.status === 'rejected' ? [read.reason as unknown] : []));
    expect(reasons).toContainEqual(
      expect.objectContaining({
        code: 'not-found',
        details: expect.objectContaining({ snapshot: 2 }) as object,
      }),
    );
  });

  it('and writes on it gets a conflict', async () => {
    const storage = await lakeOf(3);
    const base = await openHead(storage);
    const request = await adding(storage, base, events, [await dayFile('2024-03-07', 'n')]);
    await add(storage, events, [await dayFile('2024-03-08', 'o')]);
    await expire(storage, runtime, all);
    await expect(commit(storage, runtime, request)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('and writes beside it lands where nothing of the base is needed', async () => {
    const storage = await lakeOf(3);
    const base = await openHead(storage);
    const request = await adding(storage, base, raw, [await dayFile('2024-03-07', 'n')]);
    await add(storage, events, [await dayFile('2024-03-08', 'o')]);
    await expire(storage, runtime, all);
    expect(await commit(storage, runtime, request)).toMatchObject({ snapshotId: 5 });
  });
});

describe('a tag', () => {
  it('is made once, and points to one snapshot until it is taken off', async () => {
    const storage = await lakeOf(2);
    const tag = (name: string, snapshotId: number) => tagSnapshot(storage, runtime, { name, snapshotId });
    expect(await tag('a', 1)).toBe('created');
    expect(await tag('a', 1)).toBe('same');
    await expect(tag('a', 2)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(tag('b', 3)).rejects.toMatchObject({ code: 'not-found' });
    await expect(tag('head', 1)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await untag(storage, 'a')).toBe(1);
    await expect(untag(storage, 'a')).rejects.toMatchObject({ code: 'not-found' });
    expect([...(await listTags(storage))]).toEqual([]);
  });

  it('comes with its snapshot or not at all, wherever an expiry meets it', async () => {
    const seed = await lakeOf(3);
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const waiting = scheduler.schedule(Promise.resolve());
        const storage = seed.afterPowerCut(async () => void (await scheduler.schedule(Promise.resolve())));
        const tagged = tagSnapshot(storage, runtime, { name: 'a', snapshotId: 1 }).catch(
          (error: { code: string }) => error.code,
        );
        const expired = expire(storage, runtime, all);
        await scheduler.waitFor(Promise.all([waiting, tagged, expired]));
        const after = storage.afterPowerCut();
        const isThere = (await idsOf(after)).includes(1);
        expect([await tagged, isThere, (await listTags(after)).size]).toEqual(
          isThere && (await tagged) === 'created' ? ['created', true, 1] : ['not-found', isThere, 0],
        );
      }),
      { numRuns: 60 },
    );
  });
});
