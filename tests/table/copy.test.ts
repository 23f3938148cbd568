// Copies between a disk and an object store: the same lake, whatever stops it on the way.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryObjects, type RequestFault } from '../../reliability/object-store-in-memory.js';
import { localStorage } from '../../src/storage/local.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import type { Storage } from '../../src/storage/storage.js';
import { copyLake } from '../../src/table/copy.js';
import { tagSnapshot } from '../../src/table/history/tags.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { findHead, listTags, openSnapshot } from '../../src/table/snapshot-lookup.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead } from '../../src/table/view.js';
import { add, dayFile, events, plainFile, runtime, totals } from './lake-fixture.js';

describe('a copy', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lake-copy-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const disk = (name: string): Storage => localStorage(join(root, name), runtime);
  const store = (objects = new MemoryObjects()): Storage => objectStorage(objects.client(), runtime);
  const places = { 'on a disk': disk, 'in a store': () => store() };

  /** Six snapshots, of which the first is expired and the third has a tag. */
  async function fill(storage: Storage): Promise<void> {
    for (let i = 1; i <= 3; i++) {
      await add(storage, events, [await dayFile(`2024-01-0${i}`, `e${i}`)]);
      await add(storage, totals, [await plainFile(`t${i}`)]);
    }
    await tagSnapshot(storage, runtime, { name: 'kept', snapshotId: 3 });
    await expire(storage, runtime, { keep: 3, olderThanMicros: runtime.now() + 1e9 });
  }

  async function expectSame(from: Storage, to: Storage): Promise<void> {
    expect(await findHead(to)).toBe(await findHead(from));
    const { problems, damaged } = await verify(to, { snapshots: 'all' });
    expect([problems, damaged]).toEqual([[], []]);
    expect(await listTags(to)).toEqual(await listTags(from));
    for (const id of [3, 4, 5, 6]) expect(await openSnapshot(to, id)).toEqual(await openSnapshot(from, id));
  }

  it.each([
    ['on a disk', 'in a store'],
    ['in a store', 'on a disk'],
    ['in a store', 'in a store'],
  ] as const)('of a lake %s is the same lake %s, and goes on from there', async (here, there) => {
    const [from, to] = [places[here]('from'), places[there]('to')];
    await fill(from);
    const first = await copyLake(from, to);
    expect(first).toMatchObject({ head: 6, snapshots: 4, keptFiles: 0 });
    await expectSame(from, to);
    expect(await copyLake(from, to)).toMatchObject({ keptFiles: first.copiedFiles - 2 });
    await add(from, totals, [await plainFile('more')]);
    expect(await copyLake(from, to)).toMatchObject({ head: 7, snapshots: 5 });
    expect((await add(to, totals, [await plainFile('own')])).snapshotId).toBe(8);
    await expect(copyLake(from, to)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of one snapshot holds that one, and marks of those before it', async () => {
    const [from, to] = [disk('from'), store()];
    await fill(from);
    expect(await copyLake(from, to, { snapshot: 4 })).toMatchObject({ head: 4, snapshots: 1 });
    expect((await verify(to, { snapshots: 'all' })).problems).toEqual([]);
    expect((await openHead(to))?.snapshot).toEqual((await openSnapshot(from, 4)).snapshot);
    await expect(openSnapshot(to, 3)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that is stopped at any request goes on where it was', async () => {
    const from = disk('from');
    await fill(from);
    for (let at = 25; at < 400; at += 9) {
      const objects = new MemoryObjects();
      let count = 0;
      const before = (): RequestFault => (++count >= at ? 'lost before' : 'none');
      const failing = objectStorage(objects.client({ before }), {
        ...runtime,
        sleep: () => Promise.resolve(),
      });
      const isDone = await copyLake(from, failing).then(
        () => true,
        () => false,
      );
      await copyLake(from, store(objects));
      await expectSame(from, store(objects));
      if (isDone) return;
    }
    throw new Error('no copy came to its end');
  });

  it('stops at a damaged file, and names it', async () => {
    const [from, to] = [disk('from'), store()];
    await fill(from);
    const [file] = await (await (await openHead(from))!.table(events.name))!.files();
    await from.write([{ path: file!.path, bytes: new Uint8Array(file!.bytes) }]);
    await expect(copyLake(from, to)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(file!.path) as string,
    });
    expect(await findHead(to)).toBe(0);
  });

  it('mends a file that lies there and is another', async () => {
    const [from, to] = [disk('from'), store()];
    await fill(from);
    await copyLake(from, to);
    const [file] = await (await (await openHead(from))!.table(events.name))!.files();
    await to.write([{ path: file!.path, bytes: new Uint8Array(file!.bytes) }]);
    await copyLake(from, to);
    await expectSame(from, to);
  });

  it('is refused where another lake lies, and of a place without one', async () => {
    const [from, other] = [disk('from'), store()];
    await fill(from);
    await fill(other);
    await expect(copyLake(from, other)).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(copyLake(disk('none'), store())).rejects.toMatchObject({ code: 'not-found' });
  });
});
