// The folder of one engine beside this process: bytes that it is handed as files, and what it spills. It is gone when the engine is.

import { rmSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { ColumnDefinition } from '../format/table-definition.js';
import { ipcToParquet } from '../parquet/file.js';
import { streamFields } from './arrow-stream.js';
import type { ArrowSource } from './engine.js';

/** A folder of one running engine, for files that are handed to it and for what it spills. */
export interface EngineFolder {
  readonly path: string;
  /** Where the engine may spill. */
  readonly spill: string;
  /** Writes bytes as a file that the engine can read; answers its path. */
  put(bytes: Uint8Array): Promise<string>;
  /** A path in it where nothing is yet, for a folder that the engine makes. */
  reserve(): string;
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
    reserve: () => join(path, String(files++)),
    async remove() {
      process.off('exit', removeNow);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** The Parquet files directly in a folder, sorted by name; none where an engine made no folder for no rows. */
export async function parquetFilesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.parquet') && !/^[._]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Files of the same columns. */
export interface FileSet {
  readonly present: readonly string[];
  readonly paths: readonly string[];
}

/**
 * Writes Arrow streams as files, for engines that take no Arrow: one set for those of the same columns and types.
 * @throws LakeError `invalid-input` for bytes that are no stream, and for columns that the relation does not have
 */
export async function putStreams(
  folder: EngineFolder,
  { columns, streams }: ArrowSource,
): Promise<readonly FileSet[]> {
  const sets = new Map<string, { readonly present: readonly string[]; readonly paths: string[] }>();
  for await (const ipc of streams) {
    const fields = streamFields(ipc);
    const present = fields.map(({ name }) => name);
    refuseStrangers(present, columns);
    const path = await folder.put(ipcToParquet(ipc));
    const key = JSON.stringify(fields);
    const same = sets.get(key);
    if (same === undefined) sets.set(key, { present, paths: [path] });
    else same.paths.push(path);
  }
  return [...sets.values()];
}

function refuseStrangers(found: readonly string[], columns: readonly ColumnDefinition[]): void {
  const stranger = found.find((name) => columns.every((column) => column.name !== name));
  if (stranger === undefined) return;
  const expected = columns.map(({ name }) => name).join(', ');
  throw new LakeError(
    'invalid-input',
    `Expected rows with columns among ${expected}, found the column "${stranger}".`,
  );
}
