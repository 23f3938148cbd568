// What every server of Spark Connect must pass: it keeps the contract of engines, and switching to it changes no byte of any
// table, with logs that its machines parse where it runs programs.

import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { startSpark } from '../../src/engine/spark/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { snapshotFolder } from '../../src/format/paths.js';
import { openLake } from '../../src/lake/open.js';
import type { Progress } from '../../src/lake/operation-options.js';
import { goldenCases } from '../golden/cases.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { orderDeliveries, ordersPipeline } from '../pipeline/models/orders-pipeline.js';
import { engineContract } from './contract.js';
import type { RunningSpark } from '../sparks/spark4.mjs';
import { sharedEngines, type EngineOnStorage, type Runs } from './same-bytes.js';
import { sparkManners } from './spark-manners.js';

/** The tests, on servers that `start` starts. */
export function sparkSuite(start: () => Promise<RunningSpark>): void {
  let server: RunningSpark;
  let engine: Engine;
  beforeAll(async () => {
    server = await start();
    engine = await startSpark({ address: server.address });
  });
  const shared = sharedEngines();
  afterAll(async () => {
    await shared.close();
    await server.kill();
  });

  describe('the contract', () => engineContract(() => startSpark({ address: server.address }), sparkManners));

  const wasm: EngineOnStorage = { name: 'wasm', start: () => startDuckDbWasm(), storage: 'memory' };
  const spark: EngineOnStorage = { name: 'spark', start: () => engine, storage: 'disk' };

  it.each(goldenCases())('the golden case $name comes out in the same bytes', async ({ batchDirs }) => {
    const runs: Runs = batchDirs.map((dir) =>
      readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) })),
    );
    expect(await shared.bytesUnder(spark, runs, { parseFrom: 1 })).toEqual(
      await shared.bytesUnder(wasm, runs),
    );
  });

  it(
    'any deliveries to a pipeline of two logs come out in the same bytes',
    async () => {
      await fc.assert(
        fc.asyncProperty(orderDeliveries, async (runs) => {
          const basis = { pipeline: ordersPipeline };
          expect(await shared.bytesUnder(spark, runs, { ...basis, parseFrom: 1 })).toEqual(
            await shared.bytesUnder(wasm, runs, basis),
          );
        }),
        { numRuns: lawRuns(2), endOnFailure: true },
      );
    },
    lawTimeout(240_000),
  );

  it('every question about a lake is answered', async () => {
    const location = await mkdtemp(join(tmpdir(), 'lake-spark-'));
    const lake = openLake({ location, engine: 'spark', spark: server.address });
    try {
      const [golden] = goldenCases();
      const { engine: name } = await lake.ingest({ paths: [golden?.batchDirs[0] ?? ''] });
      expect(name).toMatch(/^spark /);
      const asked = await lake.query(
        `SELECT named_struct('a', 1) AS s, array(1.5) AS l, map('k', DATE '2024-02-29') AS m`,
        {},
      );
      expect(asked.columns.map(({ type }) => type)).toEqual([
        'STRUCT("a" INTEGER)',
        'DECIMAL(2,1)[]',
        'MAP(VARCHAR, DATE)',
      ]);
      const { rows } = await lake.query('SELECT COUNT(*) AS n FROM mrr_daily', {});
      for await (const [n] of rows) expect(Number(n)).toBeGreaterThan(0);
      const plan = await lake.explainQuery('SELECT date FROM gold.mrr_daily', {});
      expect([plan.tables.map(({ table }) => table), plan.enginePlan]).toEqual([
        ['gold.mrr_daily'],
        expect.stringContaining('Plan') as string,
      ]);
      const wrong = lake.query('SELECT nope FROM mrr_daily', {});
      await expect(wrong).rejects.toMatchObject({ code: 'invalid-input' });
    } finally {
      await lake.close();
      await rm(location, { recursive: true });
    }
  });

  it('a server that dies in the middle of a run leaves nothing published', async () => {
    const own = await start();
    const location = await mkdtemp(join(tmpdir(), 'lake-spark-'));
    const lake = openLake({ location, engine: 'spark', spark: own.address });
    const [golden] = goldenCases();
    let killed: Promise<void> | undefined;
    const onProgress = ({ unit, done }: Progress): void => {
      if (unit === 'models' && done === 5) killed ??= own.kill();
    };
    try {
      await expect(lake.ingest({ paths: [golden?.batchDirs[0] ?? ''], onProgress })).rejects.toMatchObject({
        code: 'out-of-resources',
        message: expect.stringMatching(/does not answer any more.*Nothing was published/) as string,
      });
      expect(killed).toBeDefined();
      expect(existsSync(join(location, snapshotFolder(1)))).toBe(false);
    } finally {
      await killed;
      await lake.close();
      await rm(location, { recursive: true });
    }
  });

  it('a server that dies ends the statement, and every one after it', async () => {
    const own = await start();
    const lost = await startSpark({ address: own.address });
    expect((await lost.query('SELECT 1')).schema.fields).toHaveLength(1);
    await own.kill();
    const failed = {
      code: 'out-of-resources',
      message: expect.stringContaining('does not answer') as string,
    };
    await expect(lost.query('SELECT 1')).rejects.toMatchObject(failed);
    await expect(lost.query('SELECT 1')).rejects.toMatchObject(failed);
    await lost.close();
  });
}
