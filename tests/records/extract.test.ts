import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { isLakeError } from '../../src/common/errors.js';
import { marketingSpend } from '../../src/pipelines/saas/contracts/marketing-spend.js';
import { subscriptions } from '../../src/pipelines/saas/contracts/subscriptions.js';
import type { Row } from '../../src/parquet/rows.js';
import { type ExtractRow, foldExtract, readExtract } from '../../src/records/extract/extract.js';
import { daysOfIso } from '../../src/records/values/values.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const readJson = (file: string | Uint8Array): readonly ExtractRow[] =>
  readExtract(subscriptions, {
    path: 'subscriptions.json',
    bytes: typeof file === 'string' ? encode(file) : file,
  }).rows;
const readCsv = (file: string | Uint8Array): readonly ExtractRow[] =>
  readExtract(marketingSpend, {
    path: 'spend.csv',
    bytes: typeof file === 'string' ? encode(file) : file,
  }).rows;

/** What became of each row: the values of an accepted one, the reason of another. */
const outcomes = (rows: readonly ExtractRow[]): unknown[] =>
  rows.map(({ result }) => (result.ok ? result.values : result.reason));

const invalid = expect.toSatisfy((error) => isLakeError(error, 'invalid-input')) as unknown;
const day = (text: string): number => daysOfIso(text) ?? NaN;

describe('a JSON extract', () => {
  const rawOf = (file: string): readonly string[] => readJson(file).map(({ raw }) => raw);

  it('gives each element with its text and its place', () => {
    const rows = readJson('\uFEFF [ {"a": 1 }\n,\r\n\t"x,]\\"}" , [[],{}], 5]\n ');
    expect(rows.map(({ lineNumber, raw }) => [lineNumber, raw])).toEqual([
      [1, '{"a": 1 }'],
      [2, '"x,]\\"}"'],
      [3, '[[],{}]'],
      [4, '5'],
    ]);
    expect(outcomes(rows)).toEqual([
      'missing_subscription_id',
      'invalid_json',
      'invalid_json',
      'invalid_json',
    ]);
  });

  it('may be empty', () => {
    expect(readJson('[]')).toEqual([]);
    expect(readJson(' [\n] ')).toEqual([]);
  });

  it('gives back the elements of any array, as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom('', ' ', '\n', '\t\r\n'), (values, space) => {
        const texts = values.map((value) => JSON.stringify(value));
        expect(rawOf(`[${space}${texts.join(`${space},${space}`)}${space}]`)).toEqual(texts);
      }),
    );
  });

  it('is refused exactly when JSON.parse refuses it', () => {
    const pieces = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '"',
      '\\',
      ' ',
      '1',
      '"a"',
      'null',
      '-',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (middle) => {
        const file = `[${middle.join('')}]`;
        const elements = arrayOf(file);
        if (elements === undefined) expect(() => readJson(file)).toThrow(invalid);
        else expect(rawOf(file).map((raw) => JSON.parse(raw) as unknown)).toEqual(elements);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes elements nested a hundred thousand deep', () => {
    const deep = '[{"a":'.repeat(50_000) + '1' + '}]'.repeat(50_000);
    expect(outcomes(readJson(`[${deep}, {"x": ${deep}}]`))).toEqual([
      'invalid_json',
      'missing_subscription_id',
    ]);
  });

  const broken: readonly [string, string | Uint8Array, string][] = [
    ['no content', '', 'line 1, column 1: expected a JSON array'],
    ['an object', '{"a": []}', 'line 1, column 1: expected a JSON array, [, found'],
    ['lines of objects', '{}\n{}', 'line 1, column 1'],
    [
      'a file cut in an element',
      '[{"a": 1',
      "expected a comma or the end of the array, ], found the file's end",
    ],
    ['a file cut in a text', '[{"a', 'expected a quote'],
    ['a file cut after a comma', '[1,', 'expected'],
    ['text after the array', '[1]\n x', 'line 2, column 2: expected nothing after'],
    ['a comma too many', '[1,\n ]', 'line 2, column 2: expected an element'],
    ['an element that is no JSON', '[1,\n  {"a": nul}]', 'line 2, column 3: expected a JSON value'],
    ['brackets that do not match', '[{"a": [}]]', 'expected'],
    ['other bytes than UTF-8', Uint8Array.of(0x5b, 0x0a, 0xff, 0x5d), 'line 2: expected UTF-8'],
  ];
  it.each(broken)('stops at %s', (_, file, message) => {
    expect(() => readJson(file)).toThrow(invalid);
    expect(() => readJson(file)).toThrow(message);
    expect(() => readJson(file)).toThrow('subscriptions.json');
  });
});

function arrayOf(file: string): unknown[] | undefined {
  try {
    return JSON.parse(file) as unknown[];
  } catch {
    return undefined;
  }
}

describe('a CSV extract', () => {
  const accepted = (date: string, channel: string, spend: bigint): unknown => [day(date), channel, spend];

  it('takes columns in any order and case, others beside them, and a byte order mark', () => {
    const rows = readCsv('\uFEFF\n \t\r\n"SPEND", note ,Channel, dAtE\r\n1.5,,Google,2024-01-02\r\n');
    expect(outcomes(rows)).toEqual([accepted('2024-01-02', 'google', 15_000n)]);
    expect(rows[0]?.lineNumber).toBe(4);
  });

  it('numbers rows by the physical line they start on and keeps their text', () => {
    const rows = readCsv('date,channel,spend\n\n"2024-01-01\n\n",a,1\r\n  \n2024-01-01,"b ""x"", y",2\r');
    expect(rows.map(({ lineNumber, raw }) => [lineNumber, raw])).toEqual([
      [3, '"2024-01-01\n\n",a,1'],
      [7, '2024-01-01,"b ""x"", y",2'],
    ]);
    expect(outcomes(rows)).toEqual([
      accepted('2024-01-01', 'a', 10_000n),
      accepted('2024-01-01', 'b "x", y', 20_000n),
    ]);
  });

  const rows: readonly [string, string, unknown][] = [
    ['a quote within a plain cell is data', '2024-01-01,a"b"",1', accepted('2024-01-01', 'a"b""', 10_000n)],
    [
      'a space before a quote makes a plain cell',
      '2024-01-01, "a",1',
      accepted('2024-01-01', '"a"', 10_000n),
    ],
    ['text after a closing quote', '2024-01-01,"a"b,1', 'malformed_row'],
    ['a space after a closing quote', '2024-01-01,"a" ,1', 'malformed_row'],
    ['a lone CR after a closing quote', '2024-01-01,"a"\r,1', 'malformed_row'],
    ['a cell too few', '2024-01-01,a', 'malformed_row'],
    ['a cell too many', '2024-01-01,a,1,', 'malformed_row'],
    ['a lone CR is white space within a label', '2024-01-01,a\rb,1', accepted('2024-01-01', 'a b', 10_000n)],
    ['nothing but commas', ',,', 'invalid_date'],
    ['an empty quoted cell is a row', '""', 'malformed_row'],
    ['U+0000', '2024-01-01,a\0b,1', 'invalid_unicode'],
    ['the total’s name', '2024-01-01, (ALL\t channels),1', 'missing_channel'],
  ];
  it.each(rows)('row: %s', (_, row, outcome) => {
    expect(outcomes(readCsv(`date,channel,spend\n${row}`))).toEqual([outcome]);
    expect(outcomes(readCsv(`date,channel,spend\r\n${row}\r\n`))).toEqual([outcome]);
  });

  it('reads back any cells that are quoted', () => {
    const cell = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(cell), fc.constantFrom('\n', '\r\n'), (notes, lineEnd) => {
        const lines = notes.map((note) => `2024-01-01,"${note.replaceAll('"', '""')}",a,1`);
        const read = readCsv(['date,note,channel,spend', ...lines].join(lineEnd));
        expect(read.map(({ raw }) => raw)).toEqual(lines);
        expect(read.every(({ result }) => result.ok)).toBe(true);
      }),
    );
  });

  const broken: readonly [string, string | Uint8Array, string][] = [
    ['no content', '', 'expected a header with each of date, channel, spend exactly once, found no header'],
    ['a missing column', 'date,channel\n', 'line 1, column 1: expected a header'],
    ['a column twice', '\n\ndate,channel,spend,Date\n', 'line 3, column 1: expected a header'],
    ['a malformed header', 'date,channel,spend,"no"te\n', 'expected a header'],
    ['an unclosed quote', 'date,channel,spend\n2024-01-01,a,1\n2024-01-01,"a,1\n\n', 'line 3, column 12: expected a closing quote'],
    ['other bytes than UTF-8', Uint8Array.of(0x64, 0x0a, 0x0a, 0xc3, 0x28), 'line 3: expected UTF-8'],
  ]; // prettier-ignore
  it.each(broken)('stops at %s', (_, file, message) => {
    expect(() => readCsv(file)).toThrow(invalid);
    expect(() => readCsv(file)).toThrow(message);
    expect(() => readCsv(file)).toThrow('spend.csv');
  });
});

describe('folding deliveries', () => {
  const spend = (...lines: readonly string[]): readonly ExtractRow[] =>
    readCsv(['date,channel,spend', ...lines].join('\n'));
  const row = (date: string, channel: string, amount: bigint): Row => [day(date), channel, amount];

  it('takes the largest accepted record within a delivery, the newest delivery otherwise', () => {
    const old = [row('2024-01-01', 'kept', 5n), row('2024-01-01', 'a', 9_990_000n)];
    const first = spend('2024-01-01,a,7', '2024-01-01,A,8', '2024-01-01,a,-9', '2024-01-01,b,1');
    const second = spend('2024-01-01,b,0', '2023-12-31,～,1', '2023-12-31,\u{1F600},1', '2024-01-01,a,no');
    expect(foldExtract(marketingSpend, old, [first, second])).toEqual({
      rows: [
        row('2023-12-31', '～', 10_000n),
        row('2023-12-31', '\u{1F600}', 10_000n),
        row('2024-01-01', 'a', 80_000n),
        row('2024-01-01', 'b', 0n),
        row('2024-01-01', 'kept', 5n),
      ],
      changed: true,
    });
  });

  it('changes nothing when what is delivered is known', () => {
    const delivery = spend('2024-01-02,a,7', '2024-01-01,b,8', 'refused');
    const { rows, changed } = foldExtract(marketingSpend, [], [delivery]);
    expect(changed).toBe(true);
    expect(foldExtract(marketingSpend, rows, [delivery])).toEqual({ rows, changed: false });
    expect(foldExtract(marketingSpend, rows, [])).toEqual({ rows, changed: false });
  });

  it('gives the same rows one delivery at a time', () => {
    const line = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('a', 'b'),
      fc.integer({ min: -1, max: 9 }),
    );
    const delivery = fc.array(line.map(([date, channel, amount]) => `2024-01-0${date},${channel},${amount}`));
    fc.assert(
      fc.property(fc.array(delivery), (lines) => {
        const deliveries = lines.map((texts) => spend(...texts));
        const apart = deliveries.reduce<readonly Row[]>(
          (rows, one) => foldExtract(marketingSpend, rows, [one]).rows,
          [],
        );
        expect(foldExtract(marketingSpend, [], deliveries).rows).toEqual(apart);
      }),
    );
  });
});

describe('the extracts of the golden cases', () => {
  interface Counts {
    readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }
  const golden = (path: string): Buffer => readFileSync(new URL(`../golden/${path}`, import.meta.url));
  const countsOf = (rows: readonly ExtractRow[]): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = { read: rows.length };
    for (const { result } of rows) {
      const name = result.ok ? 'accepted' : result.reason;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  const cases: readonly [string, string, readonly string[]][] = [
    ['07-subscriptions', 'subscriptions', ['subscriptions.json']],
    ['08-spend', 'marketing_spend', ['marketing_spend.csv']],
    ['11-unicode', 'marketing_spend', ['marketing_spend.csv']],
    ['14-name-order', 'subscriptions', ['subscriptions.json', 'subscriptions-2.json']],
    ['14-name-order', 'marketing_spend', ['marketing_spend.csv']],
    ['15-winner-order', 'subscriptions', ['subscriptions.json']],
  ];
  it.each(cases)('%s: %s', (name, source, files) => {
    const { counts } = JSON.parse(golden(`${name}/expected.json`).toString()) as Counts;
    const contract = source === 'subscriptions' ? subscriptions : marketingSpend;
    const deliveries = files.map(
      (file) => readExtract(contract, { path: file, bytes: golden(`${name}/batch-1/${file}`) }).rows,
    );
    expect(countsOf(deliveries.flat())).toEqual(counts[source]);
    expect(foldExtract(contract, [], deliveries).rows).toHaveLength(counts['silver']?.[source] ?? NaN);
  });
});
