// A project as a user meets it: found where it lies, drafted, ingested, asked, tested, and never trusted by itself.

import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import type { CliResult } from './run-cli.js';
import { runCli, runJson } from './run-cli.js';
import { ProjectFolder, shop } from '../project/project-folder.js';

const folder = new ProjectFolder();
/** `lake …args` in the project's folder, or a folder in it. */
const lake = (args: readonly string[], inside = ''): Promise<CliResult> =>
  runCli(args, { cwd: join(folder.path, inside), env: { HOME: join(folder.path, 'home') } });
const json = <T>(args: readonly string[], inside = ''): Promise<T> =>
  runJson<T>(args, { cwd: join(folder.path, inside), env: { HOME: join(folder.path, 'home') } });

interface Rows {
  readonly rows: readonly (readonly unknown[])[];
}

describe('a project', () => {
  it('is found from any folder in it, and what it ingests is its own', async () => {
    await folder.write({ ...shop, 'notes/deep/x.txt': '' });
    const report = await json<IngestReport>(['ingest', '--ingest-date', '2024-05-01'], 'notes/deep');
    expect(report.batches.map(({ source, accepted, rejected }) => [source, accepted, rejected])).toEqual([
      ['logs', 2, {}],
      ['orders', 3, { invalid_ordered_at: 1 }],
      ['orders', 2, {}],
    ]);
    expect(existsSync(join(folder.path, 'lake/_lake.json')) || existsSync(join(folder.path, 'lake'))).toBe(
      true,
    );
    expect((await json<Rows>(['query', 'SELECT * FROM gold.daily_orders'])).rows).toEqual([
      ['2024-03-01', 'EUR', 1, '49.90'],
      ['2024-03-02', 'EUR', 1, null],
      ['2024-03-03', 'EUR', 1, '1299.00'],
      ['2024-04-01', 'USD', 1, '10.10'],
    ]);
    const { stdout: overview } = await lake([]);
    expect(overview).toContain('Revenue  1,359.00  EUR, so far');
    expect(overview).not.toMatch(/MRR|subscriptions/);
    const explained = await lake([
      'explain',
      'daily_orders',
      '--where',
      'date=2024-03-01',
      '--where',
      'currency=EUR',
    ]);
    expect(explained.stdout).toContain('Sum of totals');
    expect(explained.stdout).toContain('orders.csv:3');
    const again = await json<IngestReport>(['ingest']);
    expect([again.changed, again.engine]).toEqual([false, null]);
  }, 120_000);

  it('is that of --project and LAKE_PROJECT, with lake and data in it', async () => {
    await folder.write(
      Object.fromEntries(Object.entries(shop).map(([path, text]) => [`shop/${path}`, text])),
    );
    const { code, stderr } = await lake(['tables', '--project', 'shop']);
    expect([code, stderr]).toEqual([5, expect.stringContaining('shop/lake is not a lake')]);
    const missing = await lake(['tables', '--project', 'home']);
    expect([missing.code, missing.stderr]).toEqual([5, expect.stringContaining('a folder with a lake.yaml')]);
  }, 60_000);

  it('refuses the old settings file, and --config, and says where settings stand', async () => {
    await folder.write({ ...shop, 'lake.config.json': '{}' });
    const old = await lake(['ingest']);
    expect([old.code, old.stderr]).toEqual([
      1,
      expect.stringMatching(/lake\.config\.json: the settings of a project stand in lake\.yaml/),
    ]);
    await rm(join(folder.path, 'lake.config.json'));
    const named = await lake(['ingest', '--config', 'other.json']);
    expect([named.code, named.stderr]).toEqual([1, expect.stringContaining('leave out --config')]);
  }, 60_000);

  it('tells each fault on a line of its own, with file, line and column', async () => {
    await folder.write({
      ...shop,
      'models/gold/a.sql': 'SELECT x FROM silver.orders',
      'checks/b.sql': 'SELECT y FROM silver.orders',
    });
    const { code, stderr } = await lake(['tables']);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^lake: checks\/b\.sql:1:8: /),
      expect.stringMatching(/^models\/gold\/a\.sql:1:8: /),
    ]);
  }, 60_000);

  it('does not open the lake of another', async () => {
    await folder.write(shop);
    await json(['ingest']);
    await writeFile(join(folder.path, 'lake.yaml'), shop['lake.yaml']!.replace('name: shop', 'name: other'));
    const { code, stderr } = await lake(['ingest']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('The lake is of the pipeline "shop", and this is "other"'),
    ]);
  }, 120_000);
});

describe('a project of a stranger', () => {
  it('runs nothing and sends nothing until it is trusted', async () => {
    const touched = join(folder.path, 'touched');
    await folder.write({
      ...shop,
      'lake.yaml': `${shop['lake.yaml']}alerts: { command: "touch '${touched}'" }\nlineage: { file: events.ndjson }\n`,
    });
    const { code, stderr } = await lake(['ingest']);
    expect([code, existsSync(touched), existsSync(join(folder.path, 'events.ndjson'))]).toEqual([
      0,
      false,
      false,
    ]);
    expect(stderr).toMatch(/lake\.yaml names alerts\.command, lineage\.file, which were not used/);
    const trusted = await lake(['trust']);
    expect(trusted.stdout).toContain(`touch '${touched}'`);
    const { untrusted } = await json<{ readonly untrusted: readonly string[] }>(['settings']);
    expect(untrusted).toEqual([]);
    await writeFile(
      join(folder.path, 'lake.yaml'),
      `${await readFile(join(folder.path, 'lake.yaml'), 'utf8')}\n`,
    );
    expect((await json<{ readonly untrusted: readonly string[] }>(['settings'])).untrusted).toEqual([
      'alerts.command',
      'lineage.file',
    ]);
  }, 120_000);
});

describe('lake test', () => {
  const daily = (revenue: string): string => `model: gold.daily_orders
given:
  silver.orders:
    - { order_id: a, ordered_on: 2024-01-01, currency: EUR, total: 1.50 }
    - { order_id: b, ordered_on: 2024-01-01, currency: EUR, total: 2 }
expect:
  - { date: 2024-01-01, currency: EUR, orders: 2, revenue: ${revenue} }
`;

  it('passes where the model makes what is expected, and shows by key what differs', async () => {
    await folder.write({ ...shop, 'tests/daily.yaml': daily('3.5') });
    expect((await lake(['test'])).stdout).toContain('1 test: all passed');
    await folder.write({ 'tests/daily.yaml': daily('4') });
    const { code, stdout } = await lake(['test', 'gold.daily_orders']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/different: date 2024-01-01, currency EUR\n.*\n\s+revenue\s+4\.00\s+3\.50/);
  }, 60_000);

  it('refuses tests of tables and columns that are not there, at their places', async () => {
    await folder.write({ ...shop, 'tests/daily.yaml': daily('4').replace('total: 2', 'totl: 2') });
    const { code, stderr } = await lake(['test']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/tests\/daily\.yaml:4:\d+: silver\.orders has no column totl/),
    ]);
  }, 60_000);

  it('proves that pieces give what the whole gives, and catches a spread that does not reach', async () => {
    // The lines of a day and of the day before: a change of a day reaches the next one, which "day" does not say.
    const model = (spread: string): string => `/*
key: day
partition: month(day)
reads:
  silver.logs: ${spread}
*/
SELECT day, CAST(COUNT(*) AS BIGINT) AS lines
FROM (SELECT day FROM silver.logs UNION ALL SELECT day + CAST(31 AS INT) FROM silver.logs) AS both_days
GROUP BY day
`;
    await mkdir(join(folder.path, 'data'), { recursive: true });
    await folder.write({
      'lake.yaml': shop['lake.yaml']!.replace(/headline:[^]*/, ''),
      'models/gold/lines.sql': model('month(day, 1, 0)'),
      'data/logs-1.ndjson':
        '{"id":"a","ts":"2024-02-15T00:00:00Z"}\n{"id":"b","ts":"2024-03-01T00:00:00Z"}\n',
      'data/logs-2.ndjson': '{"id":"c","ts":"2024-02-16T00:00:00Z"}\n',
    });
    const sound = await lake(['test', '--incremental']);
    expect([sound.code, sound.stdout]).toEqual([
      0,
      expect.stringContaining('after 2 runs and after one: the same'),
    ]);
    await folder.write({ 'models/gold/lines.sql': model('month(day)') });
    const { code, stdout } = await lake(['test', '--incremental']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/gold\.lines: 1 row;/);
    expect(stdout).toMatch(/missing: day 2024-03-18/);
  }, 240_000);
});
