import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareUtf8,
  convert,
  daysOfIso,
  hasInvalidUnicode,
  isoOfDays,
  labelOf,
  lowerAscii,
  type Money,
  moneyOf,
  parseDate,
  parseSpend,
  parseTimestamp,
  textOf,
  trimAscii,
  upperAscii,
} from '../../src/records/values/values.js';

const anyText = fc.string({ unit: 'binary' });

/** An exact decimal as a fraction, from its text. */
function fractionOf(text: string): { numerator: bigint; denominator: bigint } {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const power = Number(exponent) - fraction.length;
  const unscaled = BigInt(whole + fraction);
  return power < 0
    ? { numerator: unscaled, denominator: 10n ** BigInt(-power) }
    : { numerator: unscaled * 10n ** BigInt(power), denominator: 1n };
}

/** numerator / denominator to a whole number, half away from zero. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const nearest = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -nearest : nearest;
}

describe('text', () => {
  it('is trimmed of ASCII white space and of nothing else', () => {
    expect(trimAscii(' \t\n\v\f\r a b \r\n')).toBe('a b');
    for (const kept of ['\u00A0', '\uFEFF', '\u2003', '\u0085', '\u001F', '\0'])
      expect(trimAscii(` ${kept} `)).toBe(kept);
  });

  it('is null when blank or no string', () => {
    for (const value of ['', ' \t', null, undefined, 5, true, {}, ['a']]) expect(textOf(value)).toBeNull();
    expect(textOf(' a ')).toBe('a');
  });

  it('changes case within A–Z only', () => {
    expect(lowerAscii('AZÉİẞ[@')).toBe('azÉİẞ[@');
    expect(upperAscii('azéßı`{')).toBe('AZéßı`{');
  });

  it('orders as its UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(compareUtf8('\uFF5E', '\u{1F600}')).toBeLessThan(0);
  });

  it('is invalid with U+0000 or half of a surrogate pair', () => {
    for (const text of ['a\0', '\ud800', '\udc00\ud800', 'x\udfff'])
      expect(hasInvalidUnicode(text)).toBe(true);
    fc.assert(fc.property(anyText, (text) => hasInvalidUnicode(text) === text.includes('\0')));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00') }), (text) => {
        expect(hasInvalidUnicode(text)).toBe(Buffer.from(text).toString() !== text);
      }),
    );
  });
});

describe('a label', () => {
  const nulls = new Set(['(all channels)']);
  it.each([
    ['  GOOGLE \t\r\n  Ads ', 'google ads'],
    ['É', 'É'],
    ['(ALL\u00A0channels)', '(all\u00A0channels)'],
    [' (All \v Channels) ', null],
    [' ', null],
    [5, null],
  ])('%j is %j', (value, label) => {
    expect(labelOf(value, nulls)).toBe(label);
  });
});

describe('a date', () => {
  it('is a real day of 2000–2099, written in one way', () => {
    for (const text of ['2000-01-01', ' 2099-12-31\n', '2024-02-29', '2000-02-29']) {
      expect(isoOfDays(parseDate(text) ?? NaN)).toBe(text.trim());
    }
    const wrong = [
      '1999-12-31',
      '2100-01-01',
      '2023-02-29',
      '2024-04-31',
      '2024-00-10',
      '2024-01-00',
      '2024-13-01',
    ];
    const odd = [
      '2024-1-1',
      '20240101',
      '2024-01-01T00:00:00Z',
      '',
      '२०२४-०१-०१',
      '+2024-01-01',
      '2024-01-01x',
    ];
    for (const text of [...wrong, ...odd]) expect(parseDate(text)).toBeNull();
  });

  it('agrees with the calendar of Date on every day from 0000 to 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        expect(daysOfIso(isoOfDays(days))).toBe(days);
      }),
    );
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(13), fc.nat(32), (year, month, day) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const isReal = isoOfDays(new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000) === text;
        expect(daysOfIso(text) !== null).toBe(isReal);
      }),
    );
  });
});

describe('a timestamp', () => {
  const second = Date.UTC(2024, 5, 30, 23, 59, 59) * 1000;
  it.each([
    ['2024-06-30T23:59:59Z', second],
    ['2024-06-30 23:59:59', second],
    [' 2024-06-30t23:59:59z\t', second],
    ['2024-06-30T23:59:59.5', second + 500_000],
    ['2024-06-30T23:59:59.123456789Z', second + 123_456],
    ['2024-06-30T23:59:59.999999999+00:00', second + 999_999],
    ['2024-07-01T13:59:59+14:00', second],
    ['2024-06-30T09:59:59-1400', second],
    ['2024-07-01T05:29:59+0530', second],
    ['2024-06-30T23:59:59-00:00', second],
    ['1999-12-31T23:30:00-00:30', 946_684_800_000_000],
    ['2100-01-01T00:59:59.999999+01:00', 4_102_444_799_999_999],
  ])('%s', (text, micros) => {
    expect(parseTimestamp(text)).toBe(micros);
  });

  it.each([
    '2024-06-30',
    '2024-06-30T23:59',
    '2024-06-30T24:00:00Z',
    '2024-06-30T23:59:60Z',
    '2024-06-30T23:60:00Z',
    '2024-06-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-06-30T00:00:00+14:01',
    '2024-06-30T00:00:00-15:00',
    '2024-06-30T00:00:00+02:60',
    '2024-06-30T00:00:00+02',
    '2024-06-30T00:00:00+2:00',
    '2024-06-30T00:00:00 Z',
    '2024-06-30T00:00:00.Z',
    '2024-06-30T00:00:00.1234567890Z',
    '2024-06-30  00:00:00',
    '2024-6-30T00:00:00Z',
    '1999-12-31T23:59:59Z',
    '2000-01-01T00:00:00+00:01',
    '2100-01-01T00:00:00Z',
    '2099-12-31T23:59:59-01:00',
    '1719792000',
    '',
  ])('%s is none', (text) => {
    expect(parseTimestamp(text)).toBeNull();
  });

  it('is the same instant in every zone', () => {
    const moment = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2099, 11, 30) });
    fc.assert(
      fc.property(moment, fc.integer({ min: -840, max: 840 }), (millis, zone) => {
        const local = new Date(millis + zone * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(zone);
        const hours = String(Math.floor(size / 60)).padStart(2, '0');
        const offset = `${zone < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
        expect(parseTimestamp(local + offset)).toBe(millis * 1000);
      }),
    );
  });
});

describe('money', () => {
  const money = (scaled: bigint, isNegative = scaled < 0n): Money => ({ scaled, isNegative });

  it.each([
    [1.00005, money(10_001n)],
    [1.005, money(10_050n)],
    [5e-5, money(1n)],
    [4e-5, money(0n)],
    [1e-7, money(0n)],
    [9.9e-7, money(0n)],
    [-1e-5, money(0n, true)],
    [-0, money(0n)],
    [-5e-5, money(-1n)],
    [999_999_999_999.9999, money(9_999_999_999_999_999n)],
    [123_456_789_012.3456, money(1_234_567_890_123_456n)],
    [-999_999_999_999.9999, money(-9_999_999_999_999_999n)],
  ])('%f', (value, expected) => {
    expect(moneyOf(value)).toEqual(expected);
  });

  it.each([1e12, -1e12, Infinity, -Infinity, NaN, '12', null, undefined, true, [1], 1n])(
    '%s is none',
    (value) => {
      expect(moneyOf(value)).toBeNull();
    },
  );

  it('is the shortest decimal text, rounded half away from zero', () => {
    const inRange = fc.double({ min: -1e12, max: 1e12, minExcluded: true, maxExcluded: true, noNaN: true });
    const halves = fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map((n) => Number(`${n}5e-5`));
    fc.assert(
      fc.property(fc.oneof(inRange, halves), (value) => {
        const { numerator, denominator } = fractionOf(String(value));
        expect(moneyOf(value)).toEqual(money(rounded(numerator * 10_000n, denominator), value < 0));
      }),
    );
  });
});

describe('spend', () => {
  it.each([
    [' 10 ', 100_000n],
    ['+7.5', 75_000n],
    ['120.55555', 1_205_556n],
    ['-0', 0n],
    ['-0.0', 0n],
    ['0000000000000000000012.00', 120_000n],
    ['999999999999.99994', 9_999_999_999_999_999n],
    ['999999999999.99995', 10_000_000_000_000_000n],
    [`0.${'0'.repeat(100_000)}1`, 0n],
    [`0.00005${'0'.repeat(100_000)}`, 1n],
  ])('%.40s', (text, scaled) => {
    expect(parseSpend(text)).toEqual({ scaled, isNegative: false });
  });

  it('is negative before it is rounded', () => {
    expect(parseSpend('-0.00001')).toEqual({ scaled: 0n, isNegative: true });
    expect(parseSpend(`-0.${'0'.repeat(1000)}1`)).toEqual({ scaled: 0n, isNegative: true });
  });

  const none = [
    '',
    ' ',
    '1e3',
    '.5',
    '5.',
    '1,000',
    '--1',
    '+ 1',
    '0x10',
    'NaN',
    '１',
    '1000000000000',
    '-1000000000000',
  ];
  it.each([...none, `${'9'.repeat(100_000)}`, `${'0'.repeat(100_000)}x`])('%.40j is none', (text) => {
    expect(parseSpend(text)).toBeNull();
  });

  it('is exact for any digits', () => {
    const digits = (max: number): fc.Arbitrary<string> =>
      fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max });
    fc.assert(
      fc.property(fc.constantFrom('', '+', '-'), digits(16), digits(30), (sign, whole, fraction) => {
        const { numerator, denominator } = fractionOf(`${whole}.${fraction}`);
        const signed = sign === '-' ? -numerator : numerator;
        const expected =
          numerator >= 10n ** 12n * denominator
            ? null
            : { scaled: rounded(signed * 10_000n, denominator), isNegative: signed < 0n };
        expect(parseSpend(`${sign}${whole}.${fraction}`)).toEqual(expected);
      }),
    );
  });
});

describe('conversion', () => {
  it.each([
    [25_000n, 0.0067, 168n],
    [75n, 0.0067, 1n],
    [10_000n, 0.0067, 67n],
    [333_300n, 1.27, 423_291n],
    [-75n, 0.0067, -1n],
    [50n, 0.01, 1n],
    [49n, 0.01, 0n],
    [10n ** 16n, 1e-7, 10n ** 9n],
  ])('%d ten-thousandths × %f', (amount, rate, expected) => {
    expect(convert(amount, rate)).toBe(expected);
  });

  it('is exact for any rate', () => {
    const amount = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
    fc.assert(
      fc.property(amount, fc.double({ min: 0, minExcluded: true, max: 100, noNaN: true }), (scaled, rate) => {
        const { numerator, denominator } = fractionOf(String(rate));
        expect(convert(scaled, rate)).toBe(rounded(scaled * numerator, denominator));
      }),
    );
  });
});
