// Avro object container files, written only. The schema lands in the file as it is given, so that field ids and logical
// types stay in it; equal content is equal bytes (no compression: its bytes differ between versions of zlib).
// https://avro.apache.org/docs/1.11.1/specification/

import { sha256 } from '../common/sha256.js';

/** A field with the id by which Iceberg finds it. */
export interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly default?: null;
  readonly 'field-id': number;
}

/** A record type; its fields are written in this order. */
export interface AvroRecord {
  readonly type: 'record';
  readonly name: string;
  readonly fields: readonly AvroField[];
}

/** As many types as Iceberg's own files need; an optional value is a union of null and one other type. */
export type AvroSchema =
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'string'
  | 'bytes'
  | readonly ['null', AvroSchema]
  | { readonly type: 'int' | 'long' | 'bytes'; readonly logicalType: string }
  | { readonly type: 'fixed'; readonly name: string; readonly size: number }
  | {
      readonly type: 'array';
      readonly items: AvroSchema;
      readonly 'element-id'?: number;
      readonly logicalType?: 'map';
    }
  | AvroRecord;

/** Records by field name; a field that is missing is null. */
export type AvroValue =
  boolean | number | bigint | string | Uint8Array | null | readonly AvroValue[] | AvroRow;

/** A value of a record type. */
export interface AvroRow {
  readonly [field: string]: AvroValue;
}

/**
 * A file of one block that holds the rows.
 * @param metadata what the header says beside schema and codec
 * @throws TypeError for a value that is not of its type
 */
export async function encodeAvroFile(
  schema: AvroRecord,
  rows: readonly AvroRow[],
  metadata: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const header: number[] = [0x4f, 0x62, 0x6a, 0x01];
  const entries = Object.entries({
    'avro.schema': JSON.stringify(schema),
    'avro.codec': 'null',
    ...metadata,
  });
  putLong(header, entries.length);
  for (const [key, value] of entries) {
    putBytes(header, utf8(key));
    putBytes(header, utf8(value));
  }
  header.push(0);
  const block: number[] = [];
  for (const row of rows) put(block, schema, row);
  const content = Uint8Array.from(block);
  const sync = await syncMarker(Uint8Array.from(header), content);
  const size: number[] = [];
  putLong(size, rows.length);
  putLong(size, content.length);
  return joined(rows.length === 0 ? [header, sync] : [header, sync, size, content, sync]);
}

/** The bytes of one value, without a file around it. @throws TypeError */
export function encodeAvroValue(schema: AvroSchema, value: AvroValue): Uint8Array {
  const out: number[] = [];
  put(out, schema, value);
  return Uint8Array.from(out);
}

/** 16 bytes that no other file has: a hash of what the file holds. */
async function syncMarker(header: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const hash = await sha256(joined([header, content]));
  return Uint8Array.from(hash.slice(0, 32).match(/../g) ?? [], (hex) => parseInt(hex, 16));
}

function put(out: number[], schema: AvroSchema, value: AvroValue): void {
  if (isOptional(schema)) {
    putLong(out, value === null ? 0 : 1);
    if (value !== null) put(out, schema[1], value);
  } else if (typeof schema === 'string') putPrimitive(out, schema, value);
  else putComplex(out, schema, value);
}

const isOptional = (schema: AvroSchema): schema is readonly ['null', AvroSchema] => Array.isArray(schema);

function putPrimitive(out: number[], type: string, value: AvroValue): void {
  if (type === 'boolean' && typeof value === 'boolean') out.push(Number(value));
  else if (type === 'int' && isInt(value)) putLong(out, value);
  else if (type === 'long' && isLong(value)) putLong(out, value);
  else if (type === 'double' && typeof value === 'number') putDouble(out, value);
  else if (type === 'string' && typeof value === 'string') putBytes(out, utf8(value));
  else if (type === 'bytes' && value instanceof Uint8Array) putBytes(out, value);
  else throw misfit(type, value);
}

function putComplex(
  out: number[],
  schema: Exclude<AvroSchema, string | readonly ['null', AvroSchema]>,
  value: AvroValue,
): void {
  if (schema.type === 'record') putRecord(out, schema, value);
  else if (schema.type === 'array') putArray(out, schema.items, value);
  else if (schema.type !== 'fixed') putPrimitive(out, schema.type, value);
  else if (value instanceof Uint8Array && value.length === schema.size) pushAll(out, value);
  else throw misfit(`fixed(${schema.size})`, value);
}

function putRecord(out: number[], { fields, name }: AvroRecord, value: AvroValue): void {
  if (!isRow(value)) throw misfit(name, value);
  for (const field of fields) put(out, field.type, value[field.name] ?? null);
}

/** One block of all items, then the empty one that ends an array. */
function putArray(out: number[], items: AvroSchema, value: AvroValue): void {
  if (!isList(value)) throw misfit('array', value);
  if (value.length > 0) putLong(out, value.length);
  for (const item of value) put(out, items, item);
  out.push(0);
}

const isList = (value: AvroValue): value is readonly AvroValue[] => Array.isArray(value);
const isRow = (value: AvroValue): value is AvroRow =>
  typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Uint8Array);
const isInt = (value: AvroValue): value is number => typeof value === 'number' && (value | 0) === value;
const isLong = (value: AvroValue): value is number | bigint =>
  typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);

/** Zigzag, seven bits a byte, the lowest first. */
function putLong(out: number[], value: number | bigint): void {
  const whole = BigInt(value);
  let rest = BigInt.asUintN(64, (whole << 1n) ^ (whole >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  out.push(Number(rest));
}

function putDouble(out: number[], value: number): void {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  pushAll(out, bytes);
}

function putBytes(out: number[], bytes: Uint8Array): void {
  putLong(out, bytes.length);
  pushAll(out, bytes);
}

/** A spread would overflow the stack where there are many. */
function pushAll(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) out.push(byte);
}

const encoder = new TextEncoder();
const utf8 = (text: string): Uint8Array => encoder.encode(text);

function misfit(type: string, value: AvroValue): TypeError {
  return new TypeError(`Avro: a value of type ${typeof value} cannot be written as ${type}.`);
}

function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
