// Where the smallest and the largest value of a column lie: one loop for each layout, over its buffers.

import type * as arrow from 'apache-arrow';
import type { FieldType } from '../format/schema.js';
import { bytesOf, offsetsOf } from './chunks.js';

/** Rows of the smallest and the largest value; -1 when there is none. */
interface Extremes {
  readonly min: number;
  readonly max: number;
  /** Doubles that are no numbers; they are no extremes. */
  readonly nans?: number;
}

/** A column of texts: all bytes, and where each text begins and the last one ends. */
interface Texts {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** Of a column in one piece. Text goes by its bytes; booleans and bytes have no extremes. */
export function extremesOf(type: FieldType, column: arrow.Data): Extremes {
  switch (type) {
    case 'boolean':
    case 'binary':
      return { min: -1, max: -1 };
    case 'int':
    case 'date':
      return intExtremes(presentIn(column), column.values as Int32Array, column.length);
    case 'double':
      return doubleExtremes(presentIn(column), column.values as Float64Array, column.length);
    case 'string':
      return textExtremes(
        presentIn(column),
        { offsets: offsetsOf(column), bytes: bytesOf(column) },
        column.length,
      );
    case 'long':
    case 'timestamp':
      return wordExtremes(presentIn(column), wordsOf(column), 2, column.length);
    default:
      return wordExtremes(presentIn(column), wordsOf(column), 4, column.length);
  }
}

/** Which rows have a value: one bit each, from bit `offset` on; null: all. */
type Presence = { readonly bits: Uint8Array; readonly offset: number } | null;

function presentIn({ nullCount, nullBitmap, offset }: arrow.Data): Presence {
  return nullCount === 0 ? null : { bits: nullBitmap, offset };
}

/** The first row from `row` on that has a value, or `rows`. Eight nulls are passed over at once. */
function nextPresent({ bits, offset }: NonNullable<Presence>, row: number, rows: number): number {
  while (row < rows) {
    const bit = offset + row;
    const rest = bits[bit >> 3]! >> (bit & 7);
    if ((rest & 1) !== 0) return row;
    row += rest === 0 ? 8 - (bit & 7) : 1;
  }
  return rows;
}

function intExtremes(present: Presence, values: Int32Array, rows: number): Extremes {
  let [min, max, least, most] = [-1, -1, 0, 0];
  for (let row = 0; row < rows; row++) {
    if (present !== null && (row = nextPresent(present, row, rows)) === rows) break;
    const value = values[row]!;
    if (min < 0 || value < least) [min, least] = [row, value];
    if (max < 0 || value > most) [max, most] = [row, value];
  }
  return { min, max };
}

function doubleExtremes(present: Presence, values: Float64Array, rows: number): Extremes {
  let [min, max, least, most, nans] = [-1, -1, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    if (present !== null && (row = nextPresent(present, row, rows)) === rows) break;
    const value = values[row]!;
    if (Number.isNaN(value)) nans++;
    else {
      if (min < 0 || value < least) [min, least] = [row, value];
      if (max < 0 || value > most) [max, most] = [row, value];
    }
  }
  return { min, max, nans };
}

/** Two's complement numbers of `width` words each, lowest first. */
function wordExtremes(present: Presence, words: Int32Array, width: number, rows: number): Extremes {
  let [min, max] = [-1, -1];
  for (let row = 0; row < rows; row++) {
    if (present !== null && (row = nextPresent(present, row, rows)) === rows) break;
    if (min < 0) min = max = row;
    else if (compareWords(words, row * width, max * width, width) > 0) max = row;
    else if (compareWords(words, row * width, min * width, width) < 0) min = row;
  }
  return { min, max };
}

/** Only the highest word has a sign. */
function compareWords(words: Int32Array, a: number, b: number, width: number): number {
  let word = width - 1;
  if (words[a + word] !== words[b + word]) return words[a + word]! - words[b + word]!;
  while (--word >= 0) {
    if (words[a + word] !== words[b + word]) return (words[a + word]! >>> 0) - (words[b + word]! >>> 0);
  }
  return 0;
}

const wordsOf = (column: arrow.Data): Int32Array => {
  const values = column.values as BigInt64Array | Uint32Array;
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);
};

/**
 * Values of a column tend to begin alike. What a row shares with the largest so far, as far as the smallest shares it too,
 * need not be compared with the smallest again.
 */
function textExtremes(present: Presence, texts: Texts, rows: number): Extremes {
  const { offsets } = texts;
  let [min, max, shared] = [-1, -1, 0];
  for (let row = 0; row < rows; row++) {
    if (present !== null && (row = nextPresent(present, row, rows)) === rows) break;
    if (min < 0) {
      min = max = row;
      shared = offsets[row + 1]! - offsets[row]!;
      continue;
    }
    const same = sharedBytes(texts, row, max, 0);
    const order = orderAt(texts, row, max, same);
    if (order > 0) {
      max = row;
      shared = same === shared ? sharedBytes(texts, row, min, same) : Math.min(same, shared);
    } else if (order < 0) {
      const alike = same < shared ? same : sharedBytes(texts, row, min, shared);
      if (orderAt(texts, row, min, alike) < 0) [min, shared] = [row, same];
    }
  }
  return { min, max };
}

/** How many bytes the texts of two rows have in common; the first `known` are. */
function sharedBytes({ offsets, bytes }: Texts, a: number, b: number, known: number): number {
  const aStart = offsets[a]!;
  const bStart = offsets[b]!;
  const length = Math.min(offsets[a + 1]! - aStart, offsets[b + 1]! - bStart);
  let at = known;
  while (at < length && bytes[aStart + at] === bytes[bStart + at]) at++;
  return at;
}

/** The order of two rows whose texts have exactly `same` bytes in common. */
function orderAt({ offsets, bytes }: Texts, a: number, b: number, same: number): number {
  const aLength = offsets[a + 1]! - offsets[a]!;
  const bLength = offsets[b + 1]! - offsets[b]!;
  if (same === aLength || same === bLength) return aLength - bLength;
  return bytes[offsets[a]! + same]! - bytes[offsets[b]! + same]!;
}
