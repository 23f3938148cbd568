import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, FieldType } from '../../src/records/field.js';
import { decimalParts, scaledMagnitude } from '../../src/records/values/decimal-value.js';
import { defaultOf, fieldReader, type FieldValue } from '../../src/records/values/field-reader.js';
import {
  parseRawJson,
  plainDecimal,
  type RawValue,
  valueAt,
  WrittenNumber,
} from '../../src/records/values/raw-value.js';
import { zoneConverter } from '../../src/records/values/time-zone.js';
import {
  labelOf,
  moneyOf,
  parseDate,
  parseSpend,
  parseTimestamp,
  textOf,
} from '../../src/records/values/values.js';

const plainText: FieldType = { kind: 'text', form: { trim: true, collapse: false } };
const fieldOf = (type: FieldType, more: Partial<Field> = {}): Field => ({
  name: 'f',
  from: { kind: 'path', steps: ['f'] },
  type,
  isStrict: false,
  blank: 'null',
  nulls: [],
  when: [],
  since: [],
  reasons: {},
  ...more,
});

/** What a field makes of a raw value: the value, or why there is none. */
function read(
  type: FieldType,
  raw: RawValue,
  {
    before = new Map<string, FieldValue | null>(),
    ...more
  }: Partial<Field> & { before?: Map<string, FieldValue | null> } = {},
): FieldValue | string {
  const result = fieldReader(fieldOf(type, more))(raw, before);
  return result.ok ? result.value : `!${result.why}`;
}

const decimal = (precision: number, scale: number, more: object = {}): FieldType => ({
  kind: 'decimal',
  precision,
  scale,
  ...more,
});
const timestamp = (formats: readonly string[], zone = 'UTC'): FieldType => ({
  kind: 'timestamp',
  zone,
  formats: formats.map((text) =>
    text === 'iso'
      ? { kind: 'iso' }
      : text.startsWith('epoch_')
        ? { kind: 'epoch', unit: text.slice(6) as 's' | 'ms' | 'us' | 'ns' }
        : { kind: 'pattern', pattern: text },
  ),
});
const utc = (text: string): number => Date.parse(`${text}Z`) * 1000;

describe('a JSON text', () => {
  it('keeps every digit of a number that a double would lose', () => {
    const value = parseRawJson(
      '{"id":9007199254740993,"x":1.5,"a":{"b":[0.1234567890123456789]},"id2":1,"id2":2}',
    );
    expect(valueAt(value, ['id'])).toEqual(new WrittenNumber('9007199254740993'));
    expect(valueAt(value, ['a', 'b', 0])).toEqual(new WrittenNumber('0.1234567890123456789'));
    expect(valueAt(value, ['x'])).toBe(1.5);
    expect(valueAt(value, ['id2'])).toBe(2);
    expect(valueAt(value, ['a', 'toString'])).toBeUndefined();
  });

  it.each([
    ['1.5e3', '1500'],
    ['-12e-4', '-0.0012'],
    ['1e400', '1' + '0'.repeat(400)],
    ['1e401', undefined],
    ['1e-401', '0'],
    ['+7', '+7'],
    ['x', undefined],
  ])('says a number without its exponent: %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });
});

describe('text', () => {
  it.each<[RawValue, FieldValue]>([
    ['  a b ', 'a b'],
    ['', '!missing'],
    [' \t', '!missing'],
    [null, '!missing'],
    [undefined, '!missing'],
    [42, '42'],
    [true, 'true'],
    [new WrittenNumber('9007199254740993'), '9007199254740993'],
    [{ a: 1 }, '!invalid'],
    [['a'], '!invalid'],
  ])('%o is %o', (raw, expected) => {
    expect(read(plainText, raw)).toBe(expected);
  });

  it('has a form, spellings, only values and a length', () => {
    const type: FieldType = {
      kind: 'text',
      form: { trim: true, collapse: true, case: 'upper' },
      oneOf: ['EUR', 'A B'],
      aliases: { '€': 'EUR' },
    };
    expect(read(type, ' eur ')).toBe('EUR');
    expect(read(type, '€')).toBe('EUR');
    expect(read(type, 'a \t b')).toBe('A B');
    expect(read(type, 'usd')).toBe('!unknown');
    expect(read({ ...plainText, length: { max: 2 } }, '😀😀')).toBe('😀😀');
    expect(read({ ...plainText, length: { max: 2 } }, 'abc')).toBe('!outOfRange');
    expect(read({ kind: 'text', form: { trim: false, collapse: false } }, ' ')).toBe(' ');
    expect(read(plainText, 'N/A', { nulls: ['N/A'] })).toBe('!missing');
    expect(read(plainText, 42, { isStrict: true })).toBe('!invalid');
    expect(read(plainText, ' ', { blank: 'invalid' })).toBe('!invalid');
  });
});

describe('numbers', () => {
  it.each<[FieldType, RawValue, FieldValue]>([
    [{ kind: 'integer', bits: 64 }, 42, 42n],
    [{ kind: 'integer', bits: 64 }, '-42', -42n],
    [{ kind: 'integer', bits: 64 }, 4.0, 4n],
    [{ kind: 'integer', bits: 64 }, '4.0', 4n],
    [{ kind: 'integer', bits: 64 }, 4.5, '!invalid'],
    [{ kind: 'integer', bits: 64 }, '9223372036854775807', 9223372036854775807n],
    [{ kind: 'integer', bits: 64 }, '-9223372036854775808', -9223372036854775808n],
    [{ kind: 'integer', bits: 64 }, '9223372036854775808', '!invalid'],
    [{ kind: 'integer', bits: 64 }, new WrittenNumber('9007199254740993'), 9007199254740993n],
    [{ kind: 'integer', bits: 64, oneOf: [1n, 2n] }, 3, '!unknown'],
    [{ kind: 'integer', bits: 64, min: 1n }, 0, '!outOfRange'],
    [decimal(18, 2), '1299.5', 129950n],
    [decimal(18, 2), 0.005, 1n],
    [decimal(18, 2), '-0.005', -1n],
    [decimal(18, 2), '.5', 50n],
    [decimal(18, 2), 'abc', '!invalid'],
    [decimal(18, 2), '.', '!invalid'],
    [decimal(4, 2), '99.994', 9999n],
    [decimal(4, 2), '99.995', '!invalid'],
    [decimal(38, 0), '9'.repeat(38), BigInt('9'.repeat(38))],
    [decimal(18, 2, { minorDigits: 2 }), 1299, 1299n],
    [decimal(18, 2, { minorDigits: 0 }), 1299, 129900n],
    [decimal(18, 2, { min: '0' }), '-0.001', '!outOfRange'],
    [decimal(18, 2, { min: '0' }), '-0.000', 0n],
    [decimal(18, 4, { below: '1000000000000' }), '999999999999.99999', 10_000_000_000_000_000n],
    [decimal(18, 4, { below: '1000000000000' }), 1e12, '!invalid'],
    [{ kind: 'double' }, '1e3', 1000],
    [{ kind: 'double' }, -0, 0],
    [{ kind: 'double' }, 'slow', '!invalid'],
    [{ kind: 'double' }, '1e999', '!invalid'],
    [{ kind: 'boolean' }, 'YES', true],
    [{ kind: 'boolean' }, 0, false],
    [{ kind: 'boolean' }, 2, '!invalid'],
  ])('%o of %o is %s', (type, raw, expected) => {
    expect(read(type, raw)).toBe(expected);
  });

  it('are absolute where a field says so, before their bounds', () => {
    const type = decimal(18, 2, { min: '0', absolute: { field: 'kind', values: ['refund'] } });
    expect(read(type, -5, { before: new Map([['kind', 'refund']]) })).toBe(500n);
    expect(read(type, -5, { before: new Map([['kind', 'purchase']]) })).toBe('!outOfRange');
  });

  it('of one type alone where the field is strict', () => {
    for (const type of [
      { kind: 'integer', bits: 64 },
      decimal(18, 2),
      { kind: 'double' },
      { kind: 'boolean' },
    ] as const)
      expect(read(type, '1', { isStrict: true })).toBe('!invalid');
  });
});

describe('times', () => {
  it.each<[readonly string[], RawValue, FieldValue]>([
    [['iso'], '2024-03-01T09:00:02Z', utc('2024-03-01T09:00:02')],
    [['iso'], '2024-03-01 09:00:02.5+0530', utc('2024-03-01T03:30:02.500')],
    [['iso'], '1985-03-01T09:00:02Z', utc('1985-03-01T09:00:02')],
    [['iso'], '2024-02-30T00:00:00Z', '!invalid'],
    [['iso'], '2024-02-29T24:00:00Z', '!invalid'],
    [['epoch_ms'], 1709283600123, utc('2024-03-01T09:00:00.123')],
    [['epoch_ms'], '1709283600123', utc('2024-03-01T09:00:00.123')],
    [['epoch_s'], 1709283600.25, utc('2024-03-01T09:00:00.250')],
    [['epoch_s'], -1, utc('1969-12-31T23:59:59')],
    [['epoch_us'], 1, 1],
    [['epoch_s'], 1e14, '!invalid'],
    [['epoch_s', 'iso'], '2024-03-01T09:00:02Z', utc('2024-03-01T09:00:02')],
    [['DD.MM.YYYY HH:mm'], '01.03.2024 09:15', utc('2024-03-01T09:15:00')],
    [['DD.MM.YYYY HH:mm'], '1.3.2024 9:15', utc('2024-03-01T09:15:00')],
    [['DD.MM.YYYY HH:mm'], '31.02.2024 10:00', '!invalid'],
    [['YYYY/MM/DD HH:mm:ss.SSS'], '2024/03/01 09:15:01.250', utc('2024-03-01T09:15:01.250')],
    [['YYYY-MM-DD HH:mm:ss,SSSSSS'], '2024-03-01 09:15:01,250001', utc('2024-03-01T09:15:01.250') + 1],
    [['MM/DD/YY hh:mm A'], '3/1/24 12:05 am', utc('2024-03-01T00:05:00')],
    [['MM/DD/YYYY hh:mm A'], '3/1/2024 12:05 PM', utc('2024-03-01T12:05:00')],
    [['MM/DD/YYYY hh:mm A'], '3/1/2024 13:05 PM', '!invalid'],
    [['DD/MMM/YYYY:HH:mm:ss Z'], '01/Mar/2024:09:00:00 +0130', utc('2024-03-01T07:30:00')],
    [['DD MMM YYYY HH:mm'], '1 september 2024 09:00', utc('2024-09-01T09:00:00')],
    [['DD MMM YYYY HH:mm'], '1 Foo 2024 09:00', '!invalid'],
    [['YYYY-MM-DD HH:mm Z'], '2024-03-01 09:00 UTC', utc('2024-03-01T09:00:00')],
    [['YYYY-MM-DD HH:mm Z'], '2024-03-01 09:00 +15:00', '!invalid'],
    [['YYYY-MM-DD HH:mm [Europe/Berlin]'], '2024-03-01 09:00 Europe/Berlin', utc('2024-03-01T09:00:00')],
    [['epoch_ns'], '1709283600123456789', utc('2024-03-01T09:00:00.123') + 456],
  ])('%o reads %o', (formats, raw, expected) => {
    expect(read(timestamp(formats), raw)).toBe(expected);
  });

  it('are local to a zone, with the offset before a change of its clocks', () => {
    const type = timestamp(['DD.MM.YYYY HH:mm'], 'Europe/Berlin');
    expect(read(type, '01.03.2024 09:15')).toBe(utc('2024-03-01T08:15:00'));
    expect(read(type, '01.07.2024 09:15')).toBe(utc('2024-07-01T07:15:00'));
    // Skipped: 02:30 on 31 March 2024 is 03:30 in summer time.
    expect(read(type, '31.03.2024 02:30')).toBe(utc('2024-03-31T01:30:00'));
    // Repeated: 02:30 on 27 October 2024, the first time.
    expect(read(type, '27.10.2024 02:30')).toBe(utc('2024-10-27T00:30:00'));
    expect(read(type, '27.10.2024 03:00')).toBe(utc('2024-10-27T02:00:00'));
  });

  it('of a zone come back as the clock that was read, wherever it showed the time once', () => {
    const toUtc = zoneConverter('America/New_York');
    const clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800, max: 4_102_444_800 }), (seconds) => {
        const shown = clock.format(seconds * 1000);
        const local = Date.parse(`${shown.replace(' ', 'T')}Z`);
        const back = toUtc(local) / 1000;
        // In the hour that is shown twice the first one is meant.
        expect([seconds, seconds - 3600]).toContain(back);
      }),
    );
  });

  it('are dates by their own formats and bounds', () => {
    const date: FieldType = {
      kind: 'date',
      formats: [{ kind: 'pattern', pattern: 'MM/DD/YYYY' }, { kind: 'iso' }],
    };
    expect(read(date, '03/01/2024')).toBe(parseDate('2024-03-01'));
    expect(read(date, ' 2024-03-01 ')).toBe(parseDate('2024-03-01'));
    expect(read(date, '2024-03-01T00:00:00Z')).toBe('!invalid');
    expect(read({ ...date, min: '2024-03-02' }, '2024-03-01')).toBe('!outOfRange');
    expect(read(date, '9999-12-31', { nulls: ['9999-12-31'] })).toBe('!missing');
  });
});

describe('json', () => {
  it('is one text for equal values', () => {
    expect(
      read({ kind: 'json' }, parseRawJson('{"b":[1.50, 9007199254740993 ],"a":{"é":null,"z":"\\u0041"}}')),
    ).toBe('{"a":{"z":"A","é":null},"b":[1.5,9007199254740993]}');
  });
});

describe('the values of pipeline §2 said as fields', () => {
  const money = decimal(18, 4, { below: '1000000000000', isDouble: true });

  it('money of JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.double({ min: -1e13, max: 1e13 }), fc.integer()), (number) => {
        const expected = Number.isFinite(number) ? moneyOf(number) : null;
        expect(read(money, number, { isStrict: true })).toBe(
          expected === null ? '!invalid' : expected.scaled,
        );
      }),
    );
  });

  it('money of CSV', () => {
    const digits = fc.stringMatching(/^[-+]?\d{1,14}(\.\d{1,8})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        expect(read(money, text)).toBe(parseSpend(text)?.scaled ?? '!invalid');
      }),
    );
  });

  it('texts and labels', () => {
    const label: FieldType = { kind: 'text', form: { trim: true, collapse: true, case: 'lower' } };
    const texts = fc.string({ unit: fc.constantFrom(' ', '\t', 'a', 'B', 'ß', '(', '\u00a0') });
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(plainText, text, { isStrict: true })).toBe(textOf(text) ?? '!missing');
        expect(read(label, text, { nulls: ['(a'] })).toBe(labelOf(text, new Set(['(a'])) ?? '!missing');
      }),
    );
  });

  it('timestamps', () => {
    const part = (length: number): fc.Arbitrary<string> =>
      fc.integer({ min: 0, max: 10 ** length - 1 }).map((n) => String(n).padStart(length, '0'));
    const zones = fc.constantFrom('', 'Z', 'z', '+05:30', '-1400', '+14:01', '+02');
    const text = fc
      .tuple(
        fc.constantFrom('1999', '2000', '2024', '2099', '2100'),
        part(2),
        part(2),
        part(2),
        part(2),
        part(2),
        zones,
      )
      .map(([y, m, d, h, i, s, z]) => `${y}-${m}-${d}T${h}:${i}:${s}${z}`);
    const type = { ...timestamp(['iso']), min: '2000-01-01', max: '2099-12-31' } as FieldType;
    fc.assert(
      fc.property(text, (written) => {
        const expected = parseTimestamp(written);
        const got = read(type, written);
        expect(typeof got === 'string' ? null : got).toBe(expected);
      }),
    );
  });
});

describe('scaling', () => {
  it('rounds half away from zero at the last digit, exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 9 }), (whole, digit) => {
        const parts = decimalParts(`${whole}.${digit}`)!;
        expect(scaledMagnitude(parts, 0)).toBe(digit >= 5 ? whole + 1n : whole);
      }),
    );
  });
});

describe('a default', () => {
  it.each<[FieldType, string, FieldValue | null]>([
    [{ kind: 'integer', bits: 64 }, '7', 7n],
    [decimal(18, 2, { minorDigits: 2 }), '5', 500n],
    [timestamp(['epoch_ms']), '1970-01-02T00:00:00Z', 86_400_000_000],
    [{ kind: 'boolean' }, 'false', false],
    [{ ...plainText, oneOf: ['a'] }, 'b', null],
    [decimal(18, 2, { min: '0' }), '-1', null],
  ])('of %j from %s is %s, however strict the field is', (type, text, expected) => {
    expect(defaultOf(fieldOf(type, { default: text, isStrict: true, nulls: [text] }))).toBe(expected);
  });
});
