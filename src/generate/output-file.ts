// A file that appears whole or not at all: written under a temporary name beside its place, synced, then renamed.

import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { LakeError, type ErrorCode } from '../common/errors.js';

const FLUSH_CHARS = 1 << 20;
const SEAL_CHARS = 1 << 16;

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'out-of-resources',
  EDQUOT: 'out-of-resources',
  EFBIG: 'out-of-resources',
  EMFILE: 'out-of-resources',
  EACCES: 'out-of-resources',
  EPERM: 'out-of-resources',
  EROFS: 'out-of-resources',
};
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and run again',
  EDQUOT: 'the disk quota is used up: free some space and run again',
  EACCES: 'no permission: choose another folder or change its rights',
  EPERM: 'no permission: choose another folder or change its rights',
  EROFS: 'the file system is read-only: choose another folder',
  EEXIST: 'there is a file where a folder is needed: choose another folder',
  ENOTDIR: 'there is a file where a folder is needed: choose another folder',
  EISDIR: 'there is a folder where the file should be: choose another folder',
};

/** Makes the folder and those above it. Errors: LakeError with the path. */
export async function makeFolder(path: string): Promise<void> {
  await naming(path, mkdir(path, { recursive: true }));
}

/** A file being written: after `publish` it is whole and durable under its name; `discard` leaves nothing behind. */
export class OutputFile {
  readonly path: string;
  /** Bytes handed in up to the last `flush`, or a little more. */
  bytes = 0;
  /** Line ends handed in through `line`. */
  lines = 0;
  private readonly temporary: string;
  private readonly handle: FileHandle;
  private text = '';
  private chars = 0;
  private done: Uint8Array[] = [];

  private constructor(path: string, temporary: string, handle: FileHandle) {
    this.path = path;
    this.temporary = temporary;
    this.handle = handle;
  }

  /** Errors, here and below: LakeError that names the path; nothing is left behind after `discard`. */
  static async create(path: string): Promise<OutputFile> {
    const temporary = `${path}.${process.pid}.partial`;
    return new OutputFile(path, temporary, await naming(path, open(temporary, 'w')));
  }

  /** Adds a line and its end. Nothing is written before `drain`. */
  line(line: string | Uint8Array): void {
    this.lines++;
    if (typeof line === 'string') return this.add(`${line}\n`);
    this.seal();
    this.done.push(line);
    this.bytes += line.length;
    this.add('\n');
  }

  /** Adds text as it is. */
  add(text: string): void {
    this.text += text;
    this.chars += text.length;
    if (this.text.length >= SEAL_CHARS) this.seal();
  }

  /** Writes what has gathered, once it is worth it. Call it often: what has gathered is in memory. */
  async drain(): Promise<void> {
    if (this.chars >= FLUSH_CHARS) await this.flush();
  }

  /** Makes the file appear under its name, durably but for the folder's entry (`syncFolder`). */
  async publish(): Promise<void> {
    await this.flush();
    await naming(this.path, this.handle.sync());
    await naming(this.path, this.handle.close());
    await naming(this.path, rename(this.temporary, this.path));
  }

  /** Removes what was written, unless it was published. Never fails. */
  async discard(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.temporary, { force: true }).catch(() => undefined);
  }

  private seal(): void {
    if (this.text === '') return;
    const bytes = Buffer.from(this.text, 'utf8');
    this.bytes += bytes.length;
    this.done.push(bytes);
    this.text = '';
  }

  /** Writes what has gathered. */
  async flush(): Promise<void> {
    this.seal();
    const pieces = this.done;
    this.done = [];
    this.chars = 0;
    for (const piece of pieces) await naming(this.path, this.handle.writeFile(piece));
  }
}

/** Makes the names of published files durable. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await naming(path, open(path, 'r'));
  // Windows cannot sync a folder; its renames are durable without.
  await handle.sync().catch(() => undefined);
  await handle.close();
}

async function naming<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    const hint = HINTS[errno] ?? `the system answered ${errno}; check the path`;
    throw new LakeError(CODES[errno] ?? 'invalid-input', `Cannot write ${path}: ${hint}.`, {
      details: { path, errno },
      cause,
    });
  }
}
