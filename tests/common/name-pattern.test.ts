// Patterns of file names: which names are of one, and whether two have a name in common.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOfPattern, patternFault, patternsMeet } from '../../src/common/name-pattern.js';

describe('a pattern of file names', () => {
  it.each([
    ['orders*.csv', 'orders.csv', true],
    ['orders*.csv', 'orders-2.CSV.gz', true],
    ['orders*.csv', 'my-orders.csv', false],
    ['orders*.csv', 'orders.csv.bak', false],
    ['orders.csv', 'orders.csv.gz', true],
    ['orders.csv', 'orders-2.csv', false],
    ['*-orders-????.csv', 'eu-orders-2024.csv', true],
    ['*-orders-????.csv', 'eu-orders-24.csv', false],
    ['logs*.ndjson', 'logs.jsonl', true],
    ['a*b*c.json', 'aXbYbZc.json', true],
    ['a.b*.json', 'aXb.json', false],
    ['access*', 'access.log.gz', true],
    ['*.csv', '.csv', true],
  ])('%s has %s: %s', (pattern, name, expected) => {
    expect(isOfPattern(name, pattern)).toBe(expected);
  });

  it.each(['../orders*.csv', 'data\\*.csv', 'orders[12].csv', '{a,b}.csv', 'orders*.csv.gz', '', '?'])(
    'is not %s',
    (pattern) => expect(patternFault(pattern)).toBeTypeOf('string'),
  );

  it('meets another exactly if some name is of both', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?');
    const pattern = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `${pieces.join('')}.csv`);
    const names = namesOf(6);
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        const isShared = names.some((name) => isOfPattern(name, one) && isOfPattern(name, other));
        expect([one, other, patternsMeet(one, other)]).toEqual([one, other, isShared]);
      }),
      { numRuns: 300 },
    );
  });

  it('meets one of another extension that means the same, and no other', () => {
    expect(patternsMeet('logs*.ndjson', 'logs-2.jsonl')).toBe(true);
    expect(patternsMeet('logs*.ndjson', 'logs*.json')).toBe(false);
    expect(patternsMeet('logs*', 'logs-2.json')).toBe(true);
  });
});

/** All names of the letters a and b up to a length: a shared name that is longer has a shorter one beside it. */
function namesOf(length: number): readonly string[] {
  const stems = [''];
  for (let start = 0, n = 0; n < length; n++) {
    const end = stems.length;
    for (; start < end; start++) stems.push(`${stems[start]!}a`, `${stems[start]!}b`);
  }
  return stems.map((stem) => `${stem}.csv`);
}
