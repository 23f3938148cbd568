import { beforeAll, describe, expect, it } from 'vitest';
import { encodeTag } from '../../src/format/lake-file.js';
import { encodeExpired } from '../../src/format/snapshot.js';
import { tagPath } from '../../src/format/paths.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import { commit } from '../../src/table/commit.js';
import { openForWriting } from '../../src/table/lake-file.js';
import {
  findHead,
  listSnapshots,
  listTags,
  openSnapshot,
  readLakeFile,
  resolveReference,
} from '../../src/table/snapshot-lookup.js';
import { verify } from '../../src/table/verify/verify.js';
import { openAt, openHead } from '../../src/table/view.js';
import { add, adding, plainFile, runtime, totals } from './lake-fixture.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const noon = Date.parse('2024-06-01T12:00:00Z') * 1000;
const hour = 3600e6;

/** Snapshots 1, 2, 3 at 12:00, 13:00 and 14:00. */
async function threeSnapshots(): Promise<MemoryStorage> {
  const storage = memoryStorage(runtime);
  for (let i = 0; i < 3; i++) {
    const clock = { ...runtime, now: () => noon + i * hour };
    await commit(
      storage,
      clock,
      await adding(storage, await openHead(storage), totals, [await plainFile(`${i}`)]),
    );
  }
  return storage;
}

describe('the head', () => {
  const hint = '_manifests/latest.json';

  it.each([
    ['right', '{"snapshot":3}'],
    ['stale', '{"snapshot":1}'],
    ['ahead of everything', '{"snapshot":77}'],
    ['garbage', '\u0000\u0001'],
    ['half written', '{"snapshot":'],
    ['empty', ''],
    ['of another shape', '{"snapshot":"3"}'],
    ['negative', '{"snapshot":-1}'],
  ])('is found with a hint that is %s', async (_, text) => {
    const storage = await threeSnapshots();
    await storage.write([{ path: hint, bytes: utf8(text) }]);
    expect(await findHead(storage)).toBe(3);
  });

  it('is found without a hint, and is 0 where there is no lake', async () => {
    const storage = await threeSnapshots();
    await storage.delete(hint);
    expect(await findHead(storage)).toBe(3);
    expect(await findHead(memoryStorage(runtime))).toBe(0);
    expect(await openHead(memoryStorage(runtime))).toBeNull();
  });

  it('is not mistaken for staging folders and strangers', async () => {
    const storage = await threeSnapshots();
    await storage.delete(hint);
    const strangers = ['.staging-x/snapshot.json', '9/x', '00000000099/x', 'tags/a.json', '0000000000/x'];
    await storage.write(strangers.map((name) => ({ path: `_manifests/${name}`, bytes: utf8('x') })));
    expect(await findHead(storage)).toBe(3);
  });

  it('probes past expired snapshots', async () => {
    const storage = await threeSnapshots();
    await expire(storage, 2);
    await storage.write([{ path: hint, bytes: utf8('{"snapshot":1}') }]);
    expect(await findHead(storage)).toBe(3);
  });
});

async function expire(storage: MemoryStorage, snapshotId: number): Promise<void> {
  const { snapshot, sha256 } = await openSnapshot(storage, snapshotId);
  const folder = `_manifests/000000000${snapshotId}`;
  await storage.write([
    { path: `${folder}/expired.json`, bytes: await encodeExpired({ ...snapshot, sha256 }) },
  ]);
  await storage.delete(`${folder}/snapshot.json`);
}

describe('a snapshot by what people call it', () => {
  let storage: MemoryStorage;
  beforeAll(async () => {
    storage = await threeSnapshots();
    const tag = await encodeTag({ snapshot: 2, createdAt: '2024-06-02T00:00:00.000000Z' });
    await storage.write([{ path: tagPath('month-end'), bytes: tag }]);
  });

  it.each([
    ['2', 2],
    [' 2 ', 2],
    ['head', 3],
    ['head~2', 1],
    ['head~0', 3],
    ['month-end', 2],
    ['2024-06-01T12:00:00Z', 1],
    ['2024-06-01T12:59:59.999999Z', 1],
    ['2024-06-01T13:00:00.000000Z', 2],
    ['2024-06-01T15:30+02:00', 2],
    ['2024-06-02', 3],
  ])('%j', async (reference, expected) => {
    expect(await resolveReference(storage, reference)).toBe(expected);
  });

  it.each(['head~3', 'no-such-tag', '2024-06-01', '2024-06-01T11:59:59.999999Z', '4', '0'])(
    '%j is not found',
    async (reference) => {
      await expect(openAt(storage, reference)).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  it('says of a time before the first when that was', async () => {
    const first = "the lake's first is of 2024-06-01T12:00:00.000000Z";
    await expect(resolveReference(storage, '2024-06-01')).rejects.toThrow(first);
    const old = await threeSnapshots();
    await expire(old, 1);
    await expect(resolveReference(old, '2024-06-01')).rejects.toThrow(first);
  });

  it.each(['', 'HEAD', '../x', '2024-13-45', 'head~', '-1'])('%j is no reference', async (reference) => {
    await expect(resolveReference(storage, reference)).rejects.toMatchObject({
      code: expect.stringMatching(/invalid-input|not-found/) as string,
    });
  });

  it.each(['2027-02-30', '2026-11-31', '2024-06-01T24:00:00', '2024-06-01T23:60', '2024-06-01T12:00+24:00'])(
    '%j is no day or time, not even the next one',
    async (reference) => {
      await expect(resolveReference(storage, reference)).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('is not a day or time of the calendar') as string,
      });
    },
  );

  it('says that a snapshot expired, and still finds others by time', async () => {
    const old = await threeSnapshots();
    await expire(old, 1);
    await expect(openAt(old, '1')).rejects.toThrow(/Snapshot 1 \(2024-06-01T12:00:00.000000Z\) has expired/);
    expect(await resolveReference(old, '2024-06-01T13:30:00Z')).toBe(2);
    expect((await listSnapshots(old, 9)).map((each) => each.snapshotId)).toEqual([3, 2]);
  });

  it('does not take what is left of one expired snapshot for that of another', async () => {
    const old = await threeSnapshots();
    await expire(old, 1);
    await expire(old, 2);
    const other = await old.read('_manifests/0000000002/expired.json');
    await old.write([{ path: '_manifests/0000000001/expired.json', bytes: other }]);
    await expect(openAt(old, '1')).rejects.toThrow(/0000000001\/expired.json.*it is of snapshot 2/);
    expect((await verify(old, { snapshots: 'all' })).problems).toMatchObject([{ role: 'expired' }]);
  });

  it('lists the newest first, and tags by name', async () => {
    expect((await listSnapshots(storage, 2)).map((each) => each.snapshotId)).toEqual([3, 2]);
    expect([...(await listTags(storage))]).toEqual([['month-end', 2]]);
  });
});

describe('a snapshot that is gone without having expired', () => {
  it('is damage', async () => {
    const storage = await threeSnapshots();
    await storage.delete('_manifests/0000000002/snapshot.json');
    await expect(openSnapshot(storage, 2)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(listSnapshots(storage, 9)).rejects.toMatchObject({ code: 'corrupt' });
    expect((await openAt(storage, '3')).snapshot.snapshotId).toBe(3);
  });
});

describe('lake.json', () => {
  it('is written once, whoever comes first', async () => {
    const storage = memoryStorage(runtime);
    const made = await Promise.all([1, 2, 3, 4].map(() => openForWriting(storage, runtime)));
    expect(new Set(made.map((lake) => lake.lakeId)).size).toBe(1);
    expect(await readLakeFile(storage)).toEqual(made[0]);
  });

  it('is found when another writer makes it, and a snapshot, right after it was looked for', async () => {
    let racer: Promise<unknown> | undefined;
    const storage = memoryStorage(runtime, async (step, path) => {
      if (step !== 'list' || racer !== undefined) return;
      expect(path).toContain('_manifests');
      racer = plainFile('a').then((made) => add(storage, totals, [made]));
      await racer;
    });
    const found = await openForWriting(storage, runtime);
    expect(await readLakeFile(storage)).toEqual(found);
  });

  it('keeps a grace period that is not the default', async () => {
    const storage = memoryStorage(runtime);
    await openForWriting(storage, runtime, { vacuumGraceMs: 5000 });
    expect((await readLakeFile(storage))?.vacuumGraceMs).toBe(5000);
  });

  it('is not made anew beside snapshots', async () => {
    const storage = await threeSnapshots();
    await storage.delete('_manifests/lake.json');
    await expect(openForWriting(storage, runtime)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openHead(storage)).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('is not made where the storage is unfit', async () => {
    const storage = { ...memoryStorage(runtime), probe: () => Promise.resolve('it loses commits') };
    await expect(openForWriting(storage, runtime)).rejects.toThrow(/cannot hold a lake: it loses commits/);
    expect(await storage.list('')).toEqual([]);
  });
});
