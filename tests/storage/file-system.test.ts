// The local storage on file systems that break the rules.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { nodeFileSystem, type FileSystem, type OpenFile } from '../../src/storage/file-system.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe('the local storage', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'lake-fs-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const on = (odd: Partial<FileSystem>): Storage =>
    localStorage(root, systemRuntime(), { ...nodeFileSystem, ...odd });

  /** A file system whose open files behave oddly. */
  const withFiles = (odd: (file: OpenFile, kind: string) => Partial<OpenFile>): Partial<FileSystem> => ({
    open: async (path, flags) => {
      const file = await nodeFileSystem.open(path, flags);
      return { ...file, ...odd(file, (await nodeFileSystem.stat(path)).kind) };
    },
  });

  const replacing: FileSystem['rename'] = async (from, to) => {
    await rm(to, { recursive: true, force: true });
    await nodeFileSystem.rename(from, to);
  };

  const fsyncFails = (code: string): Partial<FileSystem> =>
    withFiles((_, kind) => (kind === 'folder' ? { sync: () => Promise.reject(failure(code)) } : {}));

  it.each([
    ['whose rename replaces a folder', { rename: replacing }, /rename replaces a directory/],
    [
      'whose rename only says that it worked',
      { rename: () => Promise.resolve() },
      /rename replaces a directory/,
    ],
    [
      'whose rename works on free names only in words',
      {
        rename: (_: string, to: string) =>
          nodeFileSystem.stat(to).then(
            () => Promise.reject(failure('EEXIST')),
            () => undefined,
          ),
      },
      /does not move it/,
    ],
    ['that cannot sync a folder', fsyncFails('EINVAL'), /directory cannot be synced \(EINVAL\)/],
  ])('is found unfit on a file system %s', async (_, odd, reason) => {
    expect(await on(odd).probe()).toMatch(reason);
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('does not call a file system unfit for a failure that passes', async () => {
    await expect(on(fsyncFails('EMFILE')).probe()).rejects.toMatchObject({ code: 'out-of-resources' });
    const io = on({ rename: () => Promise.reject(failure('EIO')) });
    await expect(io.probe()).rejects.toMatchObject({ code: 'corrupt' });
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('writes and reads files whole where the system takes and gives a few bytes at a time', async () => {
    const slow = on(
      withFiles((file) => ({
        write: (bytes) => file.write(bytes.subarray(0, 3)),
        read: (bytes, position) => file.read(bytes.subarray(0, 2), position),
      })),
    );
    await slow.write([{ path: 'x', bytes: new TextEncoder().encode('0123456789') }]);
    expect(await readFile(join(root, 'x'), 'utf8')).toBe('0123456789');
    expect(new TextDecoder().decode(await slow.read('x', { start: 1, end: 9 }))).toBe('12345678');
  });

  it('gives up where the system takes no bytes at all', async () => {
    const full = on(withFiles(() => ({ write: () => Promise.resolve(0) })));
    await expect(full.write([{ path: 'x', bytes: Uint8Array.of(1) }])).rejects.toMatchObject({
      code: 'corrupt',
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('creates files for one of many callers where there are no hard links, and none that is torn', async () => {
    const noLinks = { link: () => Promise.reject(failure('EPERM')) };
    const answers = await Promise.all(
      [1, 2, 3].map((each) => on(noLinks).create({ path: 'x', bytes: Uint8Array.of(each) })),
    );
    expect(answers.toSorted()).toEqual(['created', 'taken', 'taken']);
    let syncs = 0;
    const failing = withFiles((file) => ({
      sync: () => (++syncs === 2 ? Promise.reject(failure('EIO')) : file.sync()),
    }));
    await expect(
      on({ ...noLinks, ...failing }).create({ path: 'y', bytes: Uint8Array.of(1) }),
    ).rejects.toThrow();
    expect(await readdir(root)).toEqual(['x']);
  });

  it('leaves nothing of a commit that the system refused', async () => {
    const full = on({ rename: () => Promise.reject(failure('ENOSPC')) });
    const commit = full.publish('_manifests/1', [{ path: 'snapshot.json', bytes: Uint8Array.of(1) }], 't');
    await expect(commit).rejects.toMatchObject({ code: 'out-of-resources' });
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('takes and releases locks though a clean-up removes their temporary files', async () => {
    let removals = 0;
    const cleaning: Partial<FileSystem> = {
      link: async (from, to) => {
        if (removals++ < 2) await rm(from);
        await nodeFileSystem.link(from, to);
      },
      rename: async (from, to) => {
        await nodeFileSystem.rename(from, to);
        await rm(to);
      },
    };
    const lock = await on(cleaning).lock('ingest', { timeoutMs: 0 });
    expect(await on({}).heldLocks('')).toEqual(['ingest']);
    await lock.release();
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('syncs the folders that hold the lake before it says that something is there', async () => {
    const synced: string[] = [];
    const storage = on({
      open: async (path, flags) => {
        if (flags === 'r') synced.push(path);
        return nodeFileSystem.open(path, flags);
      },
    });
    await storage.write([{ path: 'x', bytes: new Uint8Array() }]);
    expect(synced).toContain(tmpdir());
    synced.length = 0;
    await storage.write([{ path: 'y', bytes: new Uint8Array() }]);
    expect(synced).toEqual([root]);
  });

  it('syncs each folder of what it deleted once, and for a folder that is gone the one above', async () => {
    const synced: string[] = [];
    const storage = on({
      open: async (path, flags) => {
        if ((await nodeFileSystem.stat(path).catch(() => undefined))?.kind === 'folder')
          synced.push(path.slice(root.length));
        return nodeFileSystem.open(path, flags);
      },
    });
    const files = ['f/a', 'f/b', 'f/c', 'g/h/a', 'g/h/b', 'k'];
    await storage.write(files.map((path) => ({ path, bytes: new Uint8Array() })));
    synced.length = 0;
    await storage.delete(['f/a', 'f/b', 'g/h/a', 'g/h', 'nowhere/x']);
    expect(synced.toSorted()).toEqual(['', '/f', '/g']);
  });

  it('does not call a deletion done that the disk did not confirm', async () => {
    await on({}).write([{ path: 'f/a', bytes: new Uint8Array() }]);
    await expect(on(fsyncFails('EIO')).delete('f/a')).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('keeps few files open, however many are asked for at a time', async () => {
    let [open, most] = [0, 0];
    const counting: Partial<FileSystem> = {
      open: async (path, flags) => {
        const file = await nodeFileSystem.open(path, flags);
        most = Math.max(most, ++open);
        return { ...file, close: () => file.close().finally(() => void open--) };
      },
    };
    const storage = on(counting);
    const write = (i: number): Promise<void> =>
      storage.write(
        Array.from({ length: 10 }, (_, n) => ({ path: `f/${i}-${n}`, bytes: new Uint8Array(9) })),
      );
    await Promise.all(Array.from({ length: 60 }, (_, i) => write(i)));
    const reads = (await storage.list('f')).map(({ path }) => storage.read(path, { start: 0, end: 4 }));
    expect(await Promise.all(reads)).toHaveLength(600);
    expect(open).toBe(0);
    expect(most).toBeLessThanOrEqual(32);
    await expect(storage.read('missing', { start: 0, end: 1 })).rejects.toMatchObject({ code: 'not-found' });
  });
});
