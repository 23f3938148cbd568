import * as arrow from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { wasmMemory } from 'parquet-wasm';
import { describe, expect, it } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';
import type { Schema } from '../../src/format/schema.js';
import { fixedData, validityOf } from '../../src/parquet/columns.js';
import { conform } from '../../src/parquet/conform.js';
import { encodeDataFile } from '../../src/parquet/encode.js';
import { decodeParquet, encodeParquet, parquetToIpc } from '../../src/parquet/file.js';
import { readIpc, writeIpc } from '../../src/parquet/ipc.js';
import { type Row, rowsToTable, tableToRows } from '../../src/parquet/rows.js';

/** One nullable column of every type, with ids out of order. */
const everyType: Schema = {
  schemaId: 0,
  fields: [
    { id: 9, name: 'flag', type: 'boolean', required: false },
    { id: 1, name: 'small', type: 'int', required: false },
    { id: 2, name: 'big', type: 'long', required: false },
    { id: 3, name: 'ratio', type: 'double', required: false },
    { id: 4, name: 'day', type: 'date', required: false },
    { id: 5, name: 'at', type: 'timestamp', required: false },
    { id: 6, name: 'word', type: 'string', required: false },
    { id: 7, name: 'bytes', type: 'binary', required: false },
    { id: 8, name: 'price', type: 'decimal(18,4)', required: false },
    { id: 12, name: 'total', type: 'decimal(38,4)', required: false },
  ],
};
const nulls: Row = everyType.fields.map(() => null);
const rows: readonly Row[] = [
  [true, 0, 0, 0, 0, 0, '', new Uint8Array(), 0n, 0n],
  nulls,
  // prettier-ignore
  [false, 2 ** 31 - 1, 2n ** 63n - 1n, Number.MAX_VALUE, 47_481, 4_102_444_799_999_999, '\uFEFF\u{1F600}～', Uint8Array.of(0xff, 0, 0xfe), 10n ** 18n - 1n, 10n ** 38n - 1n],
  // prettier-ignore
  [true, -(2 ** 31), -(2n ** 63n), -Infinity, -719_528, -1, 'a\0b', Uint8Array.of(0), -(10n ** 18n) + 1n, -(10n ** 38n) + 1n],
  [false, -1, -1, 5e-324, -1, 1, 'é', Uint8Array.of(10), -1n, -1n],
  nulls,
];

/** The same rows in batches of the lengths given. */
function inBatches(table: arrow.Table, lengths: readonly number[]): arrow.Table {
  let at = 0;
  const parts = lengths.map((length) => tableToRows(table.slice(at, (at += length)), everyType));
  return new arrow.Table(parts.flatMap((part) => rowsToTable(part, everyType).batches));
}

/** 5, null, -7 in the type's own unit. */
const micros = (type: arrow.Timestamp): arrow.Vector =>
  new arrow.Vector([fixedData(type, 3, BigInt64Array.of(5n, 0n, -7n), validityOf(Uint8Array.of(1, 0, 1)))]);

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;

describe('a Parquet file', () => {
  const table = rowsToTable(rows, everyType);

  it('gives back every type, nulls and extremes', () => {
    expect(tableToRows(decodeParquet(encodeParquet(table)), everyType)).toEqual(rows);
  });

  it('gives back no rows', () => {
    const empty = decodeParquet(encodeParquet(rowsToTable([], everyType)));
    expect(tableToRows(empty, everyType)).toEqual([]);
  });

  it('has equal bytes whatever the batches', () => {
    const whole = encodeParquet(table);
    for (const lengths of [
      [1, 5],
      [3, 3],
      [1, 1, 1, 1, 1, 1],
      [6, 0],
      [0, 2, 4],
    ]) {
      expect(encodeParquet(inBatches(table, lengths))).toEqual(whole);
    }
  });

  it('has the same bytes each time it is written', () => {
    expect(encodeParquet(table)).toEqual(encodeParquet(rowsToTable(rows, everyType)));
  });

  it('leaves the streams alone that others hold', () => {
    const stream = writeIpc(table);
    const before = stream.slice();
    encodeParquet(rowsToTable([...rows].reverse(), everyType));
    expect(stream).toEqual(before);
  });

  it('carries the field ids and nothing about itself', () => {
    const metadata = parquetMetadata(bufferOf(encodeParquet(table)));
    expect(metadata.schema.slice(1).map(({ name, field_id }) => [name, field_id])).toEqual(
      everyType.fields.map(({ name, id }) => [name, id]),
    );
    const other = parquetMetadata(bufferOf(encodeParquet(rowsToTable([nulls], everyType))));
    expect(metadata.key_value_metadata?.map(({ key }) => key)).toEqual(['ARROW:schema']);
    expect(metadata.key_value_metadata).toEqual(other.key_value_metadata);
  });

  it('is one row group of ZSTD pages without dictionaries', () => {
    const { row_groups: groups } = parquetMetadata(bufferOf(encodeParquet(table)));
    expect(groups).toHaveLength(1);
    for (const { meta_data: column } of groups[0]!.columns) {
      expect(column?.codec).toBe('ZSTD');
      expect(column?.dictionary_page_offset).toBeUndefined();
      expect(column?.statistics?.null_count).toBe(2n);
    }
  });

  it('means the same to another reader', async () => {
    const file = encodeParquet(table, { compression: 'none', rowGroupRows: 1_000_000 });
    const read = await parquetReadObjects({ file: bufferOf(file), utf8: true });
    expect(read[0]).toMatchObject({
      flag: true,
      small: 0,
      big: 0n,
      day: new Date(0),
      at: new Date(0),
      word: '',
    });
    expect(Object.values(read[1]!)).toEqual(nulls);
    expect(read[4]).toMatchObject({
      flag: false,
      small: -1,
      big: -1n,
      day: new Date(-86_400_000),
      word: 'é',
    });
    expect(read[4]?.price).toBeCloseTo(-0.0001);
    expect(read[4]?.total).toBeCloseTo(-0.0001);
  });

  it('can be read by column, in the order of the file', () => {
    const some = decodeParquet(encodeParquet(table), ['word', 'small']);
    expect(some.schema.fields.map(({ name }) => name)).toEqual(['small', 'word']);
    expect(some.numRows).toBe(rows.length);
    const words: Schema = { schemaId: 0, fields: [everyType.fields[1]!, everyType.fields[6]!] };
    const streamed = readIpc(parquetToIpc(encodeParquet(table), ['word', 'small']));
    expect(tableToRows(streamed, words)).toEqual(rows.map((row) => [row[1], row[6]]));
    expect(() => decodeParquet(encodeParquet(table), ['word', 'none'])).toThrow('without the columns none');
  });

  it('that is none is corrupt', () => {
    const file = encodeParquet(table);
    const damaged = file.slice().fill(7, 8, 400);
    for (const bytes of [new Uint8Array(), file.subarray(0, file.length - 9), new Uint8Array(100), damaged]) {
      expect(() => decodeParquet(bytes)).toThrow(expect.toSatisfy((error) => isLakeError(error, 'corrupt')));
    }
  });

  it('leaves no memory behind', () => {
    const memory = wasmMemory() as { readonly buffer: ArrayBuffer };
    const long = rowsToTable(
      Array.from({ length: 20_000 }, (_, i) => rows[i % rows.length]!),
      everyType,
    );
    const roundTrip = (): number => decodeParquet(encodeParquet(long)).numRows;
    for (let i = 0; i < 3; i++) roundTrip();
    const before = memory.buffer.byteLength;
    for (let i = 0; i < 40; i++) roundTrip();
    expect(memory.buffer.byteLength).toBe(before);
  });
});

describe('conform', () => {
  const schema: Schema = {
    schemaId: 0,
    fields: [
      { id: 1, name: 'id', type: 'string', required: true },
      { id: 2, name: 'at', type: 'timestamp', required: false },
    ],
  };
  const expected: readonly Row[] = [['b', 5], ['a', null], ['b', -7]]; // prettier-ignore
  const at = micros(new arrow.TimestampMicrosecond());
  const id = arrow.vectorFromArray(
    ['b', 'a', 'b'],
    new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
  );

  it('takes other orders, dictionaries, timestamps without a zone and nullable columns', () => {
    const found = conform(readIpc(writeIpc(new arrow.Table({ at, id }))), schema);
    expect(found.schema.fields.map(({ name, nullable }) => [name, nullable])).toEqual([
      ['id', false],
      ['at', true],
    ]);
    expect(tableToRows(found, schema)).toEqual(expected);
  });

  it('writes a slice as its own rows only', () => {
    const many = rowsToTable(
      Array.from({ length: 1000 }, (_, i): Row => [`id-${i}`, i % 3 === 0 ? null : i]),
      schema,
    );
    const slice = conform(many.slice(123, 131), schema);
    expect(tableToRows(slice, schema)).toEqual(tableToRows(many, schema).slice(123, 131));
    expect(writeIpc(slice).length).toBeLessThan(writeIpc(many).length / 10);
  });

  const refusals: readonly [string, Record<string, arrow.Vector>, string][] = [
    ['a null in a required column', { id: arrow.vectorFromArray(['a', null, null], new arrow.Utf8()), at }, 'Column id: expected a value in every row, found 2 nulls, the first in row 1'],
    ['a null in a dictionary', { id: arrow.vectorFromArray(['a', 'a', null], id.type), at }, 'found 1 nulls, the first in row 2'],
    ['a missing column', { id }, 'Expected the columns id, at, found id'],
    ['a column too many', { id, at, more: at }, 'found id, at, more'],
    ['another type', { id, at: arrow.vectorFromArray([1, 2, 3], new arrow.Int32()) }, 'Column at: expected timestamp, found Int'],
    ['another unit', { id, at: micros(new arrow.TimestampMillisecond()) }, 'expected timestamp'],
    ['another zone', { id, at: micros(new arrow.TimestampMicrosecond('Europe/Berlin')) }, 'expected timestamp'],
  ]; // prettier-ignore
  it.each(refusals)('refuses %s', (_, columns, message) => {
    const act = (): unknown => conform(new arrow.Table(columns), schema);
    expect(act).toThrow(expect.toSatisfy((error) => isLakeError(error, 'check-failed')));
    expect(act).toThrow(message);
  });

  it('refuses decimals of another width', () => {
    const money: Schema = {
      schemaId: 0,
      fields: [{ id: 1, name: 'm', type: 'decimal(18,4)', required: true }],
    };
    const wide: Schema = {
      schemaId: 0,
      fields: [{ id: 1, name: 'm', type: 'decimal(38,0)', required: true }],
    };
    expect(() => conform(rowsToTable([[1n]], wide), money)).toThrow(
      'Column m: expected decimal(18,4), found decimal(38,0)',
    );
  });
});

describe('a data file', () => {
  it('has rows, hash, statistics by field id and the key index of its text', async () => {
    const schema: Schema = {
      schemaId: 0,
      fields: [
        { id: 4, name: 'id', type: 'string', required: true },
        { id: 7, name: 'refers', type: 'string', required: false },
      ],
    };
    const table = rowsToTable([['b', null], ['a', 'b'], ['b', 'b']], schema); // prettier-ignore
    const file = await encodeDataFile(table, schema, { keyIndex: ['id', 'refers'] });
    expect(file.rows).toBe(3);
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file.columns).toEqual({
      4: { nulls: 0, min: 'a', max: 'b' },
      7: { nulls: 1, min: 'b', max: 'b' },
    });
    expect(file.index?.columns).toEqual([
      { id: 4, offset: 0, count: 2 },
      { id: 7, offset: 8, count: 1 },
    ]);
    expect(file.index?.bytes).toHaveLength(12);
  });
});
