// A project's folder as a pipeline: what is found in its SQL, and what is refused at its line.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { loadProject, type Project } from '../../src/project/load/load-project.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { ProjectFolder, refusal, shop, type Texts } from './project-folder.js';

const folder = new ProjectFolder();
let engines = 0;
let running: Engine;
beforeAll(() => {
  running = startDuckDbWasm();
});
afterAll(() => running.close());

/** One engine for all of them: closing it only lets its relations go. */
function startEngine(): Promise<Engine> {
  engines++;
  return Promise.resolve(clearedOnClose(running));
}

async function loaded(files: Texts = {}, cache?: string): Promise<Project> {
  await folder.write({ ...shop, ...files });
  return loadProject(folder.path, { startEngine, ...(cache !== undefined && { cache }) });
}

/** The lines with which the shop is refused when it has these files. */
const refused = (files: Texts): Promise<readonly string[]> => refusal(loaded(files));

describe('a project as a pipeline', () => {
  it('finds what models read, their columns and their order in the SQL', async () => {
    const project = await loaded({
      'models/gold/all_days.sql': 'SELECT SUM(orders) AS orders, MAX(date) AS last FROM gold.daily_orders',
      'models/silver/paid.sql': 'SELECT * FROM silver.orders WHERE total > 0',
    });
    const { models, checks, headline, range, firstLook } = project.under(project.settings.defaults);
    expect(models.map(({ table }) => table.name)).toEqual([
      'silver.paid',
      'gold.daily_orders',
      'gold.all_days',
      'gold.lines_by_level',
    ]);
    const daily = models.find(({ table }) => table.name === 'gold.daily_orders');
    expect(daily).toMatchObject({
      table: {
        columns: [
          { name: 'date', type: 'date', required: true },
          { name: 'currency', type: 'string', required: true },
          { name: 'orders', type: 'long', required: false },
          { name: 'revenue', type: 'decimal(38,2)', required: false },
        ],
        key: ['date', 'currency'],
        partition: { source: 'date', transform: 'month' },
      },
      inputs: [
        { table: 'silver.orders', columns: ['ordered_on', 'total', 'currency'], spread: { kind: 'table' } },
      ],
    });
    expect(daily?.inputs[0]?.columns).not.toContain('order_id');
    // A sum of whole numbers is wider than a table's: it is cast.
    expect(models.find(({ table }) => table.name === 'gold.lines_by_level')?.sql).toContain(
      'CAST("users" AS BIGINT)',
    );
    expect(checks.map(({ name, tables }) => [name, tables])).toEqual([
      ['gold_daily_orders_key', ['gold.daily_orders']],
      ['no_negative', ['silver.orders']],
    ]);
    expect(headline).toEqual([
      { name: 'Revenue', table: 'gold.daily_orders', sum: 'revenue', about: 'EUR, so far' },
    ]);
    expect([range, firstLook]).toEqual(['silver.logs', 'gold.lines_by_level']);
  });

  it('asks an engine once for the same statements, and again after a change', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'lake-cache-'));
    try {
      engines = 0;
      await loaded({}, cache);
      const again = await loaded({}, cache);
      expect([engines, (await readdir(cache)).length]).toEqual([1, 1]);
      expect(again.under(again.settings.defaults).models).toHaveLength(2);
      await loaded(
        { 'models/gold/lines_by_level.sql': 'SELECT level FROM silver.logs GROUP BY level' },
        cache,
      );
      expect(engines).toBe(2);
    } finally {
      await rm(cache, { recursive: true });
    }
  });

  it('makes the contracts of then again from what a run recorded', async () => {
    const before = await loaded();
    const after = await loaded({
      'lake.yaml': shop['lake.yaml']!.replace('level: { type: text, case: lower }', 'level: text'),
    });
    const then = after.under(before.settings.defaults);
    const contract = before.under(before.settings.defaults).sources[1]?.contract;
    expect(then.sources[1]?.contract).toEqual(contract);
    expect(after.under(after.settings.defaults).sources[1]?.contract).not.toEqual(contract);
    expect(() => after.under({ sources: { 'no name': {} } })).toThrow(/recorded settings/);
  });
});

describe('what is wrong with a model', () => {
  const model = (sql: string): Texts => ({ 'models/gold/x.sql': sql });

  it.each([
    ['a column that is not there', '/* key: a */\nSELECT\n  totl AS a\nFROM silver.orders', '3:3: .*totl'],
    [
      'a table that is not there',
      'SELECT a FROM silver.order',
      '1:22: there is no table silver.order to read; did you mean silver.orders',
    ],
    [
      'a bare name',
      'SELECT 1 AS a FROM orders',
      '1:20: there is no table orders to read; did you mean silver.orders',
    ],
    ['no statement', 'SELEC 1', '1:1: '],
    ['several statements', 'SELECT 1 AS a; SELECT 2 AS a', '1:1: .*several statements'],
    ['a change', 'CREATE TABLE a AS SELECT 1', '1:1: .*found CREATE'],
    ['a file that is written', "COPY (SELECT 1) TO 'x.csv'", '1:1: .*found COPY'],
    ['a file that is read', "SELECT * FROM read_csv('/etc/passwd')", '1:15: read_csv reads what is no table'],
    ['a file as a table', "SELECT * FROM '/etc/passwd'", '1:1: there is no table /etc/passwd'],
    ['the environment', "SELECT getenv('HOME') AS a", '1:8: getenv reads'],
    ['chance', 'SELECT random() AS a', '1:8: random gives another value in each run'],
    ['the clock', 'SELECT CURRENT_DATE AS a', '1:8: CURRENT_DATE gives another value'],
    [
      'a column without a name',
      'SELECT COUNT(*) FROM silver.orders',
      '1:1: column 1 is called "count_star\\(\\)"',
    ],
    ['a list', 'SELECT LIST(order_id) AS ids FROM silver.orders', '1:1: column ids is a VARCHAR\\[\\]'],
    [
      'a key that is no column',
      '/*\nkey: [dat]\n*/\nSELECT 1 AS a',
      '2:6: key: .* no column dat; it gives a',
    ],
    [
      'a spread of what is not read',
      '/*\nreads:\n  silver.logs: table\n*/\nSELECT order_id FROM silver.orders',
      '3:16: reads: the statement does not read silver.logs',
    ],
    [
      'a spread without partitions',
      '/*\nreads: { silver.logs: day(day) }\n*/\nSELECT day FROM silver.logs',
      '2:.*has no partitions',
    ],
    ['an unknown key', '/*\nkeys: a\n*/\nSELECT 1 AS a', '2:1: unknown key "keys"; did you mean key'],
  ])('%s is told at its place', async (_, sql, expected) => {
    const lines = await refused(model(sql));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(new RegExp(`^models/gold/x\\.sql:${expected}`));
  });

  it('names a circle', async () => {
    const lines = await refused({
      'models/gold/a.sql': 'SELECT x FROM gold.b',
      'models/gold/b.sql': 'SELECT x FROM gold.a',
    });
    expect(lines).toEqual([
      'models/gold/a.sql:1:1: the model reads what is made of it: gold.a, which reads gold.b, which reads gold.a; expected no such circle',
    ]);
  });

  it('refuses names that would leave the folder or that objects have', async () => {
    const lines = await refused({
      'models/gold/constructor.sql': 'SELECT 1 AS a',
      'models/../x.sql': 'SELECT 1 AS a',
    });
    expect(lines).toEqual([
      expect.stringContaining('models/gold/constructor.sql:1:1: expected models/<layer>/<table>.sql'),
    ]);
  });
});

describe('what is wrong with lake.yaml', () => {
  const changed = (from: string, to: string): Texts => ({
    'lake.yaml': shop['lake.yaml']!.replace(from, to),
  });

  it.each([
    [
      'two sources that claim one file',
      'range: silver.logs.day',
      '  late:\n    files: "orders-late*.csv"\n    kind: extract\n    key: id\n    fields: { id: text required }\nrange: silver.logs.day',
      /^lake\.yaml:25:12: .*orders \(orders\*\.csv\).*late \(orders-late\*\.csv\)/,
    ],
    [
      'a figure of no table',
      'FROM gold.daily_orders"',
      'FROM gold.daily_order"',
      /^lake\.yaml:26:\d+: there is no table gold.daily_order to read; did you mean gold.daily_orders/,
    ],
    ['a chart of no column', 'y: revenue', 'y: revenu', /^lake\.yaml:28:\d+: .*revenu/],
    ['a key that may be null', 'order_id: text required', 'order_id: text', /^lake\.yaml:6:\d+: .*order_id/],
    [
      'a range that partitions nothing',
      'silver.logs.day',
      'silver.logs.ts',
      /^lake\.yaml:24:\d+: range: .*found ts/,
    ],
    [
      'a setting of no check',
      'name: shop',
      'name: shop\nchecks: { no_negativ: warn }',
      /^lake\.yaml:2:11: checks: .*did you mean no_negative/,
    ],
    [
      'a file of two sources',
      '"orders*.csv"',
      '["o?.ndjson", "*old*.jsonl"]',
      /^lake\.yaml:14:\d+: .*a file could be of orders \(\*old\*\.jsonl\) and of logs \(logs\*\.ndjson\)/,
    ],
    [
      'patterns of two formats',
      '"orders*.csv"',
      '["orders*.csv", "orders*.json"]',
      /^lake\.yaml:\d+:\d+: orders.format: expected csv, ndjson or json to be said/,
    ],
    [
      'a pattern of compressed files alone',
      '"orders*.csv"',
      '"orders*.csv.gz"',
      /^lake\.yaml:4:\d+: orders.files: .*leave \.gz out/,
    ],
    [
      'a pattern that leaves the folder',
      '"orders*.csv"',
      '"../orders*.csv"',
      /^lake\.yaml:4:\d+: orders.files: /,
    ],
  ])('%s is told at its place', async (_, from, to, expected) => {
    expect((await refused(changed(from, to)))[0]).toMatch(expected);
  });

  it('tells all that is wrong at once, in the order of files and lines', async () => {
    const lines = await refused({
      ...changed('name: shop', 'name: shop\nlimits: { x: { min: 1 } }'),
      'models/gold/a.sql': 'SELECT nothing FROM silver.orders',
      'checks/b.sql': 'SELECT nothing FROM gold.daily_orders',
    });
    expect(lines.map((line) => line.replace(/:.*/, ''))).toEqual(['checks/b.sql', 'models/gold/a.sql']);
  });
});
