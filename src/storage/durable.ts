// Bytes that survive a power cut: a file is synced before it gets its name, a folder after it got an entry.
// A failed sync is final for that file, since the system may have dropped the pages: whoever retries writes a new one.

import { link, lstat, mkdir, open, readdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mapConcurrent } from '../common/concurrency.js';
import { isMissing, isNothingThere, systemCode } from './local-errors.js';

/** Entries of one folder in work at a time. */
const parallelRemovals = 12;

/** Creates a file that must not exist, with its content on the disk. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes under a temporary name and renames into place, replacing what is there. The folder is not synced yet. */
export async function replaceFile(path: string, bytes: Uint8Array, temporary: string): Promise<void> {
  await discardOnFailure(temporary, async () => {
    await writeSynced(temporary, bytes);
    await rename(temporary, path);
  });
}

/** Like `replaceFile`, but false when there is a file at the path already. */
export async function createFile(path: string, bytes: Uint8Array, temporary: string): Promise<boolean> {
  try {
    await discardOnFailure(temporary, async () => {
      await writeSynced(temporary, bytes);
      await linkOrCreate(temporary, path, bytes);
    });
    await rm(temporary, { force: true });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A hard link appears whole and never replaces; where there are none an exclusive create must do. */
async function linkOrCreate(from: string, to: string, bytes: Uint8Array): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(systemCode(error))) throw error;
    await writeSynced(to, bytes);
  }
}

async function discardOnFailure(temporary: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Puts a folder's entries on the disk. Windows cannot; there the lake is atomic, but not proof against power cuts. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs folders, each once; for one that is gone, the nearest above it that is there. */
export async function syncNearest(paths: Iterable<string>): Promise<void> {
  const synced = new Set<string>();
  for (const path of paths) {
    let at = path;
    while (!synced.has(at) && !(await syncIfThere(at))) at = dirname(at);
    synced.add(at);
  }
}

async function syncIfThere(path: string): Promise<boolean> {
  try {
    await syncFolder(path);
    return true;
  } catch (error) {
    if (isNothingThere(error) && dirname(path) !== path) return false;
    throw error;
  }
}

/** How often a folder is emptied again because something came into it meanwhile. */
const maxEmptyings = 5;

/** Removes a file or link, or a folder with all below it; nothing to remove is fine. The folder above is not synced. */
export async function removeTree(path: string): Promise<void> {
  for (let round = 1; ; round++) {
    try {
      return await removeOnce(path);
    } catch (error) {
      if (isNothingThere(error)) return;
      if (systemCode(error) !== 'ENOTEMPTY' || round === maxEmptyings) throw error;
    }
  }
}

async function removeOnce(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return unlink(path);
  const names = await readdir(path);
  await mapConcurrent(names, parallelRemovals, (name) => removeTree(join(path, name)));
  await rmdir(path);
}

/**
 * Makes a folder and those above it; returns the topmost one that was missing. (Node's own recursive mkdir never
 * returns below folders like /proc, where making a folder fails as if its parent were missing.)
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  if (await makeOne(path)) return path;
  if (await isFolder(path)) return undefined;
  const firstMade = await makeFolder(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isFolder(path))) throw error;
  });
  return firstMade ?? path;
}

/** False when it is there already, or its parent is missing. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST' || (isMissing(error) && dirname(path) !== path)) return false;
    throw error;
  }
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Makes folders below a root and knows which ones must be synced for their entries to last. An entry is known to last
 * once this process synced the folder that holds it: what another process made may not be on the disk yet.
 */
export class FolderTree {
  readonly #root: string;
  readonly #lasting = new Set<string>();

  /** `root` is absolute. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folders (relative to the root); returns what is to be synced once they have their entries, themselves included. */
  async make(folders: Iterable<string>): Promise<ReadonlySet<string>> {
    const toSync = new Set<string>();
    for (const folder of folders) {
      const path = join(this.#root, folder);
      const firstMade = await makeFolder(path);
      if (firstMade !== undefined) this.forget();
      for (const holder of this.#holders(path, firstMade)) toSync.add(holder);
      toSync.add(path);
    }
    return toSync;
  }

  /** Syncs what `make` returned and remembers it. */
  async sync(folders: ReadonlySet<string>): Promise<void> {
    for (const folder of folders) await syncFolder(folder);
    for (const folder of folders) this.#lasting.add(folder);
  }

  /** To be called after a folder is gone. */
  forget(): void {
    this.#lasting.clear();
  }

  /** The folders that hold the entries of `path` and of the folders above it, as far as they may not last yet. */
  #holders(path: string, firstMade: string | undefined): readonly string[] {
    const holders: string[] = [];
    for (let at = path; at !== this.#root && !this.#lasting.has(at); at = dirname(at))
      holders.push(dirname(at));
    if (firstMade === undefined) return holders;
    for (let at = this.#root; at.length >= firstMade.length; at = dirname(at)) holders.push(dirname(at));
    return holders;
  }
}
