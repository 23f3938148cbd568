// Files in other dialects than the plain ones: what they say is what the plain file says, and what is wrong is told with its place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract, CsvDialect } from '../../../src/records/contract.js';
import { contractOfKinds } from '../contract-kinds.js';
import { judgeExtractRecord } from '../../../src/records/extract/extract.js';
import { readExtract, type ReadRecord } from './extract-model.js';

const orders: Contract = contractOfKinds({
  source: 'orders',
  relation: 'extract',
  format: 'csv',
  files: ['orders*.csv'],
  fields: [
    { name: 'Order No', as: 'id', kind: 'text', refuse: 'missing_id' },
    { name: 'Total', as: 'total', kind: 'money' },
    { name: 'note', kind: 'text' },
  ],
  columns: [
    { name: 'id', type: 'string', required: true },
    { name: 'total', type: 'decimal(18,4)', required: false },
    { name: 'note', type: 'string', required: false },
  ],
  key: ['id'],
  winner: [],
});

const read = (text: string | Uint8Array, dialect: Partial<CsvDialect> = {}): readonly ReadRecord[] =>
  readExtract(
    { ...orders, csv: { decimal: '.', ...dialect } },
    { path: 'orders.csv', bytes: typeof text === 'string' ? Buffer.from(text) : text },
  );
const outcomes = (rows: readonly ReadRecord[]): readonly ReadRecord['outcome'][] =>
  rows.map(({ outcome }) => outcome);

describe('a CSV', () => {
  it('has columns by their headings in any case, those of fields that may lack a value need not be there', () => {
    expect(outcomes(read('note,ORDER no ,total\nx,a,1.5\n'))).toEqual([['a', 15_000n, 'x']]);
    expect(outcomes(read('order no\na\n'))).toEqual([['a', null, null]]);
    expect(() => read('total\n1\n')).toThrow(
      'expected a header with each of Order No, Total, note exactly once',
    );
    expect(() => read('order no,note,NOTE\na,b,c\n')).toThrow('exactly once, found "order no,note,NOTE"');
  });

  it('without a header has the fields in their order for columns, and rows that lack the last of them', () => {
    const bare = { header: false } as const;
    const rows = read('\nb,2\na,1.5,"x, y"\nc,1,z,4\n,3,z\n', bare);
    expect(rows.map(({ lineNumber }) => lineNumber)).toEqual([2, 3, 4, 5]);
    expect(outcomes(rows)).toEqual([
      ['b', 20_000n, null],
      ['a', 15_000n, 'x, y'],
      'malformed_row',
      'missing_id',
    ]);
    const contract = { ...orders, csv: { decimal: '.', ...bare } } as const;
    expect(judgeExtractRecord(contract, 'order no,1,x', undefined)).toMatchObject({ ok: true });
    expect(judgeExtractRecord(contract, 'total,order no\n1,a', undefined)).toMatchObject({ ok: false });
    expect(judgeExtractRecord(contract, '1,a', 'total,order no')).toMatchObject({ ok: true });
  });

  it('has delimiters, decimals and thousands of its own', () => {
    const german = { delimiter: ';', decimal: ',', thousands: '.' } as const;
    const text = 'order no;total;note\na;1.234,5;"x;y"\nb;12,25;z,z\nc;1.23,4;\nd;1,5,5;\n';
    expect(outcomes(read(text, german))).toEqual([
      ['a', 12_345_000n, 'x;y'],
      ['b', 122_500n, 'z,z'],
      ['c', null, null],
      ['d', null, null],
    ]);
    expect(outcomes(read('order no\ttotal\na\t3\n', { delimiter: '\t' }))).toEqual([['a', 30_000n, null]]);
    expect(outcomes(read('order no]total\na]3\n', { delimiter: ']' }))).toEqual([['a', 30_000n, null]]);
    expect(() => read('order no,total\na,1\n', german)).toThrow('separated by commas, expected semicolons');
  });

  it('has numbers with signs around them, and spaces of any kind between their digits', () => {
    const contract: Contract = {
      ...orders,
      fields: orders.fields.map((field) =>
        field.name === 'total' ? { ...field, affixes: ['€', '%'] } : field,
      ),
      csv: { decimal: ',', thousands: ' ', delimiter: ';' },
    };
    const text = 'order no;total\na;1\u202f234,5 €\nb;€-3\nc;-€ 3\nd;5 %\ne;€\nf;3 $\ng;1\u00a02,5\nh;--3\n';
    const rows = readExtract(contract, { path: 'orders.csv', bytes: Buffer.from(text) });
    const total = [12_345_000n, -30_000n, -30_000n, 50_000n, null, null, null, null];
    expect(outcomes(rows).map((row) => row[1])).toEqual(total);
  });

  it('takes columns that share a heading, or have none, by their place', () => {
    const contract = (heading: string): Contract => ({
      ...orders,
      fields: orders.fields.map((field) =>
        field.name === 'note' ? { ...field, from: { kind: 'path', steps: [heading] } } : field,
      ),
    });
    const notes = (heading: string): readonly unknown[] =>
      outcomes(
        readExtract(contract(heading), {
          path: 'orders.csv',
          bytes: Buffer.from('order no,Note,note,\na,x,y,z\n'),
        }),
      ).map((row) => row[2]);
    expect(notes('note (2)')).toEqual(['y']);
    expect(notes('column 4')).toEqual(['z']);
    expect(() => notes('note')).toThrow('exactly once');
  });

  it('begins after the lines that are left out, which count as lines', () => {
    const rows = read('Export of "today\n\norder no,note\na,x\n', { skip: 2 });
    expect(rows.map(({ lineNumber, raw }) => [lineNumber, raw])).toEqual([[4, 'a,x']]);
    expect(() => read('order no\na\n', { skip: 5 })).toThrow('found no header');
  });

  it('is text in its encoding', () => {
    const text = 'order no,note\nä,€\n';
    const utf16 = (order: 'le' | 'be'): Uint8Array => {
      const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    const windows = Buffer.concat([Buffer.from('order no,note\n'), Uint8Array.of(0xe4, 0x2c, 0x80, 0x0a)]);
    expect(outcomes(read(utf16('le'), { encoding: 'utf-16' }))).toEqual([['ä', null, '€']]);
    expect(outcomes(read(utf16('be'), { encoding: 'utf-16' }))).toEqual([['ä', null, '€']]);
    expect(outcomes(read(windows, { encoding: 'windows-1252' }))).toEqual([['ä', null, '€']]);
    expect(outcomes(read(windows, { encoding: 'latin1' }))).toEqual([['ä', null, '\u0080']]);
    expect(() => read(windows)).toThrow('orders.csv, line 2: expected UTF-8');
    expect(() => read(text, { encoding: 'utf-16' })).toThrow(
      'expected UTF-16 with a byte order mark, found 6f72',
    );
    expect(() => read(utf16('le').subarray(0, -1), { encoding: 'utf-16' })).toThrow('half of a character');
  });

  it('judges a row by itself as in its file, with its header or without', () => {
    const contract = { ...orders, csv: { decimal: ',', delimiter: ';' } as const };
    const alone = judgeExtractRecord(contract, 'x;a', 'note;order no');
    expect(alone).toMatchObject({ ok: true, values: ['a', null, 'x'] });
    expect(judgeExtractRecord(contract, 'a;"1,5";x', undefined)).toMatchObject({
      values: ['a', 15_000n, 'x'],
    });
    // A column that the contract needs by now: its rows lack it, and are refused for that alone.
    expect(judgeExtractRecord(contract, 'x', 'note')).toEqual({ ok: false, reason: 'missing_id' });
  });
});

/** The same of JSON, numbers and texts read from each other. */
const ofJson = (more: Partial<Contract>): Contract =>
  Object.fromEntries(
    Object.entries({
      ...orders,
      fields: orders.fields.map((field) => ({ ...field, isStrict: false })),
      ...more,
    }).filter(([key]) => key !== 'csv'),
  ) as unknown as Contract;

describe('an extract of a JSON value a line', () => {
  const lines = (text: string): readonly ReadRecord[] =>
    readExtract(ofJson({ format: 'ndjson' }), { path: 'orders.ndjson', bytes: Buffer.from(text) });

  it('has a record a line; what is no JSON is refused by itself', () => {
    const rows = lines(
      '\ufeff{"Order No": "a", "Total": 1.5}\r\n\n \t\n{"torn\n[]\n\ufeff{"Order No": 12345678901234567890}',
    );
    expect(rows.map(({ lineNumber, raw }) => [lineNumber, raw])).toEqual([
      [1, '{"Order No": "a", "Total": 1.5}'],
      [4, '{"torn'],
      [5, '[]'],
      [6, '{"Order No": 12345678901234567890}'],
    ]);
    expect(outcomes(rows)).toEqual([
      ['a', 15_000n, null],
      'invalid_json',
      'invalid_json',
      ['12345678901234567890', null, null],
    ]);
  });
});

describe('an array inside of an object', () => {
  const contract = ofJson({ format: 'json-array', records: ['data', 'rows'] });
  const read = (text: string): readonly ReadRecord[] =>
    readExtract(contract, { path: 'orders.json', bytes: Buffer.from(text) });

  it('is found by its keys, whatever stands around it', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.array(fc.jsonValue(), { maxLength: 4 }),
        fc.constantFrom(undefined, 2),
        (around, inner, rows, space) => {
          const without = (object: object, key: string): object =>
            Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
          const data = { ...without(inner, 'rows'), rows, after: 1 };
          const text = JSON.stringify({ ...without(around, 'data'), data, end: [] }, null, space);
          expect(read(text).map(({ raw }) => JSON.parse(raw) as unknown)).toEqual(
            JSON.parse(JSON.stringify(rows)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['[]', 'line 1, column 1: expected an object with the key "data"'],
    ['{"date": {}}', 'line 1, column 1: expected an object with the key "data"'],
    ['{"data": []}', 'line 1, column 10: expected an object with the key "rows"'],
    ['{"data": {"rows": {}}}', 'line 1, column 19: expected an array, [, as data.rows'],
    ['{"data": {"rows": [1', "expected a comma or the end of the array, ], found the file's end"],
    ['{"data": {"rows": [1]', 'expected JSON around the array that ends here'],
    ['{"data": {"rows": [1]}} x', 'expected JSON around the array that ends here'],
    ['{"a" 1, "data": {"rows": []}}', 'expected a colon after a key'],
  ])('%s is refused with its place', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
