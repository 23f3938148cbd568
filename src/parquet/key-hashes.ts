// Hashes of keys, read off the buffers of columns: of one text column, or of all columns of a key together (format §6).

import type * as arrow from 'apache-arrow';
import { KeyBytes } from '../format/key-bytes.js';
import { murmur3 } from '../format/key-index.js';
import type { Field, Schema } from '../format/schema.js';
import { bytesOf, isPresent, isSet, offsetsOf } from './chunks.js';

/** murmur3 of each row's text; nulls left out. */
export function textHashes(column: arrow.Data): Uint32Array {
  const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
  const hashes = new Uint32Array(column.length - column.nullCount);
  let count = 0;
  for (let row = 0; row < column.length; row++) {
    if (isPresent(column, row)) hashes[count++] = murmur3(bytes, offsets[row]!, offsets[row + 1]!);
  }
  return hashes;
}

/** murmur3 of each row's key bytes (key-bytes.ts), of the named columns of a table in one batch. */
export function wholeKeyHashes(rows: arrow.Table, schema: Schema, names: readonly string[]): Uint32Array {
  const key = new KeyBytes();
  const columns = rows.batches[0]?.data.children ?? [];
  const writers = names.map((name) => {
    const at = schema.fields.findIndex((field) => field.name === name);
    const [field, column] = [schema.fields[at], columns[at]];
    if (field === undefined || column === undefined) throw new Error(`No column ${name} for a key.`);
    const write = cellWriter(key, field, column);
    return (row: number): void => (isPresent(column, row) ? write(row) : key.null());
  });
  return Uint32Array.from({ length: rows.numRows }, (_, row) => {
    key.length = 0;
    for (const write of writers) write(row);
    return murmur3(key.bytes, 0, key.length);
  });
}

function cellWriter(key: KeyBytes, { type }: Field, column: arrow.Data): (row: number) => void {
  switch (type) {
    case 'boolean':
      return (row) => key.boolean(isSet(column, row));
    case 'int':
    case 'date':
      return (row) => key.safeInteger((column.values as Int32Array)[row]!);
    case 'double':
      return (row) => key.double((column.values as Float64Array)[row]!);
    case 'long':
    case 'timestamp': {
      const words = wordsOf(column.values as BigInt64Array);
      return (row) => key.long(words[2 * row]!, words[2 * row + 1]!);
    }
    case 'string':
    case 'binary': {
      const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
      return (row) => key.text(bytes, offsets[row]!, offsets[row + 1]!);
    }
    default: {
      const words = wordsOf(column.values as Uint32Array);
      return (row) => key.wide(words, 4 * row);
    }
  }
}

const wordsOf = (values: BigInt64Array | Uint32Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);
