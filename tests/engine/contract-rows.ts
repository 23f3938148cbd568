// Rows that engines are tried with.

import * as arrow from 'apache-arrow';
import type { RelationSource } from '../../src/engine/engine.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import { textAt } from '../../src/parquet/texts.js';

/** Columns of every type that the lake's files have. */
export const columns: readonly ColumnDefinition[] = [
  { name: 'id', type: 'string', required: true },
  { name: 'amount', type: 'decimal(18,4)', required: false },
  { name: 'total', type: 'decimal(38,4)', required: false },
  { name: 'day', type: 'date', required: false },
  { name: 'at', type: 'timestamp', required: false },
  { name: 'count', type: 'long', required: false },
  { name: 'few', type: 'int', required: false },
  { name: 'rate', type: 'double', required: false },
  { name: 'is_odd', type: 'boolean', required: false },
  { name: 'raw', type: 'binary', required: false },
];

/** One row for each number: every column in the type that the lake's files have. */
export function rowsOf(numbers: readonly number[]): arrow.Table {
  const fixed = (type: arrow.DataType, data: ArrayBufferView): arrow.Vector =>
    arrow.makeVector(arrow.makeData({ type, length: numbers.length, data } as never));
  return new arrow.Table({
    id: arrow.vectorFromArray(
      numbers.map((n) => `é${n}${'x'.repeat(n % 20)}`),
      new arrow.Utf8(),
    ),
    amount: fixed(new arrow.Decimal(4, 18, 128), Uint32Array.from(numbers.flatMap((n) => [n, 0, 0, 0]))),
    total: fixed(
      new arrow.Decimal(4, 38, 128),
      Uint32Array.from(numbers.flatMap((n) => [n, 0xffffffff, 0xffffffff, 0xffffffff])),
    ),
    day: fixed(
      new arrow.DateDay(),
      Int32Array.from(numbers, () => 19_792),
    ),
    at: fixed(
      new arrow.TimestampMicrosecond('UTC'),
      BigInt64Array.from(numbers, (n) => 1_710_000_000_123_456n + BigInt(n)),
    ),
    count: fixed(new arrow.Int64(), BigInt64Array.from(numbers, BigInt)),
    few: fixed(new arrow.Int32(), Int32Array.from(numbers)),
    rate: fixed(
      new arrow.Float64(),
      Float64Array.from(numbers, (n) => n / 3),
    ),
    is_odd: arrow.vectorFromArray(
      numbers.map((n) => n % 2 === 1),
      new arrow.Bool(),
    ),
    raw: arrow.vectorFromArray(
      numbers.map((n) => Uint8Array.of(n, 0, 255)),
      new arrow.Binary(),
    ),
  });
}
/** The stream of a table. */
export const ipcOf = (table: arrow.Table): Uint8Array => arrow.tableToIPC(table, 'stream');
/** Tables as a relation, a stream each. */
export const arrowRows = (...tables: readonly arrow.Table[]): RelationSource => ({
  kind: 'arrow',
  columns,
  streams: tables.map(ipcOf),
});
/** What `texts` of a trial says of a number's row. */
export const textRow = (n: number): readonly string[] => [
  `é${n}${'x'.repeat(n % 20)}`,
  (n / 10_000).toFixed(4),
  (-(4_294_967_296 - n) / 10_000).toFixed(4),
  '2024-03-10',
  `2024-03-09 16:00:00.${123_456 + n}`,
  String(n),
  String(n),
  String(n / 3),
  String(n % 2 === 1),
  `${n.toString(16).padStart(2, '0')}00ff`,
];

/** Reads cells as they are; text by our own reader, which keeps a byte order mark. */
export function cellsOf(table: arrow.Table): readonly (readonly unknown[])[] {
  return table.batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      batch.data.children.map((data) => {
        const vector = arrow.makeVector(data);
        if (!vector.isValid(row)) return null;
        return arrow.DataType.isUtf8(data.type) ? textAt(data, row) : (vector.get(row) as unknown);
      }),
    ),
  );
}
