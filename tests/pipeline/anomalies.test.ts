// What counts as unusual: chance, growth and the shape of a week do not; a day that stands out does.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOfDays } from '../../src/common/calendar.js';
import { isUsual, usualRate } from '../../src/pipeline/checks/anomalies.js';
import { daysBetween, unusualDays, type Observation } from '../../src/pipeline/checks/daily-series.js';

const FIRST = 19_723; // 2024-01-01, a Monday
const DAYS = 90;
const last = isoOfDays(FIRST + DAYS - 1);
const settings = { threshold: 6, quietWeeks: 4 };

/** A number in [0, 1) for each step of a seed. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As good as a Poisson draw for means above a few. */
function drawn(mean: number, chance: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
}

/** Counts that grow, with quiet weekends, and chance. */
function product({ seed, level, growth, weekend }: Product): Map<string, Observation> {
  const chance = chances(seed);
  return new Map(
    Array.from({ length: DAYS }, (_, day) => {
      const shape = day % 7 >= 5 ? weekend : 1;
      const value = drawn(level * (1 + growth * day) * shape, chance);
      return [isoOfDays(FIRST + day), { value, things: value }] as const;
    }),
  );
}

interface Product {
  readonly seed: number;
  readonly level: number;
  readonly growth: number;
  readonly weekend: number;
}

const products: fc.Arbitrary<Product> = fc.record({
  seed: fc.integer(),
  level: fc.integer({ min: 5, max: 5_000 }),
  growth: fc.double({ min: 0, max: 0.05, noNaN: true }),
  weekend: fc.double({ min: 0.4, max: 1, noNaN: true }),
});

const judged = daysBetween(isoOfDays(FIRST), last);

function unusual(
  days: ReadonlyMap<string, Observation>,
  kind: 'count' | 'money' = 'count',
): readonly string[] {
  return unusualDays({ kind, days, judged, last, settings }).map(({ date }) => date);
}

describe('a quiet product', () => {
  it('raises no alarm, however it grows and whatever its weekends are', () => {
    fc.assert(
      fc.property(products, (each) => {
        expect(unusual(product(each))).toEqual([]);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe('one day', () => {
  const day = isoOfDays(FIRST + 60);
  const changed = (each: Product, factor: number): ReadonlyMap<string, Observation> => {
    const days = product(each);
    const { value } = days.get(day)!;
    return days.set(day, { value: Math.round(value * factor), things: Math.round(value * factor) });
  };

  it.each([
    ['five times as much', 5],
    ['a tenth', 0.1],
    ['nothing', 0],
  ])('of %s is found, and no other day for it', (_, factor) => {
    const large = products.filter(({ level, weekend }) => level * weekend > 100);
    fc.assert(
      fc.property(large, (each) => {
        expect(unusual(changed(each, factor))).toEqual([day]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('is not judged by a handful of things', () => {
    const few = { seed: 1, level: 2, growth: 0, weekend: 1 };
    expect(unusual(changed(few, 0))).toEqual([]);
  });
});

describe('a new level', () => {
  it('is unusual for the first days, and usual after a week', () => {
    const large = products.filter(({ level, weekend }) => level * weekend > 100);
    const step = isoOfDays(FIRST + 50);
    const after = isoOfDays(FIRST + 57);
    fc.assert(
      fc.property(large, (each) => {
        const more = [...product(each)].map(([day, { value }]) => {
          const now = day < step ? value : value * 6;
          return [day, { value: now, things: now }] as const;
        });
        const found = unusual(new Map(more));
        expect(found[0]).toBe(step);
        expect(found.filter((day) => day >= after)).toEqual([]);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

describe('the last day', () => {
  it('may be low, since it is not over, but not high', () => {
    const each = { seed: 3, level: 500, growth: 0, weekend: 1 };
    const withLast = (value: number) => product(each).set(last, { value, things: value });
    expect(unusual(withLast(3))).toEqual([]);
    expect(unusual(withLast(5_000))).toEqual([last]);
  });
});

describe('the first weeks', () => {
  it('are not judged', () => {
    const early = isoOfDays(FIRST + 20);
    const days = product({ seed: 3, level: 500, growth: 0, weekend: 1 });
    expect(unusual(days.set(early, { value: 50_000, things: 50_000 }))).toEqual([]);
  });
});

describe('a limit', () => {
  it('takes the place of what was usual, from the first day on and for the last', () => {
    const days = new Map([[isoOfDays(FIRST), { value: 3, things: 3 }]]);
    const found = unusualDays({
      kind: 'count',
      days,
      judged: [isoOfDays(FIRST)],
      last: isoOfDays(FIRST),
      settings,
      limit: { min: 5 },
    });
    expect(found).toMatchObject([{ value: 3, usual: { low: 5 } }]);
  });
});

describe('a rate', () => {
  it('varies by chance, the more the fewer things it is of', () => {
    const usual = [0.01, 0.012, 0.009, 0.011, 0.01];
    expect(isUsual(0.2, usualRate(usual, 100_000, 6))).toBe(false);
    expect(isUsual(0.05, usualRate(usual, 100_000, 6))).toBe(false);
    expect(isUsual(0.05, usualRate(usual, 20, 6))).toBe(true);
    expect(isUsual(0.013, usualRate(usual, 100_000, 6))).toBe(true);
  });
});
