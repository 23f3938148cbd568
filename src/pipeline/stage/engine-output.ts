// The folder beside a table's files into which an engine writes for one commit. Nothing names what lies there: it is read,
// becomes files of the table, and goes; what a dead run leaves is for `vacuum`.

import { engineFolder } from '../../format/paths.js';
import type { Storage } from '../../storage/storage.js';

/** Such a folder, empty at first. */
export interface EngineOutput {
  /** Relative to the lake's root. */
  readonly path: string;
  /** Where it is on this machine's disk. */
  readonly disk: string;
  /** Everything below it, relative to the lake's root, sorted. */
  files(): Promise<readonly string[]>;
  read(path: string): Promise<Uint8Array>;
  /** Puts a file there for the engine. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/** The folder of a table and commit; undefined for a lake that lies on no disk of this machine. */
export async function engineOutput(
  storage: Storage,
  table: string,
  commitId: string,
): Promise<EngineOutput | undefined> {
  const path = engineFolder(table, commitId);
  const disk = await storage.diskPath?.(path);
  if (disk === undefined) return undefined;
  await storage.delete(path); // of an attempt that lost its race
  return {
    path,
    disk,
    files: async () => (await storage.list(path)).map((file) => file.path),
    read: (file) => storage.read(file),
    write: (name, bytes) => storage.write([{ path: `${path}/${name}`, bytes }]),
    remove: () => storage.delete(path),
  };
}
