import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, FieldType, Schema } from '../../src/format/schema.js';
import {
  binaryData,
  booleanData,
  dateData,
  decimalData,
  doubleData,
  intData,
  longData,
  longDataOf,
  tableOf,
  timestampData,
  utf8Data,
  validityOf,
} from '../../src/parquet/columns.js';
import { decodeParquet, encodeParquet } from '../../src/parquet/file.js';
import { tableToRows } from '../../src/parquet/rows.js';

const types: readonly FieldType[] = [
  'boolean', 'int', 'long', 'long', 'double', 'date', 'timestamp', 'decimal(18,4)', 'decimal(38,4)', 'string', 'binary',
]; // prettier-ignore
const schema: Schema = {
  schemaId: 0,
  fields: types.map((type, i): Field => ({ id: i + 1, name: `c${i}`, type, required: false })),
};
const micros = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const row = fc.record({
  present: fc.boolean(),
  flag: fc.boolean(),
  small: fc.integer(),
  micros,
  long: fc.bigInt({ min: 2n ** 54n, max: 2n ** 63n - 1n }),
  unscaled: fc.bigInt({ min: 1n - 10n ** 18n, max: 10n ** 18n - 1n }),
  text: fc.string({ unit: 'binary' }),
});

function piecesOf(texts: readonly string[]): { offsets: Int32Array; bytes: Uint8Array } {
  const pieces = texts.map((text) => Buffer.from(text));
  const offsets = new Int32Array(texts.length + 1);
  pieces.forEach((piece, i) => (offsets[i + 1] = offsets[i]! + piece.length));
  return { offsets, bytes: Buffer.concat(pieces) };
}

describe('columns of typed arrays', () => {
  it('hold the values they were made of, in shared memory too, and nulls where there is no flag', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const validity = validityOf(Uint8Array.from(rows, ({ present }) => Number(present)));
        const shared = new Int32Array(new SharedArrayBuffer(rows.length * 4));
        shared.set(rows.map(({ small }) => small));
        const times = Float64Array.from(rows, (one) => one.micros);
        const unscaled = BigInt64Array.from(rows, (one) => one.unscaled);
        const { offsets, bytes } = piecesOf(rows.map(({ text }) => text));
        const table = tableOf(schema, [
          booleanData(Uint8Array.from(rows, ({ flag }) => Number(flag)), validity),
          intData(shared, validity),
          longData(BigInt64Array.from(rows, ({ long }) => long), validity),
          longDataOf(times, validity),
          doubleData(times, validity),
          dateData(shared, validity),
          timestampData(times, validity),
          decimalData('decimal(18,4)', unscaled, validity),
          decimalData('decimal(38,4)', unscaled, validity),
          utf8Data(offsets, bytes, validity),
          binaryData(offsets, bytes, validity),
        ]); // prettier-ignore
        const expected = rows.map((one) =>
          one.present
            ? [one.flag, one.small, one.long, one.micros, one.micros, one.small, one.micros, one.unscaled, one.unscaled, one.text, new Uint8Array(Buffer.from(one.text))]
            : types.map(() => null),
        ); // prettier-ignore
        expect(tableToRows(table, schema)).toEqual(expected);
        expect(tableToRows(decodeParquet(encodeParquet(table)), schema)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('may lie on one buffer', () => {
    const longs = longData(BigInt64Array.of(1n, 2n));
    const { offsets, bytes } = piecesOf(['', '']);
    const aliased: Schema = {
      schemaId: 0,
      fields: (['long', 'long', 'string', 'binary'] as const).map((type, i): Field => ({
        id: i + 1,
        name: `c${i}`,
        type,
        required: false,
      })),
    };
    const table = tableOf(aliased, [longs, longs, utf8Data(offsets, bytes), binaryData(offsets, bytes)]);
    expect(tableToRows(decodeParquet(encodeParquet(table)), aliased)).toEqual([
      [1, 1, '', new Uint8Array()],
      [2, 2, '', new Uint8Array()],
    ]);
  });
});
