// The folder of one native engine: bytes that it is handed as files, and what it spills. It is gone when the engine is.

import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of one running engine, for files that are handed to it and for what it spills. */
export interface EngineFolder {
  readonly path: string;
  /** Where the engine may spill. */
  readonly spill: string;
  /** Writes bytes as a file that the engine can read; answers its path. */
  put(bytes: Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** Makes a folder that only this user can read, among the system's temporary files (`TMPDIR`). */
export async function makeEngineFolder(): Promise<EngineFolder> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'lake-engine-'));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeNow);
  let files = 0;
  return {
    path,
    spill: join(path, 'spill'),
    async put(bytes) {
      const file = join(path, `${files++}.parquet`);
      await writeFile(file, bytes);
      return file;
    },
    async remove() {
      process.off('exit', removeNow);
      await rm(path, { recursive: true, force: true });
    },
  };
}
