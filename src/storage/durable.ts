// Bytes that survive a power cut: a file is synced before it gets its name, a folder after it got an entry.
// A failed sync is final for that file, since the system may have dropped the pages: whoever retries writes a new one.

import { dirname, join, sep } from 'node:path';
import { mapConcurrent } from '../common/concurrency.js';
import type { FileSystem, OpenFile } from './file-system.js';
import { isMissing, isNothingThere, systemCode } from './local-errors.js';

/** Entries of one folder in work at a time. */
const parallelRemovals = 12;

/** Creates a file that must not exist, with its content on the disk. */
export async function writeSynced(fs: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  await fillSynced(await fs.open(path, 'wx'), bytes);
}

async function fillSynced(file: OpenFile, bytes: Uint8Array): Promise<void> {
  try {
    await writeWhole(file, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Systems may take fewer bytes than they were given, on a disk that is nearly full for one. */
async function writeWhole(file: OpenFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const taken = await file.write(bytes.subarray(done));
    if (taken === 0) throw Object.assign(new Error('The system took no bytes.'), { code: 'EIO' });
    done += taken;
  }
}

/** Writes under a temporary name and renames into place, replacing what is there. The folder is not synced yet. */
export async function replaceFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  temporary: string,
): Promise<void> {
  await discardOnFailure(fs, temporary, async () => {
    await writeSynced(fs, temporary, bytes);
    await fs.rename(temporary, path);
  });
}

/** Like `replaceFile`, but false when there is a file at the path already. */
export async function createFile(
  fs: FileSystem,
  path: string,
  bytes: Uint8Array,
  temporary: string,
): Promise<boolean> {
  try {
    await discardOnFailure(fs, temporary, async () => {
      await writeSynced(fs, temporary, bytes);
      await linkOrCreate(fs, temporary, path, bytes);
    });
    await removeFile(fs, temporary);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A hard link appears whole and never replaces; where there are none an exclusive create must do. */
async function linkOrCreate(fs: FileSystem, from: string, to: string, bytes: Uint8Array): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
    const file = await fs.open(to, 'wx');
    await discardOnFailure(fs, to, () => fillSynced(file, bytes));
  }
}

async function discardOnFailure(fs: FileSystem, temporary: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await removeFile(fs, temporary).catch(() => undefined);
    throw error;
  }
}

/** Removes a file; one that is missing is fine. */
export async function removeFile(fs: FileSystem, path: string): Promise<void> {
  try {
    await fs.unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Puts a folder's entries on the disk. Windows cannot; there the lake is atomic, but not proof against power cuts. */
export async function syncFolder(fs: FileSystem, path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs folders, each once; for one that is gone, the nearest above it that is there. */
export async function syncNearest(fs: FileSystem, paths: Iterable<string>): Promise<void> {
  const synced = new Set<string>();
  for (const path of paths) {
    let at = path;
    while (!synced.has(at) && !(await syncIfThere(fs, at))) at = dirname(at);
    synced.add(at);
  }
}

async function syncIfThere(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await syncFolder(fs, path);
    return true;
  } catch (error) {
    if (isNothingThere(error) && dirname(path) !== path) return false;
    throw error;
  }
}

/** How often a folder is emptied again because something came into it meanwhile. */
const maxEmptyings = 5;

/** Removes a file or link, or a folder with all below it; nothing to remove is fine. The folder above is not synced. */
export async function removeTree(fs: FileSystem, path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await removeOnce(fs, path);
    } catch (error) {
      if (isNothingThere(error)) return;
      if (systemCode(error) !== 'ENOTEMPTY' || round === maxEmptyings) throw error;
    }
  }
}

async function removeOnce(fs: FileSystem, path: string): Promise<void> {
  if ((await fs.lstat(path)).kind !== 'folder') return fs.unlink(path);
  const entries = await fs.readdir(path);
  await mapConcurrent(entries, parallelRemovals, ({ name }) => removeTree(fs, join(path, name)));
  await fs.rmdir(path);
}

/**
 * Makes a folder and those above it; returns the topmost one that was missing. (Node's own recursive mkdir never
 * returns below folders like /proc, where making a folder fails as if its parent were missing.)
 */
export async function makeFolder(fs: FileSystem, path: string): Promise<string | undefined> {
  if (await makeOne(fs, path)) return path;
  if (await isFolder(fs, path)) return undefined;
  const firstMade = await makeFolder(fs, dirname(path));
  await fs.mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(fs, path))) throw error;
  });
  return firstMade ?? path;
}

/** False when it is there already, or its parent is missing. */
async function makeOne(fs: FileSystem, path: string): Promise<boolean> {
  try {
    await fs.mkdir(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || (isMissing(error) && dirname(path) !== path)) return false;
    throw error;
  }
}

/** Whether there is a folder at the path. */
export function isFolder(fs: FileSystem, path: string): Promise<boolean> {
  return fs.stat(path).then(
    (found) => found.kind === 'folder',
    () => false,
  );
}

/**
 * Makes folders below a root and knows which ones must be synced for their entries to last. An entry is known to last
 * once this process synced the folder that holds it: what another process made may not be on the disk yet, the root
 * itself and the folders above it included.
 */
export class FolderTree {
  readonly #fs: FileSystem;
  readonly #root: string;
  /** Folders that were synced, with all above them. */
  readonly #lasting = new Set<string>();

  /** `root` is absolute. */
  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  /** Makes the folders (relative to the root); returns what is to be synced once they have their entries, themselves included. */
  async make(folders: Iterable<string>): Promise<ReadonlySet<string>> {
    const toSync = new Set<string>();
    for (const folder of folders) {
      const path = join(this.#root, folder);
      const firstMade = await makeFolder(this.#fs, path);
      if (firstMade !== undefined) this.forget(firstMade);
      toSync.add(path);
      for (let at = path; !this.#lasting.has(at) && dirname(at) !== at; at = dirname(at))
        toSync.add(dirname(at));
    }
    return toSync;
  }

  /** Syncs what `make` returned and remembers it. */
  async sync(folders: ReadonlySet<string>): Promise<void> {
    for (const folder of folders) await this.#syncOne(folder);
    for (const folder of folders) this.#lasting.add(folder);
  }

  /** To be called after a folder is gone, or made anew. */
  forget(path: string): void {
    const below = path.endsWith(sep) ? path : path + sep;
    for (const each of this.#lasting) if (each === path || each.startsWith(below)) this.#lasting.delete(each);
  }

  /** A folder above the lake that this process may not open is not its own to make, and not to sync. */
  async #syncOne(folder: string): Promise<void> {
    try {
      await syncFolder(this.#fs, folder);
    } catch (error) {
      const isAbove = folder.length < this.#root.length;
      if (!isAbove || !['EACCES', 'EPERM', 'EINVAL', 'EROFS'].includes(systemCode(error))) throw error;
    }
  }
}
