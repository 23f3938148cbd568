// Files that were read from elsewhere, kept in a folder of this machine within a bound. Nothing here is trusted: an entry
// whose bytes are not those that were kept is no entry, and a folder that cannot be read or written only costs the cache.
// Any number of processes may share one folder: entries appear whole by a rename and go by a deletion, which readers bear.

import { createHash, randomUUID } from 'node:crypto';
import { appendFile, mkdir, open, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../common/errors.js';
import { mapConcurrent } from '../../common/concurrency.js';
import type { Runtime } from '../../common/runtime.js';

/** Where entries are kept, and how many bytes of them. */
interface FileCacheOptions {
  readonly folder: string;
  /** What all entries may take on the disk, those of other processes included. */
  readonly limitBytes: number;
}

/** Everything lies below it; the rest of the user's folder is never looked at. */
const ownFolder = 'lake-files-1';
/** One byte in it for each block that was taken since the last sweep, which left one for each block that stayed. */
const usageFile = 'usage';

/** A file takes whole blocks of a disk. */
const blockBytes = 4096;
const digestBytes = 32;
/** How much of the bound a sweep leaves. */
const sweptShare = 0.9;
/** An entry's time of last use is written down again when it is older. */
const touchAfterMs = 60_000;
/** Entries in work at a time. */
const parallelEntries = 16;

/** Entries by name. No operation fails. */
export class FileCache {
  readonly #folder: string;
  readonly #limitBlocks: number;
  readonly #runtime: Runtime;
  #isWritable = true;

  constructor({ folder, limitBytes }: FileCacheOptions, runtime: Runtime) {
    this.#folder = join(folder, ownFolder);
    this.#limitBlocks = Math.floor(limitBytes / blockBytes);
    this.#runtime = runtime;
  }

  /** The bytes that were kept under the name; undefined where there are none, or they are not what they were. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const path = this.#pathOf(name);
    try {
      const file = await open(path);
      try {
        const { size, mtimeMs } = await file.stat();
        const bytes = new Uint8Array(Math.max(0, size - digestBytes));
        const digest = new Uint8Array(digestBytes);
        await file.read(digest, 0, digestBytes, 0);
        await file.read(bytes, 0, bytes.length, digestBytes);
        if (Buffer.compare(digest, digestOf(name, bytes)) === 0) {
          const nowMs = this.#runtime.now() / 1000;
          if (nowMs - mtimeMs > touchAfterMs)
            await file.utimes(nowMs / 1000, nowMs / 1000).catch(() => undefined);
          return bytes;
        }
      } finally {
        await file.close();
      }
    } catch {
      return undefined;
    }
    await unlink(path).catch(() => undefined);
    return undefined;
  }

  /** Whether something is kept under the name, whatever it is. */
  async has(name: string): Promise<boolean> {
    return (await stat(this.#pathOf(name)).catch(() => undefined)) !== undefined;
  }

  /** Keeps bytes, in place of what was kept under that name. Where it cannot, that is said once. */
  async keep(name: string, bytes: Uint8Array): Promise<void> {
    const blocks = Math.ceil((bytes.length + digestBytes) / blockBytes);
    if (!this.#isWritable || blocks > this.#limitBlocks * sweptShare) return;
    const path = this.#pathOf(name);
    const temporary = `${path}.${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const whole = Buffer.concat([digestOf(name, bytes), bytes]);
      await writeFile(temporary, whole, { mode: 0o600, flag: 'wx' });
      await rename(temporary, path);
      await this.#count(blocks);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      this.#giveUp(error);
    }
  }

  /** What is kept under the names is not wanted any more. */
  async forget(names: readonly string[]): Promise<void> {
    await mapConcurrent(names, parallelEntries, (name) => unlink(this.#pathOf(name)).catch(() => undefined));
  }

  #pathOf(name: string): string {
    const key = createHash('sha256').update(name).digest('hex');
    return join(this.#folder, key.slice(0, 2), key.slice(2));
  }

  #giveUp(error: unknown): void {
    if (!this.#isWritable) return;
    this.#isWritable = false;
    const why = messageOf(error);
    this.#runtime.log('warn', `The cache ${dirname(this.#folder)} is not used for new files: ${why}.`);
  }

  /** Bytes in the usage file are blocks that may be taken; who finds too many makes room and counts anew. */
  async #count(blocks: number): Promise<void> {
    const path = join(this.#folder, usageFile);
    const isCounted = (await stat(path).catch(() => undefined)) !== undefined;
    await appendFile(path, new Uint8Array(blocks), { mode: 0o600 });
    if (!isCounted || (await stat(path)).size > this.#limitBlocks) await this.#sweep();
  }

  /** Entries that were used least recently go until the rest takes less than the bound. */
  async #sweep(): Promise<void> {
    const entries = [...(await this.#entries())].sort((a, b) => a.usedAtMs - b.usedAtMs);
    let blocks = entries.reduce((sum, entry) => sum + entry.blocks, 0);
    if (blocks > this.#limitBlocks) {
      for (const entry of entries) {
        if (blocks <= this.#limitBlocks * sweptShare) break;
        await unlink(entry.path).catch(() => undefined);
        blocks -= entry.blocks;
      }
    }
    const temporary = join(this.#folder, `${usageFile}.${randomUUID()}`);
    await writeFile(temporary, new Uint8Array(blocks), { mode: 0o600 });
    await rename(temporary, join(this.#folder, usageFile));
  }

  /** Half-written ones of processes that died included. */
  async #entries(): Promise<readonly Entry[]> {
    const folders = (await readdir(this.#folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const paths = await mapConcurrent(folders, parallelEntries, async (folder) => {
      const names = await readdir(join(this.#folder, folder));
      return names.filter((name) => entryName.test(name)).map((name) => join(this.#folder, folder, name));
    });
    const entries = await mapConcurrent(paths.flat(), parallelEntries, async (path) => {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return [];
      return [{ path, blocks: Math.ceil(found.size / blockBytes), usedAtMs: found.mtimeMs }];
    });
    return entries.flat();
  }
}

interface Entry {
  readonly path: string;
  readonly blocks: number;
  readonly usedAtMs: number;
}

/** Of an entry, or one that is being written. */
const entryName = /^[0-9a-f]{62}(\.[0-9a-f-]{36})?$/;

/** An entry that came to lie under another name is none. */
function digestOf(name: string, bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(name).update('\0').update(bytes).digest();
}
