// A manifest: up to a thousand data files of one table, in the order in which their rows are to be read (format §2).

import { z } from 'zod';
import type { DataFile } from './data-file.js';
import { encodeMetadata, formatVersion, parseMetadata, type EncodedMetadata } from './metadata.js';
import {
  count,
  hash,
  id,
  isCount,
  isHashedFile,
  isMissingOr,
  isObject,
  isRecord,
  isText,
  lakePath,
  listOf,
  partitionName,
  recordOf,
  tableName,
  type Json,
} from './json-shapes.js';
import { isPartitionName } from './partition.js';
import type { ColumnStats } from './stats.js';

/** A manifest's content. */
export interface Manifest {
  readonly table: string;
  /** Ordered by partition, then by position in the sort order (bronze: order of arrival). */
  readonly files: readonly DataFile[];
}

/** A manifest holds no more files than this. */
export const maxManifestFiles = 1000;

const bound = z.union([z.string(), z.number()]);
const stats = z.object({
  nulls: count,
  nans: count.optional(),
  min: bound.optional(),
  max: bound.optional(),
});
const fieldIdShape = /^[1-9]\d{0,15}$/;
const fieldId = z.string().regex(fieldIdShape, 'not the id of a field');
/** The id is `wholeKeyId` for the whole key. */
const indexColumn = z.object({ id: count, offset: count, count });
const dataFile = z.object({
  path: lakePath,
  sha256: hash,
  bytes: count,
  rows: count,
  schemaId: count,
  specId: count,
  partition: recordOf(partitionName, z.string().nullable()),
  columns: recordOf(fieldId, stats),
  addedIn: id,
  batches: z.array(z.string()).optional(),
  index: z.object({ path: lakePath, sha256: hash, bytes: count, columns: z.array(indexColumn) }).optional(),
});

/** Sure of what `dataFile` is sure of, for a manifest of a thousand files. */
function isDataFile(file: Json): boolean {
  return (
    isHashedFile(file) &&
    isCount(file['rows']) &&
    isCount(file['schemaId']) &&
    isCount(file['specId']) &&
    isCount(file['addedIn']) &&
    file['addedIn'] !== 0 &&
    isRecord(file['partition'], isPartitionName, (value) => value === null || isText(value)) &&
    isRecord(file['columns'], isFieldId, isStats) &&
    isMissingOr(file['batches'], (batches) => Array.isArray(batches) && batches.every(isText)) &&
    isMissingOr(
      file['index'],
      (index) => isObject(index) && isHashedFile(index) && isIndexColumns(index['columns']),
    )
  );
}

function isStats(stats: unknown): boolean {
  return (
    isObject(stats) &&
    isCount(stats['nulls']) &&
    isMissingOr(stats['nans'], isCount) &&
    isMissingOr(stats['min'], isBound) &&
    isMissingOr(stats['max'], isBound)
  );
}

function isIndexColumns(columns: unknown): boolean {
  const isColumn = (column: unknown): boolean =>
    isObject(column) && isCount(column['id']) && isCount(column['offset']) && isCount(column['count']);
  return Array.isArray(columns) && columns.every(isColumn);
}

const isFieldId = (text: string): boolean => fieldIdShape.test(text);
const isBound = (value: unknown): boolean => isText(value) || Number.isFinite(value);

const manifest = z
  .object({ table: tableName, files: listOf(dataFile, isDataFile, maxManifestFiles) })
  .refine(
    ({ files }) => new Set(files.map(({ path }) => path)).size === files.length,
    'a file is named twice',
  );

/** The manifest that the bytes say. @throws LakeError `corrupt`, `unsupported-storage` */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const { table, files } = parseMetadata(manifest, bytes, path);
  return { table, files: files as readonly DataFile[] };
}

/** The bytes of a manifest: equal lists, equal bytes. */
export function encodeManifest(manifest: Manifest): Promise<EncodedMetadata> {
  return encodeMetadata({ formatVersion, table: manifest.table, files: manifest.files.map(fileJson) });
}

function fileJson(file: DataFile): object {
  const { path, sha256, bytes, rows, schemaId, specId, partition, addedIn, batches, index } = file;
  const columns = Object.fromEntries(
    Object.entries(file.columns).map(([key, value]) => [key, statsJson(value)]),
  );
  return {
    path,
    sha256,
    bytes,
    rows,
    schemaId,
    specId,
    partition,
    columns,
    addedIn,
    batches,
    index: index && {
      path: index.path,
      sha256: index.sha256,
      bytes: index.bytes,
      columns: index.columns.map((column) => ({ id: column.id, offset: column.offset, count: column.count })),
    },
  };
}

/** `JSON.stringify` leaves undefined members out. */
function statsJson({ nulls, nans, min, max }: ColumnStats): object {
  return { nulls, nans, min, max };
}
