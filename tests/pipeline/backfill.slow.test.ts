// Making tables again from bronze: the same bytes under the same contract, and lost files back in their place.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { sha256 } from '../../src/common/sha256.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { DataFile } from '../../src/format/data-file.js';
import { definitionOf } from '../../src/format/evolve.js';
import { commit } from '../../src/table/commit.js';
import { openHead } from '../../src/table/view.js';
import { writeDataFiles } from '../../src/table/write.js';
import { deliveries } from '../reference/arbitraries.js';
import { newLake, sharedResources, type TestLake } from './lake-under-test.js';
import { lawRuns, lawTimeout } from '../law-runs.js';

const shared = sharedResources();
afterAll(() => shared.close());

/** Hashes of the files of every table, in order. */
async function contents(lake: TestLake): Promise<Readonly<Record<string, readonly string[]>>> {
  const view = (await openHead(lake.storage))!;
  const hashes: [string, readonly string[]][] = [];
  for (const name of view.tables)
    hashes.push([name, (await filesOf(lake, name)).map(({ sha256 }) => sha256)]);
  return Object.fromEntries(hashes);
}

async function filesOf(lake: TestLake, table: string): Promise<readonly DataFile[]> {
  const state = await (await openHead(lake.storage))?.table(table);
  return (await state?.files()) ?? [];
}

const text = (lines: readonly object[]): Uint8Array =>
  new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const purchase = (id: string, day: string, amount: number): object => ({
  event_id: id,
  event_type: 'purchase',
  user_id: `u-${id}`,
  event_time: `${day}T10:00:00Z`,
  timestamp: `${day}T10:00:00Z`,
  amount,
  currency: 'USD',
  schema_version: 2,
  tax: 0,
});

describe(
  'backfill',
  () => {
    it('of everything changes no byte of any table', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, async (runs) => {
          const lake = newLake(shared.resources);
          for (const files of runs) await lake.ingest(files);
          const before = await contents(lake);
          const outcome = await lake.backfill();
          expect(outcome.written).toEqual({});
          expect(await contents(lake)).toEqual(before);
        }),
        { numRuns: lawRuns(4), endOnFailure: true },
      );
    });

    it('of some days changes no byte of any table', async () => {
      const days = fc.tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 27 }));
      await fc.assert(
        fc.asyncProperty(deliveries, days, async (runs, [first, length]) => {
          const lake = newLake(shared.resources);
          for (const files of runs) await lake.ingest(files);
          const before = await contents(lake);
          const day = (n: number): string => new Date(Date.UTC(2024, 0, n)).toISOString().slice(0, 10);
          await lake.backfill({ from: day(first), to: day(first + length * 10) });
          expect(await contents(lake)).toEqual(before);
        }),
        { numRuns: lawRuns(4), endOnFailure: true },
      );
    });

    it('reads a CSV whose columns stand in another order back by its own header', async () => {
      const lake = newLake(shared.resources);
      const spend = 'note,spend,channel,date\n"a, b",12.50,ads,2024-03-01\nx,7,seo,2024-03-02\n';
      await lake.ingest([
        { name: 'events.ndjson', bytes: text([purchase('1', '2024-03-01', 10)]) },
        { name: 'marketing_spend.csv', bytes: new TextEncoder().encode(spend) },
      ]);
      const before = await lake.rows('silver.marketing_spend');
      expect(before).toHaveLength(2);
      await lake.backfill();
      expect(await lake.rows('silver.marketing_spend')).toEqual(before);
    });

    it('refuses bronze that does not give what was read', async () => {
      const lake = newLake(shared.resources);
      await lake.ingest([{ name: 'events.ndjson', bytes: text([purchase('1', '2024-03-01', 10)]) }]);
      const [file] = await filesOf(lake, 'bronze.events');
      await lake.storage.delete(file!.path);
      await expect(lake.backfill()).rejects.toMatchObject({ code: 'corrupt' });
    });
  },
  lawTimeout(120_000),
);

describe(
  'repair',
  () => {
    it('puts every lost file of silver and gold back, byte for byte', async () => {
      const lake = newLake(shared.resources);
      const events = [purchase('1', '2024-03-01', 10), purchase('2', '2024-04-02', 20)];
      await lake.ingest([{ name: 'events.ndjson', bytes: text(events) }]);
      const head = (await openHead(lake.storage))!;
      const before = await lake.rows('gold.daily_revenue_net');
      let lost = 0;
      for (const table of head.tables.filter((name) => !name.startsWith('bronze.')))
        for (const file of await filesOf(lake, table)) {
          await lake.storage.write([{ path: file.path, bytes: new Uint8Array([1, 2, 3]) }]);
          lost++;
          if (file.index !== undefined) await lake.storage.delete(file.index.path);
          if (file.index !== undefined) lost++;
        }
      const { healed, snapshot } = await lake.repair();
      expect(healed).toHaveLength(lost);
      expect(snapshot).toBeNull();
      expect(await lake.rows('gold.daily_revenue_net')).toEqual(before);
    });

    it('replaces a lost file that another version of the program wrote by one with equal rows', async () => {
      const lake = newLake(shared.resources);
      await lake.ingest([{ name: 'events.ndjson', bytes: text([purchase('1', '2024-03-01', 10)]) }]);
      const table = 'gold.daily_revenue_net';
      const before = await lake.rows(table);
      const other = await writtenByAnother(lake, table);
      expect(await lake.rows(table)).toEqual(before);
      await lake.storage.delete(other.path);
      const { healed, snapshot } = await lake.repair();
      expect([healed, snapshot]).toEqual([[], 3]);
      expect(await lake.rows(table)).toEqual(before);
    });
  },
  lawTimeout(120_000),
);

/** Puts a file with the same rows in other bytes in place of a table's: its footer names another writer. */
async function writtenByAnother(lake: TestLake, name: string): Promise<DataFile> {
  const runtime = systemRuntime();
  const base = (await openHead(lake.storage))!;
  const state = (await base.table(name))!;
  const [old] = await state.files();
  const bytes = Buffer.from(await lake.storage.read(old!.path));
  bytes.write('parquet-xx', bytes.lastIndexOf('parquet-rs'));
  const commitId = uuid(runtime);
  const { rows, columns, partition } = old!;
  const files = [{ rows, columns, partition, bytes, sha256: await sha256(bytes) }];
  const added = await writeDataFiles(lake.storage, { commitId, table: state.file, files });
  const change = { definition: definitionOf(state.file), removed: [old!.path], added };
  await commit(lake.storage, runtime, {
    base,
    commitId,
    operation: 'evolve',
    summary: {},
    changes: [change],
    reads: [],
  });
  return added[0]!;
}
