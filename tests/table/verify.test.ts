import fc from 'fast-check';
import { encodeTag } from '../../src/format/lake-file.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeKeyIndex } from '../../src/format/key-index.js';
import { sha256 } from '../../src/common/sha256.js';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { LakeError } from '../../src/common/errors.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { tagSnapshot } from '../../src/table/history/tags.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { verify, type VerifyReport } from '../../src/table/verify/verify.js';
import { openHead, requireTable } from '../../src/table/view.js';
import { add, dayFile, events, plainFile, runtime, totals } from './lake-fixture.js';

const all = (storage: Storage): Promise<VerifyReport> => verify(storage, { snapshots: 'all' });

async function indexed(day: string, id: string): Promise<EncodedDataFile> {
  const { bytes, columns } = encodeKeyIndex([{ fieldId: 1, hashes: Uint32Array.of(7, 9) }]);
  return { ...(await dayFile(day, id)), index: { bytes, columns, sha256: await sha256(bytes) } };
}

/** 1 (expired), 2, 3 (tagged), 4: each with another file of events; totals in 2 and later. */
async function lake(): Promise<MemoryStorage> {
  const storage = memoryStorage(runtime);
  await add(storage, events, [await indexed('2024-03-05', 'a')]);
  await add(storage, totals, [await plainFile('t')]);
  await add(storage, events, [await indexed('2024-03-06', 'b')]);
  await tagSnapshot(storage, runtime, { name: 'kept', snapshotId: 3 });
  await add(storage, events, [await indexed('2024-03-07', 'c')]);
  await expire(storage, runtime, { keep: 3, olderThanMicros: 1e18 });
  return storage;
}

const damage = async (storage: Storage, path: string, bytes: Uint8Array): Promise<void> =>
  storage.write([{ path, bytes }]);

describe('verify', () => {
  let seed: MemoryStorage;
  let paths: readonly string[];
  beforeAll(async () => {
    seed = await lake();
    paths = (await seed.list('')).map(({ path }) => path).filter((path) => !path.endsWith('latest.json'));
  });

  it('finds nothing in a lake that is as it was committed', async () => {
    const report = await all(seed);
    expect(report).toMatchObject({
      snapshots: [2, 3, 4],
      readable: [2, 3, 4],
      damaged: [],
      problems: [],
      files: paths.length - 1, // a tag is no file of a snapshot
    });
    let [done, total] = [0, 0];
    await verify(seed, { snapshots: [4], onProgress: (now, of) => ([done, total] = [now, of]) });
    expect(done).toBe(total);
    expect(done).toBeGreaterThan(0);
  });

  it('finds any single bit that flipped, any file that was cut, and any that is gone', async () => {
    const harm = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          kind: fc.constant('flip' as const),
          at: fc.double({ min: 0, max: 0.999999, noNaN: true }),
          bit: fc.nat({ max: 7 }),
        }),
      },
      fc.record({
        kind: fc.constant('cut' as const),
        at: fc.double({ min: 0, max: 0.999999, noNaN: true }),
        bit: fc.constant(0),
      }),
      fc.constant({ kind: 'gone' as const, at: 0, bit: 0 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), harm, async (path, { kind, at, bit }) => {
        const storage = seed.afterPowerCut();
        const bytes = await storage.read(path);
        const place = Math.floor(at * bytes.length);
        if (kind === 'gone' && path.includes('/tags/')) return; // then it is only no tag
        if (kind === 'gone') await storage.delete(path);
        if (kind === 'cut') await damage(storage, path, bytes.subarray(0, place));
        if (kind === 'flip') await damage(storage, path, bytes.with(place, bytes[place]! ^ (1 << bit)));
        const { problems, readable, damaged } = await all(storage);
        const named = kind === 'gone' ? path.replace('expired.json', 'snapshot.json') : path;
        expect(problems.map((problem) => problem.path)).toContain(named);
        expect([...readable, ...damaged].length).toBeGreaterThanOrEqual(3);
        const isHarmless = /\.keys$|expired|tags/.test(path);
        if (!isHarmless) expect(damaged).not.toEqual([]);
        else if (kind !== 'gone') expect(damaged).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('says which snapshots, tables and partitions a file is of, and which still read', async () => {
    const storage = seed.afterPowerCut();
    const state = await requireTable((await openHead(storage))!, events.name);
    const [, second] = await state.files();
    await storage.delete(second!.path);
    await storage.delete(second!.index!.path);
    const { problems, readable, damaged } = await all(storage);
    const common = { kind: 'missing', table: events.name, partition: '2024-03-06', snapshots: [3, 4] };
    expect(problems).toMatchObject([
      { ...common, role: 'key index', path: second!.index!.path },
      { ...common, role: 'data file', path: second!.path },
    ]);
    expect({ readable, damaged }).toEqual({ readable: [2], damaged: [3, 4] });
  });

  it('goes on below a damaged manifest, and says that it hides its files', async () => {
    const storage = seed.afterPowerCut();
    const state = await requireTable((await openHead(storage))!, events.name);
    await damage(storage, state.file.manifests[0]!.path, new Uint8Array());
    const [total] = await (await requireTable((await openHead(storage))!, totals.name)).files();
    await storage.delete(total!.path);
    const { problems, readable } = await all(storage);
    expect(problems).toMatchObject([
      {
        role: 'manifest',
        snapshots: [4],
        partition: '2024-03-05 to 2024-03-07',
        what: expect.stringMatching(/cannot be checked/) as string,
      },
      { role: 'data file', table: totals.name, snapshots: [2, 3, 4] },
    ]);
    expect(readable).toEqual([]);
  });

  it('tells a lost key index from lost rows', async () => {
    const storage = seed.afterPowerCut();
    await storage.delete((await storage.list('silver')).find(({ path }) => path.endsWith('.keys'))!.path);
    expect(await all(storage)).toMatchObject({ problems: [{ role: 'key index' }], readable: [2, 3, 4] });
  });

  it('finds a hole in the numbers, a snapshot put in the place of another, and a tag without one', async () => {
    const storage = seed.afterPowerCut();
    await storage.delete('_manifests/0000000003');
    expect(await all(storage)).toMatchObject({
      problems: [{ role: 'snapshot', kind: 'missing', snapshots: [3] }],
      snapshots: [2, 3, 4],
      readable: [2, 4],
    });
    await storage.delete('_manifests/0000000002/snapshot.json');
    const other = await lake();
    await damage(
      storage,
      '_manifests/0000000002/snapshot.json',
      await other.read('_manifests/0000000002/snapshot.json'),
    );
    expect((await all(storage)).damaged).toEqual([2, 3]);
    await storage.write([{ path: '_manifests/tags/old.json', bytes: await tagOfTen() }]);
    expect((await all(storage)).problems.map(({ role }) => role)).toContain('tag');
  });

  it('reads only what was asked for, and refuses what is not there', async () => {
    const storage = seed.afterPowerCut();
    const [newest] = (await (await requireTable((await openHead(storage))!, events.name)).files()).slice(-1);
    await storage.delete(newest!.path);
    expect(await verify(storage, { snapshots: [3] })).toMatchObject({ problems: [], readable: [3] });
    expect(await verify(storage, { snapshots: [3, 4] })).toMatchObject({ readable: [3], damaged: [4] });
    for (const id of [1, 9])
      await expect(verify(storage, { snapshots: [id] })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('reports what the disk cannot read, and takes a hint for what it is', async () => {
    const inner = seed.afterPowerCut();
    await damage(inner, '_manifests/latest.json', new TextEncoder().encode('?'));
    const bad = (await inner.list('gold'))[0]!.path;
    const read: Storage['read'] = (path) =>
      path === bad ? Promise.reject(new LakeError('corrupt', 'EIO')) : inner.read(path);
    expect((await all({ ...inner, read })).problems).toMatchObject([
      { path: bad, kind: 'unreadable', what: 'EIO' },
    ]);
  });

  it('does not take an expiry beside it for damage', async () => {
    for (let at = 0; at < 60; at += 3) {
      const inner = seed.afterPowerCut();
      let calls = 0;
      const read: Storage['read'] = async (path) => {
        if (calls++ === at) {
          await expire(inner, runtime, { keep: 1, olderThanMicros: 1e18 });
          await vacuum(inner, runtime, { graceMs: 0 });
        }
        return inner.read(path);
      };
      expect((await all({ ...inner, read })).problems).toEqual([]);
    }
  });
});

/** A whole tag that points to snapshot 1. */
/** Of a snapshot that the lake never had. */
const tagOfTen = (): Promise<Uint8Array> =>
  encodeTag({ snapshot: 10, createdAt: '2024-03-05T00:00:00.000000Z' });
