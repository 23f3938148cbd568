// Arrow columns as the values that results show, read by the columns' SQL types. Nested values are read down to their leaves,
// which follow the same rules.

import * as arrow from 'apache-arrow';
import { quoted } from '../../engine/sql-tokens.js';
import type { SqlField, SqlType } from '../../engine/sql-types.js';
import { decimalText, unscaledOf } from '../../parquet/cells.js';
import { bytesOf, isPresent, offsetsOf } from '../../parquet/chunks.js';
import { textAt } from '../../parquet/texts.js';
import { resultText } from './result-text.js';
import type { JsonValue, ResultValue } from './row-set.js';
import { bytesText, dateText, instantText, plainNumber, wholeNumber } from './value-text.js';

/** A value by its row. */
type ReadValue<Value extends ResultValue = ResultValue> = (row: number) => Value;

/** The SQL name of an Arrow type that a column of a table has, or of a result with types of its own. */
export function sqlTypeName(type: arrow.DataType): string {
  if (arrow.DataType.isList(type)) return `${sqlTypeName(type.valueType as arrow.DataType)}[]`;
  if (arrow.DataType.isMap(type))
    return `MAP(${[type.keyType, type.valueType].map((each) => sqlTypeName(each as arrow.DataType)).join(', ')})`;
  if (arrow.DataType.isStruct(type)) return `STRUCT(${type.children.map(fieldName).join(', ')})`;
  if (arrow.DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (arrow.DataType.isInt(type)) return integerNames[type.bitWidth];
  if (arrow.DataType.isFloat(type)) return 'DOUBLE';
  if (arrow.DataType.isBool(type)) return 'BOOLEAN';
  if (arrow.DataType.isDate(type)) return 'DATE';
  if (arrow.DataType.isTimestamp(type)) return 'TIMESTAMP';
  if (arrow.DataType.isBinary(type)) return 'BLOB';
  return 'VARCHAR';
}

const integerNames = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' } as const;

const fieldName = ({ name, type }: arrow.Field): string =>
  `${quoted(name)} ${sqlTypeName(type as arrow.DataType)}`;

/** The rows of a result in order, with one type for each column. */
export function* resultRows(table: arrow.Table, types: readonly SqlType[]): Iterable<readonly ResultValue[]> {
  for (const batch of table.batches) {
    const readers = types.map((type, at) => resultReader(type, childOf(batch.data, at)));
    for (let row = 0; row < batch.numRows; row++) yield readers.map((read) => read(row));
  }
}

/** Reads a column of a result; types that Arrow does not carry must have been cast to text (`carriedStatement`). */
function resultReader(type: SqlType, data: arrow.Data): ReadValue {
  const read = presentReader(type, data);
  if (type.kind === 'union') return read; // it has no nulls of its own
  return (row) => (isPresent(data, row) ? read(row) : null);
}

/** Reads a column without nested values. */
export function scalarReader(typeName: string, data: arrow.Data): ReadValue<JsonValue> {
  const read = presentScalarReader(typeName, data);
  return (row) => (isPresent(data, row) ? read(row) : null);
}

function presentReader(type: SqlType, data: arrow.Data): ReadValue {
  switch (type.kind) {
    case 'scalar':
      return presentScalarReader(type.name, data);
    case 'list':
      return listReader(type.element, data);
    case 'struct':
      return structReader(type.fields, data);
    case 'map':
      return mapReader(type.key, type.value, data);
    case 'union':
      return unionReader(type.members, data);
  }
}

function childOf(data: arrow.Data, at: number): arrow.Data {
  const child = data.children[at];
  if (child === undefined)
    throw new Error(`a column of type ${arrow.Type[data.type.typeId]} lacks its part ${at}`);
  return child;
}

function listReader(element: SqlType, data: arrow.Data): ReadValue {
  const read = resultReader(element, childOf(data, 0));
  const bounds = boundsOf(data);
  return (row) => {
    const [start, end] = bounds(row);
    return Array.from({ length: end - start }, (_, at) => read(start + at));
  };
}

/** Where the elements of a row begin, and after the last of them. */
function boundsOf(data: arrow.Data): (row: number) => readonly [number, number] {
  if (arrow.DataType.isFixedSizeList(data.type)) {
    const size = data.type.listSize;
    return (row) => [row * size, (row + 1) * size];
  }
  const offsets = offsetsOf(data);
  return (row) => [offsets[row] ?? 0, offsets[row + 1] ?? 0];
}

function structReader(fields: readonly SqlField[], data: arrow.Data): ReadValue {
  const reads = fields.map(({ name, type }, at) => [name, resultReader(type, childOf(data, at))] as const);
  if (fields.some(({ name }) => name === undefined)) return (row) => reads.map(([, read]) => read(row));
  return (row) => Object.fromEntries(reads.map(([name, read]) => [name ?? '', read(row)]));
}

function mapReader(key: SqlType, value: SqlType, data: arrow.Data): ReadValue {
  const entries = childOf(data, 0);
  const [readKey, readValue] = [
    resultReader(key, childOf(entries, 0)),
    resultReader(value, childOf(entries, 1)),
  ];
  const bounds = boundsOf(data);
  return (row) => {
    const [start, end] = bounds(row);
    const rows = Array.from({ length: end - start }, (_, at) => start + at);
    return Object.fromEntries(rows.map((at) => [resultText(readKey(at)), readValue(at)]));
  };
}

/** `{"member": value}` of the member that is set; a null of any member is just null. */
function unionReader(members: readonly SqlField[], data: arrow.Data): ReadValue {
  const { typeIdToChildIndex, mode } = data.type as arrow.Union;
  const reads = members.map(({ type }, at) => resultReader(type, childOf(data, at)));
  const isDense = mode === arrow.UnionMode.Dense;
  return (row) => {
    const member = typeIdToChildIndex[(data.typeIds as Int8Array)[row] ?? 0] ?? 0;
    const value = reads[member]?.(isDense ? (offsetsOf(data)[row] ?? 0) : row) ?? null;
    return value === null ? null : { [members[member]?.name ?? '']: value };
  };
}

/** Whole numbers that come as text. */
const wholeAsText = /^(U?HUGEINT|BIGNUM|VARINT)$/;

function presentScalarReader(typeName: string, data: arrow.Data): ReadValue<JsonValue> {
  const { type } = data;
  if (arrow.DataType.isUtf8(type)) return textReader(typeName, data);
  if (arrow.DataType.isTimestamp(type)) return instantReader(type, data);
  if (arrow.DataType.isDate(type)) return dateReader(type, data);
  if (arrow.DataType.isDecimal(type))
    return (row) => decimalText(unscaledOf(data.values as Uint32Array, row), type.scale);
  if (arrow.DataType.isBinary(type))
    return (row) =>
      bytesText(bytesOf(data).subarray(offsetsOf(data)[row] ?? 0, offsetsOf(data)[row + 1] ?? 0));
  if (arrow.DataType.isBool(type)) {
    const bits = data.values as Uint8Array;
    return (row) => ((bits[(data.offset + row) >> 3] ?? 0) & (1 << ((data.offset + row) & 7))) !== 0;
  }
  if (arrow.DataType.isInt(type) && type.bitWidth === 64)
    return (row) => wholeNumber((data.values as BigInt64Array)[row] ?? 0n);
  if (arrow.DataType.isInt(type) || arrow.DataType.isFloat(type))
    return (row) => plainNumber((data.values as Float64Array)[row] ?? NaN);
  throw new Error(`no reader for values of type ${typeName} that come as ${arrow.Type[type.typeId]}`);
}

/** The number that DuckDB printed; `nan` and `inf` are none in JSON. */
function numberOf(text: string): JsonValue {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function textReader(typeName: string, data: arrow.Data): ReadValue<JsonValue> {
  if (wholeAsText.test(typeName)) return (row) => wholeNumber(BigInt(textAt(data, row)));
  if (typeName === 'FLOAT') return (row) => numberOf(textAt(data, row));
  return (row) => textAt(data, row);
}

const unitsPerSecond = [1n, 1_000n, 1_000_000n, 1_000_000_000n] as const;

function instantReader(type: arrow.Timestamp, data: arrow.Data): ReadValue<JsonValue> {
  const values = data.values as BigInt64Array;
  return (row) => instantText(values[row] ?? 0n, unitsPerSecond[type.unit]);
}

function dateReader(type: arrow.Date_, data: arrow.Data): ReadValue<JsonValue> {
  if (type.unit === arrow.DateUnit.DAY) return (row) => dateText((data.values as Int32Array)[row] ?? 0);
  return (row) => dateText(Number((data.values as BigInt64Array)[row] ?? 0n) / 86_400_000);
}
