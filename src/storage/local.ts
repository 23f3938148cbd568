// A lake in a folder of a local disk. Files and the commit are durable when a call resolves; the commit is one
// directory rename, which fails on a folder that is there already (format §4).

import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mapConcurrent } from '../common/concurrency.js';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import {
  createFile,
  FolderTree,
  removeTree,
  replaceFile,
  syncFolder,
  syncNearest,
  writeSynced,
} from './durable.js';
import { isMissing, storageError, systemCode } from './local-errors.js';
import { localHeldLocks, localLock, metadataFolderName } from './local-lock.js';
import { probeLocal } from './local-probe.js';
import { checkPath, everyPath, parentOf, stagingFolder } from './path.js';
import type { FileToWrite, Storage, StoredFile } from './storage.js';

/** Files in work at a time: enough to keep a disk busy, far below any limit of open files. */
const parallelFiles = 12;

/** The codes by which systems say that a directory is not replaced because it is there. */
const taken = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM']);

/** The codes of a rename that certainly did nothing. */
const refused = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS']);

/** The storage in the folder `root`, which is made when something is written. */
export function localStorage(root: string, runtime: Runtime): Storage {
  const base = resolve(root);
  const tree = new FolderTree(base);
  const instance = `${process.pid}-${Math.floor(runtime.random() * 2 ** 40).toString(36)}`;
  let temporaries = 0;

  const at = (path: string): string => join(base, path);
  const temporaryFor = (path: string): string => `${at(path)}.tmp-${instance}-${temporaries++}`;
  const attempt = async <T>(action: string, path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw storageError(error, action, base, path);
    }
  };

  return {
    location: base,

    probe: () => attempt('write to', '', () => probeLocal(base, instance)),

    read: (path, range) =>
      attempt('read', checkPath(path, 'file'), () =>
        range === undefined ? readNow(at(path)) : readRange(at(path), range.start, range.end),
      ),

    stat: (path) => attempt('look at', checkPath(path, 'file'), () => statFile(base, path)),

    write: (files) =>
      attempt('write', files[0]?.path ?? '', async () => {
        const toSync = await tree.make(foldersOf(files));
        await mapConcurrent(files, parallelFiles, ({ path, bytes }) =>
          attempt('write', path, () => replaceFile(at(path), bytes, temporaryFor(path))),
        );
        await tree.sync(toSync);
      }),

    create: (file) =>
      attempt('write', file.path, async () => {
        const toSync = await tree.make(foldersOf([file]));
        if (!(await createFile(at(file.path), file.bytes, temporaryFor(file.path)))) return 'taken';
        await tree.sync(toSync);
        return 'created' as const;
      }),

    publish: (folder, files, token) =>
      attempt('commit', checkPath(folder, 'folder'), async () => {
        const staging = at(stagingFolder(folder, token));
        const toSync = await tree.make([parentOf(folder)]);
        await stage(staging, files);
        const answer = await renameInto(staging, at(folder), token);
        if (answer === 'published') await syncCommitted(() => tree.sync(toSync), at(folder), token);
        return answer;
      }),

    list: (folder) => attempt('list', checkPath(folder, 'folder'), () => listBelow(base, folder)),

    names: (folder) => attempt('list', checkPath(folder, 'folder'), () => namesIn(at(folder))),

    delete: (paths) =>
      attempt('delete', typeof paths === 'string' ? paths : (paths[0] ?? ''), async () => {
        const all = everyPath(paths);
        await mapConcurrent(all, parallelFiles, (path) =>
          attempt('delete', path, () => removeTree(at(path))),
        );
        tree.forget();
        const holders = new Set(all.map((path) => parentOf(path)));
        await syncNearest([...holders].map(at));
      }),

    lock: (name, options) => attempt('lock', name, () => localLock(base, name, instance, runtime, options)),

    heldLocks: (prefix) =>
      attempt('list locks in', metadataFolderName, () => localHeldLocks(base, prefix, instance, runtime)),
  };
}

/** The folders that the files lie in, each once. */
function foldersOf(files: readonly FileToWrite[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => parentOf(checkPath(path, 'file'))));
}

/** Fills the staging folder, which is the caller's own: leftovers of an earlier attempt go, and it goes if this one fails. */
async function stage(staging: string, files: readonly FileToWrite[]): Promise<void> {
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging);
  try {
    await mapConcurrent(files, parallelFiles, ({ path, bytes }) =>
      writeSynced(join(staging, bareName(path)), bytes),
    );
    await syncFolder(staging);
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

function bareName(path: string): string {
  if (!path.includes('/')) return checkPath(path, 'file');
  throw new LakeError('invalid-input', `"${path}" is not a bare file name.`);
}

/** The commit point. Only a definite loss may remove what was staged. */
async function renameInto(staging: string, target: string, token: string): Promise<'published' | 'taken'> {
  try {
    await rename(staging, target);
    return 'published';
  } catch (error) {
    const code = systemCode(error);
    if (refused.has(code)) throw error;
    if (!taken.has(code) || !(await exists(target))) throw unknownOutcome('rename', target, token, error);
    await rm(staging, { recursive: true, force: true });
    return 'taken';
  }
}

/** The folder is visible by now, so a failure to sync it leaves open whether it lasts. */
async function syncCommitted(sync: () => Promise<void>, target: string, token: string): Promise<void> {
  try {
    await sync();
  } catch (error) {
    throw unknownOutcome('sync', target, token, error);
  }
}

function unknownOutcome(step: 'rename' | 'sync', target: string, token: string, cause: unknown): LakeError {
  const message = `The ${step} of ${target} failed (${systemCode(cause)}): whether commit ${token} happened is unknown. Look at the newest snapshots; remove nothing.`;
  return new LakeError('commit-unknown', message, { details: { path: target, token, step }, cause });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** At once: a run reads thousands of small files, and a round trip through the thread pool costs several times the read. */
function readNow(path: string): Promise<Uint8Array> {
  return new Promise((resolve) => resolve(readFileSync(path)));
}

async function readRange(path: string, start: number, end: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array(Math.max(0, end - start));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await handle.close();
  }
}

async function statFile(base: string, path: string): Promise<StoredFile | undefined> {
  try {
    const found = await stat(join(base, path));
    return found.isFile() ? { path, sizeBytes: found.size, modifiedAtMs: found.mtimeMs } : undefined;
  } catch (error) {
    if (isMissing(error) || systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function listBelow(base: string, folder: string): Promise<readonly StoredFile[]> {
  const entries = await orEmpty(readdir(join(base, folder), { recursive: true, withFileTypes: true }));
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(base.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort(compareText);
  const found = await mapConcurrent(paths, parallelFiles, (path) => statFile(base, path));
  return found.filter((file) => file !== undefined);
}

async function namesIn(path: string): Promise<readonly string[]> {
  return (await orEmpty(readdir(path))).toSorted(compareText);
}

async function orEmpty<T>(entries: Promise<T[]>): Promise<T[]> {
  try {
    return await entries;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
