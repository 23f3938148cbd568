// What the local storage asks of a file system: these few operations and no others, so that the whole of it also runs
// on a simulated disk that crashes, fails and forgets on purpose.
//
// Paths are absolute. Errors are those of the system, with their `code` (`ENOENT`, `EEXIST`, `ENOTEMPTY`, …). The
// storage relies on this: `open` with `wx`, `link` and `mkdir` never replace anything; `rename` replaces a file or an
// empty folder at once, and fails on a folder that is not empty; what was written to a file lasts once its handle's
// `sync` resolved, what was entered into or removed from a folder once the folder's did, and nothing lasts before.

import { lstatSync, readFileSync } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rmdir, stat, unlink, utimes } from 'node:fs/promises';

/** `other`: links (from `readdir` and `lstat`), sockets and the like. */
export type EntryKind = 'file' | 'folder' | 'other';

/** What is known of a name without opening it. */
export interface EntryStatus {
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number;
}

/** An open file, or a folder that is open to be synced. */
export interface OpenFile {
  /** Fills `bytes` from `position` of the file on; returns how many bytes came, which may be fewer, and 0 at the end. */
  read(bytes: Uint8Array, position: number): Promise<number>;
  /** Appends bytes; returns how many were taken, which may be fewer. */
  write(bytes: Uint8Array): Promise<number>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The operations of a file system, with the promises above. */
export interface FileSystem {
  /** `r` opens a file or folder that is there, `wx` makes a file that is not. */
  open(path: string, flags: 'r' | 'wx'): Promise<OpenFile>;
  /** The whole file, at once: without a round trip through the thread pool. */
  readNow(path: string): Uint8Array;
  /** Whether the name is that of a symbolic link; false where there is nothing. At once, as it comes before every call. */
  isLinkNow(path: string): boolean;
  /** A second name for a file. */
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file's name. */
  unlink(path: string): Promise<void>;
  /** Makes one folder in one that is there. */
  mkdir(path: string): Promise<void>;
  /** Removes an empty folder. */
  rmdir(path: string): Promise<void>;
  /** What is directly in a folder, in any order. */
  readdir(path: string): Promise<readonly { readonly name: string; readonly kind: EntryKind }[]>;
  /** Follows links. */
  stat(path: string): Promise<EntryStatus>;
  /** Does not follow links. */
  lstat(path: string): Promise<EntryStatus>;
  /** Sets when a file was last modified. */
  touch(path: string, modifiedAtMs: number): Promise<void>;
}

/** The file systems of this machine. */
export const nodeFileSystem: FileSystem = {
  open: async (path, flags) => {
    const handle = await open(path, flags);
    return {
      read: async (bytes, position) => (await handle.read(bytes, 0, bytes.length, position)).bytesRead,
      write: async (bytes) => (await handle.write(bytes)).bytesWritten,
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  readNow: (path) => readFileSync(path),
  isLinkNow: (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true,
  link,
  rename,
  unlink,
  mkdir: async (path) => void (await mkdir(path)),
  rmdir: (path) => rmdir(path),
  readdir: async (path) =>
    (await readdir(path, { withFileTypes: true })).map((entry) => ({
      name: entry.name,
      kind: kindOf(entry),
    })),
  stat: async (path) => statusOf(await stat(path)),
  lstat: async (path) => statusOf(await lstat(path)),
  touch: (path, modifiedAtMs) => utimes(path, modifiedAtMs / 1000, modifiedAtMs / 1000),
};

interface Kinds {
  isFile(): boolean;
  isDirectory(): boolean;
}

function kindOf(entry: Kinds): EntryKind {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
}

function statusOf(found: Kinds & { readonly size: number; readonly mtimeMs: number }): EntryStatus {
  return { kind: kindOf(found), sizeBytes: found.size, modifiedAtMs: found.mtimeMs };
}
