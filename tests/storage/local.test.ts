import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/common/runtime.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { nodeFileSystem, type FileSystem } from '../../src/storage/file-system.js';
import { storageError } from '../../src/storage/local-errors.js';
import { localStorage } from '../../src/storage/local.js';
import { isNeighbour, systemProcesses } from '../../src/storage/processes.js';
import type { Storage } from '../../src/storage/storage.js';
import { storageContract } from './contract.js';

const runtime = systemRuntime();
const roots: string[] = [];
const newRoot = async (): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'lake-storage-'));
  roots.push(root);
  return root;
};
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

storageContract('local', async () => localStorage(join(await newRoot(), 'new', 'lake'), runtime));

describe('local', () => {
  it('refuses a lake that is a file', async () => {
    const path = join(await newRoot(), 'lake');
    await writeFile(path, 'not a folder');
    const storage = localStorage(path, runtime);
    const file = { path: 'a', bytes: new Uint8Array() };
    const attempts = [
      () => storage.probe(),
      () => storage.write([file]),
      () => storage.create(file),
      () => storage.publish('a/1', [file], 't'),
      () => storage.names('_manifests'),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('refuses a name that is too long for the disk, and says so', async () => {
    const writing = localStorage(await newRoot(), runtime).write([
      { path: 'x'.repeat(300), bytes: new Uint8Array() },
    ]);
    await expect(writing).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('too long') as string,
    });
  });

  it('says why it cannot tell whether a lock is held, and leaves no failure behind that nobody waits for', async () => {
    let isFailing = false;
    const failing: FileSystem = {
      ...nodeFileSystem,
      readNow: (path) => {
        if (isFailing) throw Object.assign(new Error('system'), { code: 'EMFILE' });
        return nodeFileSystem.readNow(path);
      },
    };
    const storage = localStorage(await newRoot(), runtime, failing);
    const lock = await storage.lock('ingest', { timeoutMs: 0 });
    isFailing = true;
    const held = lock.isHeld(); // no exception here, which would hide what runs beside it
    await expect(held).rejects.toMatchObject({ code: 'out-of-resources', details: { system: 'EMFILE' } });
    isFailing = false;
    await lock.release();
  });

  it.each(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'ENFILE'])(
    'turns %s into an error that names the path and what to do',
    (code) => {
      const error = storageError(Object.assign(new Error('system'), { code }), 'write', '/lake', 'a/b');
      expect(error).toMatchObject({ code: 'out-of-resources', details: { path: '/lake/a/b', system: code } });
      expect((error as Error).message).toMatch(/^Cannot write \/lake\/a\/b: .*run again/);
    },
  );

  it.each(['file', 'link'] as const)(
    'knows that nothing was published where a %s stands in the place of a snapshot',
    async (kind) => {
      const root = await newRoot();
      const storage = localStorage(root, runtime);
      await storage.write([{ path: '_manifests/lake.json', bytes: new Uint8Array() }]);
      const place = join(root, '_manifests/0000000001');
      await (kind === 'file' ? writeFile(place, 'x') : symlink(root, place));
      const publishing = storage.publish(
        '_manifests/0000000001',
        [{ path: 'a', bytes: new Uint8Array() }],
        't',
      );
      await expect(publishing).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('Move it away') as string,
      });
      expect(await readdir(join(root, '_manifests'))).toEqual(['0000000001', 'lake.json']);
    },
  );

  it('leaves no temporary file behind when a write fails', async () => {
    const root = await newRoot();
    await mkdir(join(root, 'x'));
    await expect(
      localStorage(root, runtime).write([{ path: 'x', bytes: Uint8Array.of(1) }]),
    ).rejects.toThrow();
    expect(await readdir(root)).toEqual(['x']);
  });

  it('fails, and does not hang, where no folder can be made', async () => {
    const storage = localStorage('/proc/1/lake', runtime);
    await expect(storage.write([{ path: 'x', bytes: new Uint8Array() }])).rejects.toThrow('/proc/1/lake');
  });

  it('unlinks a symbolic link instead of what it points to', async () => {
    const [root, elsewhere] = [await newRoot(), await newRoot()];
    await writeFile(join(elsewhere, 'precious'), '');
    await symlink(elsewhere, join(root, 'link'));
    await localStorage(root, runtime).delete('link');
    expect(await readdir(elsewhere)).toEqual(['precious']);
  });

  it('counts the lock of a process that is gone as not held, and removes it', async () => {
    const root = await newRoot();
    const child = await holdLock(root);
    const storage = localStorage(root, runtime);
    expect(await storage.heldLocks('ing')).toEqual(['ingest']);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await storage.heldLocks('other')).toEqual([]);
    expect(await readdir(join(root, '_manifests'))).toEqual(['.lock-ingest']);
    expect(await storage.heldLocks('ing')).toEqual([]);
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('counts a lock of another machine as held until it was silent for an hour', async () => {
    const root = await newRoot();
    await mkdir(join(root, '_manifests'));
    const owner = { token: 'far', pid: 1, host: 'elsewhere', processStart: null };
    await writeFile(join(root, '_manifests', '.lock-ingest'), JSON.stringify(owner));
    const after = (ms: number): Runtime => ({ ...runtime, now: () => runtime.now() + ms * 1000 });
    expect(await localStorage(root, after(3_000_000)).heldLocks('')).toEqual(['ingest']);
    expect(await localStorage(root, after(3_700_000)).heldLocks('')).toEqual([]);
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('takes over the lock of a process that is gone', async () => {
    const root = await newRoot();
    const child = await holdLock(root);
    const storage = localStorage(root, runtime);
    await expect(storage.lock('ingest', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'conflict',
      details: { pid: child.pid, host: hostname() },
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await storage.lock('ingest', { timeoutMs: 5_000 });
    await lock.release();
    expect(await readdir(join(root, '_manifests'))).toEqual([]);
  });

  it('takes over the lock of a process whose number another one has now', async () => {
    const root = await newRoot();
    await mkdir(join(root, '_manifests'));
    const owner = { token: 'old', ...systemProcesses.self, processStart: '1' };
    await writeFile(join(root, '_manifests', '.lock-ingest'), JSON.stringify(owner));
    await (await localStorage(root, runtime).lock('ingest', { timeoutMs: 0 })).release();
  });

  it.each([
    ['another PID namespace', { namespace: 'pid:[1]' }],
    ['another start of a machine', { boot: 'f00d' }],
    ['a system that does not tell', { boot: null, namespace: null }],
    ['a program that does not say', { boot: undefined, namespace: undefined }],
  ])('takes an owner of %s under the same host name for alive until it is long silent', async (_, place) => {
    const root = await newRoot();
    await mkdir(join(root, '_manifests'));
    const owner = { token: 'far', ...systemProcesses.self, pid: 4_194_305, processStart: '1', ...place };
    await writeFile(join(root, '_manifests', '.lock-writer-1'), JSON.stringify(owner));
    const storage = (ms: number): Storage =>
      localStorage(root, { ...runtime, now: () => runtime.now() + ms * 1000 });
    expect(await storage(3_000_000).heldLocks('')).toEqual(['writer-1']);
    await expect(storage(0).lock('writer-1', { timeoutMs: 0 })).rejects.toMatchObject({ code: 'conflict' });
    expect(await storage(3_700_000).heldLocks('')).toEqual([]);
  });

  it('tells an owner whose lock was taken away meanwhile', async () => {
    const root = await newRoot();
    const lock = await localStorage(root, runtime).lock('writer-1', { timeoutMs: 0 });
    expect(await lock.isHeld()).toBe(true);
    const path = join(root, '_manifests', '.lock-writer-1');
    const other = JSON.stringify({ ...(JSON.parse(await readFile(path, 'utf8')) as object), token: 'other' });
    await writeFile(path, other);
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(await readFile(path, 'utf8')).toBe(other);
  });

  it('leaves the lock to a live owner whatever its age', async () => {
    const root = await newRoot();
    const storage = localStorage(root, runtime);
    await storage.lock('ingest', { timeoutMs: 0 });
    const later = { ...runtime, now: () => runtime.now() + 3600e6 };
    await expect(localStorage(root, later).lock('ingest', { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('takes over a lock of another machine only after a long silence', async () => {
    const root = await newRoot();
    await mkdir(join(root, '_manifests'));
    const owner = { token: 'far', pid: 1, host: 'elsewhere', processStart: null };
    await writeFile(join(root, '_manifests', '.lock-ingest'), JSON.stringify(owner));
    let nowMicros = 0;
    const clock = {
      ...runtime,
      now: () => nowMicros,
      sleep: (ms: number) => Promise.resolve(void (nowMicros += ms * 1e3)),
    };
    const storage = localStorage(root, clock);
    await expect(storage.lock('ingest', { timeoutMs: 60_000 })).rejects.toMatchObject({ code: 'conflict' });
    await (await storage.lock('ingest', { timeoutMs: 300_000 })).release();
  });
});

describe('a process', () => {
  const self = { pid: 1, host: 'h', boot: 'b', namespace: 'n', processStart: '1' };

  it('can be judged by its number only where numbers mean the same', () => {
    expect(isNeighbour({ ...self, pid: 2 }, self, 'linux')).toBe(true);
    for (const other of [{ host: 'x' }, { boot: 'x' }, { namespace: 'x' }, { namespace: null }])
      expect(isNeighbour({ ...self, ...other }, self, 'linux')).toBe(false);
    const silent = { ...self, boot: null, namespace: null };
    expect(isNeighbour(silent, silent, 'linux')).toBe(false);
    expect(isNeighbour(silent, silent, 'darwin')).toBe(true);
  });
});

async function holdLock(root: string): Promise<ChildProcess> {
  const child = fork(new URL('./hold-lock.mjs', import.meta.url), [root]);
  await once(child, 'message');
  return child;
}
