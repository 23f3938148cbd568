// A table file: schemas, partition specs, sort order, and the manifests that list the table's files (format §2).

import { z } from 'zod';
import { encodeMetadata, formatVersion, parseMetadata, type EncodedMetadata } from './metadata.js';
import {
  count,
  fieldType,
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
import { isPartitionName, type PartitionSpec } from './partition.js';
import type { Schema } from './schema.js';

/** A column that sorts the rows of a partition. */
export interface SortField {
  /** Id of the column. */
  readonly sourceId: number;
  readonly direction: 'asc';
  readonly nulls: 'last';
}

/** Range of a partition field over the files of a manifest; no bounds where every value is null. */
export interface PartitionRange {
  readonly min?: string;
  readonly max?: string;
  readonly hasNull: boolean;
}

/** A manifest by name, with what is needed to skip it unread. */
export interface ManifestRef {
  readonly path: string;
  readonly sha256: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  /** By partition field name. */
  readonly partitions: Readonly<Record<string, PartitionRange>>;
}

/** A table file's content. */
export interface TableFile {
  /** `layer.table`. */
  readonly table: string;
  readonly tableId: string;
  /** Hash of the rules and settings that made the rows. */
  readonly contract?: string;
  /** No field ever had a higher id. */
  readonly lastFieldId: number;
  readonly currentSchemaId: number;
  readonly schemas: readonly Schema[];
  readonly currentSpecId: number;
  readonly specs: readonly PartitionSpec[];
  /** Empty: rows keep their order of arrival. */
  readonly sortOrder: readonly SortField[];
  /** Of what made the table, for instance of the model's text. */
  readonly fingerprint?: string;
  readonly manifests: readonly ManifestRef[];
}

const field = z.object({ id, name: z.string(), type: fieldType, required: z.boolean() });
/** Columns are found by id in files, and by name in results. */
const schema = z
  .object({ schemaId: count, fields: z.array(field) })
  .refine(
    ({ fields }) => new Set(fields.map((each) => each.id)).size === fields.length,
    'two fields of one id',
  )
  .refine(
    ({ fields }) => new Set(fields.map(({ name }) => name)).size === fields.length,
    'two fields of one name',
  );
const specField = z.object({
  id,
  sourceId: id,
  transform: z.enum(['identity', 'month']),
  name: partitionName,
});
const range = z.object({ min: z.string().optional(), max: z.string().optional(), hasNull: z.boolean() });
const manifestRef = z.object({
  path: lakePath,
  sha256: hash,
  files: count,
  rows: count,
  bytes: count,
  partitions: recordOf(partitionName, range),
});

/** Sure of what `manifestRef` is sure of, for a table of a thousand manifests. */
function isManifestRef(ref: Json): boolean {
  return (
    isHashedFile(ref) &&
    isCount(ref['files']) &&
    isCount(ref['rows']) &&
    isRecord(ref['partitions'], isPartitionName, isRange)
  );
}

function isRange(value: unknown): boolean {
  return (
    isObject(value) &&
    isMissingOr(value['min'], isText) &&
    isMissingOr(value['max'], isText) &&
    typeof value['hasNull'] === 'boolean'
  );
}

const tableFile = z
  .object({
    table: tableName,
    tableId: z.string(),
    contract: z.string().optional(),
    lastFieldId: count,
    currentSchemaId: count,
    schemas: z.array(schema),
    currentSpecId: count,
    specs: z.array(z.object({ specId: count, fields: z.array(specField) })),
    sortOrder: z.array(z.object({ sourceId: id, direction: z.literal('asc'), nulls: z.literal('last') })),
    fingerprint: z.string().optional(),
    manifests: listOf(manifestRef, isManifestRef),
  })
  .refine(
    (file) => file.schemas.some((schema) => schema.schemaId === file.currentSchemaId),
    'no current schema',
  )
  .refine((file) => file.specs.some((spec) => spec.specId === file.currentSpecId), 'no current spec');

/** The table file that the bytes say. @throws LakeError `corrupt`, `unsupported-storage` */
export function parseTableFile(bytes: Uint8Array, path: string): TableFile {
  return parseMetadata(tableFile, bytes, path) as TableFile;
}

/** The bytes of a table file: equal tables, equal bytes. */
export function encodeTableFile(file: TableFile): Promise<EncodedMetadata> {
  const { table, tableId, contract, lastFieldId, currentSchemaId, currentSpecId, fingerprint } = file;
  return encodeMetadata({
    formatVersion,
    table,
    tableId,
    contract,
    lastFieldId,
    currentSchemaId,
    schemas: file.schemas.map(schemaJson),
    currentSpecId,
    specs: file.specs.map(specJson),
    sortOrder: file.sortOrder.map(({ sourceId, direction, nulls }) => ({ sourceId, direction, nulls })),
    fingerprint,
    manifests: file.manifests.map(manifestJson),
  });
}

function schemaJson({ schemaId, fields }: Schema): object {
  return { schemaId, fields: fields.map(({ id, name, type, required }) => ({ id, name, type, required })) };
}

function specJson({ specId, fields }: PartitionSpec): object {
  return {
    specId,
    fields: fields.map(({ id, sourceId, transform, name }) => ({ id, sourceId, transform, name })),
  };
}

function manifestJson({ path, sha256, files, rows, bytes, partitions }: ManifestRef): object {
  const ranges = Object.entries(partitions).map(([name, { min, max, hasNull }]) => [
    name,
    { min, max, hasNull },
  ]);
  return { path, sha256, files, rows, bytes, partitions: Object.fromEntries(ranges) as object };
}

/** The schema that new files have. */
export function currentSchema(file: TableFile): Schema {
  return file.schemas.find((schema) => schema.schemaId === file.currentSchemaId)!;
}

/** The spec that new files have. */
export function currentSpec(file: TableFile): PartitionSpec {
  return file.specs.find((spec) => spec.specId === file.currentSpecId)!;
}

/** Files, rows and bytes of all manifests. */
export function tableTotals(file: TableFile): { files: number; rows: number; bytes: number } {
  const total = (of: (ref: ManifestRef) => number): number =>
    file.manifests.reduce((sum, ref) => sum + of(ref), 0);
  return {
    files: total((ref) => ref.files),
    rows: total((ref) => ref.rows),
    bytes: total((ref) => ref.bytes),
  };
}
