// The list of a snapshot's manifests, with what a reader needs to skip one unread.
// https://iceberg.apache.org/spec/#manifest-lists

import { compareText } from '../common/text-order.js';
import type { DataFile } from '../format/data-file.js';
import type { PartitionField } from '../format/partition.js';
import { encodeAvroFile, type AvroField, type AvroRecord, type AvroRow, type AvroSchema } from './avro.js';
import { addedBy, type ManifestContent } from './manifest.js';
import { partitionColumn } from './schema.js';

/** A manifest that is written. */
export interface ListedManifest {
  /** Whole: with the location. */
  readonly path: string;
  readonly bytes: number;
  readonly content: ManifestContent;
}

/** The snapshot whose list is written. */
interface ListedSnapshot {
  readonly snapshotId: number;
  readonly parentId: number | undefined;
}

/** The list as an Avro file: a row a manifest, in the given order. Equal arguments give equal bytes. */
export function encodeManifestList(
  { snapshotId, parentId }: ListedSnapshot,
  manifests: readonly ListedManifest[],
): Promise<Uint8Array> {
  return encodeAvroFile(listSchema, manifests.map(listRow), {
    'snapshot-id': String(snapshotId),
    'parent-snapshot-id': String(parentId ?? null),
    'sequence-number': String(snapshotId),
    'format-version': '2',
  });
}

function listRow({ path, bytes, content }: ListedManifest): AvroRow {
  const { files, spec, schema, deletedIn } = content;
  const added = addedBy(content);
  const rows = (of: readonly DataFile[]): number => of.reduce((sum, file) => sum + file.rows, 0);
  const isNew = (file: DataFile): boolean => deletedIn === undefined && file.addedIn === added;
  const news = files.filter(isNew);
  const kept = files.filter((file) => deletedIn === undefined && !isNew(file));
  const gone = deletedIn === undefined ? [] : files;
  return {
    manifest_path: path,
    manifest_length: bytes,
    partition_spec_id: spec.specId,
    content: 0,
    sequence_number: added,
    min_sequence_number: files.reduce((least, file) => Math.min(least, file.addedIn), added),
    added_snapshot_id: added,
    added_files_count: news.length,
    existing_files_count: kept.length,
    deleted_files_count: gone.length,
    added_rows_count: rows(news),
    existing_rows_count: rows(kept),
    deleted_rows_count: rows(gone),
    partitions: spec.fields.map((field) => partitionRange(field, content, schema)),
  };
}

function partitionRange(
  field: PartitionField,
  { files }: ManifestContent,
  schema: ManifestContent['schema'],
): AvroRow {
  const values = files.map(({ partition }) => partition[field.name] ?? null);
  const present = values.filter((value) => value !== null);
  const { value, bytes } = partitionColumn(field, schema);
  const order = (a: string, b: string): number => {
    const [left, right] = [value(a), value(b)];
    return typeof left === 'string' ? compareText(a, b) : Number(left) - Number(right);
  };
  const [first, last] = [present.toSorted(order)[0], present.toSorted(order).at(-1)];
  return {
    contains_null: present.length < values.length,
    contains_nan: false,
    lower_bound: first === undefined ? null : bytes(first),
    upper_bound: last === undefined ? null : bytes(last),
  };
}

const field = (name: string, id: number, type: AvroSchema): AvroField => ({ name, type, 'field-id': id });
const optionalField = (name: string, id: number, type: AvroSchema): AvroField => ({
  name,
  type: ['null', type] as const,
  default: null,
  'field-id': id,
});

const partitionSummary: AvroRecord = {
  type: 'record',
  name: 'r508',
  fields: [
    field('contains_null', 509, 'boolean'),
    optionalField('contains_nan', 518, 'boolean'),
    optionalField('lower_bound', 510, 'bytes'),
    optionalField('upper_bound', 511, 'bytes'),
  ],
};

const listSchema: AvroRecord = {
  type: 'record',
  name: 'manifest_file',
  fields: [
    field('manifest_path', 500, 'string'),
    field('manifest_length', 501, 'long'),
    field('partition_spec_id', 502, 'int'),
    field('content', 517, 'int'),
    field('sequence_number', 515, 'long'),
    field('min_sequence_number', 516, 'long'),
    field('added_snapshot_id', 503, 'long'),
    field('added_files_count', 504, 'int'),
    field('existing_files_count', 505, 'int'),
    field('deleted_files_count', 506, 'int'),
    field('added_rows_count', 512, 'long'),
    field('existing_rows_count', 513, 'long'),
    field('deleted_rows_count', 514, 'long'),
    optionalField('partitions', 507, { type: 'array', items: partitionSummary, 'element-id': 508 }),
    optionalField('key_metadata', 519, 'bytes'),
  ],
};
