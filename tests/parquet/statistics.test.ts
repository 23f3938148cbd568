import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnStats, type ColumnStats } from '../../src/format/stats.js';
import type { Field, FieldType, Schema } from '../../src/format/schema.js';
import { isoMicros } from '../../src/common/runtime.js';
import { isoOfDays } from '../../src/common/calendar.js';
import { decimalText } from '../../src/parquet/cells.js';
import { type Cell, rowsToTable } from '../../src/parquet/rows.js';
import { tableStats } from '../../src/parquet/statistics.js';

const schemaOf = (type: FieldType): Schema => {
  const field: Field = { id: 7, name: 'c', type, required: false };
  return { schemaId: 0, fields: [field] };
};
const statsOf = (type: FieldType, cells: readonly Cell[]): ColumnStats | undefined =>
  tableStats(rowsToTable(cells.map((cell) => [cell]), schemaOf(type)), schemaOf(type))[7]; // prettier-ignore

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const decimal = (digits: bigint): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: 1n - 10n ** digits, max: 10n ** digits - 1n });

/** Per type: values, their order, and how the format writes them. */
const types: readonly [FieldType, fc.Arbitrary<Cell>, (cell: never) => string | number][] = [
  ['int', fc.integer(), (cell: number) => cell],
  ['long', int64, (cell: bigint) => String(cell)],
  ['double', fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)), (cell: number) => cell],
  ['date', fc.integer({ min: -700_000, max: 2_900_000 }), isoOfDays],
  ['timestamp', fc.integer({ min: -9e15, max: 9e15 }), isoMicros],
  ['string', fc.string({ unit: 'binary' }), (cell: string) => cell],
  ['string', fc.string({ unit: fc.constantFrom('a', 'b', 'é'), maxLength: 5 }), (cell: string) => cell],
  ['decimal(18,4)', decimal(18n), (cell: bigint) => decimalText(cell, 4)],
  ['decimal(38,0)', decimal(38n), (cell: bigint) => decimalText(cell, 0)],
]; // prettier-ignore

function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return a! < b! ? -1 : Number(a! > b!);
}

describe('statistics', () => {
  it.each(types)('of %s are those of a plain loop', (type, values, written) => {
    fc.assert(
      fc.property(fc.array(fc.option(values), { maxLength: 30 }), (cells) => {
        const sorted = cells.filter((cell) => cell !== null).sort(compareCells);
        const [min, max] = [sorted[0], sorted.at(-1)];
        const bound = (cell: Cell | undefined): string | number | undefined =>
          cell === undefined ? undefined : written(cell as never);
        const nulls = cells.length - sorted.length;
        expect(statsOf(type, cells)).toEqual(columnStats(type, { nulls, min: bound(min), max: bound(max) }));
      }),
    );
  });

  it('of doubles count NaN apart and leave infinite bounds out', () => {
    expect(statsOf('double', [NaN, null, 2, NaN, -1])).toEqual({ nulls: 1, nans: 2, min: -1, max: 2 });
    expect(statsOf('double', [-Infinity, 5])).toEqual({ nulls: 0, max: 5 });
    expect(statsOf('double', [NaN, null])).toEqual({ nulls: 1, nans: 1 });
  });

  it('of booleans and bytes have no bounds', () => {
    expect(statsOf('boolean', [true, null, false])).toEqual({ nulls: 1 });
    expect(statsOf('binary', [Uint8Array.of(1), null])).toEqual({ nulls: 1 });
  });

  it('leave out bounds too far off to be written', () => {
    expect(statsOf('date', [2 ** 31 - 1, 0])).toEqual({ nulls: 0, min: '1970-01-01' });
    expect(statsOf('timestamp', [-(2n ** 63n), 0])).toEqual({ nulls: 0, max: '1970-01-01T00:00:00.000000Z' });
  });

  it('cut long text and keep a byte order mark', () => {
    expect(statsOf('string', ['b'.repeat(40), '\uFEFFa'])).toEqual({
      nulls: 0,
      min: 'b'.repeat(16),
      max: '\uFEFFa',
    });
    expect(statsOf('string', ['b'.repeat(40), 'a'])).toEqual({
      nulls: 0,
      min: 'a',
      max: 'b'.repeat(15) + 'c',
    });
  });
});
