// Contracts of any fields, and records for them: every type with its limits, conditions, defaults, words, zones, computed columns.

import fc from 'fast-check';
import { columnOf, type Contract, type DerivedColumn } from '../../src/records/contract.js';
import type { Field, FieldType } from '../../src/records/field.js';

/** A contract, and lines of a log of it. */
export interface GeneratedLog {
  readonly contract: Contract;
  readonly lines: readonly string[];
}

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

/** One of forty times the first. */
const rarely = <T>(first: T, other: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constant(first) }, { weight: 39, arbitrary: fc.constant(other) });

/** Without keys of undefined. */
const given = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

const WORDS = ['red', 'Blue', 'x y', 'EUR', 'USD', 'a', 'old'] as const;
const ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns'] as const;
const iso = { kind: 'iso' } as const;

const text = fc
  .record({
    form: fc.record({
      trim: fc.constant(true),
      collapse: fc.boolean(),
      case: maybe(fc.constantFrom('lower', 'upper')),
    }),
    oneOf: maybe(fc.uniqueArray(fc.constantFrom('red', 'EUR', 'old', 'USD'), { minLength: 1 })),
    aliases: maybe(fc.constant({ old: 'red', '€': 'EUR' })),
    length: maybe(fc.constantFrom({ min: 2 }, { max: 3 })),
  })
  .map(({ form, ...rest }) => ({ kind: 'text', form: given(form), ...given(rest) }) as FieldType);

const integer = fc
  .record({
    bits: fc.constantFrom(32 as const, 64 as const),
    min: maybe(fc.constantFrom(-5n, 0n, 1n)),
    max: maybe(fc.constantFrom(7n, 9_007_199_254_740_993n)),
    oneOf: maybe(fc.constant([1n, 2n, 7n])),
  })
  .map((type): FieldType => given({ kind: 'integer', ...type }) as FieldType);

const decimal = fc
  .record({
    precision: fc.constantFrom(5, 18, 38),
    scale: fc.constantFrom(0, 2, 4),
    minorDigits: maybe(fc.constantFrom(2, 3)),
    min: maybe(fc.constantFrom('0', '-1.5', '0.005')),
    max: maybe(fc.constantFrom('100', '1299.995')),
    below: maybe(fc.constant('1000000000000')),
    isDouble: maybe(fc.constant(true)),
  })
  .map((type): FieldType => given({ kind: 'decimal', ...type }) as FieldType);

const days = {
  min: maybe(fc.constantFrom('2024-01-01', '2024-03-31')),
  max: maybe(fc.constant('2024-10-27')),
};

const type: fc.Arbitrary<FieldType> = fc.oneof(
  text,
  integer,
  decimal,
  fc
    .record({ min: maybe(fc.constant(0)), max: maybe(fc.constant(1.5)) })
    .map((bounds): FieldType => given({ kind: 'double', ...bounds }) as FieldType),
  rarely<FieldType>({ kind: 'json' }, { kind: 'boolean' }),
  fc
    .record({
      formats: fc.constantFrom([iso], [iso, { kind: 'pattern', pattern: 'DD.MM.YYYY' } as const]),
      ...days,
    })
    .map((of): FieldType => given({ kind: 'date', ...of }) as FieldType),
  fc
    .record({
      formats: fc.constantFrom(
        [iso],
        [{ kind: 'epoch', unit: 's' } as const, iso],
        [{ kind: 'epoch', unit: 'ms' } as const],
      ),
      zone: fc.constantFrom(...ZONES),
      ...days,
    })
    .map((of): FieldType => given({ kind: 'timestamp', ...of }) as FieldType),
);

const names = ['f0', 'f1', 'f2', 'f3', 'f4'] as const;

const fieldOf = (name: string, at: number): fc.Arbitrary<Field> =>
  fc
    .record({
      type,
      isStrict: fc.boolean(),
      isDeep: rarely(true, false),
      blank: fc.constantFrom('null' as const, 'invalid' as const),
      nulls: fc.constantFrom<(readonly string[])[]>([], [], ['--', 'red', '2024-03-31']),
      when: fc.constantFrom<Field['when'][]>([], [], [{ field: 'kind', values: ['red', 'old'] }]),
      since: fc.constantFrom<Field['since'][]>([], [], [{ field: 'version', value: 2 }]),
      default: maybe(fc.constantFrom('1', 'red', '2024-03-31', 'true')),
      isRequired: fc.boolean(),
      isRefused: fc.boolean(),
    })
    .map(({ isDeep, isRequired, isRefused, default: whenNull, ...field }) => ({
      ...field,
      name,
      from: { kind: 'path', steps: isDeep ? ['deep', name] : [`k${at}`] },
      ...(whenNull !== undefined && { default: whenNull }),
      reasons: {
        ...(isRequired && { missing: `missing_${name}` }),
        ...(isRefused && {
          invalid: `invalid_${name}`,
          unknown: `unknown_${name}`,
          outOfRange: `out_of_range_${name}`,
        }),
      },
    }));

const plain = (name: string, type: FieldType, reasons: Field['reasons']): Field => ({
  name,
  type,
  reasons,
  from: { kind: 'path', steps: [name] },
  isStrict: true,
  blank: 'null',
  nulls: [],
  when: [],
  since: [],
});

const KEY = plain('id', { kind: 'text', form: { trim: true, collapse: false } }, { missing: 'missing_id' });
const KIND = plain(
  'kind',
  { kind: 'text', form: { trim: true, collapse: false, case: 'lower' }, oneOf: ['red', 'old', 'new'] },
  {},
);
const VERSION = plain('version', { kind: 'integer', bits: 32 }, {});

/** The days of the timestamps, and the amounts at rates. */
function derivedOf(fields: readonly Field[]): readonly DerivedColumn[] {
  const first = (kind: FieldType['kind']): Field | undefined =>
    fields.find((field) => field.type.kind === kind && field.name.startsWith('f'));
  const [time, amount, currency] = [first('timestamp'), first('decimal'), first('text')];
  return [
    ...(time
      ? [{ kind: 'date-of', name: 'its_day', timestamp: time.name, zone: 'America/St_Johns' } as const]
      : []),
    ...(amount && currency
      ? [
          {
            kind: 'converted',
            name: 'in_usd',
            amount: amount.name,
            currency: currency.name,
            rates: { USD: 1, EUR: 1.08, red: 99 },
          } as const,
        ]
      : []),
  ];
}

/** A contract of any fields beside a key, a word and a version. */
const contract: fc.Arbitrary<Contract> = fc
  .record({
    own: fc.tuple(...names.map(fieldOf)),
    unknown: fc.constantFrom('keep' as const, 'refuse' as const),
    winner: fc.shuffledSubarray([...names]),
  })
  .map(({ own, unknown, winner }) => {
    const fields = [KEY, KIND, VERSION, ...own];
    const derived = derivedOf(fields);
    const columns = [...fields, ...derived].flatMap(({ name }) => columnOf({ fields, derived }, name) ?? []);
    return {
      source: 'things',
      relation: 'log',
      format: 'ndjson',
      files: ['things*.ndjson'],
      fields,
      derived,
      columns,
      unknown,
      key: ['id'],
      rules: [
        {
          reason: 'old_version',
          condition: {
            kind: 'compare',
            by: '<',
            left: { kind: 'field', name: 'version' },
            right: { kind: 'number', value: '1' },
          },
        },
      ],
      winner: winner.map((column, i) => (i === 1 ? { has: column } : { column })),
    };
  });

/** Values as JSON text: plain ones, and those that look like them. */
const value = fc.oneof(
  fc
    .constantFrom(
      ...WORDS,
      '',
      ' ',
      '--',
      ' red ',
      'RED',
      'x  y',
      '€',
      'old\\u0020',
      '1',
      '-0',
      '1.5',
      'true',
      'No',
    )
    .map((word) => `"${word}"`),
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '2',
    '7',
    '-1',
    '-1.5',
    '1.5',
    '0.005',
    '0.00499',
    '12.345',
    '100',
    '1299.995',
    '1299.9949',
    '99999.5',
    '1e3',
    '1.0',
    '2147483647',
    '2147483648',
    '-2147483648',
    '9007199254740993',
    '999999999999999',
    '12345678901234567890123',
    '999999999999.99',
    '1000000000000',
    '1711843200',
    '1711843200000',
    '1711843200.25',
  ),
  fc
    .constantFrom(
      '2024-03-31',
      '2024-01-01',
      '31.12.2024',
      '2024-02-30',
      '1999-12-31',
      '2024-10-27T02:30:00',
      '2024-03-31T02:30:00',
      '2024-03-31 01:59:59.999999Z',
      '2024-10-28T00:00:00Z',
      '2024-10-27T23:59:59Z',
      '2024-05-05T00:00:00+02:00',
    )
    .map((time) => `"${time}"`),
  fc.constantFrom('true', 'false', 'null', '[1, 2.50]', '{"b": 1, "a": [true]}', 'tru'),
);

const number = fc.constantFrom(
  ...[
    '0',
    '-0',
    '1',
    '2',
    '7',
    '8',
    '-1',
    '-1.5',
    '1.5',
    '0.005',
    '0.00499',
    '12.345',
    '99.5',
    '100',
    '100.01',
  ],
  ...['1299.995', '1299.9951', '-5', '-6', '0.5', '1711843200', '1711843200000', '1709251200'],
);

/** Values that a field of the type may have, as JSON text: most lines should be plain. */
function ownValue({ type }: Field): fc.Arbitrary<string> {
  switch (type.kind) {
    case 'text':
      return fc.constantFrom(...(type.oneOf ?? []), 'red', 'EUR', 'xy', 'abcd').map((word) => `"${word}"`);
    case 'integer':
      return fc.constantFrom('0', '1', '2', '7', '8', '-5', '-6', '3', '2147483647', '2147483648');
    case 'decimal':
    case 'double':
      return number;
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'date':
      return fc.constantFrom('"2024-03-31"', '"2024-01-01"', '"2023-12-31"', '"2024-10-27"', '"2024-10-28"');
    case 'timestamp':
      return type.formats[0]?.kind === 'epoch'
        ? fc.constantFrom('1711843200', '1711843200000', '1709251200', '1709251200000')
        : fc.constantFrom(
            ...['"2024-03-31T02:30:00Z"', '"2024-03-31T01:30:00"', '"2024-10-27T23:59:59Z"'],
            ...['"2024-10-28T00:00:00Z"', '"2024-03-30 23:59:59Z"'],
          );
    case 'json':
      return fc.constantFrom('null', '1', '{"b": 1, "a": []}');
  }
}

/** Nearly always one of the first. Edges of a list come up more often than what lies between them, so odd values have one of their own. */
const mostly = (plain: readonly string[], odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 19, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );

const lineOf = ({ fields }: Contract): fc.Arbitrary<string> =>
  fc
    .record({
      id: mostly(['"a"', '"b"'], ['" a"', '""']),
      kind: mostly(['"red"', '"old"', 'null'], ['"New"', '"none"']),
      version: mostly(['1', '2'], ['0', 'null', '1.0']),
      values: fc.tuple(
        ...fields
          .slice(3)
          .map((field) =>
            fc.oneof(
              { weight: 36, arbitrary: ownValue(field) },
              { weight: 12, arbitrary: fc.constant(undefined) },
              { weight: 1, arbitrary: value },
            ),
          ),
      ),
      more: mostly([''], [', "more": 1', ', "deep": {"f0": 1}']),
    })
    .map(({ id, kind, version, values, more }) => {
      const own = values.map((of, i) => (of === undefined ? '' : `, "k${i}": ${of}`)).join('');
      return `{"id": ${id}, "kind": ${kind}, "version": ${version}${own}${more}}`;
    });

/** Contracts of logs, with lines. */
export const generatedLog: fc.Arbitrary<GeneratedLog> = contract.chain((contract) =>
  fc.record({
    contract: fc.constant(contract),
    lines: fc.array(lineOf(contract), { minLength: 1, maxLength: 24, size: 'max' }),
  }),
);
