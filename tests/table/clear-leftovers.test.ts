import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import type { Runtime } from '../../src/common/runtime.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import { healHint, healTags } from '../../src/table/maintenance/clear-leftovers.js';
import { openForWriting } from '../../src/table/lake-file.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { encodeTag } from '../../src/format/lake-file.js';
import { expiredPath, snapshotPath, tagPath } from '../../src/format/paths.js';
import { listTags } from '../../src/table/snapshot-lookup.js';
import { tagSnapshot } from '../../src/table/history/tags.js';
import { verify } from '../../src/table/verify/verify.js';
import { announceWriter } from '../../src/table/writers.js';
import { add, dayFile, events, runtime } from './lake-fixture.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const hintOf = async (storage: MemoryStorage): Promise<string> =>
  new TextDecoder().decode(await storage.read('_manifests/latest.json'));

async function lake(time: Runtime): Promise<MemoryStorage> {
  const storage = memoryStorage(time);
  for (const day of ['2024-03-05', '2024-03-06']) await add(storage, events, [await dayFile(day, 'a')]);
  return storage;
}

/** A clock that is set by hand, in hours. */
function clock(): Runtime & { hour: number } {
  const start = runtime.now();
  const made = { ...runtime, hour: 0, now: () => start + made.hour * 3_600_000_000 };
  return made;
}

describe('opening for writing', () => {
  it.each(['', 'garbage', '{"snapshot":1}', '{"snapshot":7}'])('heals the hint %j', async (hint) => {
    const storage = await lake(runtime);
    await storage.write([{ path: '_manifests/latest.json', bytes: bytes(hint) }]);
    await openForWriting(storage, runtime);
    expect(await hintOf(storage)).toBe('{"snapshot":2}');
    expect(await healHint(storage)).toBe('right');
  });

  it('heals a hint that is lost', async () => {
    const storage = await lake(runtime);
    await storage.delete('_manifests/latest.json');
    await openForWriting(storage, runtime);
    expect(await hintOf(storage)).toBe('{"snapshot":2}');
  });

  it('removes what dead writers staged, and nothing that a living one may have', async () => {
    const time = clock();
    const storage = await lake(time);
    const writer = await announceWriter(storage, time);
    const staged = '_manifests/.staging-0b/snapshot.json';
    await storage.write([{ path: staged, bytes: bytes('{}') }]);
    time.hour = 25;
    await openForWriting(storage, time);
    expect(await storage.stat(staged)).toBeDefined();
    await writer.release();
    time.hour = 23;
    await openForWriting(storage, time);
    expect(await storage.stat(staged)).toBeDefined();
    time.hour = 25;
    await openForWriting(storage, time);
    expect(await storage.stat(staged)).toBeUndefined();
  });

  it('does not fail where nothing can be healed', async () => {
    const storage = await lake(runtime);
    await storage.delete('_manifests/latest.json');
    const full = new LakeError('out-of-resources', 'the disk is full');
    await openForWriting({ ...storage, write: () => Promise.reject(full) }, runtime);
    await expect(storage.read('_manifests/latest.json')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('removes the tag of a tagging that died after its snapshot had expired, and no other', async () => {
    const storage = await lake(runtime);
    await expire(storage, runtime, { keep: 1, olderThanMicros: 1e18 });
    for (const [name, snapshot] of [
      ['dead', 1],
      ['good', 2],
    ] as const)
      await storage.write([
        {
          path: tagPath(name),
          bytes: await encodeTag({ snapshot, createdAt: '2024-03-05T00:00:00.000000Z' }),
        },
      ]);
    expect((await verify(storage, { snapshots: 'all' })).problems).toEqual([]);
    await openForWriting(storage, runtime);
    expect([...(await listTags(storage)).keys()]).toEqual(['good']);
  });

  it('keeps the tag of a snapshot that is marked for expiry and still there', async () => {
    const storage = await lake(runtime);
    await tagSnapshot(storage, runtime, { name: 'kept', snapshotId: 1 });
    await storage.write([{ path: expiredPath(1), bytes: await storage.read(snapshotPath(1)) }]);
    expect(await healTags(storage)).toEqual([]);
  });
});
