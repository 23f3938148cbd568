// A project that changes on a lake with data: models renamed columns of, and models that are gone.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../src/project/load/load-project.js';
import { currentSchema } from '../../src/format/table-file.js';
import { openHead } from '../../src/table/view.js';
import type { Storage } from '../../src/storage/storage.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake, type TestLake } from '../pipeline/lake-under-test.js';
import { ProjectFolder, refusal, type Texts } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

const yaml = `name: shop
sources:
  orders:
    files: ["orders*.csv", "sales-??.csv"]
    kind: extract
    key: order_id
    fields: { order_id: text required, total: "decimal(18,2)" }
`;
const sums = (header: string, column: string): Texts => ({
  'lake.yaml': yaml,
  'models/gold/sums.sql': `${header}SELECT COUNT(*) AS orders, SUM(total) AS ${column} FROM silver.orders`,
});
const named = (from: string, to: string): string => `/*\nrenamed: { ${from}: ${to} }\n*/\n`;

async function load(files: Texts): ReturnType<typeof loadProject> {
  await folder.write(files);
  const kept = clearedOnClose(await shared.resources.engine());
  return loadProject(folder.path, { startEngine: () => Promise.resolve(kept) });
}

async function lakeOf(files: Texts, storage?: Storage): Promise<TestLake<object>> {
  const project = await load(files);
  return testLake<object>({
    resources: shared.resources,
    pipelineUnder: (settings) => project.under(settings),
    settings: project.settings.defaults,
    ...(storage && { storage }),
  });
}

const csv = (name: string, ...rows: readonly string[]): { name: string; bytes: Uint8Array } => ({
  name,
  bytes: Buffer.from(['order_id,total', ...rows, ''].join('\n')),
});

async function idsOf(storage: Storage, table: string): Promise<Readonly<Record<string, number>>> {
  const state = await (await openHead(storage))!.table(table);
  return Object.fromEntries(currentSchema(state!.file).fields.map(({ name, id }) => [name, id]));
}

describe('a model on a lake with data', () => {
  it('has the field id of a column that it renames, and another for a new name', async () => {
    const before = await lakeOf(sums('', 'revenue'));
    await before.ingest([csv('orders.csv', 'A,5')]);
    expect(await idsOf(before.storage, 'gold.sums')).toEqual({ orders: 1, revenue: 2 });
    const after = await lakeOf(sums(named('revenue', 'turnover'), 'turnover'), before.storage);
    const { plan } = await after.run([csv('sales-24.csv', 'B,7.5')], true);
    expect(plan?.models).toEqual([
      { table: 'gold.sums', why: 'its definition or the program is another one', makes: 'everything' },
    ]);
    await after.ingest([csv('sales-24.csv', 'B,7.5')]);
    expect(await idsOf(after.storage, 'gold.sums')).toEqual({ orders: 1, turnover: 2 });
    expect(await after.rows('gold.sums')).toEqual([[2, '12.50']]);
    const other = await lakeOf(sums('', 'income'), before.storage);
    await other.ingest([csv('orders.csv', 'A,6')]);
    expect(await idsOf(other.storage, 'gold.sums')).toEqual({ orders: 1, income: 3 });
  });

  it('that is gone takes its table along, which earlier snapshots keep', async () => {
    const before = await lakeOf(sums('', 'revenue'));
    await before.ingest([csv('orders.csv', 'A,5')]);
    const first = (await openHead(before.storage))!;
    await rm(join(folder.path, 'models/gold/sums.sql'));
    const after = await lakeOf(
      { 'models/gold/others.sql': 'SELECT order_id FROM silver.orders' },
      before.storage,
    );
    await after.ingest([csv('orders.csv', 'A,6')]);
    const now = (await openHead(after.storage))!;
    expect(now.tables).toContain('gold.others');
    expect(now.tables).not.toContain('gold.sums');
    expect(now.tables).toEqual(
      expect.arrayContaining(['bronze.orders', 'silver.orders', 'silver.quarantine']),
    );
    expect(first.tables).toContain('gold.sums');
  });

  it.each([
    [
      'a column that it does not give',
      named('revenue', 'sales'),
      'turnover',
      'models/gold/sums.sql:2:10: renamed: the statement gives no column sales',
    ],
    [
      'one that is there still',
      named('orders', 'turnover'),
      'turnover',
      'models/gold/sums.sql:2:10: orders is a column of gold.sums still',
    ],
  ])('refuses to rename %s', async (_, header, column, message) => {
    expect((await refusal(load(sums(header, column))))[0]).toContain(message);
  });
});
