// Models over several logs, keys of several columns, days and months: however records arrive, the tables are those of a
// run from nothing.

import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { lawRuns, lawTimeout } from '../../law-runs.js';
import { newLake, sharedResources, type TestLake } from '../lake-under-test.js';
import { orderDeliveries, ordersPipeline, orderTables } from './orders-pipeline.js';

const shared = sharedResources();
afterAll(() => shared.close());

const open = (): TestLake => newLake(shared.resources, undefined, { pipeline: ordersPipeline });
const hashes = async (lake: TestLake): Promise<readonly string[]> =>
  Promise.all(orderTables.map(async (table) => `${table} ${await lake.contentHash(table)}`));
const line = (record: object): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

it(
  'any deliveries end in the tables of one delivery of all',
  async () => {
    await fc.assert(
      fc.asyncProperty(orderDeliveries, async (runs) => {
        const [bit, whole] = [open(), open()];
        for (const files of runs) await bit.ingest(files);
        await whole.ingest(runs.flat());
        expect(await hashes(bit)).toEqual(await hashes(whole));
      }),
      { numRuns: lawRuns(12), endOnFailure: true },
    );
  },
  lawTimeout(120_000),
);

it('a second delivery keeps the rows of the models of both logs', async () => {
  const lake = open();
  await lake.ingest([
    {
      name: 'orders-1.ndjson',
      bytes: line({ shop: 'a', number: '1', placed_at: '2024-01-30T00:00:00Z', amount: 10 }),
    },
    {
      name: 'payments-1.ndjson',
      bytes: line({ payment_id: 'p', paid_at: '2024-01-30T00:00:00Z', amount: 20 }),
    },
  ]);
  await lake.ingest([
    {
      name: 'orders-2.ndjson',
      bytes: line({ shop: 'a', number: '2', placed_at: '2024-01-30T00:00:00Z', amount: 30 }),
    },
    {
      name: 'payments-2.ndjson',
      bytes: line({ payment_id: 'q', paid_at: '2024-01-30T00:00:00Z', amount: 40 }),
    },
  ]);
  expect(await lake.rows('clean.order_values')).toEqual([
    ['a', '1', '2024-01-30', '10.0000'],
    ['a', '2', '2024-01-30', '30.0000'],
  ]);
  expect(await lake.rows('clean.payment_values')).toEqual([
    ['p', '2024-01-30', '20.0000'],
    ['q', '2024-01-30', '40.0000'],
  ]);
  expect(await lake.rows('mart.days')).toEqual([['2024-01-30', 2, 2]]);
});

it('a day that one log changes keeps what the other log has of it', async () => {
  const lake = open();
  const paid = { payment_id: 'p', paid_at: '2024-02-01T00:00:00Z', amount: 1 };
  await lake.ingest([{ name: 'payments.ndjson', bytes: line(paid) }]);
  const placed = { shop: 'b', number: '3', placed_at: '2024-02-01T00:00:00Z', amount: 1 };
  await lake.ingest([{ name: 'orders.ndjson', bytes: line(placed) }]);
  expect(await lake.rows('mart.days')).toEqual([['2024-02-01', 1, 1]]);
});

it('a backfill of some days and of everything changes nothing', async () => {
  const [runs] = fc.sample(orderDeliveries, { numRuns: 1, seed: 7 });
  const lake = open();
  for (const files of runs ?? []) await lake.ingest(files);
  const before = await hashes(lake);
  await lake.backfill({ from: '2024-01-31', to: '2024-02-01' });
  expect(await hashes(lake)).toEqual(before);
  await lake.backfill();
  expect(await hashes(lake)).toEqual(before);
});
