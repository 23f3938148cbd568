import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import type { Runtime } from '../../src/common/runtime.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import { healHint } from '../../src/table/heal.js';
import { openForWriting } from '../../src/table/lake-file.js';
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
});
