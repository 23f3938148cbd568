import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { EncodedDataFile } from '../../../src/format/data-file.js';
import { indexedKeys, type TableDefinition } from '../../../src/format/table-definition.js';
import { decodeParquet } from '../../../src/parquet/file.js';
import { tableToRows, type Row } from '../../../src/parquet/rows.js';
import { bronzeTable } from '../../../src/pipeline/books/bronze-lines.js';
import type { Contract } from '../../../src/records/contract.js';
import {
  encodeExtractBronze,
  encodePartitions,
  foldExtract,
  parseExtract,
  refusedRecords,
  startLogWorkers,
} from '../../../src/records/hot-path.js';
import type { ExistingFile, ExtractFold, ParsedExtract } from '../../../src/records/hot-path.js';
import { daysOfIso, isoOfDays } from '../../../src/records/values/values.js';
import { foldModel, readExtract } from '../extract/extract-model.js';
import { schemaOf } from '../log-model.js';
import { marketingSpend, subscriptions, tables } from '../../pipelines/built-in-saas.js';

const pool = startLogWorkers(1);
afterAll(() => pool.close());

interface StoredFile extends ExistingFile {
  readonly file: EncodedDataFile;
}
type Stored = ReadonlyMap<string, readonly StoredFile[]>;
const nothing: Stored = new Map();

interface Kind {
  readonly contract: Contract;
  readonly table: TableDefinition;
  readonly path: string;
}
const spend: Kind = { contract: marketingSpend, table: tables.marketingSpend, path: 'spend.csv' };
const subs: Kind = { contract: subscriptions, table: tables.subscriptions, path: 'subscriptions.json' };
const byMonth: Kind = {
  ...subs,
  table: { ...subs.table, partition: { source: 'start_date', transform: 'month', name: 'month' } },
};

const parse = ({ contract, path }: Kind, text: string): Promise<ParsedExtract> =>
  parseExtract(pool, { contract, path, bytes: Buffer.from(text) });

async function fold(kind: Kind, stored: Stored, texts: readonly string[]): Promise<ExtractFold> {
  const { contract, table } = kind;
  const deliveries: ParsedExtract[] = [];
  for (const text of texts) deliveries.push(await parse(kind, text));
  const existing = {
    files: [...stored.values()].flat(),
    partitionFiles: (value: string) => stored.get(value) ?? [],
    read: ({ file }: StoredFile) => Promise.resolve(file.bytes.slice()),
  };
  const options = { contract, table, deliveries };
  return foldExtract<StoredFile>(pool, { ...options, existing: stored.size === 0 ? null : existing });
}

async function apply(
  { table }: Kind,
  stored: Stored,
  result: ExtractFold,
  maxRowsPerFile: number,
): Promise<Stored> {
  const files = new Map(stored);
  const options = { schema: schemaOf(table), ...indexedKeys(table), maxRowsPerFile };
  for await (const { value, files: encoded } of encodePartitions(pool, result, options)) {
    const named = encoded.map((file, i) => ({ path: `${value}/${i}`, value, rows: file.rows, file }));
    if (named.length === 0) files.delete(value);
    else files.set(value, named);
  }
  return files;
}

async function ingest(kind: Kind, runs: readonly (readonly string[])[], most = 1_000_000): Promise<Stored> {
  let stored = nothing;
  for (const texts of runs) stored = await apply(kind, stored, await fold(kind, stored, texts), most);
  return stored;
}

const rowsOf = ({ table }: Kind, stored: Stored): Record<string, readonly Row[]> =>
  Object.fromEntries(
    [...stored].map(([value, files]) => [
      value,
      files.flatMap(({ file }) => tableToRows(decodeParquet(file.bytes), schemaOf(table))),
    ]),
  );

function model({ contract, table, path }: Kind, runs: readonly (readonly string[])[]): Record<string, Row[]> {
  const deliveries = runs.flat().map((text) => readExtract(contract, { path, bytes: Buffer.from(text) }));
  const date = contract.columns.findIndex(({ name }) => name === table.partition?.source);
  const found: Record<string, Row[]> = {};
  for (const row of foldModel(contract, [], deliveries))
    (found[date === -1 ? '' : isoOfDays(Number(row[date])).slice(0, 7)] ??= []).push(row);
  return found;
}

const spendText = fc
  .array(
    fc.tuple(
      fc.constantFrom('2024-01-01', '2024-01-02', '2024-02-01', 'never'),
      fc.constantFrom('a', 'A', 'b', '\uff5e', '\u{1F600}', '"a ""b"', ''),
      fc.constantFrom('1', '2.5', '-1', 'x'),
    ),
    { maxLength: 8 },
  )
  .map((lines) => ['date,channel,spend', ...lines.map((cells) => cells.join(','))].join('\n'));

const subscription = fc.record(
  {
    subscription_id: fc.constantFrom('s1', 's2', 's3', ' s1 ', 'é', '', null),
    user_id: fc.constantFrom('u1', 'u2'),
    plan_id: fc.constantFrom('basic', 'pro', ' Team', 'none'),
    price: fc.constantFrom(0, 9.99, 49, -1, '5'),
    currency: fc.constantFrom('USD', 'EUR', 'usd', 'XXX'),
    start_date: fc.constantFrom('2024-01-01', '2024-01-31', '2024-02-01'),
    end_date: fc.constantFrom(null, '2024-01-15', '2024-03-01', '9999-12-31', ' '),
    status: fc.constantFrom('active', 'canceled', 'cancelled', 'paused'),
    created_at: fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-02T00:00:00+02:00', null, 'unknown'),
  },
  { requiredKeys: ['subscription_id', 'user_id', 'plan_id', 'price', 'start_date', 'status'] },
);
const subscriptionText = fc
  .array(fc.oneof({ weight: 15, arbitrary: subscription }, fc.constant('no object')), { maxLength: 8 })
  .map((elements) => `[${elements.map((element) => JSON.stringify(element)).join(',\n  ')}]`);

const runsOf = (text: fc.Arbitrary<string>): fc.Arbitrary<string[][]> =>
  fc.array(fc.array(text, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 });

describe('folding deliveries of an extract', () => {
  test.each([
    ['a CSV file with a key of two columns', spend, spendText],
    ['a JSON array', subs, subscriptionText],
    ['a JSON array, its table by month', byMonth, subscriptionText],
  ])('makes of any runs what a simple model makes: %s', async (_, kind, text) => {
    await fc.assert(
      fc.asyncProperty(runsOf(text), async (runs) => {
        expect(rowsOf(kind, await ingest(kind, runs, 3))).toEqual(model(kind, runs));
      }),
      { numRuns: 60 },
    );
  });

  test('ends in the same bytes however deliveries are spread over runs, and whatever the order within one', async () => {
    await fc.assert(
      fc.asyncProperty(runsOf(subscriptionText), async (runs) => {
        const reversed = runs.flat().map((text) => JSON.stringify((JSON.parse(text) as unknown[]).reverse()));
        const bytes = (stored: Stored): unknown =>
          [...stored].sort().map(([value, files]) => [value, files.map(({ file }) => file.sha256)]);
        const expected = bytes(await ingest(byMonth, runs));
        expect(bytes(await ingest(byMonth, [runs.flat()]))).toEqual(expected);
        expect(
          bytes(
            await ingest(
              byMonth,
              reversed.map((text) => [text]),
            ),
          ),
        ).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('changes nothing when what is delivered is known, and rewrites only the months that change', async () => {
    const element = (id: string, start: string, price: number): object => ({
      subscription_id: id,
      user_id: 'u',
      plan_id: 'pro',
      price,
      start_date: start,
      status: 'active',
    });
    const first = [
      element('a', '2024-01-01', 1),
      element('b', '2024-02-01', 1),
      element('c', '2024-03-01', 1),
    ];
    const stored = await ingest(byMonth, [[JSON.stringify(first)]]);
    expect(await fold(byMonth, stored, [JSON.stringify(first)])).toMatchObject({
      partitions: [],
      addedRows: 0,
    });
    const second = [first[0], element('b', '2024-01-09', 1), first[2]];
    expect(await fold(byMonth, stored, [JSON.stringify(second)])).toMatchObject({
      partitions: [
        { value: '2024-01', rows: 2 },
        { value: '2024-02', rows: 0 },
      ],
      addedRows: 1,
      removedRows: 1,
    });
  });

  test('tells which keys the newest delivery lacks, and which of them were refused', async () => {
    const header = 'date,channel,spend\n';
    const first = `${header}2024-01-01,a,1\n2024-01-01,b,1\n2024-01-02,c,1\n2024-01-02,d,1`;
    const stored = await ingest(spend, [[first]]);
    const second = `${header}2024-01-01,a,no\n2024-01-01,b,no\n2024-01-01,b,2\n2024-01-02,e,-1`;
    const { missing, refusedStates } = await fold(spend, stored, [second]);
    expect(missing).toEqual({
      count: 2,
      sample: [
        ['2024-01-02', 'c'],
        ['2024-01-02', 'd'],
      ],
    });
    expect(refusedStates).toEqual({ count: 1, sample: [['2024-01-01', 'a']] });
    const later = await fold(spend, stored, [second, `${header}2024-01-01,a,3`]);
    expect(later.refusedStates).toEqual({ count: 0, sample: [] });
    expect(later.missing.count).toBe(3);
  });
});

describe('a parsed extract', () => {
  test('counts its records and keeps the refused ones with their reasons', async () => {
    const parsed = await parse(
      spend,
      'date,channel,spend\n2024-01-01,é,1\n\n2024-01-01,,1\n"x"y,b,1\n2024-01-01,c,x',
    );
    expect(parsed).toMatchObject({
      records: 4,
      accepted: 1,
      rejected: { invalid_spend: 1, malformed_row: 1, missing_channel: 1 },
    });
    expect([...refusedRecords(parsed)]).toEqual([
      { lineNumber: 4, raw: '2024-01-01,,1', reason: 'missing_channel' },
      { lineNumber: 5, raw: '"x"y,b,1', reason: 'malformed_row' },
      { lineNumber: 6, raw: '2024-01-01,c,x', reason: 'invalid_spend' },
    ]);
  });

  test('becomes bronze with every text, the header first', async () => {
    const schema = schemaOf(bronzeTable('bronze.marketing_spend', 'records'));
    const parsed = await parse(spend, '\n date,Channel,spend\n2024-01-01,é,1\n2024-01-01,,1');
    const facts = { schema, batchId: 'b1', sourceFile: 's.csv', ingestDate: '2024-06-01' };
    const files: EncodedDataFile[] = [];
    for await (const file of encodeExtractBronze(pool, parsed, facts)) files.push(file);
    const common = (line: number, raw: string, isRecord: boolean, reason: string | null): Row => [
      ...['b1', 's.csv', line, raw, isRecord, reason, daysOfIso('2024-06-01')],
    ];
    expect(files.map(({ batches }) => batches)).toEqual([['b1']]);
    expect(tableToRows(decodeParquet(files[0]!.bytes), schema)).toEqual([
      common(2, ' date,Channel,spend', false, null),
      common(3, '2024-01-01,é,1', true, null),
      common(4, '2024-01-01,,1', true, 'missing_channel'),
    ]);
  });

  test('that is broken says where, though it is cut before it is read', async () => {
    const broken = `[1,\n  {"a": nul}]`;
    await expect(parse(subs, broken)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(
        'subscriptions.json, line 2, column 3: expected a JSON value',
      ) as string,
    });
  });
});
