// `lake explain` of a project's models that do not say how their columns are made: what follows from their statements.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExplainReport } from '../../src/lake/explain/explain-results.js';
import { writeTexts } from '../project/project-folder.js';
import { jsonHere, runHere } from './run-here.js';

const files = {
  'lake.yaml': `name: shop
sources:
  orders:
    files: "orders*.csv"
    kind: extract
    key: order_id
    fields:
      order_id: text required
      customer: text required
      ordered_on: date required
      total: { type: "decimal(18,2)" }
      n: integer
  clicks:
    files: "clicks*.ndjson"
    kind: log
    fields: { customer: text required, at: timestamp required }
`,
  'data/orders.csv': `order_id,customer,ordered_on,total,n
1,ann,2024-03-05,10.50,9007199254740993
2,ann,2024-03-05,4.50,9007199254740992
3,bob,2024-03-05,7.00,2
4,ann,2024-04-01,9.00,2
`,
  'data/clicks.ndjson': `{"customer":"ann","at":"2024-03-05T10:00:00Z"}
{"customer":"bob","at":"2024-03-06T10:00:00Z"}
`,
  'models/gold/daily.sql': `/*
key: [date, customer]
*/
SELECT ordered_on AS date, customer, COUNT(*) AS orders, SUM(total) AS revenue
FROM silver.orders GROUP BY ordered_on, customer`,
  'models/gold/customers.sql': `/*
key: customer
explain:
  orders: { of: silver.orders, where: "customer = :customer" }
  clicks: { of: silver.clicks, where: "customer = :customer" }
*/
SELECT o.customer, COUNT(DISTINCT o.order_id) AS orders, SUM(o.total) AS revenue, COUNT(DISTINCT c."at") AS clicks
FROM silver.orders AS o LEFT JOIN silver.clicks AS c ON c.customer = o.customer GROUP BY o.customer`,
  'models/gold/monthly.sql': `/*
key: month
*/
SELECT CAST(date_trunc('month', ordered_on) AS DATE) AS month, COUNT(*) AS orders FROM silver.orders GROUP BY 1`,
  'models/gold/numbers.sql': `/*
key: n
*/
SELECT n, MAX(total) AS most FROM silver.orders WHERE n IS NOT NULL GROUP BY n`,
  'models/gold/pairs.sql': `/*
key: [one, other]
*/
SELECT a.order_id AS one, b.order_id AS other, a.total + b.total AS total
FROM silver.orders AS a JOIN silver.orders AS b ON a.customer = b.customer AND a.order_id < b.order_id`,
  'models/gold/plain.sql': `SELECT customer, SUM(orders) AS orders FROM gold.daily GROUP BY customer`,
};

let folder = '';
let project: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-lineage-'));
  project = ['--project', folder];
  await writeTexts(folder, files);
  await jsonHere(['ingest', ...project]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const explained = (...args: readonly string[]): Promise<ExplainReport> =>
  jsonHere<ExplainReport>(['explain', ...args, ...project]);

const where = (...conditions: readonly string[]): readonly string[] =>
  conditions.flatMap((each) => ['--where', each]);

/** Of an input: the ids of its rows, and where their records stand. */
const shownOf = (report: ExplainReport, table: string): readonly unknown[] =>
  (report.lineage?.inputs.find((input) => input.table === table)?.sample ?? []).map(({ row, records }) => [
    row['order_id'],
    ...records.map(({ lineNumber }) => lineNumber),
  ]);

describe('lake explain of a model that does not say how its columns are made', () => {
  it('shows what they are made of, and the rows that share the key, with their records', async () => {
    const report = await explained('daily', ...where('date=2024-03-05', 'customer=ann'));
    expect(report.columns).toEqual([]);
    expect(report.lineage?.columns).toContainEqual({
      column: 'revenue',
      cell: '15.00',
      madeOf: ['silver.orders.total'],
    });
    const [input] = report.lineage?.inputs ?? [];
    expect(input?.shared).toEqual([
      [{ column: 'ordered_on', value: '2024-03-05', of: 'date' }],
      [{ column: 'customer', value: 'ann', of: 'customer' }],
    ]);
    expect(input?.rows).toBe(2);
    expect(shownOf(report, 'silver.orders')).toEqual([
      ['1', 2],
      ['2', 3],
    ]);
  });

  it('tells whole numbers beyond 2^53 apart', async () => {
    const report = await explained('numbers', ...where('n=9007199254740993'));
    expect(shownOf(report, 'silver.orders')).toEqual([['1', 2]]);
  });

  it('shows both rows of a table that is read twice', async () => {
    const report = await explained('pairs', ...where('one=1', 'other=4'));
    expect(shownOf(report, 'silver.orders')).toEqual([
      ['1', 2],
      ['4', 5],
    ]);
  });

  it('takes no row for one of a key that is computed', async () => {
    const report = await explained('monthly', ...where('month=2024-04-01'));
    expect(report.lineage?.inputs).toEqual([
      { table: 'silver.orders', shared: [], rows: 4, sql: null, sample: [] },
    ]);
  });

  it('does so for the columns alone of which nothing is said', async () => {
    const whole = await explained('customers', ...where('customer=ann'));
    expect(whole.columns.map(({ column, cell, sum }) => [column, cell, sum])).toEqual([
      ['orders', 3, 3],
      ['clicks', 1, 1],
    ]);
    expect(whole.lineage?.columns.map(({ column }) => column)).toEqual(['revenue']);
    expect(whole.lineage?.inputs.map(({ table, rows }) => [table, rows])).toEqual([
      ['silver.clicks', 1],
      ['silver.orders', 3],
    ]);
    const declared = await explained('customers', ...where('customer=ann'), '--column', 'orders');
    expect(declared.lineage).toBeNull();
    const other = await explained('customers', ...where('customer=ann'), '--column', 'revenue');
    expect([other.columns, other.lineage?.columns.length]).toEqual([[], 1]);
  });

  it('shows no record for a row that names none', async () => {
    const report = await explained('customers', ...where('customer=ann'), '--column', 'clicks');
    expect(report.columns[0]?.sample?.map(({ records }) => records)).toEqual([[]]);
  });

  it('finds a row of a model without a key by any columns that name one', async () => {
    const report = await explained('plain', ...where('customer=ann'));
    expect(report.row).toMatchObject({ customer: 'ann' });
    expect(report.lineage?.inputs.map(({ table, rows }) => [table, rows])).toEqual([['gold.daily', 2]]);
  });

  it('says to a person that this is lineage', async () => {
    const { stdout } = await runHere([
      'explain',
      'daily',
      ...where('date=2024-03-05', 'customer=bob'),
      ...project,
    ]);
    expect(stdout).toContain('Nothing says how these columns are made');
    expect(stdout).toMatch(/revenue +7\.00 +silver\.orders\.total/);
    expect(stdout).toMatch(
      /silver\.orders {2}1 row with ordered_on=2024-03-05, customer=bob\n {2}order_id 3/,
    );
    expect(stdout).toContain('Next: the records in full, with --column orders');
  });

  const refused: readonly [string, readonly string[], string][] = [
    ['a column that is not there', ['daily', ...where('date=2024-03-05', 'customer=ann'), '--column', 'revenu'], 'Did you mean revenue?'],
    ['a column that a model without a key lacks', ['plain', ...where('custmer=ann')], 'Did you mean customer?'],
    ['a log without a key', ['silver.clicks', ...where('customer=ann')], 'no key of theirs names a record'],
    ['what changed a column of which nothing is said', ['customers', ...where('customer=ann'), '--column', 'revenue', '--why-changed', '--since', '1'], 'nothing says how revenue of gold.customers is made'],
  ]; // prettier-ignore
  it.each(refused)('refuses %s', async (_, args, message) => {
    const { code, stderr } = await runHere(['explain', ...args, ...project]);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });
});
