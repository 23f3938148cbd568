// A lake in a folder of a local disk. Files and the commit are durable when a call resolves; the commit is one
// directory rename, which fails on a folder that is there already (format §4).

import { dirname, join, resolve } from 'node:path';
import { mapConcurrent } from '../common/concurrency.js';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import {
  createFile,
  FolderTree,
  isFolder,
  removeTree,
  replaceFile,
  syncFolder,
  syncNearest,
  writeSynced,
} from './durable.js';
import { withFewHandles } from './few-handles.js';
import { nodeFileSystem, type FileSystem } from './file-system.js';
import { isMissing, isNothingThere, rootError, storageError, systemCode } from './local-errors.js';
import { localHeldLocks, localLock, metadataFolderName, type LockPlace } from './local-lock.js';
import { probeLocal, takenCodes } from './local-probe.js';
import { withoutLinks } from './no-links.js';
import { checkPath, everyPath, parentOf, stagingFolder } from './path.js';
import { systemProcesses, type Processes } from './processes.js';
import type { FileToWrite, Storage, StoredFile } from './storage.js';

/** Files in work at a time: enough to keep a disk busy. */
const parallelFiles = 12;

/** Open files, whatever is in work: far below any limit. */
const mostHandles = 32;

/** Folders of one folder in work at a time. */
const parallelFolders = 4;

/** The codes of a rename that certainly did nothing. */
const refused = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS']);

/**
 * The storage in the folder `root`, which is made when something is written. Tests give it another file system, and
 * processes of their own.
 */
export function localStorage(
  root: string,
  runtime: Runtime,
  fileSystem: FileSystem = nodeFileSystem,
  processes: Processes = systemProcesses,
): Storage {
  const base = resolve(root);
  const fs = withoutLinks(withFewHandles(fileSystem, mostHandles), base);
  const tree = new FolderTree(fs, base);
  const instance = `${processes.self.pid}-${Math.floor(runtime.random() * 2 ** 40).toString(36)}`;
  const locks: LockPlace = { fs, base, instance, processes, runtime };
  let temporaries = 0;

  const at = (path: string): string => join(base, path);
  const temporaryFor = (path: string): string => `${at(path)}.tmp-${instance}-${temporaries++}`;
  const attempt = async <T>(action: string, path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw (await rootError(fs, error, base)) ?? storageError(error, action, base, path);
    }
  };

  return {
    location: base,

    probe: () => attempt('write to', '', () => probeLocal(fs, base, instance)),

    read: (path, range) =>
      attempt('read', checkPath(path, 'file'), () =>
        range === undefined ? readNow(fs, at(path)) : readRange(fs, at(path), range.start, range.end),
      ),

    diskPath: (path) => Promise.resolve(at(checkPath(path, 'file'))),

    stat: (path) => attempt('look at', checkPath(path, 'file'), () => statFile(fs, base, path)),

    write: (files) =>
      attempt('write', files[0]?.path ?? '', async () => {
        const toSync = await tree.make(foldersOf(files));
        await mapConcurrent(files, parallelFiles, ({ path, bytes }) =>
          attempt('write', path, () => replaceFile(fs, at(path), bytes, temporaryFor(path))),
        );
        await tree.sync(toSync);
      }),

    create: (file) =>
      attempt('write', file.path, async () => {
        const toSync = await tree.make(foldersOf([file]));
        if (!(await createFile(fs, at(file.path), file.bytes, temporaryFor(file.path)))) return 'taken';
        await tree.sync(toSync);
        return 'created' as const;
      }),

    publish: (folder, files, token) =>
      attempt('commit', checkPath(folder, 'folder'), async () => {
        const staging = at(stagingFolder(folder, token));
        const toSync = await tree.make([parentOf(folder)]);
        await stage(fs, staging, files, () => tree.sync(toSync));
        const answer = await renameInto(fs, staging, at(folder), token);
        if (answer === 'published') await syncCommitted(fs, at(folder), token);
        return answer;
      }),

    list: (folder) => attempt('list', checkPath(folder, 'folder'), () => listBelow(fs, base, folder)),

    names: (folder, prefix = '') =>
      attempt('list', checkPath(folder, 'folder'), async () =>
        (await namesIn(fs, base, folder)).filter((name) => name.startsWith(prefix)),
      ),

    delete: (paths) =>
      attempt('delete', typeof paths === 'string' ? paths : (paths[0] ?? ''), async () => {
        const all = everyPath(paths);
        await mapConcurrent(all, parallelFiles, (path) =>
          attempt('delete', path, () => removeTree(fs, at(path))),
        );
        for (const path of all) tree.forget(at(path));
        const holders = new Set(all.map((path) => parentOf(path)));
        await syncNearest(fs, [...holders].map(at));
      }),

    lock: (name, options) => attempt('lock', name, () => localLock(locks, name, options)),

    heldLocks: (prefix) => attempt('list locks in', metadataFolderName, () => localHeldLocks(locks, prefix)),
  };
}

/** The folders that the files lie in, each once. */
function foldersOf(files: readonly FileToWrite[]): ReadonlySet<string> {
  return new Set(files.map(({ path }) => parentOf(checkPath(path, 'file'))));
}

/**
 * Fills the staging folder, which is the caller's own: leftovers of an earlier attempt go, and it goes if this one fails.
 * `syncAround` makes everything beside it last: a snapshot must not outlive the one it builds on, which its writer may
 * not have synced yet.
 */
async function stage(
  fs: FileSystem,
  staging: string,
  files: readonly FileToWrite[],
  syncAround: () => Promise<void>,
): Promise<void> {
  await removeTree(fs, staging);
  await fs.mkdir(staging);
  try {
    await mapConcurrent(files, parallelFiles, ({ path, bytes }) =>
      writeSynced(fs, join(staging, bareName(path)), bytes),
    );
    await syncFolder(fs, staging);
    await syncAround();
  } catch (error) {
    await removeTree(fs, staging).catch(() => undefined);
    throw error;
  }
}

function bareName(path: string): string {
  if (!path.includes('/')) return checkPath(path, 'file');
  throw new LakeError('invalid-input', `"${path}" is not a bare file name.`);
}

/** The commit point. Only a definite loss may remove what was staged. */
async function renameInto(
  fs: FileSystem,
  staging: string,
  target: string,
  token: string,
): Promise<'published' | 'taken'> {
  try {
    await fs.rename(staging, target);
    return 'published';
  } catch (error) {
    const code = systemCode(error);
    if (refused.has(code)) {
      await removeTree(fs, staging).catch(() => undefined);
      throw error;
    }
    if (code === 'ENOTDIR' && (await isNoFolder(fs, target))) {
      await removeTree(fs, staging).catch(() => undefined);
      throw inTheWay(target, error);
    }
    if (!takenCodes.has(code) || !(await exists(fs, target)))
      throw unknownOutcome('rename', target, token, error);
    await removeTree(fs, staging).catch(() => undefined);
    return 'taken';
  }
}

/** The folder is visible by now, so a failure to sync it leaves open whether it lasts. */
async function syncCommitted(fs: FileSystem, target: string, token: string): Promise<void> {
  try {
    await syncFolder(fs, dirname(target));
  } catch (error) {
    throw unknownOutcome('sync', target, token, error);
  }
}

function unknownOutcome(step: 'rename' | 'sync', target: string, token: string, cause: unknown): LakeError {
  const message = `The ${step} of ${target} failed (${systemCode(cause)}): whether commit ${token} happened is unknown. Look at the newest snapshots; remove nothing.`;
  return new LakeError('commit-unknown', message, { details: { path: target, token, step }, cause });
}

/** What no lake makes: no snapshot can get this number while it is there. */
const inTheWay = (target: string, cause: unknown): LakeError =>
  new LakeError(
    'corrupt',
    `${target} is no folder, and stands in the place of the next snapshot. Nothing was published. Move it away and run again.`,
    { details: { path: target, system: systemCode(cause) }, cause },
  );

const isNoFolder = (fs: FileSystem, path: string): Promise<boolean> =>
  fs.lstat(path).then(
    ({ kind }) => kind !== 'folder',
    () => false,
  );

async function exists(fs: FileSystem, path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    () => false,
  );
}

/** At once: a run reads thousands of small files, and a round trip through the thread pool costs several times the read. */
function readNow(fs: FileSystem, path: string): Promise<Uint8Array> {
  return new Promise((resolve) => resolve(fs.readNow(path)));
}

async function readRange(fs: FileSystem, path: string, start: number, end: number): Promise<Uint8Array> {
  const file = await fs.open(path, 'r');
  try {
    const bytes = new Uint8Array(Math.max(0, end - start));
    let filled = 0;
    while (filled < bytes.length) {
      const count = await file.read(bytes.subarray(filled), start + filled);
      if (count === 0) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

async function statFile(fs: FileSystem, base: string, path: string): Promise<StoredFile | undefined> {
  try {
    const { kind, sizeBytes, modifiedAtMs } = await fs.lstat(join(base, path));
    return kind === 'file' ? { path, sizeBytes, modifiedAtMs } : undefined;
  } catch (error) {
    if (isNothingThere(error)) return undefined;
    throw error;
  }
}

async function listBelow(fs: FileSystem, base: string, folder: string): Promise<readonly StoredFile[]> {
  const paths = (await pathsBelow(fs, base, folder)).toSorted(compareText);
  const found = await mapConcurrent(paths, parallelFiles, (path) => statFile(fs, base, path));
  return found.filter((file) => file !== undefined);
}

/** The paths of all files below a folder, in no order. */
async function pathsBelow(fs: FileSystem, base: string, folder: string): Promise<readonly string[]> {
  const paths: string[] = [];
  const folders: string[] = [];
  for (const { name, kind } of await entriesOf(fs, base, folder))
    (kind === 'folder' ? folders : paths).push(folder === '' ? name : `${folder}/${name}`);
  const below = await mapConcurrent(folders, parallelFolders, (each) => pathsBelow(fs, base, each));
  return [...paths, ...below.flat()];
}

async function namesIn(fs: FileSystem, base: string, folder: string): Promise<readonly string[]> {
  return (await entriesOf(fs, base, folder)).map(({ name }) => name).sort(compareText);
}

type Entry = Awaited<ReturnType<FileSystem['readdir']>>[number];

/** Files and folders; links, sockets and the like are neither. None where there is no folder. */
async function entriesOf(fs: FileSystem, base: string, folder: string): Promise<readonly Entry[]> {
  try {
    return (await fs.readdir(join(base, folder))).filter(({ kind }) => kind !== 'other');
  } catch (error) {
    if (isMissing(error) || (isNothingThere(error) && (await isFolder(fs, base)))) return [];
    throw error;
  }
}
