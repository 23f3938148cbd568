// Files beside this process for rows that wait: among the system's temporary files, and without a name from the start, so
// that nothing of them stays, however the process ends.

import { open, mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeError } from '../../common/errors.js';
import type { ScratchFile } from '../../records/hot-path.js';

/**
 * An empty scratch file (in `TMPDIR`).
 * @throws LakeError `out-of-resources` where none can be made
 */
export async function openScratchFile(): Promise<ScratchFile> {
  const folder = await mkdtemp(join(tmpdir(), 'lake-rows-')).catch(noRoom);
  try {
    return new TemporaryFile(await open(join(folder, 'rows'), 'wx+', 0o600).catch(noRoom));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class TemporaryFile implements ScratchFile {
  readonly #file: FileHandle;
  #end = 0;
  #isOpen = true;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async append(bytes: Uint8Array): Promise<number> {
    const place = this.#end;
    this.#end += bytes.length;
    for (let done = 0; done < bytes.length;) {
      const written = await this.#file.write(bytes, done, bytes.length - done, place + done).catch(noRoom);
      done += written.bytesWritten;
    }
    return place;
  }

  async read(place: number, bytes: number): Promise<SharedArrayBuffer> {
    const buffer = new SharedArrayBuffer(bytes);
    const target = new Uint8Array(buffer);
    for (let done = 0; done < bytes;) {
      const { bytesRead } = await this.#file.read(target, done, bytes - done, place + done);
      if (bytesRead === 0) throw new Error('a scratch file ends before what was written to it');
      done += bytesRead;
    }
    return buffer;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }
}

function noRoom(error: unknown): never {
  throw new LakeError(
    'out-of-resources',
    `A run of this size puts rows aside in ${tmpdir()}, which fails (${(error as NodeJS.ErrnoException).code ?? String(error)}). Set TMPDIR to a folder on a disk with more space, or bring less at once.`,
    { details: { folder: tmpdir() }, cause: error },
  );
}
