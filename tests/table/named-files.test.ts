import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Lock, Storage } from '../../src/storage/storage.js';
import { commit, type CommitRequest } from '../../src/table/commit.js';
import { rollback } from '../../src/table/history/rollback.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { readDataFile } from '../../src/table/read.js';
import { findHead } from '../../src/table/snapshot-lookup.js';
import { openHead, openView } from '../../src/table/view.js';
import { add, adding, dayFile, events, runtime, totals, plainFile } from './lake-fixture.js';

const everything = { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER };
const lock = (isHeld: boolean): Lock => ({
  isHeld: () => Promise.resolve(isHeld),
  release: () => Promise.resolve(),
});

async function request(storage: Storage, options: Partial<CommitRequest> = {}): Promise<CommitRequest> {
  return adding(storage, await openHead(storage), events, [await dayFile('2024-01-02', 'b')], options);
}

/** A storage whose clean-ups see no lock: as if every owner had been silent for long. */
const withoutLocks = (storage: Storage): Storage => ({ ...storage, heldLocks: () => Promise.resolve([]) });

describe('a commit whose ground is gone', () => {
  it.each([
    ['a file that a clean-up deleted', (storage: Storage, path: string) => storage.delete(path)],
    [
      'a file of another size',
      (storage: Storage, path: string) => storage.write([{ path, bytes: new Uint8Array(1) }]),
    ],
    ['all files, by vacuum', (storage: Storage) => vacuum(withoutLocks(storage), runtime, { graceMs: 0 })],
  ])('publishes nothing that names %s', async (_, damage) => {
    const storage = memoryStorage(runtime);
    await add(storage, events, [await dayFile('2024-01-01', 'a')]);
    const ready = await request(storage);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await damage(storage, ready.changes[0]!.added[0]!.path);
    await expect(commit(storage, runtime, ready)).rejects.toMatchObject({ code: 'conflict' });
    expect(await findHead(storage)).toBe(1);
  });

  it('publishes nothing once one of its claims is lost', async () => {
    const storage = memoryStorage(runtime);
    const lost = await request(storage, { claims: [lock(true), lock(false)] });
    await expect(commit(storage, runtime, lost)).rejects.toMatchObject({ code: 'conflict' });
    expect(await findHead(storage)).toBe(0);
    await commit(storage, runtime, { ...lost, claims: [lock(true)] });
  });

  it('is a conflict, no damage, where the run itself reads the file before', async () => {
    const storage = memoryStorage(runtime);
    const file = (await request(storage)).changes[0]!.added[0]!;
    await storage.delete(file.path);
    await expect(readDataFile(storage, file)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a rollback whose pin nobody sees', () => {
  it('publishes nothing that names metadata or files which went meanwhile', async () => {
    const storage = memoryStorage(runtime);
    const first = [await plainFile('a')];
    await add(storage, totals, first);
    const [old] = await (await (await openHead(storage))!.table(totals.name))!.files();
    await add(storage, totals, [await plainFile('b')], [old!.path]);
    const [head, to] = [(await openHead(storage))!, await openView(storage, 1)];
    let isFirst = true;
    const blind: Storage = {
      ...storage,
      // The expiry and the vacuum run after the rollback has proven its ground, right before its last look.
      stat: async (path) => {
        if (isFirst && path.endsWith('.json') && path.includes('0000000001/gold')) {
          isFirst = false;
          await expire(withoutLocks(storage), runtime, everything);
        }
        return storage.stat(path);
      },
    };
    await expect(rollback(blind, runtime, { head, to, commitId: uuid(runtime) })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(isFirst).toBe(false);
    expect(await findHead(storage)).toBe(2);
  });
});
