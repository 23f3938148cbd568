// A log's table as the fold sees it, and what the fold changed as models see it.

import { Table } from 'apache-arrow';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { DataFile } from '../../format/data-file.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { decodeParquet } from '../../parquet/file.js';
import {
  addedRows,
  changedKeys,
  findRows,
  rowsOfPartitions,
  type ExistingFile,
  type ExistingRows,
  type Fold,
} from '../../records/hot-path.js';
import type { Contract } from '../../records/contract.js';
import type { LogSource } from '../define/pipeline.js';
import type { HeldChange } from './log-changes.js';
import { partitionValue } from './partitions.js';
import { type StagedTables } from './staged-tables.js';

/** An existing file with its entry in the manifest. */
interface LogFile extends ExistingFile {
  readonly entry: DataFile;
}

/** A log's table as it was before the run. */
export type LogRowsBefore = ExistingRows<LogFile>;

const fileOf =
  (table: TableDefinition) =>
  (entry: DataFile): LogFile => ({
    path: entry.path,
    value: partitionValue(table, entry),
    rows: entry.rows,
    entry,
  });

/** A source's table in the base snapshot, whole; null when it holds nothing. */
export async function existingFiles(
  tables: StagedTables,
  table: TableDefinition,
): Promise<(Pick<ExistingRows<LogFile>, 'partitionFiles' | 'read'> & { files: readonly LogFile[] }) | null> {
  const state = tables.stateBefore(table.name);
  const files = (await tables.filesBefore(table.name)).map(fileOf(table));
  if (state === undefined || files.length === 0) return null;
  const byPartition = new Map<string, LogFile[]>();
  for (const file of files) byPartition.set(file.value, [...(byPartition.get(file.value) ?? []), file]);
  return {
    files,
    partitionFiles: (value) => byPartition.get(value) ?? [],
    read: ({ entry }) => tables.read(entry),
  };
}

/** A log's table in the base snapshot, with its conflicts; null when it holds nothing. */
export async function existingRows(tables: StagedTables, source: LogSource): Promise<LogRowsBefore | null> {
  const { table } = source;
  const files = await existingFiles(tables, table);
  if (files === null) return null;
  return {
    ...files,
    candidates: async (keys, column) => (await tables.keyCandidates(table, column, keys)).map(fileOf(table)),
    conflicts: await conflictsTable(tables, source),
  };
}

async function conflictsTable(tables: StagedTables, { conflicts }: LogSource): Promise<Table | null> {
  const contents = await Promise.all((await tables.files(conflicts.name)).map((file) => tables.read(file)));
  const batches = contents.flatMap((bytes) => decodeParquet(bytes).batches);
  return batches.length === 0 ? null : new Table(batches);
}

/** A fold that replaces at least this share of its partitions' rows is treated as replacing them all. */
const MOSTLY = 0.5;

/** What a fold changed that is in memory, for the models. */
export function heldChange(
  pool: () => WorkerPool,
  contract: Contract,
  fold: Fold,
  existing: LogRowsBefore | null,
): HeldChange {
  const rows = fold.partitions.reduce((sum, partition) => sum + partition.rows, 0);
  return {
    mostlyNew: fold.addedRows >= rows * MOSTLY,
    completeRows: (columns) => rowsOfPartitions(pool().urgent, fold, columns),
    addedRows: (columns) => addedRows(pool().urgent, fold, columns),
    find: (column, keys, columns) =>
      findRows(pool().urgent, existing, { contract, fold, column, keys, columns }),
    changedKeys: () => changedKeys(fold),
  };
}
