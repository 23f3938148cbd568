// Schemas, partition specs and sort orders in Iceberg's JSON. Ids are ours: a reader follows a renamed column by them.
// https://iceberg.apache.org/spec/#appendix-c-json-serialization

import type { PartitionField, PartitionSpec } from '../format/partition.js';
import type { Schema } from '../format/schema.js';
import type { SortField } from '../format/table-file.js';
import type { AvroSchema, AvroValue } from './avro.js';
import { boundBytes, icebergType } from './bounds.js';

/** A value that `JSON.stringify` writes whole. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A schema as Iceberg writes it, with our field ids.
 * @throws TypeError for a type that Iceberg has not
 */
export function schemaJson({ schemaId, fields }: Schema): Json {
  const columns = fields.map(({ id, name, type, required }) => ({
    id,
    name,
    required,
    type: icebergType(type),
  }));
  return { type: 'struct', 'schema-id': schemaId, fields: columns };
}

/** A partition spec with its id, as table metadata lists it. */
export const specJson = (spec: PartitionSpec): Json => ({
  'spec-id': spec.specId,
  fields: specFieldsJson(spec),
});

/** As a manifest's header has it: without the id around it. */
export function specFieldsJson({ fields }: PartitionSpec): Json {
  return fields.map(({ id, sourceId, transform, name }) => ({
    'source-id': sourceId,
    'field-id': id,
    transform,
    name,
  }));
}

/** The order that is none, and ours where there is one. */
export function sortOrdersJson(sortOrder: readonly SortField[]): {
  readonly orders: Json;
  readonly current: number;
} {
  const none = { 'order-id': 0, fields: [] };
  if (sortOrder.length === 0) return { orders: [none], current: 0 };
  const fields = sortOrder.map(({ sourceId, direction }) => ({
    transform: 'identity',
    'source-id': sourceId,
    direction,
    'null-order': 'nulls-last',
  }));
  return { orders: [none, { 'order-id': 1, fields }], current: 1 };
}

/** A partition field's values in Avro: its type, and how one of ours (ISO text, `2024-03`) is written and bounded. */
interface PartitionColumn {
  readonly avro: AvroSchema;
  readonly value: (text: string) => AvroValue;
  /** Single-value bytes. */
  readonly bytes: (text: string) => Uint8Array;
}

/** @throws TypeError for a column of a type that nothing is partitioned by */
export function partitionColumn(
  { transform, sourceId, name }: PartitionField,
  schema: Schema,
): PartitionColumn {
  if (transform === 'month')
    return { avro: 'int', value: monthNumber, bytes: (text) => boundBytes('int', monthNumber(text))! };
  const type = schema.fields.find(({ id }) => id === sourceId)?.type ?? 'string';
  const bytes = (text: string): Uint8Array => boundBytes(type, text)!;
  if (type === 'string') return { avro: 'string', value: (text) => text, bytes };
  if (type === 'date') return { avro: { type: 'int', logicalType: 'date' }, value: dayNumber, bytes };
  if (type === 'int') return { avro: 'int', value: Number, bytes };
  if (type === 'long') return { avro: 'long', value: BigInt, bytes };
  throw new TypeError(`Iceberg: a table partitioned by ${name} of type ${type} cannot be published.`);
}

/** Months since 1970-01. */
function monthNumber(text: string): number {
  const [year = '', month = ''] = text.split(/-(?=\d\d$)/);
  return (Number(year) - 1970) * 12 + Number(month) - 1;
}

const dayNumber = (text: string): number => Math.round(Date.parse(text) / 86_400_000);
