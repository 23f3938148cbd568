// Keys of the language that say more than a source and a statement: what each becomes, and how it is refused.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';
import { loadProject } from '../../src/project/load/load-project.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { ProjectFolder, refusal, type Texts } from './project-folder.js';

const folder = new ProjectFolder();
let engine: Engine;
beforeAll(() => {
  engine = startDuckDbWasm();
});
afterAll(() => engine.close());

const startEngine = (): Promise<Engine> => Promise.resolve(clearedOnClose(engine));

const PROJECT: Texts = {
  'lake.yaml': `name: till
first_look: silver.sales
sources:
  bookings:
    files: "bookings*.ndjson"
    kind: log
    key: id
    conflicts: doubtful_bookings
    fields:
      id: { type: text, required: true, refuse: no_id }
      kind: { type: text, required: true, one_of: [sale, refund], refuse: unknown_kind }
      ts: { type: timestamp, required: true, min: 2020-01-01, max: 2029-12-31 }
      amount: { type: "decimal(18,2)", required: true, min: 0, below: 1000000, refuse: bad_amount }
      refers_to: text
    reasons: { out_of_range_amount: negative_amount }
    dates: { day: ts }
    partition: day(day)
    index: [refers_to]
    checks:
      kinds_known: { values_of: kind }
      bookings_in_range: { ranges_of: [day, amount] }
range: silver.bookings.day
headline:
  - { name: Last, table: gold.days, column: [sold, sales], row: last }
  - { name: Month, about: EUR, table: gold.days, sum: sold, last: 30, target: { min: 5 } }
charts:
  - { title: Sold, table: gold.days, kind: bar, x: date, y: { column: sold, name: Sold }, trend: sold, wide: true }
  - { title: Rows, table: gold.days, kind: table, y: [sold] }
rows:
  week: { of: silver.sales, where: 'day BETWEEN :monday AND :date', files: { silver.sales: { day: [monday, date] } } }
origins:
  own: { source: bookings, columns: [id] }
runs:
  without_reference: { nulls_of: silver.bookings.refers_to }
metrics:
  lonely: { about: bookings of nothing, of: without_reference, by: new_rows, judged: rate, reason: It should stay. }
series:
  sold: { kind: money, reason: Sold., sql: "SELECT date, sold AS value, sales AS things FROM gold.days" }
settings:
  kinds: { adds_to: bookings.kind }
  days: { narrows: bookings.ts }
`,
  'models/silver/sales.sql': `/*
key: id
partition: month(day) as sale_month
reads:
  silver.bookings: rows
  silver.refunded: referenced(silver.bookings, refers_to)
columns: { day: { required: true } }
records: [own]
may_shrink: true
*/
SELECT b.id, b.day, b.amount, r.id AS of_booking
FROM silver.bookings AS b LEFT JOIN silver.refunded AS r ON r.id = b.refers_to
`,
  'models/gold/days.sql': `/*
key: date
explain:
  sold: &sales
    about: sales since Monday
    sum: amount
    rows: week
  sales: { <<: *sales, about: their number, sum: '1' }
  mean: { about: sold by sales, ratio: [sold, sales] }
days: { monday: ":date + CAST(-7 AS INT)" }
*/
SELECT day AS date, SUM(amount) AS sold, COUNT(*) AS sales, SUM(amount) / COUNT(*) AS mean
FROM silver.sales GROUP BY day
`,
  'checks/few.sql': '/*\nreason: Few.\nwhole: false\n*/\nSELECT id FROM silver.sales WHERE amount > 900000\n',
};

async function loaded(files: Texts = {}): Promise<Pipeline> {
  await folder.write({ ...PROJECT, ...files });
  const project = await loadProject(folder.path, { startEngine });
  return project.under(project.settings.defaults);
}

const changed = (file: string, from: string, to: string): Texts => {
  const text = String(PROJECT[file]);
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  return { [file]: text.replace(from, to) };
};

describe('the language of projects', () => {
  it('names reasons, tables and checks of a source', async () => {
    const { sources, checks, ranges } = await loaded();
    const [source] = sources;
    expect(source?.kind === 'log' && source.conflicts.name).toBe('silver.doubtful_bookings');
    const reasons = Object.fromEntries(source!.contract.fields.map((field) => [field.name, field.reasons]));
    expect(reasons['id']).toEqual({
      missing: 'no_id',
      invalid: 'no_id',
      unknown: 'no_id',
      outOfRange: 'no_id',
    });
    expect(reasons['amount']).toMatchObject({ invalid: 'bad_amount', outOfRange: 'negative_amount' });
    expect(checks.find(({ name }) => name === 'kinds_known')?.sql).toBe(
      `SELECT id, kind FROM silver.bookings WHERE kind IS NOT NULL AND kind <> 'sale' AND kind <> 'refund'`,
    );
    expect(ranges.find(({ name }) => name === 'bookings_in_range')?.columns).toEqual({
      day: { min: '2020-01-01', max: '2029-12-31' },
      amount: { min: '0', max: '1000000.00' },
    });
  });

  it('says of models what rows refer to, how files are named, and what may go', async () => {
    const { models, mayShrink, checks, lineage, firstLook } = await loaded();
    const sales = models.find(({ table }) => table.name === 'silver.sales');
    expect(sales?.table.partition).toEqual({ source: 'day', transform: 'month', name: 'sale_month' });
    expect(sales?.inputs).toEqual(
      [
        { table: 'silver.bookings', columns: ['id', 'amount', 'refers_to', 'day'], spread: { kind: 'rows' } },
        {
          table: 'silver.bookings',
          as: 'silver.refunded',
          columns: ['id'],
          spread: { kind: 'referenced', column: 'refers_to' },
        },
      ].map((input) => ({ ...input, columns: expect.arrayContaining(input.columns) as unknown })),
    );
    expect(mayShrink).toEqual(['silver.sales']);
    expect(firstLook).toBe('silver.sales');
    expect(checks.find(({ name }) => name === 'few')?.whole).toBeUndefined();
    // Made row by row of what has the same key: no key can be in two months.
    expect(checks.find(({ name }) => name === 'silver_sales_key')?.whole).toBeUndefined();
    expect(lineage['gold.days']?.columns['sold']).toEqual(['silver.sales.amount']);
    expect(lineage['silver.sales']?.columns['of_booking']).toContain('silver.bookings.id');
  });

  it('shows figures, charts and explanations of every kind', async () => {
    const { headline, charts, explanations, runs, series } = await loaded();
    expect(headline).toEqual([
      { name: 'Last', about: 'Last', table: 'gold.days', column: ['sold', 'sales'], row: 'last' },
      { name: 'Month', about: 'EUR', table: 'gold.days', sum: 'sold', last: 30, target: { min: 5 } },
    ]);
    expect(charts.map(({ kind }) => kind)).toEqual(['bar', 'table']);
    expect(charts[0]).toMatchObject({ trend: 'sold', wide: true, y: { column: 'sold', name: 'Sold' } });
    expect(explanations.records).toEqual({ 'silver.sales': [{ source: 'bookings', columns: ['id'] }] });
    expect(explanations.columns['gold.days']).toMatchObject({
      days: { monday: ':date + CAST(-7 AS INT)' },
      columns: {
        sold: { sum: 'amount', of: 'silver.sales' },
        sales: {
          about: 'their number',
          sum: '1',
          of: 'silver.sales',
          where: 'day BETWEEN :monday AND :date',
        },
        mean: { ratio: ['sold', 'sales'] },
      },
    });
    expect(runs.nulls).toEqual([{ column: 'without_reference', table: 'silver.bookings', of: 'refers_to' }]);
    expect(runs.metrics[0]).toMatchObject({ name: 'lonely', check: 'anomaly_lonely' });
    expect(series[0]?.from).toMatchObject({ tables: ['gold.days'] });
  });

  it('puts what a column says of its rows before what they say of themselves', async () => {
    const { explanations } = await loaded(
      changed('models/gold/days.sql', 'rows: week', 'rows: week\n    where: amount > 5'),
    );
    const { sold } = explanations.columns['gold.days']!.columns;
    expect(sold).toMatchObject({
      of: 'silver.sales',
      where: 'amount > 5',
      files: { 'silver.sales': { day: ['monday', 'date'] } },
    });
    expect(sold).not.toHaveProperty('rows');
  });

  it('reads settings that another lake of the project recorded by their names', async () => {
    await folder.write(PROJECT);
    const project = await loadProject(folder.path, { startEngine });
    const { contract } = project.under({
      kinds: ['tip', 'sale', 'discount'],
      days: { from: '2024-01-01', to: '2099-01-01' },
    }).sources[0]!;
    const typeOf = (name: string): unknown => contract.fields.find((field) => field.name === name)?.type;
    expect(typeOf('kind')).toMatchObject({ oneOf: ['sale', 'refund', 'discount', 'tip'] });
    expect(typeOf('ts')).toMatchObject({ min: '2024-01-01', max: '2029-12-31' });
    expect(() => project.under({ kinds: 'all' })).toThrow(/kinds: these are no settings/);
  });

  it.each<[string, Texts, RegExp]>([
    [
      'an origin that is none',
      changed('models/silver/sales.sql', '[own]', '[owner]'),
      /^models\/silver\/sales\.sql:8:\d+: records: there is no origin owner in lake\.yaml; known are own/,
    ],
    [
      'rows that are none',
      changed('models/gold/days.sql', '<<: *sales,', '<<: *sales, rows: weak,'),
      /^models\/gold\/days\.sql:\d+:\d+: rows: there are no rows weak in lake\.yaml; known are week/,
    ],
    [
      'rows of a column that is made of two',
      changed('models/gold/days.sql', '{ about: sold by sales,', '{ rows: week, about: sold by sales,'),
      /^models\/gold\/days\.sql:9:\d+: rows: mean is made by ratio, and so of no rows of its own$/,
    ],
    [
      'a part that is no column and of nothing',
      changed('models/gold/days.sql', 'mean: {', 'meen: {'),
      /^models\/gold\/days\.sql:\d+:\d+: explain: the statement gives no column meen/,
    ],
    [
      'accepted values of a field that has none',
      changed('lake.yaml', 'values_of: kind', 'values_of: id'),
      /^lake\.yaml:20:\d+: bookings\.checks\.kinds_known: expected a field of text with one_of, found id/,
    ],
    [
      'ranges of what nothing bounds',
      changed('lake.yaml', '[day, amount]', '[day, refers_to]'),
      /^lake\.yaml:21:\d+: bookings\.checks\.bookings_in_range: refers_to: nothing bounds its values/,
    ],
    [
      'a setting of a field that is not there',
      changed('lake.yaml', 'adds_to: bookings.kind', 'adds_to: bookings.kin'),
      /^lake\.yaml:\d+:\d+: settings\.kinds: there is no field bookings\.kin/,
    ],
    [
      'a setting that narrows a text',
      changed('lake.yaml', 'narrows: bookings.ts', 'narrows: bookings.kind'),
      /^lake\.yaml:\d+:\d+: settings\.days: expected a timestamp, found bookings\.kind, which is text/,
    ],
    [
      'a figure of no column',
      changed('lake.yaml', 'column: [sold, sales]', 'column: [sold, sale]'),
      /^lake\.yaml:\d+:\d+: .*gold\.days has no column sale/,
    ],
    [
      'a run column of two kinds',
      changed(
        'lake.yaml',
        'nulls_of: silver.bookings.refers_to',
        'nulls_of: silver.bookings.id, sum_of: a.b.c',
      ),
      /^lake\.yaml:\d+:\d+: runs\.without_reference: expected either nulls_of or sum_of/,
    ],
    [
      'a series of nothing',
      changed('lake.yaml', 'sql: "SELECT date, sold', 'partitions_of: gold.days, sql: "SELECT date, sold'),
      /^lake\.yaml:\d+:\d+: series\.sold: expected either sql or partitions_of/,
    ],
    [
      'a metric of no column',
      changed('lake.yaml', 'of: without_reference,', 'of: without_referrer,'),
      /^lake\.yaml:\d+:\d+: .*without_referrer/,
    ],
  ])('%s is refused at its place', async (_, files, expected) => {
    expect(await refusal(loaded(files))).toEqual([expect.stringMatching(expected)]);
  });
});
