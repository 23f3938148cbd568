import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import { uuid } from '../../src/common/runtime.js';
import { memoryStorage, type MemoryHook } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { findHead, listSnapshots, readSnapshot } from '../../src/table/snapshot-lookup.js';
import { openHead } from '../../src/table/view.js';
import { add, adding, dayFile, events, idsOf, plainFile, raw, runtime, totals } from './lake-fixture.js';

const newStorage = (hook?: MemoryHook): Storage => memoryStorage(runtime, hook);

describe('a commit', () => {
  it('makes a chain without holes, each naming its parent by hash', async () => {
    const storage = newStorage();
    for (const day of ['2024-03-05', '2024-03-06', '2024-03-04'])
      await add(storage, events, [await dayFile(day, 'a')]);
    const [third, second, first] = await listSnapshots(storage, 9);
    expect([first, second, third].map((each) => [each?.snapshotId, each?.parentId])).toEqual([
      [1, null],
      [2, 1],
      [3, 2],
    ]);
    expect(await idsOf(storage, events)).toEqual(['2024-03-04 a', '2024-03-05 a', '2024-03-06 a']);
    expect(third?.tables['silver.events']).toMatchObject({ files: 3, rows: 3 });
  });

  it('is later than its parent even when the clock stands still or goes back', async () => {
    const storage = newStorage();
    let now = 1_700_000_000_000_000;
    const clock = { ...runtime, now: () => now };
    for (let i = 0; i < 3; i++) {
      const base = await openHead(storage);
      await commit(
        storage,
        clock,
        await adding(storage, base, events, [await dayFile('2024-03-05', `a${i}`)]),
      );
      now -= i * 10_000_000;
    }
    const times = (await listSnapshots(storage, 9)).map((each) => each.committedAt);
    expect(times).toEqual([
      '2023-11-14T22:13:20.000002Z',
      '2023-11-14T22:13:20.000001Z',
      '2023-11-14T22:13:20.000000Z',
    ]);
  });

  it('keeps tables that it does not touch by name', async () => {
    const storage = newStorage();
    const first = await add(storage, totals, [await plainFile('a')]);
    const second = await add(storage, events, [await dayFile('2024-03-05', 'a')]);
    expect(second.tables['gold.totals']).toEqual(first.tables['gold.totals']);
    expect((await storage.names('_manifests/0000000002')).toSorted()).toEqual([
      'silver.events.json',
      'silver.events.m0.json',
      'snapshot.json',
    ]);
  });

  it('writes nothing for a table whose change changes nothing', async () => {
    const storage = newStorage();
    const first = await add(storage, totals, [await plainFile('a')]);
    const second = await add(storage, totals, []);
    expect(second.tables).toEqual(first.tables);
  });

  it('records in which snapshot a file came', async () => {
    const storage = newStorage();
    await add(storage, events, [await dayFile('2024-03-05', 'a')]);
    await add(storage, events, [await dayFile('2024-03-05', 'b')]);
    const files = await (await (await openHead(storage))?.table('silver.events'))?.files();
    expect(files?.map((file) => file.addedIn)).toEqual([1, 2]);
  });

  it('tells the summary its number', async () => {
    const storage = newStorage();
    const request = await adding(storage, null, events, [await dayFile('2024-03-05', 'a')]);
    const snapshot = await commit(storage, runtime, { ...request, summary: (id) => ({ number: id }) });
    expect((await readSnapshot(storage, 1)).summary).toEqual({ number: 1 });
    expect(snapshot).toEqual(await readSnapshot(storage, 1));
  });
});

describe('a lost race', () => {
  const day = '2024-03-05';

  it('is tried again on the new head when other things changed', async () => {
    const storage = newStorage();
    await add(storage, totals, [await plainFile('t')]);
    const base = await openHead(storage);
    const late = await adding(storage, base, raw, [await dayFile(day, 'late')]);
    await add(storage, totals, [await plainFile('u')]);
    const snapshot = await commit(storage, runtime, late);
    expect(snapshot.snapshotId).toBe(3);
    expect(await idsOf(storage, totals)).toEqual(['t', 'u']);
    expect(await idsOf(storage, raw)).toEqual([`${day} late`]);
  });

  it('lets two writers append to one partition of a table in order of arrival', async () => {
    const storage = newStorage();
    await add(storage, raw, [await dayFile(day, 'z')]);
    const base = await openHead(storage);
    const late = await adding(storage, base, raw, [await dayFile(day, 'late')]);
    await add(storage, raw, [await dayFile(day, 'early')]);
    await commit(storage, runtime, late);
    expect(await idsOf(storage, raw)).toEqual([`${day} z`, `${day} early`, `${day} late`]);
  });

  it.each([
    ['a table that was read changed', [{ table: 'silver.events' }]],
    ['a partition that was read changed', [{ table: 'silver.events', partitions: ['2024-03-06', day] }]],
  ])('is a conflict when %s', async (_, reads) => {
    const storage = newStorage();
    await add(storage, events, [await dayFile(day, 'a')]);
    const base = await openHead(storage);
    const late = await adding(storage, base, totals, [await plainFile('t')], { reads });
    await add(storage, events, [await dayFile(day, 'b')]);
    await expect(commit(storage, runtime, late)).rejects.toMatchObject({
      code: 'conflict',
      details: { table: 'silver.events' },
    });
    expect(await findHead(storage)).toBe(2);
  });

  it('is no conflict when only other partitions than those that were read changed', async () => {
    const storage = newStorage();
    await add(storage, events, [await dayFile(day, 'a')]);
    const base = await openHead(storage);
    const reads = [{ table: 'silver.events', partitions: [day] }];
    const late = await adding(storage, base, totals, [await plainFile('t')], { reads });
    await add(storage, events, [await dayFile('2024-03-07', 'b')]);
    expect((await commit(storage, runtime, late)).snapshotId).toBe(3);
  });

  it('is a conflict when a partition of a sorted table that is written changed', async () => {
    const storage = newStorage();
    await add(storage, events, [await dayFile(day, 'a')]);
    const base = await openHead(storage);
    const late = await adding(storage, base, events, [await dayFile(day, 'b')]);
    const beside = await adding(storage, base, events, [await dayFile('2024-03-09', 'b')]);
    await add(storage, events, [await dayFile(day, 'c')]);
    await expect(commit(storage, runtime, late)).rejects.toMatchObject({ code: 'conflict' });
    await commit(storage, runtime, beside);
    expect(await idsOf(storage, events)).toEqual([`${day} a`, `${day} c`, '2024-03-09 b']);
  });

  it('is a conflict when a file that is to be removed is gone', async () => {
    const storage = newStorage();
    await add(storage, raw, [await dayFile(day, 'a')]);
    const base = await openHead(storage);
    const removed = ((await (await base?.table(raw.name))?.files()) ?? []).map((file) => file.path);
    const late = await adding(storage, base, raw, [await dayFile(day, 'b')], { removed });
    await add(storage, raw, [await dayFile(day, 'c')], removed);
    await expect(commit(storage, runtime, late)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is a conflict when both made the same table', async () => {
    const storage = newStorage();
    const late = await adding(storage, null, raw, [await dayFile(day, 'late')]);
    await add(storage, raw, [await dayFile(day, 'early')]);
    await expect(commit(storage, runtime, late)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends at the deadline', async () => {
    let now = 0;
    const clock = { ...runtime, now: () => (now += 1e6), sleep: () => Promise.resolve() };
    const storage = newStorage();
    const always: Storage = { ...storage, publish: () => Promise.resolve('taken') };
    const request = await adding(storage, null, raw, [await dayFile(day, 'a')], { deadlineMs: 60_000 });
    await expect(commit(always, clock, request)).rejects.toMatchObject({ code: 'conflict' });
    expect(now).toBeLessThan(70e6);
  });

  it('stops when asked to, and nothing was published', async () => {
    const storage = newStorage();
    const request = await adding(storage, null, raw, [await dayFile(day, 'a')], {
      signal: AbortSignal.abort(),
    });
    await expect(commit(storage, runtime, request)).rejects.toMatchObject({ code: 'interrupted' });
    expect(await findHead(storage)).toBe(0);
  });

  it('is refused for a run that took longer than half the grace period', async () => {
    const storage = newStorage();
    const startedAt = runtime.now() - 13 * 3600e6;
    const request = await adding(storage, null, raw, [await dayFile(day, 'a')], { startedAt });
    await expect(commit(storage, runtime, request)).rejects.toMatchObject({ code: 'conflict' });
    await commit(storage, runtime, { ...request, startedAt: startedAt + 2 * 3600e6 });
  });
});

describe('an unclear outcome', () => {
  const unclear = (step: 'rename' | 'sync'): LakeError =>
    new LakeError('commit-unknown', 'unclear', { details: { step } });
  const request = async (storage: Storage): ReturnType<typeof adding> =>
    adding(storage, null, raw, [await dayFile('2024-03-05', 'a')], { commitId: uuid(runtime) });

  it('is a success when the snapshot turns out to be ours', async () => {
    const storage = newStorage();
    const replayed: Storage = {
      ...storage,
      publish: async (...args) => {
        await storage.publish(...args);
        throw unclear('rename');
      },
    };
    expect((await commit(replayed, runtime, await request(storage))).snapshotId).toBe(1);
    expect(await findHead(storage)).toBe(1);
  });

  it('is a success when a replayed call says that the number is taken, by us', async () => {
    const storage = newStorage();
    const replayed: Storage = {
      ...storage,
      publish: async (...args) => (await storage.publish(...args), 'taken'),
    };
    expect((await commit(replayed, runtime, await request(storage))).snapshotId).toBe(1);
    expect(await findHead(storage)).toBe(1);
  });

  it('is tried again when the number is still free', async () => {
    const storage = newStorage();
    let failures = 2;
    const flaky: Storage = {
      ...storage,
      publish: (...args) => (failures-- > 0 ? Promise.reject(unclear('rename')) : storage.publish(...args)),
    };
    expect((await commit(flaky, runtime, await request(storage))).snapshotId).toBe(1);
  });

  it('goes to the caller when it stays unclear, whatever fails afterwards', async () => {
    const storage = newStorage();
    const dead: Storage = { ...storage, publish: () => Promise.reject(unclear('rename')) };
    await expect(commit(dead, runtime, await request(storage))).rejects.toMatchObject({
      code: 'commit-unknown',
    });
    let calls = 0;
    const full: Storage = {
      ...storage,
      publish: () =>
        Promise.reject(calls++ === 0 ? unclear('rename') : new LakeError('out-of-resources', 'full')),
    };
    await expect(commit(full, runtime, await request(storage))).rejects.toMatchObject({
      code: 'commit-unknown',
    });
  });

  it('goes to the caller when the snapshot is visible but was not synced', async () => {
    const storage = newStorage();
    const unsynced: Storage = { ...storage, publish: () => Promise.reject(unclear('sync')) };
    await expect(commit(unsynced, runtime, await request(storage))).rejects.toMatchObject({
      code: 'commit-unknown',
    });
  });
});

describe('a power cut at any step of a commit', () => {
  it('leaves the lake as it was, or with the whole commit once it was acknowledged', async () => {
    const counted = await countSteps();
    for (let crashAt = 0; crashAt < counted; crashAt++) {
      let [step, armed, acknowledged] = [0, false, false];
      const storage = memoryStorage(runtime, () => {
        if (armed && step++ >= crashAt) throw new Error('power cut');
      });
      await add(storage, events, [await dayFile('2024-03-05', 'a')]);
      armed = true;
      await add(storage, events, [await dayFile('2024-03-06', 'b')]).then(
        () => (acknowledged = true),
        () => undefined,
      );
      const left = storage.afterPowerCut();
      const ids = await idsOf(left, events);
      expect(ids, `crash at ${crashAt}`).toEqual(['2024-03-05 a', '2024-03-06 b'].slice(0, ids.length));
      expect(ids.length, `crash at ${crashAt}`).toBeGreaterThanOrEqual(acknowledged ? 2 : 1);
      await add(left, events, [await dayFile('2024-03-07', 'c')]);
      for (const file of (await (await (await openHead(left))?.table(events.name))?.files()) ?? []) {
        expect((await left.read(file.path)).length).toBe(file.bytes);
      }
    }
  });

  async function countSteps(): Promise<number> {
    let steps = 0;
    const storage = memoryStorage(runtime, () => void steps++);
    await add(storage, events, [await dayFile('2024-03-05', 'a')]);
    const before = steps;
    await add(storage, events, [await dayFile('2024-03-06', 'b')]);
    return steps - before + 1;
  }
});
