// Logs for tests: generated lines (plain, odd, broken), and the slow and simple ways to the same answers.

import fc from 'fast-check';
import type { Table } from 'apache-arrow';
import type { Schema } from '../../src/format/schema.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import type { ColumnView, RowBlock, RowShape } from '../../src/records/rows/row-block.js';
import { nullCode, nullInt, rowShape, viewBlock } from '../../src/records/rows/row-block.js';
import { compareVariants } from '../../src/records/winner-order.js';
import { recordReader } from '../../src/records/record-reader.js';
import type { Value } from '../../src/records/values/field-reader.js';
import { parseRawJson, type RawValue } from '../../src/records/values/raw-value.js';
import { compareUtf8, isoOfDays } from '../../src/records/values/values.js';
import { events, tables } from '../pipelines/built-in-saas.js';

export const contract = events;
export const eventsTable = tables.events;
export const shape = rowShape(contract);
export const keyColumn = 0;

export const schemaOf = (table: TableDefinition): Schema => ({
  schemaId: 0,
  fields: table.columns.map((column, i) => ({ id: i + 1, ...column })),
});

// ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

const type = fc.constantFrom('signup', 'login', 'page_view', 'purchase', 'refund', 'trial_start', 'cancel');
const plainText = fc.constantFrom('e1', 'e2', 'e3', 'e10', 'user-7', 'a b', 'x', '~');
const oddText = fc.constantFrom(
  'Ünï',
  '😀',
  '',
  ' ',
  ' e1',
  'e1 ',
  '\te1',
  'e\u0000',
  '\ud800',
  '(all channels)',
  'Goo  GLE',
  '"',
  '\\',
  '\u007f',
);
const oddTime = fc.constantFrom(
  ...[
    '2024-02-29T00:00:00Z',
    '2024-03-05T10:00:00',
    '2024-03-05 10:00:00.5',
    '2024-03-05T23:59:59.999999999Z',
  ],
  ...[
    '2024-03-05T10:00:00+02:00',
    '2024-12-31T23:59:59-0100',
    '2023-02-29T00:00:00Z',
    '2024-03-05T24:00:00Z',
  ],
  ...[
    '2024-03-05T10:00:60Z',
    '1999-12-31T23:59:59Z',
    '2099-12-31T23:59:59Z',
    '2100-01-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
  ],
  ...[
    '2024-00-10T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-03-05',
    ' 2024-03-05T10:00:00Z',
    '2024-03-05T10:00:00.Z',
    '20a4-03-05T10:00:00Z',
  ],
  ...[
    '2024-03-05T10:00:00.1234567Z',
    '2024-03-05t10:00:00z',
    '2024-03-05T10-00:00Z',
    '2000-01-01T00:00:00Z',
    '2024-03-05T10:00:00.ZZ',
  ],
);
const time = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('2024-02-29T00:00:00Z', '2024-03-05T10:00:00', '2024-03-05 10:00:00.5'),
  },
  { weight: 1, arbitrary: oddTime },
);
/** As JSON text. */
const number = fc.oneof(
  fc.constantFrom(
    ...[
      '0',
      '-0',
      '1',
      '2',
      '1.0',
      '2.0000',
      '3',
      '0.00005',
      '0.00004999',
      '1e2',
      '1E-7',
      '-5',
      '-5.25',
      '01',
      '1.',
      '.5',
      '+1',
    ],
    ...[
      '999999999999.9999',
      '1000000000000',
      '99999999999.9999',
      '123456789012',
      '1.23456',
      '0.1',
      '17.995',
      '1e400',
      '10000000000.5',
    ],
  ),
  fc.double({ min: 0, max: 2e12, noNaN: true }).map((value) => JSON.stringify(value)),
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 9_999_999 }).map((cents) => String(cents / 100)) },
);
const json = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => text.map((value) => JSON.stringify(value));
const anything = fc.oneof(
  number,
  json(fc.oneof(plainText, oddText, fc.string())),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '{}',
    '[1,{"a":[]}]',
    'nul',
    'nullx',
    '"\\u0041"',
    '"\\ud83d\\ude00"',
  ),
);
const usually = (plain: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof({ weight: 40, arbitrary: plain }, { weight: 1, arbitrary: anything });

const fields: Readonly<Record<string, fc.Arbitrary<string>>> = {
  event_id: usually(json(fc.oneof({ weight: 9, arbitrary: plainText }, { weight: 1, arbitrary: oddText }))),
  user_id: usually(json(plainText)),
  event_type: usually(
    json(
      fc.oneof(
        { weight: 9, arbitrary: type },
        { weight: 1, arbitrary: fc.constantFrom('LOGIN', ' login', 'Refund', 'sale') },
      ),
    ),
  ),
  timestamp: usually(json(time)),
  schema_version: usually(fc.constantFrom('1', '2', '2', '2')),
  amount: usually(number),
  currency: usually(json(fc.constantFrom('USD', 'EUR', 'JPY', 'usd', ' GBP', 'XXX', ''))),
  tax: usually(number),
  refers_to_event_id: usually(json(plainText)),
  acquisition_channel: usually(
    json(fc.constantFrom('google', 'Google', 'paid search', 'a  b', '(all channels)', ' x')),
  ),
};

const space = fc.oneof(
  { weight: 100, arbitrary: fc.constant('') },
  { weight: 20, arbitrary: fc.constantFrom(' ', '  ', '\t') },
  { weight: 1, arbitrary: fc.constantFrom('\r', '\v', '\u00a0') },
);
const field = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(space, space, Object.hasOwn(fields, name) ? fields[name]! : anything, space)
    .map(([a, b, value, c]) => `${a}"${name}"${b}:${value}${c}`);

const neededFields = ['event_id', 'event_type', 'timestamp', 'schema_version'];

/** A record with most fields in a common order, some of them more than once or unknown. */
const recordText = fc
  .tuple(
    fc.subarray(Object.keys(fields), { minLength: 6 }),
    fc.subarray(['event_id', 'tax', 'extra', '__proto__', 'toString', 'event\\u005fid'], { maxLength: 2 }),
    fc.integer({ min: 0, max: 9 }),
  )
  .chain(([some, more, dice]) => {
    const names = dice === 0 ? [...some, ...more] : [...new Set([...neededFields, ...some])];
    return fc.tuple(...names.map(field));
  })
  .map((parts) => `{${parts.join(',')}}`);

const mutated = fc
  .tuple(
    recordText,
    fc.nat(),
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom('set', 'cut', 'insert', 'drop'),
  )
  .map(([text, at, byte, how]) => {
    const bytes = [...Buffer.from(text)];
    const place = at % bytes.length;
    if (how === 'cut') return Buffer.from(bytes.slice(0, place));
    bytes.splice(place, how === 'insert' ? 0 : 1, ...(how === 'drop' ? [] : [byte]));
    return Buffer.from(bytes);
  });

const oddLine = fc.constantFrom(
  ...['', ' ', '\t \v\f', '\ufeff', '\ufeff\ufeff{}', 'null', '[]', '{}', '"x"', '{"event_id":"e"', '\u00a0'],
  '['.repeat(65) + ']'.repeat(65),
  `{"event_id":"d1","event_type":"login","timestamp":"2024-03-05T10:00:00Z","schema_version":1,"x":${'['.repeat(63)}${']'.repeat(63)}}`,
  `{"event_id":"d2","event_type":"login","timestamp":"2024-03-05T10:00:00Z","schema_version":1,"x":${'['.repeat(64)}${']'.repeat(64)}}`,
  `{"event_id":"d3","event_type":"login","timestamp":"2024-03-05T10:00:00Z","schema_version":1,"x":"${'['.repeat(70)}\\""}`,
);

/** One line without its end; never holds LF. */
export const line: fc.Arbitrary<Buffer> = fc
  .oneof(
    { weight: 6, arbitrary: recordText.map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: mutated },
    { weight: 1, arbitrary: oddLine.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: recordText.map((text) => Buffer.from(`\ufeff${text}`)) },
  )
  .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)));

/** A record that the rules accept, from so few values that keys and contents repeat. */
export const goodRecord: fc.Arbitrary<string> = fc
  .record({
    event_id: fc.constantFrom(
      'a',
      'b',
      'c',
      'a1',
      'é',
      '\uffee',
      '😀',
      ...Array.from({ length: 12 }, (_, i) => `k${i}`),
    ),
    user_id: fc.constantFrom('u1', 'u2', null),
    event_type: fc.constantFrom('login', 'purchase', 'refund', 'signup'),
    timestamp: fc.constantFrom(
      '2024-03-05T10:00:00Z',
      '2024-03-05T10:00:01Z',
      '2024-03-06T00:00:00Z',
      '2024-04-01T00:00:00Z',
    ),
    schema_version: fc.constantFrom(1, 2),
    amount: fc.constantFrom(1, 200_000, 300_000, 900_000_000_000.5),
    currency: fc.constantFrom('USD', 'EUR'),
    tax: fc.constantFrom(0, 0.5, null),
    refers_to_event_id: fc.constantFrom('a', 'k1', null),
    acquisition_channel: fc.constantFrom('google', 'Organic Search', null),
  })
  .map((record) => JSON.stringify(record));

// ── The slow and simple way ─────────────────────────────────────────────────────────────────────────────────────

const isBlank = (text: string): boolean => /^[ \t\r\n\v\f]*$/.test(text);
const rules = recordReader(contract);

function depthOf(text: string): number {
  const brackets = text.replace(/"(?:[^"\\]|\\.)*"/g, '').match(/[[\]{}]/g) ?? [];
  let [depth, deepest] = [0, 0];
  for (const bracket of brackets) deepest = Math.max(deepest, (depth += '[{'.includes(bracket) ? 1 : -1));
  return deepest;
}

/** What a line (without its LF) is: null for a blank one, a reason, or the accepted values. */
export function judgeLine(bytes: Buffer): null | string | readonly Value[] {
  const withoutCr = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
  const hasMark = withoutCr.subarray(0, 3).equals(Buffer.from('\ufeff'));
  const content = hasMark ? withoutCr.subarray(3) : withoutCr;
  if (isBlank(content.toString('latin1'))) return null;
  if (withoutCr.length > 1_048_576) return 'line_too_long';
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return 'invalid_utf8';
  }
  let record: RawValue;
  try {
    record = parseRawJson(text);
  } catch {
    return 'invalid_json';
  }
  if (depthOf(text) > 64) return 'invalid_json';
  const outcome = rules(record);
  return outcome.ok ? outcome.values : outcome.reason;
}

/** The rows of blocks as values in the order of the contract's columns. */
export function valuesOfBlocks(blocks: readonly RowBlock[], of: RowShape = shape): (readonly Value[])[] {
  const columns = of.filter(({ keyOf }) => keyOf === undefined);
  return blocks.flatMap((block) => {
    const view = viewBlock(of, block);
    return Array.from({ length: block.rows }, (_, row) =>
      columns.map(({ values }, c) => cell(view.columns[c]!, values, row)),
    );
  });
}

function cell(column: ColumnView, words: readonly string[], row: number): Value {
  switch (column.kind) {
    case 'text':
      return Buffer.from(column.bytes.slice(column.offsets[row], column.offsets[row + 1])).toString() || null;
    case 'code':
      return column.codes[row] === nullCode ? null : words[column.codes[row]!]!;
    case 'int':
      return column.ints[row] === nullInt ? null : column.ints[row]!;
    case 'timestamp':
      return Number.isNaN(column.micros[row]) ? null : column.micros[row]!;
    case 'decimal':
      return column.words[2 * row + 1] === nullInt
        ? null
        : (BigInt(column.words[2 * row + 1]!) << 32n) | BigInt(column.words[2 * row]! >>> 0);
    case 'boolean':
      return column.flags[row] === nullCode ? null : column.flags[row] === 1;
    case 'double':
      return Number.isNaN(column.doubles[row]) ? null : column.doubles[row]!;
    case 'wide':
      return column.words[4 * row + 3] === nullInt
        ? null
        : BigInt.asIntN(
            128,
            [3, 2, 1, 0].reduce((sum, w) => (sum << 32n) + BigInt(column.words[4 * row + w]! >>> 0), 0n),
          );
  }
}

/** The rows of an Arrow table with the contract's columns, as text that tells any two apart. */
export function rowTexts(table: Table, more: readonly string[] = []): string[] {
  const names = [...contract.columns.map(({ name }) => name), ...more];
  const columns = names.map((name) => table.getChild(name));
  return Array.from({ length: table.numRows }, (_, row) =>
    columns.map((column) => String(column?.get(row))).join('|'),
  );
}

export interface ModelState {
  /** Winners by key. */
  readonly winners: ReadonlyMap<string, readonly Value[]>;
  /** Keys with more than one variant: variants, winner first. */
  readonly conflicts: ReadonlyMap<string, readonly (readonly Value[])[]>;
}

const compare = compareVariants(contract);
const textOf = (values: readonly Value[]): string => values.map(String).join('|');

/** Winners and conflicts of all records ever seen, in no time saved. */
export function modelOf(records: readonly (readonly Value[])[]): ModelState {
  const byKey = new Map<string, Map<string, readonly Value[]>>();
  for (const values of records) {
    const key = String(values[keyColumn]);
    byKey.set(key, (byKey.get(key) ?? new Map<string, readonly Value[]>()).set(textOf(values), values));
  }
  const sorted = [...byKey].map(
    ([key, variants]) => [key, [...variants.values()].sort((a, b) => compare(b, a))] as const,
  );
  sorted.sort(([a], [b]) => compareUtf8(a, b));
  return {
    winners: new Map(sorted.map(([key, variants]) => [key, variants[0]!])),
    conflicts: new Map(sorted.filter(([, variants]) => variants.length > 1)),
  };
}

/** The winners by partition, sorted by key. */
export function partitionsOf({ winners }: ModelState): Record<string, (readonly Value[])[]> {
  const date = contract.columns.findIndex(({ name }) => name === 'event_date');
  const found: Record<string, (readonly Value[])[]> = {};
  for (const values of winners.values()) (found[isoOfDays(Number(values[date]))] ??= []).push(values);
  return found;
}

/** Pieces cut at the given places. */
export async function* cutAt(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.slice(start, end);
    start = end;
  }
}
