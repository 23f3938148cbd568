import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { isLakeError } from '../../../src/common/errors.js';
import { rowShape } from '../../../src/records/rows/row-block.js';
import { keyColumn } from '../../../src/records/rows/row-keys.js';
import { RowWriter } from '../../../src/records/rows/row-writer.js';
import { compileScanner } from '../../../src/records/scan/scanner.js';
import { recordReader } from '../../../src/records/record-reader.js';
import { valuesOfBlocks } from '../log-model.js';
import { daysOfIso } from '../../../src/records/values/values.js';
import { parseRawJson } from '../../../src/records/values/raw-value.js';
import { judgeExtractRecord } from '../../../src/records/extract/extract.js';
import { foldModel, readExtract, type ReadRecord } from './extract-model.js';
import { marketingSpend, subscriptions } from '../../pipelines/built-in-saas.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const readJson = (file: string | Uint8Array): readonly ReadRecord[] =>
  readExtract(subscriptions, {
    path: 'subscriptions.json',
    bytes: typeof file === 'string' ? encode(file) : file,
  });
const readCsv = (file: string | Uint8Array): readonly ReadRecord[] =>
  readExtract(marketingSpend, {
    path: 'spend.csv',
    bytes: typeof file === 'string' ? encode(file) : file,
  });

/** What became of each row: the values of an accepted one, the reason of another. */
const outcomes = (rows: readonly ReadRecord[]): unknown[] => rows.map(({ outcome }) => outcome);

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

  /** Mostly plain values; now and then one that only the rules know what to do with. */
  const mostly = (plain: readonly unknown[], odd: readonly unknown[]): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...plain) }, fc.constantFrom(...odd));
  const element = fc.record(
    {
      subscription_id: mostly(['s1', 's2'], [' s1 ', 'é', '', null]),
      user_id: mostly(['u1'], ['\ud800', 7]),
      plan_id: mostly(['basic', 'pro'], [' Team', 'none']),
      price: mostly([0, 9.99, 49], [0.00005, -1, '5', 1e12]),
      currency: mostly(['USD', 'EUR'], ['usd', 'XXX', null]),
      start_date: mostly(['2024-01-01', '2024-01-02'], ['2024-02-30', ' 2024-01-31']),
      end_date: mostly([null, '2023-12-31', '2024-01-01', '2024-03-01'], ['9999-12-31', ' ']),
      status: mostly(['active', 'canceled'], ['cancelled', 'paused']),
      created_at: mostly(['2024-01-01T00:00:00Z'], ['2024-01-02T00:00:00+02:00', null, 'unknown']),
    },
    {
      requiredKeys: ['subscription_id', 'user_id', 'plan_id', 'price', 'start_date', 'status', 'created_at'],
    },
  );

  it('is read as the rules alone read it, conditions between fields too, mostly by the scanner', () => {
    const rules = recordReader(subscriptions);
    const shape = rowShape(subscriptions);
    const writer = new RowWriter(shape, keyColumn(shape, subscriptions));
    const scan = compileScanner(subscriptions, writer);
    let [taken, accepted] = [0, 0];
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
        const expected = elements.map((each) => rules(parseRawJson(JSON.stringify(each))));
        const rows = readJson(JSON.stringify(elements));
        expect(outcomes(rows)).toEqual(expected.map((each) => (each.ok ? each.values : each.reason)));
        const isTaken = rows.map(({ raw }) => {
          const bytes = Buffer.from(`${raw}\n`);
          return scan(bytes, 0, bytes.length - 1);
        });
        const values = valuesOfBlocks([writer.take()], shape);
        expect(values).toEqual(expected.flatMap((each, i) => (each.ok && isTaken[i] ? [each.values] : [])));
        taken += isTaken.filter(Boolean).length;
        accepted += expected.filter(({ ok }) => ok).length;
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(accepted / 2);
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
        expect(read.every(({ outcome }) => typeof outcome !== 'string')).toBe(true);
      }),
    );
  });

  const broken: readonly [string, string | Uint8Array, string][] = [
    ['no content', '', 'expected a header with each of date, channel, spend exactly once, found no header'],
    ['a missing column', 'date,channel\n', 'line 1, column 1: expected a header'],
    ['a column twice', '\n\ndate,channel,spend,Date\n', 'line 3, column 1: expected a header'],
    ['a malformed header', 'date,channel,spend,"no"te\n', 'a closing quote is followed by something else'],
    ['columns of other names', 'Day,channel\n', 'found "Day,channel": date, spend missing. The first line'],
    ['columns that come twice', 'date,channel,spend,Date\n', ': date more than once. The first line'],
    ['one missing and one twice', 'date,channel,channel\n', ': spend missing; channel more than once.'],
    ['lines that end in CR alone', 'date,channel,spend\r2024-01-01,a,1\r', 'its lines end in CR alone, expected LF or CR LF'],
    ['an unclosed quote', 'date,channel,spend\n2024-01-01,a,1\n2024-01-01,"a,1\n\n', 'line 3, column 12: expected a closing quote'],
    ['semicolons', 'date;channel;spend;note\n2024-01-01;ads;1,5;\n', 'its columns are separated by semicolons, expected commas'],
    ['tabs', 'note\t"date"\tChannel\t Spend\n', 'its columns are separated by tabs'],
    ['bars', 'date|channel|spend\n', 'its columns are separated by vertical bars'],
    ['other bytes than UTF-8', Uint8Array.of(0x64, 0x0a, 0x0a, 0xc3, 0x28), 'line 3: expected UTF-8'],
  ]; // prettier-ignore
  it.each(broken)('stops at %s', (_, file, message) => {
    expect(() => readCsv(file)).toThrow(invalid);
    expect(() => readCsv(file)).toThrow(message);
    expect(() => readCsv(file)).toThrow('spend.csv');
  });
});

describe('the extracts of the golden cases', () => {
  interface Counts {
    readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }
  const golden = (path: string): Buffer => readFileSync(new URL(`../../golden/${path}`, import.meta.url));
  const countsOf = (rows: readonly ReadRecord[]): Readonly<Record<string, number>> => {
    const counts: Record<string, number> = { read: rows.length };
    for (const { outcome } of rows) {
      const name = typeof outcome === 'string' ? outcome : 'accepted';
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
    const deliveries = files.map((file) =>
      readExtract(contract, { path: file, bytes: golden(`${name}/batch-1/${file}`) }),
    );
    expect(countsOf(deliveries.flat())).toEqual(counts[source]);
    expect(foldModel(contract, [], deliveries)).toHaveLength(counts['silver']?.[source] ?? NaN);
  });
});

describe('columns that no contract names', () => {
  const fieldsOf = (file: string): unknown[] =>
    readCsv(file).map(({ raw }) => {
      const result = judgeExtractRecord(marketingSpend, raw, file.split('\n')[0]);
      return result.ok ? result.unknownFields.map(({ field }) => field) : result.reason;
    });

  it('are told of, row by row, where something stands in them', () => {
    expect(fieldsOf('Currency,date,channel,spend,,\nEUR,2024-01-01,a,1,,x\n ,2024-01-02,a,1, ,\n')).toEqual([
      ['currency', 'column 6'],
      [],
    ]);
    expect(fieldsOf('date,channel,spend\n2024-01-01,a,1\n')).toEqual([[]]);
  });

  it('may have names that objects are born with', () => {
    expect(fieldsOf('__proto__,constructor,date,channel,spend\n{},x,2024-01-01,a,1\n')).toEqual([
      ['__proto__', 'constructor'],
    ]);
  });
});
