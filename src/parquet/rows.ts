// Small tables as rows of plain values and back: batches, quarantine, extracts. Large ones never take this form.

import type * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import { decimalOf, type Field, type FieldType, type Schema } from '../format/schema.js';
import { arrowType } from './arrow-schema.js';
import { textDecoder, unscaledOf } from './cells.js';
import { bytesOf, isPresent, isSet, offsetsOf } from './chunks.js';
import {
  binaryData,
  booleanData,
  dateData,
  doubleData,
  fixedData,
  intData,
  longData,
  tableOf,
  utf8Data,
  type Validity,
  validityOf,
} from './columns.js';
import { conform } from './conform.js';

/**
 * A value of a row: text for string; number for int, double, date (days since the epoch) and timestamp (µs since the epoch);
 * bigint for decimals (unscaled); Uint8Array for binary. A long is read as a number if it is a safe integer, else as a
 * bigint; timestamps likewise. Written, longs, timestamps and decimals may be either.
 */
export type Cell = string | number | bigint | boolean | Uint8Array | null;
/** One row: a value for each of the schema's fields, in their order. */
export type Row = readonly Cell[];

/**
 * The rows, with values in the order of the schema's fields, as a table.
 * @throws LakeError `check-failed` for a null in a required column or a value of another type
 */
export function rowsToTable(rows: readonly Row[], schema: Schema): arrow.Table {
  const columns = schema.fields.map((field, i) =>
    columnOf(
      field,
      rows.map((row) => row[i] ?? null),
    ),
  );
  return conform(tableOf(schema, columns), schema);
}

function columnOf(field: Field, cells: readonly Cell[]): arrow.Data {
  for (const [row, cell] of cells.entries()) {
    if (cell !== null && !isOfType(field.type, cell)) throw otherValue(field, row, cell);
  }
  return dataOf(field.type, cells, validityOf(Uint8Array.from(cells, (cell) => Number(cell !== null))));
}

function isOfType(type: FieldType, cell: Exclude<Cell, null>): boolean {
  switch (type) {
    case 'boolean':
      return typeof cell === 'boolean';
    case 'string':
      return typeof cell === 'string';
    case 'binary':
      return cell instanceof Uint8Array;
    case 'double':
      return typeof cell === 'number';
    case 'int':
    case 'date':
      return cell === Number(cell) && (cell | 0) === cell;
    case 'long':
    case 'timestamp':
      return isWhole(cell) && BigInt.asIntN(64, BigInt(cell)) === BigInt(cell);
    default:
      return isWhole(cell) && String(cell).replace('-', '').length <= (decimalOf(type)?.precision ?? 0);
  }
}

const isWhole = (cell: Cell): cell is bigint | number =>
  typeof cell === 'bigint' || Number.isSafeInteger(cell);

function otherValue(field: Field, row: number, cell: Cell): LakeError {
  const message = `Column ${field.name}, row ${row} (from 0): expected ${field.type}, found ${typeof cell} ${String(cell)}.`;
  return new LakeError('check-failed', message, { details: { column: field.name, row } });
}

function dataOf(type: FieldType, cells: readonly Cell[], validity: Validity): arrow.Data {
  switch (type) {
    case 'boolean':
      return booleanData(Uint8Array.from(cells, Number), validity);
    case 'int':
      return intData(Int32Array.from(cells, Number), validity);
    case 'date':
      return dateData(Int32Array.from(cells, Number), validity);
    case 'double':
      return doubleData(Float64Array.from(cells, Number), validity);
    case 'long':
      return longData(wholesOf(cells), validity);
    case 'timestamp':
      return fixedData(arrowType(type), cells.length, wholesOf(cells), validity);
    case 'string':
    case 'binary':
      return piecesData(type, cells, validity);
    default:
      return fixedData(arrowType(type), cells.length, wideWholesOf(cells), validity);
  }
}

const wholeOf = (cell: Cell): bigint => BigInt((cell ?? 0) as bigint | number);
const wholesOf = (cells: readonly Cell[]): BigInt64Array => BigInt64Array.from(cells, wholeOf);

function wideWholesOf(cells: readonly Cell[]): Uint32Array {
  const halves = new BigInt64Array(cells.length * 2);
  cells.forEach((cell, row) => {
    const whole = wholeOf(cell);
    halves[row * 2] = BigInt.asIntN(64, whole);
    halves[row * 2 + 1] = whole >> 64n;
  });
  return new Uint32Array(halves.buffer);
}

const encoder = new TextEncoder();
const bytesOfCell = (cell: Cell): Uint8Array =>
  cell instanceof Uint8Array ? cell : encoder.encode((cell ?? '') as string);

function piecesData(type: 'string' | 'binary', cells: readonly Cell[], validity: Validity): arrow.Data {
  const pieces = cells.map(bytesOfCell);
  const offsets = new Int32Array(pieces.length + 1);
  pieces.forEach((piece, row) => (offsets[row + 1] = offsets[row]! + piece.length));
  const bytes = new Uint8Array(offsets[pieces.length]!);
  pieces.forEach((piece, row) => bytes.set(piece, offsets[row]));
  return type === 'string' ? utf8Data(offsets, bytes, validity) : binaryData(offsets, bytes, validity);
}

/**
 * The rows of a table, values in the order of the schema's fields.
 * @throws LakeError `check-failed` when the table is not of the schema
 */
export function tableToRows(table: arrow.Table, schema: Schema): readonly Row[] {
  const read = rowReader(table, schema);
  return Array.from({ length: table.numRows }, (_, row) => read(row));
}

/** Single rows of a table by their position; see `tableToRows`. */
export function rowReader(table: arrow.Table, schema: Schema): (row: number) => Row {
  const { batches } = conform(table, schema);
  const columns = schema.fields.map((field, i) => cellReader(field.type, batches[0]!.data.children[i]!));
  return (row) => columns.map((cell) => cell(row));
}

function cellReader(type: FieldType, column: arrow.Data): (row: number) => Cell {
  const read = valueReader(type, column);
  return (row) => (isPresent(column, row) ? read(row) : null);
}

function valueReader(type: FieldType, column: arrow.Data): (row: number) => Cell {
  switch (type) {
    case 'boolean':
      return (row) => isSet(column, row);
    case 'int':
    case 'date':
    case 'double':
      return (row) => (column.values as Int32Array | Float64Array)[row]!;
    case 'long':
    case 'timestamp':
      return (row) => narrowed((column.values as BigInt64Array)[row]!);
    case 'string':
      return (row) => textDecoder.decode(pieceOf(column, row));
    case 'binary':
      return (row) => pieceOf(column, row);
    default:
      return (row) => unscaledOf(column.values as Uint32Array, row);
  }
}

const narrowed = (whole: bigint): number | bigint =>
  Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;

const pieceOf = (column: arrow.Data, row: number): Uint8Array =>
  bytesOf(column).subarray(offsetsOf(column)[row], offsetsOf(column)[row + 1]);
