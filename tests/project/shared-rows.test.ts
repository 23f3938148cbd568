// A model whose header says nothing of its numbers is explained all the same: by the rows that share its key's values.

import { afterAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { chooseEngine } from '../../src/engine/choose-engine.js';
import { explain } from '../../src/lake/explain/explain.js';
import { whyChanged } from '../../src/lake/explain/why-changed.js';
import type { Parts } from '../../src/lake/lake-context.js';
import { defaultSettingsFor } from '../../src/lake/settings/settings.js';
import { loadProject } from '../../src/project/load/load-project.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake, type TestLake } from '../pipeline/lake-under-test.js';
import { ProjectFolder, shop } from './project-folder.js';

const shared = sharedResources();
afterAll(() => shared.close());
const folder = new ProjectFolder();

const silent = shop['models/gold/daily_orders.sql']!.replace(/explain:\n.*\n/, '');

async function silentShop(): Promise<{ readonly lake: TestLake<object>; readonly parts: Parts }> {
  await folder.write({ ...shop, 'models/gold/daily_orders.sql': silent });
  const kept = clearedOnClose(await shared.resources.engine());
  const project = await loadProject(folder.path, { startEngine: () => Promise.resolve(kept) });
  const lake = testLake<object>({
    resources: shared.resources,
    pipelineUnder: (settings) => project.under(settings),
    settings: project.settings.defaults,
  });
  const { storage } = lake;
  const settings = defaultSettingsFor(project);
  // Two snapshots at a time need an engine each.
  const startEngine = chooseEngine({ engine: 'wasm' });
  return {
    lake,
    parts: {
      storage,
      runtime: systemRuntime(),
      location: 'memory',
      pipeline: project,
      settings,
      startEngine,
    },
  };
}

const file = (name: 'data/orders.csv' | 'data/orders-2.csv'): { name: string; bytes: Uint8Array } => ({
  name: name.slice('data/'.length),
  bytes: Buffer.from(shop[name]!),
});

describe('a model whose header says nothing of its numbers', () => {
  it('is explained by the rows that share its key’s values, which it says, down to the lines', async () => {
    expect(silent).not.toContain('explain');
    const { lake, parts } = await silentShop();
    await lake.ingest([file('data/orders.csv')]);
    const where = ['date=2024-03-01', 'currency=EUR'];
    const report = await explain(parts, 'gold.daily_orders', { where, column: 'revenue' });
    const [revenue, ...others] = report.columns;
    expect(others).toEqual([]);
    expect(revenue).toMatchObject({ kind: 'shared', cell: '1348.90', from: 'silver.orders', rows: 2 });
    expect(revenue?.about).toContain('ordered_on = 2024-03-01 and currency = EUR');
    expect(revenue?.about).toContain('is not said');
    expect(revenue?.about).toContain('silver.orders.total');
    const lines = revenue?.sample?.map(({ row, records }) => [
      row['order_id'],
      records.map(({ sourceFile, lineNumber }) => `${sourceFile}:${lineNumber}`).join(),
    ]);
    expect(lines).toEqual([
      ['A-1', 'orders.csv:2'],
      ['A-2', 'orders.csv:3'],
    ]);
    expect(revenue?.sample?.some(({ row }) => 'contribution' in row)).toBe(false);
  });

  it('says which of those rows came, went or changed', async () => {
    const { lake, parts } = await silentShop();
    await lake.ingest([file('data/orders.csv')]);
    await lake.ingest([file('data/orders-2.csv')]);
    const where = ['date=2024-03-01', 'currency=EUR'];
    const { columns } = await whyChanged(parts, 'gold.daily_orders', {
      where,
      column: 'revenue',
      since: '1',
    });
    expect(columns).toMatchObject([{ column: 'revenue', before: '1348.90', after: '49.90', changed: 1 }]);
    expect(columns[0]?.sample).toMatchObject([{ kind: 'removed', row: { order_id: 'A-1' } }]);
  });
});
