// `lake init`: from files as they come, to figures, in two commands.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import type { InitReport } from '../../src/project/init/init-project.js';
import { ProjectFolder } from '../project/project-folder.js';
import { runCli, runJson, type CliResult } from './run-cli.js';

const folder = new ProjectFolder();
const inside = (path: string): { readonly cwd: string; readonly env: Record<string, string> } => ({
  cwd: join(folder.path, path),
  env: { HOME: join(folder.path, 'home') },
});
const lake = (args: readonly string[], path = ''): Promise<CliResult> => runCli(args, inside(path));

/** Files as a shop has them: a spreadsheet's CSV, an advertising report, nested logs, a payment provider's export. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'in/sales.csv': Buffer.from(
    [
      'Order No;Buyer;Placed At;Sum;Currency',
      'B-1;  Jürgen & Co ;05.04.2024 08:00;2.499,50;EUR',
      'B-2;"Lee; Ltd";05.04.2024 12:30;19,90;eur',
      'B-3;Zoë;06.04.2024 00:10;--;EUR',
      'B-4;Zoë;31.04.2024 09:00;7,00;EUR',
      'B-2;"Lee; Ltd";05.04.2024 12:30;19,90;eur',
      '',
    ].join('\r\n'),
    'latin1',
  ),
  'in/ads.csv':
    'Report of April\n\nDay,Ad,Ad ID,Cost\n2024-04-05,Spring,0017,"1,020.50"\n2024-04-05,Autumn,0018,12.00\n2024-04-06,Spring,0017, --\n',
  'in/app.ndjson': [
    '{"id":"e1","at":1712304000123,"level":"INFO","ctx":{"user":{"id":9007199254740993}},"steps":[{"ms":1.5},{"ms":2}]}',
    '{"id":"e2","at":"2024-04-05T08:00:01Z","level":"warn","ctx":{},"steps":[]}',
    '{"id":"e3","at":1712304002000,"level":"INFO"',
    '',
  ].join('\n'),
  'in/plans.json': JSON.stringify({
    object: 'list',
    data: [
      { id: 'p1', started: 1711929600, price: { unit_amount: 1299 } },
      { id: 'p2', started: 1712016000, price: { unit_amount: 0 } },
    ],
  }),
};

interface Rows {
  readonly rows: readonly (readonly unknown[])[];
}

describe('lake init', () => {
  it('makes of files a project that ingests at once, with nothing refused that a person would accept', async () => {
    await folder.write(files);
    const names = Object.keys(files).map((path) => path.replace('in/', '../in/'));
    await folder.write({ 'work/.keep': '' });
    const { sources } = await runJson<InitReport>(['init', 'shop', '--from', ...names], inside('work'));
    expect(sources.map(({ name, format, key }) => [name, format, key.join()])).toEqual([
      ['sales', 'csv', 'order_no'],
      ['ads', 'csv', 'day,ad_id'],
      ['app', 'ndjson', 'id'],
      ['plans', 'json', 'id'],
    ]);
    const report = await runJson<IngestReport>(['ingest'], inside('work/shop'));
    expect(
      Object.fromEntries(
        report.batches.map(({ source, accepted, rejected }) => [source, [accepted, rejected]]),
      ),
    ).toEqual({
      sales: [4, { invalid_placed_at: 1 }], // there is no 31 April
      ads: [3, {}],
      app: [2, { invalid_json: 1 }], // the line is cut
      plans: [2, {}],
    });
    const rows = async (sql: string): Promise<Rows['rows']> =>
      (await runJson<Rows>(['query', sql], inside('work/shop'))).rows;
    expect(
      await rows('SELECT order_no, buyer, placed_on, sum, currency FROM silver.sales ORDER BY order_no'),
    ).toEqual([
      ['B-1', 'Jürgen & Co', '2024-04-05', '2499.50', 'EUR'],
      ['B-2', 'Lee; Ltd', '2024-04-05', '19.90', 'EUR'],
      ['B-3', 'Zoë', '2024-04-06', null, 'EUR'],
    ]);
    expect(await rows('SELECT ad_id, cost FROM silver.ads ORDER BY day, ad_id')).toEqual([
      ['0017', '1020.50'],
      ['0018', '12.00'],
      ['0017', null],
    ]);
    expect(await rows('SELECT id, ctx_user_id, steps FROM silver.app ORDER BY id')).toEqual([
      ['e1', '9007199254740993', '[{"ms":1.5},{"ms":2}]'],
      ['e2', null, '[]'],
    ]);
    expect(await rows('SELECT id, price_unit_amount FROM silver.plans ORDER BY id')).toEqual([
      ['p1', '12.99'],
      ['p2', '0.00'],
    ]);
    const { stdout } = await lake([], 'work/shop');
    expect(stdout).toMatch(/Sales\s+3\s+rows so far/);
    expect((await runJson<IngestReport>(['ingest'], inside('work/shop'))).changed).toBe(false);
    expect((await lake(['test', '--incremental'], 'work/shop')).stdout).toContain('the same');
  }, 240_000);

  it('overwrites nothing, and says which file is there', async () => {
    await folder.write({ ...files, 'shop/lake.yaml': 'name: mine\n' });
    const { code, stderr } = await lake(['init', 'shop', '--from', 'in/ads.csv']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/shop\/lake\.yaml is there already, and nothing is overwritten/),
    ]);
    expect(await readFile(join(folder.path, 'shop/lake.yaml'), 'utf8')).toBe('name: mine\n');
  }, 60_000);

  it('drafts from data/ where it is there, and writes a blank project where nothing is', async () => {
    await folder.write({ 'one/data/ads.csv': files['in/ads.csv']! });
    const { sources } = await runJson<InitReport>(['init', 'one'], inside(''));
    expect(sources.map(({ name }) => name)).toEqual(['ads']);
    const { written } = await runJson<InitReport>(['init', 'two'], inside(''));
    expect(written).toEqual(['lake.yaml', 'models/gold/sensors.sql']);
    await folder.write({ 'two/data/x.txt': '' });
    await writeFile(
      join(folder.path, 'two/data/readings.csv'),
      'sensor,measured_on,value\na,2024-03-01,1.5\n',
    );
    expect((await runJson<IngestReport>(['ingest'], inside('two'))).tables['gold.sensors']?.rows).toBe(1);
  }, 120_000);
});
