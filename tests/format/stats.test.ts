import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from '../../src/common/text-order.js';
import type { FieldType } from '../../src/format/schema.js';
import {
  columnStats,
  compareBounds,
  lowerBound,
  mightMatch,
  upperBound,
  type Bound,
  type ColumnPredicate,
} from '../../src/format/stats.js';

const shared = 'the same sixteen';
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '\uffff', '\u{10ffff}', '\u{10000}', '\ud7ff'),
    maxLength: 20,
  }),
  fc.string({ maxLength: 3 }).map((end) => shared + end),
);
const decimal = fc.integer({ min: -30, max: 30 }).map((cents) => (cents / 4).toFixed(2));
const micros = fc.integer({ min: -4, max: 4 });
const values: readonly (readonly [FieldType, fc.Arbitrary<Bound>])[] = [
  ['int', fc.integer({ min: -9, max: 9 })],
  [
    'double',
    fc.oneof(fc.double({ noNaN: true, min: -3, max: 3 }), fc.constantFrom(0, -0, Infinity, -Infinity)),
  ],
  [
    'long',
    fc
      .oneof(fc.bigInt({ min: -12n, max: 12n }), fc.bigInt({ min: 2n ** 62n, max: 2n ** 62n + 9n }))
      .map(String),
  ],
  ['decimal(18,2)', decimal],
  [
    'date',
    fc.integer({ min: -400, max: 400 }).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)),
  ],
  ['timestamp', micros.map((at) => `2024-01-0${at < 0 ? 1 : 2}T00:00:00.00000${Math.abs(at)}Z`)],
  ['string', text],
];

const meets = (type: FieldType, value: Bound | null, predicate: ColumnPredicate): boolean => {
  if (predicate.op === 'is null') return value === null;
  if (value === null) return false;
  if (predicate.op === 'is not null') return true;
  const order = (other: Bound): number => compareBounds(type, value, other);
  switch (predicate.op) {
    case 'in':
      return predicate.values.some((other) => order(other) === 0);
    case '=':
      return order(predicate.value) === 0;
    case '<':
      return order(predicate.value) < 0;
    case '<=':
      return order(predicate.value) <= 0;
    case '>':
      return order(predicate.value) > 0;
    case '>=':
      return order(predicate.value) >= 0;
  }
};

const predicateOf = (value: fc.Arbitrary<Bound>): fc.Arbitrary<ColumnPredicate> =>
  fc.oneof(
    fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>='), value }),
    fc.record({ op: fc.constant('in'), values: fc.array(value, { maxLength: 3 }) }),
    fc.record({ op: fc.constantFrom('is null', 'is not null') }),
  );

describe('statistics', () => {
  it.each(values)('never rule out a %s that is there', (type, value) => {
    const file = fc.array(fc.oneof(value, fc.constant(null)), { maxLength: 6 });
    fc.assert(
      fc.property(file, predicateOf(value), (rows, predicate) => {
        const sorted = rows.filter((row) => row !== null).sort((a, b) => compareBounds(type, a, b));
        const nulls = rows.length - sorted.length;
        const stats = columnStats(type, { nulls, min: sorted[0], max: sorted.at(-1) });
        const stored = JSON.parse(JSON.stringify(stats)) as typeof stats;
        if (rows.some((row) => meets(type, row, predicate)))
          expect(mightMatch(stored, type, predicate)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('rule out what lies outside', () => {
    const stats = columnStats('long', { nulls: 0, min: '9', max: '10' });
    const outside: readonly ColumnPredicate[] = [
      { op: '=', value: '8' },
      { op: '=', value: '11' },
      { op: '<', value: '9' },
      { op: '<=', value: '8' },
      { op: '>', value: '10' },
      { op: '>=', value: '11' },
      { op: 'in', values: ['1', '100'] },
      { op: 'is null' },
    ];
    expect(outside.filter((predicate) => mightMatch(stats, 'long', predicate))).toEqual([]);
  });

  it('do not rule out NaN, which engines sort above every number', () => {
    const stats = columnStats('double', { nulls: 0, nans: 1, min: 1, max: 2 });
    expect(stats).toEqual({ nulls: 0, nans: 1, min: 1, max: 2 });
    expect(mightMatch(stats, 'double', { op: '>', value: 5 })).toBe(true);
    expect(mightMatch(stats, 'double', { op: '<', value: 1 })).toBe(false);
  });

  it('have no bounds for binary, boolean, infinity, or no value', () => {
    expect(columnStats('binary', { nulls: 1, min: 'a', max: 'b' })).toEqual({ nulls: 1 });
    expect(columnStats('boolean', { nulls: 1, min: 0, max: 1 })).toEqual({ nulls: 1 });
    expect(columnStats('double', { nulls: 0, min: -Infinity, max: 3 })).toEqual({ nulls: 0, max: 3 });
    expect(columnStats('string', { nulls: 2 })).toEqual({ nulls: 2 });
  });
});

describe('bounds of long text', () => {
  it.each([
    [shared, shared],
    [`${shared}!`, 'the same sixteeo'],
    ['x'.repeat(15) + '\ud7ff!', 'x'.repeat(15) + '\ue000'],
    ['x'.repeat(15) + '\uffff!', 'x'.repeat(15) + '\u{10000}'],
    ['x'.repeat(15) + '\u{10ffff}!', 'x'.repeat(14) + 'y'],
    ['\u{10ffff}'.repeat(17), undefined],
    ['\u{1f600}'.repeat(16), '\u{1f600}'.repeat(16)],
    ['\u{1f600}'.repeat(17), '\u{1f600}'.repeat(15) + '\u{1f601}'],
  ])('from above, of %j: %j', (value, expected) => {
    expect(upperBound(value)).toBe(expected);
  });

  it('enclose the text in at most 16 code points', () => {
    fc.assert(
      fc.property(text, (value) => {
        const [low, high] = [lowerBound(value), upperBound(value)];
        expect(compareText(low, value)).toBeLessThanOrEqual(0);
        expect([...low].length).toBeLessThanOrEqual(16);
        expect(high === undefined || (compareText(high, value) >= 0 && [...high].length <= 16)).toBe(true);
      }),
    );
  });

  it('follow the order of UTF-8 bytes', () => {
    const bytes = (value: string): Buffer => Buffer.from(value, 'utf8');
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(bytes(a), bytes(b)));
      }),
    );
  });
});
