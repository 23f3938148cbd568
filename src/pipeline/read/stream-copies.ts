// Sources that can be read only once (named pipes, standard input, files without a size) as files that can be read again:
// each is read to its end, once, into a copy that lives as long as the run.

import { constants, createReadStream, createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LakeError } from '../../common/errors.js';
import { unreadable } from './unreadable.js';

/** The path that means standard input. */
export const STANDARD_INPUT = '-';

/** What a copied stream came to. */
interface StreamCopy {
  readonly path: string;
  readonly sizeBytes: number;
}

/** The copies of one run; close it in the end. */
export class StreamCopies {
  readonly #copies = new Map<string, Promise<StreamCopy>>();
  readonly #stdin: AsyncIterable<Uint8Array> | undefined;
  readonly #signal: AbortSignal | undefined;
  #folder: Promise<string> | undefined;

  constructor(options: { readonly stdin?: AsyncIterable<Uint8Array>; readonly signal?: AbortSignal } = {}) {
    this.#stdin = options.stdin;
    this.#signal = options.signal;
  }

  /**
   * The content of the stream at `path`, or of standard input for `-`; read when it is asked for first.
   * @throws LakeError `invalid-input` for a stream that cannot be read, `out-of-resources` without room for it
   */
  of(path: string): Promise<StreamCopy> {
    const known = this.#copies.get(path);
    if (known !== undefined) return known;
    const copy = this.#copy(path, this.#copies.size);
    this.#copies.set(path, copy);
    return copy;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#copies.values());
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  async #copy(path: string, number: number): Promise<StreamCopy> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'lake-streams-'));
    const to = join(await this.#folder, String(number));
    const from = path === STANDARD_INPUT ? this.#standardInput() : await openStream(path);
    const writing = createWriteStream(to, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(from, writing, { ...(this.#signal && { signal: this.#signal }) });
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw notCopied(path, to, error);
    }
    return { path: to, sizeBytes: writing.bytesWritten };
  }

  #standardInput(): Readable {
    if (this.#stdin !== undefined) return Readable.from(this.#stdin, { objectMode: false });
    throw new LakeError('invalid-input', '-: there is no standard input here; give a file.');
  }
}

/** Opened without waiting for a writer, so that a run can be stopped while it waits for one. */
async function openStream(path: string): Promise<Readable> {
  try {
    if (!(await stat(path)).isFIFO()) return createReadStream(path);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return new Socket({ fd, readable: true, writable: false }); // and closes it
  } catch (error) {
    throw unreadable(path, error);
  }
}

function notCopied(path: string, copy: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return unreadable(path, error);
  return new LakeError(
    'out-of-resources',
    `${path}: a stream is copied before it is read, and ${copy} has no room for it. Set TMPDIR to a folder with more space, or give a file.`,
    { details: { path }, cause: error },
  );
}
