// The contract between the lake and whatever holds its bytes. Every implementation runs tests/storage/contract.ts.
//
// Paths are relative to the lake's root, pieces joined by `/`, no piece `.` or `..`. Nothing above this
// interface may assume a file system: `publish` is a directory rename on a disk and a conditional write elsewhere.

/** Bytes to be written at a path. */
export interface FileToWrite {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file that is there. */
export interface StoredFile {
  /** Relative to the lake's root. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number;
}

/** An advisory lock that was given. */
export interface Lock {
  /** False once another took this owner for dead, or the lock was released: what rests on it is to be done again. */
  isHeld(): Promise<boolean>;
  /** Never fails: a lock that cannot be taken off ends with its process. */
  release(): Promise<void>;
}

/**
 * What holds a lake's bytes. Every promise below holds between any number of callers in any number of processes.
 * No operation follows a symbolic link inside the lake: it could lead anywhere.
 */
export interface Storage {
  /** Where this is, for messages to people. */
  readonly location: string;

  /**
   * Whether the files of a folder lie in it before it is published, beside those of callers that lose: then all but the last
   * are to have names that no other caller gives. Absent: a folder appears with its files.
   */
  readonly publishesInPlace?: boolean;

  /**
   * Absent: folders can be listed. `false`: they cannot (`list` and `names` refuse), as on a plain web server; what is
   * there is found by asking for it by its name.
   */
  readonly lists?: false;

  /** Why writing here is unsafe, or null: a probe of the promises below, run once when a lake is opened for writing. */
  probe(): Promise<string | null>;

  /**
   * The bytes of a file, or those of [start, end) of it.
   * @throws LakeError `not-found`; `out-of-resources` without permission; `corrupt` for an I/O error
   */
  read(path: string, range?: { readonly start: number; readonly end: number }): Promise<Uint8Array>;

  /** The bytes of a file past any cache, for a reader who found that those of `read` are wrong. Absent: `read` has none. */
  readAgain?(path: string): Promise<Uint8Array>;

  /**
   * Where a file lies on this machine's disk, for programs that read it themselves; undefined where it lies on none.
   * Absent: no file does.
   */
  diskPath?(path: string): Promise<string | undefined>;

  /** Size and age of a file, or undefined where there is none. */
  stat(path: string): Promise<StoredFile | undefined>;

  /**
   * Writes files, each appearing whole or not at all; an existing file is replaced.
   * Durable when it resolves: contents and every directory entry survive a power cut.
   * @throws LakeError `out-of-resources` (space, permission, handles)
   */
  write(files: readonly FileToWrite[]): Promise<void>;

  /**
   * Writes a file unless there is one at its path: of any number of callers with bytes of their own exactly one is told
   * `created`.
   * Durable when it resolves to `created`.
   * @throws LakeError `out-of-resources` (space, permission, handles)
   */
  create(file: FileToWrite): Promise<'created' | 'taken'>;

  /**
   * The commit. Makes the folder `folder` with exactly `files` (names without folder) visible as a whole; the last of
   * them, `snapshot.json`, is what makes it so: whoever finds it finds them all. Where nothing can be renamed, that one is
   * written last, on the condition that there is none and never was; deleting it later gives its name to nobody.
   * Of any number of callers for one folder exactly one is told `published`, all others `taken`.
   * Durable when it resolves to `published`. `token` is unique to the caller and fixed across its retries, and part of
   * the last file.
   * @throws LakeError `commit-unknown` when it cannot be told whether the folder is ours: look for the token, never clean up
   */
  publish(folder: string, files: readonly FileToWrite[], token: string): Promise<'published' | 'taken'>;

  /** Everything below a folder, sorted by the path's UTF-8 bytes; empty where there is no such folder. Leftovers of dead writers included. */
  list(folder: string): Promise<readonly StoredFile[]>;

  /**
   * The names directly in a folder (files and folders), sorted likewise; empty where there is no such folder. Only those
   * that begin with `prefix`, where one is given.
   */
  names(folder: string, prefix?: string): Promise<readonly string[]>;

  /**
   * Deletes files, or folders with all below them; what is missing is fine. In no particular order, and a failure
   * may leave some of them. Durable when it resolves: none of them comes back after a power cut.
   * @throws LakeError `out-of-resources` (permission, handles)
   */
  delete(paths: string | readonly string[]): Promise<void>;

  /**
   * An advisory lock between processes. Correctness never depends on it. A lock whose owner is certain to have died is
   * taken over, and one whose owner cannot be judged (of another machine or container) after minutes of silence.
   * @throws LakeError `conflict` after `timeoutMs`, `interrupted` when the signal fires
   */
  lock(name: string, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<Lock>;

  /**
   * The names of the locks that begin with `prefix` and whose owners live, sorted. Locks of dead owners go on the way; an
   * owner that cannot be judged counts as alive until it was silent for an hour, and notices (`isHeld`) if it comes back.
   */
  heldLocks(prefix: string): Promise<readonly string[]>;
}

/** The bytes of a file as they lie there now, whatever was kept of it on the way. Fails as `read` does. */
export function readPastCache(storage: Storage, path: string): Promise<Uint8Array> {
  return storage.readAgain?.(path) ?? storage.read(path);
}
