// Rows of a data file (or of any Arrow table with the contract's columns) as blocks, like those of the parser.

import type * as arrow from 'apache-arrow';
import { LakeError } from '../../common/errors.js';
import { arrowType } from '../../parquet/arrow-schema.js';
import { bytesOf, isPresent, isSet, joinChunks, offsetsOf } from '../../parquet/chunks.js';
import { blockRows, nullCode, nullInt } from './row-block.js';
import type { ColumnShape, RowBlock, RowShape } from './row-block.js';
import type { CodeColumn, DecimalColumn, GrowingColumn, TextColumn, WideColumn } from './growing-columns.js';
import { RowWriter } from './row-writer.js';
import { WordTable } from '../values/word-table.js';

/**
 * The table's rows in order, in blocks of `blockRows`.
 * @throws LakeError `corrupt` when a column is missing or holds a word that the contract does not know
 */
export function blocksOfTable(shape: RowShape, key: number, table: arrow.Table): readonly RowBlock[] {
  const columns = shape.filter(({ keyOf }) => keyOf === undefined);
  const chunks = columns.map((column) => chunkOf(table, column));
  const blocks: RowBlock[] = [];
  for (let start = 0; start < table.numRows; start += blockRows) {
    const rows = Math.min(blockRows, table.numRows - start);
    const writer = new RowWriter(shape, key, rows);
    columns.forEach((column, c) => copyRows(column, writer.columns[c]!, { from: chunks[c]!, start, rows }));
    while (writer.rows < rows) writer.seal();
    blocks.push(writer.take());
  }
  return blocks;
}

function chunkOf(table: arrow.Table, { name, type }: ColumnShape): arrow.Data {
  const vector: arrow.Vector<arrow.DataType> | null = table.getChild(name);
  if (vector === null)
    throw new LakeError('corrupt', `A data file of the log lacks the column ${name}: verify the lake.`);
  return joinChunks(arrowType(type), vector.data);
}

/** Rows `start` to `start + rows` of an Arrow column. */
interface ColumnRows {
  readonly from: arrow.Data;
  readonly start: number;
  readonly rows: number;
}

function copyRows(shape: ColumnShape, to: GrowingColumn, source: ColumnRows): void {
  const { from, start, rows } = source;
  switch (to.kind) {
    case 'text':
      return copyTexts(to, source);
    case 'code':
      return copyCodes(shape, to, source);
    case 'decimal':
      return copyDecimals(to, source);
    case 'wide':
      return copyWide(to, source);
    case 'boolean':
      for (let row = 0; row < rows; row++)
        to.flags[row] = isPresent(from, start + row) ? Number(isSet(from, start + row)) : nullCode;
      return;
    case 'double': {
      const values = from.values as Float64Array;
      for (let row = 0; row < rows; row++)
        to.put(row, isPresent(from, start + row) ? values[start + row]! : NaN);
      return;
    }
    case 'int': {
      const values = from.values as Int32Array;
      for (let row = 0; row < rows; row++)
        to.ints[row] = isPresent(from, start + row) ? values[start + row]! : nullInt;
      return;
    }
    case 'timestamp': {
      const words = wordsOf(from.values as BigInt64Array);
      for (let row = 0; row < rows; row++) {
        const at = 2 * (start + row);
        const micros = words[at + 1]! * 0x1_0000_0000 + (words[at]! >>> 0);
        to.micros[row] = isPresent(from, start + row) ? micros : NaN;
      }
    }
  }
}

const wordsOf = (values: BigInt64Array | Uint32Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);

function copyTexts(to: TextColumn, { from, start, rows }: ColumnRows): void {
  const [offsets, bytes] = [offsetsOf(from), bytesOf(from)];
  for (let row = 0; row < rows; row++) to.put(row, bytes, offsets[start + row]!, offsets[start + row + 1]!);
}

function copyCodes(shape: ColumnShape, to: CodeColumn, { from, start, rows }: ColumnRows): void {
  const words = new WordTable(shape.values);
  const [offsets, bytes] = [offsetsOf(from), bytesOf(from)];
  for (let row = 0; row < rows; row++) {
    const at = start + row;
    const code = isPresent(from, at) ? words.find(bytes, offsets[at]!, offsets[at + 1]!) : nullCode;
    if (code === -1)
      throw unknownWord(shape.name, Buffer.from(bytes.subarray(offsets[at], offsets[at + 1])).toString());
    to.codes[row] = code;
  }
}

function copyDecimals(to: DecimalColumn, { from, start, rows }: ColumnRows): void {
  const words = wordsOf(from.values as Uint32Array);
  for (let row = 0; row < rows; row++) {
    if (!isPresent(from, start + row)) to.putNull(row);
    else to.words.set(words.subarray(4 * (start + row), 4 * (start + row) + 2), 2 * row);
  }
}

/** Longs are two words in Arrow, decimals four. */
function copyWide(to: WideColumn, { from, start, rows }: ColumnRows): void {
  const words = wordsOf(from.values as BigInt64Array | Uint32Array);
  const width = from.values instanceof BigInt64Array ? 2 : 4;
  for (let row = 0; row < rows; row++) {
    const at = width * (start + row);
    if (!isPresent(from, start + row)) to.putNull(row);
    else if (width === 2) to.putWords(row, words[at]!, words[at + 1]!);
    else to.words.set(words.subarray(at, at + 4), 4 * row);
  }
}

function unknownWord(column: string, word: string): LakeError {
  return new LakeError(
    'corrupt',
    `Column ${column} of a data file holds "${word}", which the contract does not know: make the table again with \`lake backfill --all\`.`,
  );
}
