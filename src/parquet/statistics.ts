// Statistics of a table's columns, read off the buffers: no object for any row, since this runs over every row written.

import type * as arrow from 'apache-arrow';
import { isoOfDays } from '../common/calendar.js';
import { isoMicros } from '../common/runtime.js';
import { decimalOf, type Field, type FieldType, type Schema } from '../format/schema.js';
import { type Bound, columnStats, type ColumnStats } from '../format/stats.js';
import { bytesOf, isPresent, offsetsOf } from './chunks.js';
import { decimalText, unscaledOf, textDecoder } from './cells.js';

/** Rows of the smallest and the largest value; -1 when there is none. */
interface Extremes {
  readonly min: number;
  readonly max: number;
  /** Doubles that are no numbers; they are no extremes. */
  readonly nans?: number;
}

/** Statistics by field id (format §2), of a table in one batch, as `conform` and `tableOf` give it. */
export function tableStats(table: arrow.Table, schema: Schema): Readonly<Record<string, ColumnStats>> {
  const columns = table.batches[0]?.data.children ?? [];
  return Object.fromEntries(
    schema.fields.map((field, i) => {
      const column = columns[i];
      return [field.id, column === undefined ? { nulls: 0 } : fieldStats(field, column)];
    }),
  );
}

function fieldStats({ type }: Field, column: arrow.Data): ColumnStats {
  const nulls = column.nullCount;
  const { min, max, nans = 0 } = extremesOf(type, column);
  if (min < 0) return columnStats(type, { nulls, nans });
  return columnStats(type, { nulls, nans, min: boundOf(type, column, min), max: boundOf(type, column, max) });
}

function extremesOf(type: FieldType, column: arrow.Data): Extremes {
  switch (type) {
    case 'boolean':
    case 'binary':
      return { min: -1, max: -1 };
    case 'int':
    case 'date':
      return numberExtremes(column, column.values as Int32Array);
    case 'double':
      return numberExtremes(column, column.values as Float64Array);
    case 'string':
      return textExtremes(column);
    case 'long':
    case 'timestamp':
      return extremes(column, wordOrder(wordsOf(column), 2));
    default:
      return extremes(column, wordOrder(wordsOf(column), 4));
  }
}

function numberExtremes(column: arrow.Data, values: Int32Array | Float64Array): Extremes {
  let [min, max, nans] = [-1, -1, 0];
  for (let row = 0; row < column.length; row++) {
    if (!isPresent(column, row)) continue;
    const value = values[row]!;
    if (Number.isNaN(value)) nans++;
    else {
      if (min < 0 || value < values[min]!) min = row;
      if (max < 0 || value > values[max]!) max = row;
    }
  }
  return { min, max, nans };
}

/** Order of the values in two rows. */
type RowOrder = (a: number, b: number) => number;

function extremes(column: arrow.Data, order: RowOrder): Extremes {
  let [min, max] = [-1, -1];
  for (let row = 0; row < column.length; row++) {
    if (column.nullCount > 0 && !isPresent(column, row)) continue;
    if (min < 0) min = max = row;
    else if (order(row, max) > 0) max = row;
    else if (order(row, min) < 0) min = row;
  }
  return { min, max };
}

/** Most values lie between the extremes by their first four bytes already; only the others are compared whole. */
function textExtremes(column: arrow.Data): Extremes {
  const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
  const order = textOrder(offsets, bytes);
  let [min, max, least, most] = [-1, -1, 0, 0];
  for (let row = 0; row < column.length; row++) {
    if (column.nullCount > 0 && !isPresent(column, row)) continue;
    const prefix = prefixOf(bytes, offsets[row]!, offsets[row + 1]!);
    if (max < 0 || prefix > most || (prefix === most && order(row, max) > 0)) [max, most] = [row, prefix];
    if (min < 0 || prefix < least || (prefix === least && order(row, min) < 0)) [min, least] = [row, prefix];
  }
  return { min, max };
}

/** The first four bytes as a number, those that are missing as 0: texts with different prefixes are in the order of these. */
function prefixOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= 4)
    return (
      ((bytes[start]! << 24) | (bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!) >>> 0
    );
  let prefix = 0;
  for (let i = 0; i < 4; i++) prefix = (prefix << 8) | (start + i < end ? bytes[start + i]! : 0);
  return prefix >>> 0;
}

function textOrder(offsets: Int32Array, bytes: Uint8Array): RowOrder {
  return (a, b) => {
    const aStart = offsets[a]!;
    const bStart = offsets[b]!;
    const aLength = offsets[a + 1]! - aStart;
    const bLength = offsets[b + 1]! - bStart;
    const shared = Math.min(aLength, bLength);
    for (let i = 0; i < shared; i++) {
      const order = bytes[aStart + i]! - bytes[bStart + i]!;
      if (order !== 0) return order;
    }
    return aLength - bLength;
  };
}

const wordsOf = (column: arrow.Data): Uint32Array => {
  const values = column.values as BigInt64Array | Uint32Array;
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
};

/** Two's complement numbers of `width` words each, lowest first: only the highest word has a sign. */
function wordOrder(words: Uint32Array, width: number): RowOrder {
  const top = width - 1;
  return (a, b) => {
    const sign = (words[a * width + top]! | 0) - (words[b * width + top]! | 0);
    if (sign !== 0) return sign;
    for (let word = top - 1; word >= 0; word--) {
      const order = words[a * width + word]! - words[b * width + word]!;
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The value of a row as the format writes bounds; undefined for dates and times too far off to be written. */
function boundOf(type: FieldType, column: arrow.Data, row: number): Bound | undefined {
  switch (type) {
    case 'boolean':
    case 'binary':
      return undefined;
    case 'int':
    case 'double':
      return (column.values as Int32Array | Float64Array)[row]!;
    case 'date':
      return dateBound((column.values as Int32Array)[row]!);
    case 'timestamp':
      return timestampBound(Number((column.values as BigInt64Array)[row]));
    case 'long':
      return String((column.values as BigInt64Array)[row]);
    case 'string':
      return textDecoder.decode(bytesOf(column).subarray(offsetsOf(column)[row], offsetsOf(column)[row + 1]));
    default:
      return decimalText(unscaledOf(wordsOf(column), row), decimalOf(type)?.scale ?? 0);
  }
}

const dateBound = (days: number): Bound | undefined => (Math.abs(days) <= 1e8 ? isoOfDays(days) : undefined);

const timestampBound = (micros: number): Bound | undefined =>
  Number.isSafeInteger(micros) ? isoMicros(micros) : undefined;
