// Keys that are no single text: the bytes of all key columns, in a column of the block that no table has.

import { KeyBytes } from '../../format/key-bytes.js';
import type { Contract } from '../contract.js';
import { nullCode, nullInt } from './row-block.js';
import type { ColumnShape, RowShape } from './row-block.js';
import type { CodeColumn, GrowingColumn, TextColumn } from './growing-columns.js';
import { WordTable } from '../values/word-table.js';

/** The index of a contract's key in a shape: its one text column, or the column of key bytes. */
export function keyColumn(shape: RowShape, { key }: Pick<Contract, 'key'>): number {
  const bytes = shape.findIndex((column) => column.keyOf !== undefined);
  const index = bytes === -1 ? shape.findIndex(({ name }) => name === key[0]) : bytes;
  if (index === -1) throw new Error(`The log has no column ${key[0] ?? '(none)'}.`);
  return index;
}

/** Whether the key is one text: then its bytes are that text's and no more. */
export function isTextKey(shape: RowShape, key: number): boolean {
  const { keyOf } = shape[key]!;
  return keyOf === undefined || (keyOf.length === 1 && shape[keyOf[0]!]?.type === 'string');
}

/** Fills the shape's column of key bytes for a row whose other cells are written; null where the shape has none. */
export function keyWriter(
  shape: RowShape,
  columns: readonly GrowingColumn[],
): ((row: number) => void) | null {
  const at = shape.findIndex((column) => column.keyOf !== undefined);
  const parts = shape[at]?.keyOf;
  if (parts === undefined) return null;
  const target = columns[at] as TextColumn;
  const [only] = parts;
  if (only !== undefined && isTextKey(shape, at))
    return wordWriter(shape[only]!, columns[only] as CodeColumn, target);
  const key = new KeyBytes();
  const writers = parts.map((part) => partWriter(key, shape[part]!, columns[part]!));
  return (row) => {
    key.length = 0;
    for (const write of writers) write(row);
    target.put(row, key.bytes, 0, key.length);
  };
}

/** A key that is one word of a known set. */
function wordWriter(
  { values }: ColumnShape,
  { codes }: CodeColumn,
  target: TextColumn,
): (row: number) => void {
  const { words } = new WordTable(values);
  return (row) => {
    const word = words[codes[row]!];
    if (word === undefined) target.putNull(row);
    else target.put(row, word, 0, word.length);
  };
}

/** Adds one column's value to the key. */
function partWriter(key: KeyBytes, shape: ColumnShape, column: GrowingColumn): (row: number) => void {
  switch (column.kind) {
    case 'text':
      return (row) => {
        const [start, end] = [column.offsets[row]!, column.offsets[row + 1]!];
        if (start === end) key.null();
        else key.text(column.bytes, start, end);
      };
    case 'code': {
      const { words } = new WordTable(shape.values);
      return (row) => {
        const word = words[column.codes[row]!];
        if (word === undefined) key.null();
        else key.text(word, 0, word.length);
      };
    }
    case 'boolean':
      return (row) => {
        const flag = column.flags[row]!;
        if (flag === nullCode) key.null();
        else key.boolean(flag === 1);
      };
    case 'int':
      return (row) => {
        const whole = column.ints[row]!;
        if (whole === nullInt) key.null();
        else key.safeInteger(whole);
      };
    case 'timestamp':
      return (row) => {
        const micros = column.micros[row]!;
        if (Number.isNaN(micros)) key.null();
        else key.safeInteger(micros);
      };
    case 'double':
      return (row) => {
        const double = column.doubles[row]!;
        if (Number.isNaN(double)) key.null();
        else key.double(double);
      };
    case 'decimal':
      return (row) => {
        const high = column.words[2 * row + 1]!;
        if (high === nullInt) key.null();
        else key.widened(column.words[2 * row]!, high);
      };
    case 'wide':
      return (row) => {
        if (column.words[4 * row + 3] === nullInt) key.null();
        else if (shape.type === 'long') key.long(column.words[4 * row]!, column.words[4 * row + 1]!);
        else key.wide(column.words, 4 * row);
      };
  }
}
