// Data files on their way into a commit: named so that no two commits share a path, durable before they are named (format §3).

import { LakeError } from '../common/errors.js';
import type { DataFile, EncodedDataFile, KeyIndexFile } from '../format/data-file.js';
import { assertFolderValues, partitionFolder, type PartitionField } from '../format/partition.js';
import { isOfPartition } from '../format/partition-fault.js';
import { assertLakePath, keyIndexPath, tableFolder } from '../format/paths.js';
import { currentSpec, type TableFile } from '../format/table-file.js';
import type { FileToWrite, Storage } from '../storage/storage.js';

/** Encoded files, and the table that they are for. */
interface WriteRequest {
  readonly commitId: string;
  /** The table as the commit will have it (see `tableFor`): its current schema and spec are those of the files. */
  readonly table: TableFile;
  readonly files: readonly EncodedDataFile[];
}

/**
 * Writes files with their key indexes; durable when it resolves. They exist for readers only once a commit names them.
 * @throws LakeError `check-failed` when a file's rows are not of its partition; `invalid-input` for a partition that no
 *   folder can be named after; `out-of-resources`
 */
export async function writeDataFiles(storage: Storage, request: WriteRequest): Promise<readonly DataFile[]> {
  const planned = request.files.map((file) => planFile(request, file));
  refuseSamePath(planned.map(({ entry }) => entry.path));
  await storage.write(planned.flatMap(({ writes }) => writes));
  return planned.map(({ entry }) => entry);
}

/** Removes files that the caller wrote and that no commit of its own names: after a definite loss, never else. */
export async function discardDataFiles(storage: Storage, files: readonly DataFile[]): Promise<void> {
  await storage.delete(
    files.flatMap(({ path, index }) => (index === undefined ? [path] : [path, index.path])),
  );
}

interface PlannedFile {
  readonly entry: DataFile;
  readonly writes: readonly FileToWrite[];
}

function planFile({ commitId, table }: WriteRequest, file: EncodedDataFile): PlannedFile {
  const spec = currentSpec(table);
  for (const field of spec.fields) checkPartition(table.table, field, file);
  assertFolderValues(spec, file.partition);
  const folder = [tableFolder(table.table), partitionFolder(spec, file.partition)].filter(
    (piece) => piece !== '',
  );
  const path = [...folder, `${file.sha256.slice(0, 16)}-${commitId.slice(0, 8)}.parquet`].join('/');
  assertLakePath(path);
  const index = file.index && indexEntry(path, file.index);
  const entry: DataFile = {
    path,
    sha256: file.sha256,
    bytes: file.bytes.length,
    rows: file.rows,
    schemaId: table.currentSchemaId,
    specId: table.currentSpecId,
    partition: file.partition,
    columns: file.columns,
    addedIn: 0,
    ...(file.batches && { batches: file.batches }),
    ...(index && { index }),
  };
  const sidecar = index && file.index ? [{ path: index.path, bytes: file.index.bytes }] : [];
  return { entry, writes: [{ path, bytes: file.bytes }, ...sidecar] };
}

function indexEntry(path: string, index: NonNullable<EncodedDataFile['index']>): KeyIndexFile {
  return {
    path: keyIndexPath(path),
    sha256: index.sha256,
    bytes: index.bytes.length,
    columns: index.columns,
  };
}

/** The bounds of the column must say that every row is of the partition. Values that bounds cut cannot be told. */
function checkPartition(table: string, field: PartitionField, file: EncodedDataFile): void {
  const value = file.partition[field.name];
  const stats = file.columns[field.sourceId];
  if (value !== undefined && stats !== undefined && isOfPartition(field, value, stats, file.rows)) return;
  const { min = 'unknown', max = 'unknown', nulls = 'unknown' } = stats ?? {};
  throw new LakeError(
    'check-failed',
    `${table}: a file for partition ${field.name}=${value ?? 'null'} holds ${min} to ${max} and ${nulls} nulls in ${file.rows} rows. This is a bug of the writer; nothing was published.`,
    { details: { table, partition: value ?? null } },
  );
}

function refuseSamePath(paths: readonly string[]): void {
  const seen = new Set<string>();
  const twice = paths.find((path) => seen.size === seen.add(path).size);
  if (twice !== undefined)
    throw new Error(`Two files of one commit have the same content and partition: ${twice}`);
}
