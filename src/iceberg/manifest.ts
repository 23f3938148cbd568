// One of our manifests as Iceberg manifests: a pure function of its files, the schema of the snapshot and the place where
// the files lie. Iceberg wants one partition spec a manifest; ours may hold files of several.
// https://iceberg.apache.org/spec/#manifests

import type { DataFile } from '../format/data-file.js';
import type { PartitionSpec } from '../format/partition.js';
import type { Field, Schema } from '../format/schema.js';
import type { ColumnStats } from '../format/stats.js';
import { encodeAvroFile, type AvroField, type AvroRecord, type AvroRow, type AvroSchema } from './avro.js';
import { boundBytes } from './bounds.js';
import { partitionColumn, schemaJson, specFieldsJson } from './schema.js';

const EXISTING = 0;
const ADDED = 1;
const DELETED = 2;

/** What one Iceberg manifest says: files of one partition spec, all there or all gone. */
export interface ManifestContent {
  /** Of the snapshot that the manifest is written for. */
  readonly schema: Schema;
  /** Of all files. */
  readonly spec: PartitionSpec;
  readonly files: readonly DataFile[];
  /** For files that went: the snapshot without them. */
  readonly deletedIn?: number;
}

/** The snapshot that is said to have added a manifest, which is that of its newest file: so it is the same in every list. */
export const addedBy = ({ files, deletedIn }: ManifestContent): number =>
  deletedIn ?? files.reduce((newest, { addedIn }) => Math.max(newest, addedIn), 0);

/** @param location of the lake, without a slash at its end */
export function encodeManifestFile(content: ManifestContent, location: string): Promise<Uint8Array> {
  const { schema, spec, files } = content;
  return encodeAvroFile(
    entrySchema(spec, schema),
    files.map((file) => entry(content, file, location)),
    {
      schema: JSON.stringify(schemaJson(schema)),
      'schema-id': String(schema.schemaId),
      'partition-spec': JSON.stringify(specFieldsJson(spec)),
      'partition-spec-id': String(spec.specId),
      'format-version': '2',
      content: 'data',
    },
  );
}

/** Sequence numbers are said outright, those of new files too: a lake snapshot's number is its sequence number. */
function entry(content: ManifestContent, file: DataFile, location: string): AvroRow {
  const { deletedIn } = content;
  const live = file.addedIn === addedBy(content) ? ADDED : EXISTING;
  return {
    status: deletedIn === undefined ? live : DELETED,
    snapshot_id: deletedIn ?? file.addedIn,
    sequence_number: file.addedIn,
    file_sequence_number: file.addedIn,
    data_file: dataFile(content, file, location),
  };
}

function dataFile({ schema, spec }: ManifestContent, file: DataFile, location: string): AvroRow {
  const known = schema.fields.flatMap((field) => {
    const stats = file.columns[String(field.id)];
    return stats === undefined ? [] : [{ field, stats }];
  });
  return {
    content: 0,
    file_path: `${location}/${file.path}`,
    file_format: 'PARQUET',
    partition: partitionRow(spec, schema, file),
    record_count: file.rows,
    file_size_in_bytes: file.bytes,
    value_counts: known.map(({ field }) => ({ key: field.id, value: file.rows })),
    null_value_counts: known.map(({ field, stats }) => ({ key: field.id, value: stats.nulls })),
    nan_value_counts: known.flatMap(nanCount),
    lower_bounds: known.flatMap(({ field, stats }) => bound(field, stats.min)),
    upper_bounds: known.flatMap(({ field, stats }) => bound(field, stats.max)),
  };
}

function partitionRow({ fields }: PartitionSpec, schema: Schema, { partition }: DataFile): AvroRow {
  const values = fields.map((field) => {
    const text = partition[field.name] ?? null;
    return [field.name, text === null ? null : partitionColumn(field, schema).value(text)];
  });
  return Object.fromEntries(values) as AvroRow;
}

const nanCount = ({ field, stats }: { field: Field; stats: ColumnStats }): readonly AvroRow[] =>
  field.type === 'double' ? [{ key: field.id, value: stats.nans ?? 0 }] : [];

function bound({ id, type }: Field, value: ColumnStats['min']): readonly AvroRow[] {
  const bytes = boundBytes(type, value);
  return bytes === undefined ? [] : [{ key: id, value: bytes }];
}

const optional = (type: AvroSchema): AvroSchema => ['null', type];
const field = (name: string, id: number, type: AvroSchema): AvroField => ({ name, type, 'field-id': id });
const optionalField = (name: string, id: number, type: AvroSchema): AvroField => ({
  name,
  type: optional(type),
  default: null,
  'field-id': id,
});

/** A map by field id: an array of pairs, said to be a map. */
function mapField(
  name: string,
  id: number,
  [key, value]: readonly [number, number],
  type: AvroSchema,
): AvroField {
  const pair: AvroRecord = {
    type: 'record',
    name: `k${key}_v${value}`,
    fields: [field('key', key, 'int'), field('value', value, type)],
  };
  return optionalField(name, id, { type: 'array', logicalType: 'map', items: pair });
}

function entrySchema(spec: PartitionSpec, schema: Schema): AvroRecord {
  const partition: AvroRecord = {
    type: 'record',
    name: 'r102',
    fields: spec.fields.map((each) => optionalField(each.name, each.id, partitionColumn(each, schema).avro)),
  };
  const file: AvroRecord = {
    type: 'record',
    name: 'r2',
    fields: [
      field('content', 134, 'int'),
      field('file_path', 100, 'string'),
      field('file_format', 101, 'string'),
      field('partition', 102, partition),
      field('record_count', 103, 'long'),
      field('file_size_in_bytes', 104, 'long'),
      mapField('column_sizes', 108, [117, 118], 'long'),
      mapField('value_counts', 109, [119, 120], 'long'),
      mapField('null_value_counts', 110, [121, 122], 'long'),
      mapField('nan_value_counts', 137, [138, 139], 'long'),
      mapField('lower_bounds', 125, [126, 127], 'bytes'),
      mapField('upper_bounds', 128, [129, 130], 'bytes'),
      optionalField('key_metadata', 131, 'bytes'),
      optionalField('split_offsets', 132, { type: 'array', items: 'long', 'element-id': 133 }),
      optionalField('equality_ids', 135, { type: 'array', items: 'int', 'element-id': 136 }),
      optionalField('sort_order_id', 140, 'int'),
    ],
  };
  return {
    type: 'record',
    name: 'manifest_entry',
    fields: [
      field('status', 0, 'int'),
      optionalField('snapshot_id', 1, 'long'),
      optionalField('sequence_number', 3, 'long'),
      optionalField('file_sequence_number', 4, 'long'),
      field('data_file', 2, file),
    ],
  };
}
