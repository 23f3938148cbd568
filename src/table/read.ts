// Bytes and rows of data files, never trusted before their size and hash are checked (format §5).

import type { Table } from 'apache-arrow';
import { isLakeError, type LakeError } from '../common/errors.js';
import type { DataFile } from '../format/data-file.js';
import { checkHash, damaged } from '../format/metadata.js';
import type { Schema } from '../format/schema.js';
import { currentSchema, type TableFile } from '../format/table-file.js';
import { evolveRows, isSameLayout } from '../parquet/evolve-rows.js';
import { decodeParquet, encodeParquet } from '../parquet/file.js';
import type { Storage } from '../storage/storage.js';
import { readPassing } from './read-passing.js';
import { whyGone } from './hashed-files.js';
import { lostFile } from './named-files.js';

/**
 * The bytes of a data file as they were committed, in the schema that it was written with.
 * @throws LakeError `corrupt` naming the file when it is missing, torn or another one; `not-found` when it is missing
 *   because snapshot `snapshotId`, for which it is read, expired meanwhile; `conflict` when it is missing and was not
 *   committed yet
 */
export async function readDataFile(
  storage: Storage,
  file: DataFile,
  snapshotId?: number,
): Promise<Uint8Array> {
  const bytes = await readPassing(storage, file.path, async (found) => {
    if (found.length !== file.bytes)
      throw damaged(file.path, `expected ${file.bytes} bytes, found ${found.length}`);
    await checkHash(found, file.sha256, file.path);
  });
  if (bytes === undefined) {
    if (file.addedIn === 0) throw lostFile(file.path);
    if (snapshotId !== undefined) throw await whyGone(storage, file.path, snapshotId);
    throw damaged(file.path, 'it is missing');
  }
  return bytes;
}

/**
 * A Parquet file of the data file's rows in the table's current schema: the file itself, or for one that was written
 * under another schema its rows evolved (see `evolveRows`) and encoded again. For readers that take Parquet.
 */
export async function readCurrent(
  storage: Storage,
  table: TableFile,
  file: DataFile,
  snapshotId?: number,
): Promise<Uint8Array> {
  const bytes = await readDataFile(storage, file, snapshotId);
  const [from, to] = [schemaOf(table, file), currentSchema(table)];
  if (isSameLayout(from, to)) return bytes;
  return encodeParquet(rowsAs(file, decodeRows(bytes, file), from, to), {
    ...passing,
    rowGroupRows: file.rows,
  });
}

/**
 * Where a data file lies on this machine's disk, for a program that reads Parquet itself; its bytes were looked at and are
 * those that were committed. Undefined where it lies on none, or has another schema than the table's current one: then
 * `readCurrent` is the way.
 * @throws like `readDataFile`
 */
export async function locateCurrent(
  storage: Storage,
  table: TableFile,
  file: DataFile,
  snapshotId?: number,
): Promise<string | undefined> {
  if (!isSameLayout(schemaOf(table, file), currentSchema(table))) return undefined;
  const path = await storage.diskPath?.(file.path);
  if (path !== undefined) await readDataFile(storage, file, snapshotId);
  return path;
}

/** For bytes that are read once and thrown away. */
const passing = { compression: 'none' } as const;

/** The rows of a data file in the table's current schema, in one batch. */
export async function readRows(
  storage: Storage,
  table: TableFile,
  file: DataFile,
  snapshotId?: number,
): Promise<Table> {
  const rows = decodeRows(await readDataFile(storage, file, snapshotId), file);
  return rowsAs(file, rows, schemaOf(table, file), currentSchema(table));
}

/** A file whose columns are not those that the table says it has is damage, not the work of a model. */
function rowsAs({ path }: DataFile, rows: Table, from: Schema, to: Schema): Table {
  try {
    return evolveRows(rows, from, to);
  } catch (error) {
    throw isLakeError(error, 'check-failed') ? damaged(path, otherColumns(error), error) : error;
  }
}

function otherColumns({ details: { column, expected, actual } }: LakeError): string {
  if (column === undefined || expected === undefined)
    return 'its columns are not those that its table says it has';
  return `its column ${String(column)} is ${String(actual)}, and its table says ${String(expected)}`;
}

/** The rows of a file, which are as many as the metadata says: plans and figures believe it. */
function decodeRows(bytes: Uint8Array, { path, rows }: DataFile): Table {
  const table = decodeParquet(bytes);
  if (table.numRows !== rows) throw damaged(path, `it holds ${table.numRows} rows, expected ${rows}`);
  return table;
}

/** The table whose folder a data file lies in: `silver/events/…` → `silver.events`. */
export function tableOfFile(path: string): string {
  return path.split('/').slice(0, 2).join('.');
}

function schemaOf({ table, schemas }: TableFile, file: DataFile): Schema {
  const schema = schemas.find(({ schemaId }) => schemaId === file.schemaId);
  if (schema === undefined) throw damaged(file.path, `it has schema ${file.schemaId}, which ${table} lacks`);
  return schema;
}
