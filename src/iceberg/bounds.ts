// Our types and statistics in Iceberg's words: type names, and bounds as single-value bytes.
// https://iceberg.apache.org/spec/#appendix-d-single-value-serialization

import { decimalOf, type FieldType } from '../format/schema.js';
import type { Bound } from '../format/stats.js';

/** The name of a type in Iceberg's schemas. */
export function icebergType(type: FieldType): string {
  const decimal = decimalOf(type);
  if (decimal !== undefined) return `decimal(${decimal.precision}, ${decimal.scale})`;
  return type === 'timestamp' ? 'timestamptz' : type;
}

/**
 * A bound as bytes of `type`, the one that readers are told: a bound of an int column that was widened since is a long.
 * Undefined for types without bounds, and for a bound that is none of its type: it then rules nothing out.
 */
export function boundBytes(type: FieldType, bound: Bound | undefined): Uint8Array | undefined {
  if (bound === undefined || type === 'boolean' || type === 'binary') return undefined;
  if (type === 'string') return new TextEncoder().encode(String(bound));
  if (type === 'double') return doubleBytes(Number(bound));
  const value = wholeOf(type, String(bound));
  if (value === undefined) return undefined;
  if (type === 'int' || type === 'date') return littleEndian(value, 4);
  if (type === 'long' || type === 'timestamp') return littleEndian(value, 8);
  return shortestBigEndian(value);
}

/** The value as the whole number that is stored: days, microseconds, the decimal's digits without its point. */
function wholeOf(type: FieldType, text: string): bigint | undefined {
  if (type === 'date') return daysOf(text);
  if (type === 'timestamp') return microsOf(text);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  const scale = decimalOf(type)?.scale ?? 0;
  return match === null || fraction.length > scale
    ? undefined
    : BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
}

function daysOf(text: string): bigint | undefined {
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : BigInt(millis) / 86_400_000n;
}

function microsOf(text: string): bigint | undefined {
  const match = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text);
  const millis = Date.parse(`${match?.[1] ?? ''}Z`);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1000n + BigInt((match?.[2] ?? '').padEnd(6, '0'));
}

function doubleBytes(value: number): Uint8Array | undefined {
  if (Number.isNaN(value)) return undefined;
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

function littleEndian(value: bigint, size: number): Uint8Array | undefined {
  if (BigInt.asIntN(8 * size, value) !== value) return undefined;
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** Two's complement in as few bytes as hold the sign too. */
function shortestBigEndian(value: bigint): Uint8Array {
  let size = 1;
  while (BigInt.asIntN(8 * size, value) !== value) size++;
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * (size - 1 - i))) & 0xffn));
}
