// A disk with no byte left: a real one where a tiny file system may be mounted, else one that says so.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem, type FileSystem } from '../../src/storage/file-system.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { openForDeleting } from '../../src/table/lake-file.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { listSnapshots } from '../../src/table/snapshot-lookup.js';
import { verify } from '../../src/table/verify/verify.js';
import { add, plainFile, runtime, totals } from './lake-fixture.js';
import { openHead } from '../../src/table/view.js';

const all = { keep: 1, olderThanMicros: Number.MAX_SAFE_INTEGER };
const noSpace = Object.assign(new Error('no space'), { code: 'ENOSPC' });

/** Six snapshots, each of whose files only it names. */
async function filled(storage: Storage): Promise<void> {
  for (const id of 'abcdef') {
    const old = (await (await (await openHead(storage))?.table(totals.name))?.files()) ?? [];
    await add(
      storage,
      totals,
      [await plainFile(id.repeat(5000))],
      old.map(({ path }) => path),
    );
  }
}

/** Frees space by expiry and vacuum, which must not need any; what is left reads whole. */
async function freeAll(storage: Storage): Promise<void> {
  await openForDeleting(storage, runtime);
  const stray = await vacuum(storage, runtime, { graceMs: 0 });
  expect(stray.deleted).toEqual([]);
  const expired = await expire(storage, runtime, all);
  expect(expired.expired.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(expired).toMatchObject({ kept: [{ id: 6, why: 'head' }], metadataFiles: 15, dataFiles: 5 });
  expect((await listSnapshots(storage, 9)).map(({ snapshotId }) => snapshotId)).toEqual([6]);
  expect((await vacuum(storage, runtime, { graceMs: 0 })).deleted).toHaveLength(5);
  expect((await verify(storage, { snapshots: 'all' })).problems).toEqual([]);
  expect(await storage.names('_manifests')).not.toContain('.lock-maintenance');
}

const place = mkdtempSync(join(tmpdir(), 'lake-full-'));
const mounting = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place]);
const isMounted = mounting.status === 0;
afterAll(() => {
  if (isMounted) spawnSync('umount', [place]);
  rmSync(place, { recursive: true, force: true });
});

describe.skipIf(!isMounted)('a real disk without a free byte', () => {
  it('still lets vacuum and expire free space', async () => {
    const storage = localStorage(place, runtime);
    await filled(storage);
    const free = statfsSync(place);
    writeFileSync(join(place, 'ballast'), new Uint8Array(free.bavail * free.bsize));
    expect(statfsSync(place).bavail).toBe(0);
    await expect(add(storage, totals, [await plainFile('g')])).rejects.toMatchObject({
      code: 'out-of-resources',
    });
    await freeAll(storage);
    await add(storage, totals, [await plainFile('g')]);
  });
});

describe('a disk that says that it is full', () => {
  let [used, space] = [0, Infinity];
  beforeEach(() => {
    [used, space] = [0, Infinity];
  });

  /** Counts files, a block each, and refuses to write one more than it has room for. */
  const small: FileSystem = {
    ...nodeFileSystem,
    open: async (path, flags) => {
      const file = await nodeFileSystem.open(path, flags);
      if (flags === 'r') return file;
      used++;
      return { ...file, write: (bytes) => (used > space ? Promise.reject(noSpace) : file.write(bytes)) };
    },
    unlink: async (path) => {
      await nodeFileSystem.unlink(path);
      used--;
    },
    rename: async (from, to) => {
      const isThere = await nodeFileSystem.stat(to).then(
        ({ kind }) => kind === 'file',
        () => false,
      );
      await nodeFileSystem.rename(from, to);
      if (isThere) used--;
    },
  };

  it('still lets vacuum and expire free space', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-small-'));
    const storage = localStorage(root, runtime, small);
    await filled(storage);
    space = used;
    await expect(storage.write([{ path: 'x', bytes: new Uint8Array(1) }])).rejects.toMatchObject({
      details: { system: 'ENOSPC' },
    });
    await freeAll(storage);
    rmSync(root, { recursive: true });
  });

  it('says so where not even the hint makes room for a mark, and everything is as before', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lake-smaller-'));
    const storage = localStorage(root, runtime, small);
    await filled(storage);
    space = used - 2;
    await expect(expire(storage, runtime, all)).rejects.toMatchObject({ details: { system: 'ENOSPC' } });
    space = Infinity;
    expect(await listSnapshots(storage, 9)).toHaveLength(6);
    expect((await verify(storage, { snapshots: 'all' })).problems).toEqual([]);
    rmSync(root, { recursive: true });
  });
});
