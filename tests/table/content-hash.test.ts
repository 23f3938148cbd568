import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTable } from '../../src/format/evolve.js';
import { currentSchema } from '../../src/format/table-file.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { conform } from '../../src/parquet/conform.js';
import { rowsToTable, type Row } from '../../src/parquet/rows.js';
import { ContentHasher, type ContentHash } from '../../src/table/maintenance/content-hash.js';
import { proveRows } from '../../src/table/maintenance/proof.js';

const wide: TableDefinition = {
  name: 'silver.wide',
  columns: [
    { name: 'text', type: 'string', required: false },
    { name: 'bytes', type: 'binary', required: false },
    { name: 'flag', type: 'boolean', required: false },
    { name: 'int', type: 'int', required: false },
    { name: 'long', type: 'long', required: false },
    { name: 'double', type: 'double', required: false },
    { name: 'price', type: 'decimal(18,4)', required: false },
    { name: 'day', type: 'date', required: false },
    { name: 'at', type: 'timestamp', required: false },
  ],
  sortOrder: [],
  key: [],
};
const schema = currentSchema(makeTable(wide, 'table'));

const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 });
const row: fc.Arbitrary<Row> = fc.tuple(
  orNull(fc.string({ unit: 'grapheme', maxLength: 4 })),
  orNull(fc.uint8Array({ maxLength: 4 })),
  orNull(fc.boolean()),
  orNull(fc.integer()),
  orNull(fc.maxSafeInteger()),
  orNull(fc.double({ noNaN: true })),
  orNull(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n })),
  orNull(fc.integer({ min: -40_000, max: 40_000 })),
  orNull(fc.maxSafeInteger()),
);
const rowsWithCuts = fc
  .array(row, { maxLength: 25 })
  .chain((rows) => fc.tuple(fc.constant(rows), fc.array(fc.nat({ max: rows.length }), { maxLength: 4 })));

function hashOf(...portions: readonly (readonly Row[])[]): ContentHash {
  const hasher = new ContentHasher(schema);
  for (const rows of portions) hasher.add(rowsToTable(rows, schema));
  return hasher.digest();
}

function cutAt(rows: readonly Row[], cuts: readonly number[]): readonly (readonly Row[])[] {
  const edges = [0, ...cuts.toSorted((a, b) => a - b), rows.length];
  return edges.slice(1).map((end, i) => rows.slice(edges[i], end));
}

describe('the content hash', () => {
  it('does not depend on how the rows are cut', () => {
    fc.assert(
      fc.property(rowsWithCuts, ([rows, cuts]) => {
        expect(hashOf(...cutAt(rows, cuts))).toEqual(hashOf(rows));
      }),
      { numRuns: 300 },
    );
  });

  it('is another one for any other rows or order', () => {
    const text = (rows: readonly Row[]): string =>
      JSON.stringify(rows, (_, cell: unknown) =>
        typeof cell === 'bigint' ? `${cell}n` : Object.is(cell, -0) ? '-0' : cell,
      );
    const pair = fc.oneof(
      fc.tuple(fc.array(row, { maxLength: 4 }), fc.array(row, { maxLength: 4 })),
      fc.array(row, { minLength: 2, maxLength: 4 }).map((rows) => [rows, rows.toReversed()] as const),
      fc.tuple(fc.array(row, { minLength: 1, maxLength: 3 }), row, fc.nat({ max: 8 })).map(
        ([[first = [], ...rest], other, at]) =>
          [
            [first, ...rest],
            [first.with(at, other[at]!), ...rest],
          ] as const, // one cell
      ),
    );
    fc.assert(
      fc.property(pair, ([left, right]) => {
        expect(hashOf(left).sha256 === hashOf(right).sha256).toBe(text(left) === text(right));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a null for an empty text', 0, '', null],
    ['text that moves to the next row', 0, 'ab', 'a'],
    ['a null for zero', 4, 0, null],
    ['a null for false', 2, false, null],
  ] as const)('sees %s', (_, column, one, other) => {
    const nulls: Row = wide.columns.map(() => null);
    const rows = (cell: Row[number]): readonly Row[] => [nulls.with(column, cell), nulls];
    expect(hashOf(rows(one)).sha256).not.toBe(hashOf(rows(other)).sha256);
  });

  it('leaves out what lies under a null', () => {
    const dirty = conform(rowsToTable([['x', null, true, 1, 2, 3, 4n, 5, 6]], schema), schema);
    for (const child of dirty.batches[0]!.data.children)
      Object.assign(child, { nullBitmap: new Uint8Array(8), _nullCount: 1 });
    const hasher = new ContentHasher(schema);
    hasher.add(dirty);
    expect(hasher.digest()).toEqual(hashOf([wide.columns.map(() => null)]));
  });

  it('goes by field ids and types, not by names', () => {
    const hasher = (name: string, id: number): string =>
      new ContentHasher({ schemaId: 0, fields: [{ id, name, type: 'int', required: false }] }).digest()
        .sha256;
    expect(hasher('a', 1)).toBe(hasher('b', 1));
    expect(hasher('a', 1)).not.toBe(hasher('a', 2));
  });
});

describe('a proof', () => {
  const one = hashOf([wide.columns.map(() => null)]);

  it('says how much was compared', async () => {
    const proof = await proveRows(
      new Map([
        ['a.b', [one, one]],
        ['a.a', [one, one]],
      ]),
    );
    expect(proof).toMatchObject({ tables: 2, rows: 2, how: 'rows' });
    expect(proof.after).toBe(proof.before);
  });

  it('fails naming the table whose rows differ', async () => {
    await expect(proveRows(new Map([['a.b', [one, hashOf([])]]]))).rejects.toMatchObject({
      code: 'check-failed',
      details: { table: 'a.b' },
    });
  });
});
