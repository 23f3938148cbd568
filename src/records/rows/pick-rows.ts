// Rows picked from blocks, in any order, as Arrow columns. Loops over typed arrays; no object for any row or value.

import type * as arrow from 'apache-arrow';
import type { Schema } from '../../format/schema.js';
import { arrowType } from '../../parquet/arrow-schema.js';
import {
  booleanData,
  dateData,
  doubleData,
  fixedData,
  intData,
  longData,
  tableOf,
  utf8Data,
  type Validity,
} from '../../parquet/columns.js';
import { nullCode, nullInt } from './row-block.js';
import type { ColumnShape } from './row-block.js';
import { blockOf, rowInBlock } from './row-store.js';
import type { RowStore } from './row-store.js';
import { WordTable } from '../values/word-table.js';

/** Rows of a store that are wanted, and the blocks that they lie in. */
export interface Pick {
  readonly store: RowStore;
  readonly rows: Uint32Array;
  readonly blocks: ReadonlySet<number>;
}

/** Rows of a store in this order, with the blocks that hold them. */
export function pickRows(store: RowStore, rows: Uint32Array): Pick {
  const blocks = new Set<number>();
  for (let i = 0; i < rows.length; i++) blocks.add(blockOf(rows[i]!));
  return { store, rows, blocks };
}

/** The rows as a table of that schema, whose columns are among the store's. */
export function gatherTable(store: RowStore, rows: Uint32Array, schema: Schema): arrow.Table {
  const pick = pickRows(store, rows);
  return tableOf(
    schema,
    schema.fields.map(({ name }) => gatherColumn(pick, name)),
  );
}

/** Schema of some columns of a store, for rows that go to an engine. */
export function schemaOf(store: RowStore, columns: readonly string[]): Schema {
  const fields = columns.map((name, at) => ({
    id: at + 1,
    name,
    type: shapeOf(store, name).type,
    required: false,
  }));
  return { schemaId: 0, fields };
}

function shapeOf(store: RowStore, name: string): ColumnShape {
  const shape = store.shape.find((column) => column.name === name);
  if (shape === undefined) throw new Error(`The log has no column ${name}.`);
  return shape;
}

function gatherColumn(pick: Pick, name: string): arrow.Data {
  const { store } = pick;
  const shape = shapeOf(store, name);
  const column = store.shape.indexOf(shape);
  switch (shape.kind) {
    case 'text':
      return gatherText(pick, column);
    case 'code':
      return gatherWords(pick, column, shape.values);
    case 'int':
      return gatherInts(pick, column, shape.type === 'date' ? dateData : intData);
    case 'timestamp':
      return gatherTimestamps(pick, column);
    case 'decimal':
      return gatherDecimals(pick, column, shape);
    case 'boolean':
      return gatherBooleans(pick, column);
    case 'double':
      return gatherDoubles(pick, column);
    case 'wide':
      return shape.type === 'long' ? gatherLongs(pick, column) : gatherWide(pick, column, shape);
  }
}

/** Collects which rows have a value. */
class Presence {
  readonly #bits: Uint8Array;
  #nulls = 0;

  constructor(rows: number) {
    this.#bits = new Uint8Array((rows + 7) >> 3).fill(255);
    if ((rows & 7) !== 0) this.#bits[rows >> 3] = (1 << (rows & 7)) - 1;
  }

  setNull(row: number): void {
    this.#bits[row >> 3]! &= ~(1 << (row & 7));
    this.#nulls++;
  }

  get validity(): Validity {
    return this.#nulls === 0 ? null : { bitmap: this.#bits, nullCount: this.#nulls };
  }
}

/** One thing (an array) of every block that the rows lie in, by block. */
function byBlock<T>({ blocks }: Pick, arrayOf: (block: number) => T): readonly T[] {
  const found: T[] = [];
  for (const block of blocks) found[block] = arrayOf(block);
  return found;
}

/** Texts copied together: text i is bytes[offsets[i], offsets[i + 1]). */
export interface GatheredTexts {
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** The texts of a text column. Rows lie scattered in memory, so each is visited once. */
export function gatherTexts(pick: Pick, column: number): GatheredTexts {
  const { store, rows } = pick;
  const texts = byBlock(pick, (block) => store.column(block, column, 'text'));
  const offsets = new Int32Array(rows.length + 1);
  let bytes = new Uint8Array(rows.length * 16);
  let to = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const from = texts[blockOf(row)]!;
    const end = from.offsets[rowInBlock(row) + 1]!;
    let at = from.offsets[rowInBlock(row)]!;
    if (to + end - at > bytes.length) bytes = enlarged(bytes, to + end - at);
    for (const source = from.bytes; at < end; at++) bytes[to++] = source[at]!;
    offsets[i + 1] = to;
  }
  return { offsets, bytes: bytes.subarray(0, to) };
}

function enlarged(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

function gatherText(pick: Pick, column: number): arrow.Data {
  const { offsets, bytes } = gatherTexts(pick, column);
  const presence = new Presence(pick.rows.length);
  for (let i = 0; i < pick.rows.length; i++) if (offsets[i] === offsets[i + 1]) presence.setNull(i);
  return utf8Data(offsets, bytes, presence.validity);
}

function gatherWords(pick: Pick, column: number, values: readonly string[]): arrow.Data {
  const { store, rows } = pick;
  const words = new WordTable(values).words;
  const codes = byBlock(pick, (block) => store.column(block, column, 'code').codes);
  const presence = new Presence(rows.length);
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const code = codes[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (code === nullCode) presence.setNull(i);
    offsets[i + 1] = offsets[i]! + (code === nullCode ? 0 : words[code]!.length);
  }
  const bytes = new Uint8Array(offsets[rows.length]!);
  let to = 0;
  for (let i = 0; i < rows.length; i++) {
    const code = codes[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (code === nullCode) continue;
    const word = words[code]!;
    for (let byte = 0; byte < word.length; byte++) bytes[to++] = word[byte]!;
  }
  return utf8Data(offsets, bytes, presence.validity);
}

function gatherInts(
  pick: Pick,
  column: number,
  data: (values: Int32Array, validity: Validity) => arrow.Data,
): arrow.Data {
  const { store, rows } = pick;
  const ints = byBlock(pick, (block) => store.column(block, column, 'int').ints);
  const presence = new Presence(rows.length);
  const values = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = ints[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (value === nullInt) presence.setNull(i);
    else values[i] = value;
  }
  return data(values, presence.validity);
}

function gatherTimestamps(pick: Pick, column: number): arrow.Data {
  const { store, rows } = pick;
  const micros = byBlock(pick, (block) => store.column(block, column, 'timestamp').micros);
  const presence = new Presence(rows.length);
  const words = new Int32Array(rows.length * 2);
  for (let i = 0; i < rows.length; i++) {
    const value = micros[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (Number.isNaN(value)) presence.setNull(i);
    else {
      words[2 * i] = value | 0;
      words[2 * i + 1] = Math.floor(value / 0x1_0000_0000);
    }
  }
  return fixedData(arrowType('timestamp'), rows.length, new BigInt64Array(words.buffer), presence.validity);
}

function gatherDecimals(pick: Pick, column: number, { type }: ColumnShape): arrow.Data {
  const { store, rows } = pick;
  const words = byBlock(pick, (block) => store.column(block, column, 'decimal').words);
  const presence = new Presence(rows.length);
  const wide = new Int32Array(rows.length * 4);
  for (let i = 0; i < rows.length; i++) {
    const from = words[blockOf(rows[i]!)]!;
    const at = 2 * rowInBlock(rows[i]!);
    const high = from[at + 1]!;
    if (high === nullInt) presence.setNull(i);
    else {
      wide[4 * i] = from[at]!;
      wide[4 * i + 1] = high;
      wide[4 * i + 2] = wide[4 * i + 3] = high >> 31;
    }
  }
  return fixedData(arrowType(type), rows.length, new Uint32Array(wide.buffer), presence.validity);
}

function gatherBooleans(pick: Pick, column: number): arrow.Data {
  const { store, rows } = pick;
  const flags = byBlock(pick, (block) => store.column(block, column, 'boolean').flags);
  const presence = new Presence(rows.length);
  const values = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const flag = flags[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (flag === nullCode) presence.setNull(i);
    else values[i] = flag;
  }
  return booleanData(values, presence.validity);
}

function gatherDoubles(pick: Pick, column: number): arrow.Data {
  const { store, rows } = pick;
  const doubles = byBlock(pick, (block) => store.column(block, column, 'double').doubles);
  const presence = new Presence(rows.length);
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const double = doubles[blockOf(rows[i]!)]![rowInBlock(rows[i]!)]!;
    if (Number.isNaN(double)) presence.setNull(i);
    else values[i] = double;
  }
  return doubleData(values, presence.validity);
}

/** Copies `width` of a wide column's words. */
function gatherWords128(pick: Pick, column: number, width: 2 | 4): { words: Int32Array; validity: Validity } {
  const { store, rows } = pick;
  const words = byBlock(pick, (block) => store.column(block, column, 'wide').words);
  const presence = new Presence(rows.length);
  const values = new Int32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = words[blockOf(rows[i]!)]!;
    const at = 4 * rowInBlock(rows[i]!);
    if (from[at + 3] === nullInt) presence.setNull(i);
    else for (let word = 0; word < width; word++) values[width * i + word] = from[at + word]!;
  }
  return { words: values, validity: presence.validity };
}

function gatherLongs(pick: Pick, column: number): arrow.Data {
  const { words, validity } = gatherWords128(pick, column, 2);
  return longData(new BigInt64Array(words.buffer), validity);
}

function gatherWide(pick: Pick, column: number, { type }: ColumnShape): arrow.Data {
  const { words, validity } = gatherWords128(pick, column, 4);
  return fixedData(arrowType(type), pick.rows.length, new Uint32Array(words.buffer), validity);
}
