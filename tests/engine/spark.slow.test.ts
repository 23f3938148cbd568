// Spark Connect keeps the contract of engines, and switching to it changes no byte of any table; on a real Sail.

import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { startSpark } from '../../src/engine/spark/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { openLake } from '../../src/lake/open.js';
import { goldenCases } from '../golden/cases.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { orderDeliveries, ordersPipeline } from '../pipeline/models/orders-pipeline.js';
import { engineContract } from './contract.js';
import { noSail, startSail, type Sail } from './sail.js';
import { sharedEngines, type EngineOnStorage, type Runs } from './same-bytes.js';
import { sparkManners } from './spark-manners.js';

vi.setConfig({ testTimeout: 240_000 }); // a stopped statement of Sail may hold its threads for half a minute

describe.skipIf(noSail !== undefined)(`Spark Connect${noSail === undefined ? '' : ` (${noSail})`}`, () => {
  let sail: Sail;
  let engine: Engine;
  beforeAll(async () => {
    sail = await startSail();
    engine = await startSpark({ address: sail.address });
  });
  const shared = sharedEngines();
  afterAll(async () => {
    await shared.close();
    await sail.kill();
  });

  describe('the contract', () => engineContract(() => startSpark({ address: sail.address }), sparkManners));

  const wasm: EngineOnStorage = { name: 'wasm', start: () => startDuckDbWasm(), storage: 'memory' };
  const spark: EngineOnStorage = { name: 'spark', start: () => engine, storage: 'disk' };

  it.each(goldenCases())('the golden case $name comes out in the same bytes', async ({ batchDirs }) => {
    const runs: Runs = batchDirs.map((dir) =>
      readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) })),
    );
    expect(await shared.bytesUnder(spark, runs)).toEqual(await shared.bytesUnder(wasm, runs));
  });

  it(
    'any deliveries to a pipeline of two logs come out in the same bytes',
    async () => {
      await fc.assert(
        fc.asyncProperty(orderDeliveries, async (runs) => {
          const basis = { pipeline: ordersPipeline };
          expect(await shared.bytesUnder(spark, runs, basis)).toEqual(
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
    const lake = openLake({ location, engine: 'spark', spark: sail.address });
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

  it('a server that dies ends the statement, and every one after it', async () => {
    const own = await startSail();
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
});

describe('an address', () => {
  it.each([
    ['localhost:15002', 'found "localhost:15002"'],
    ['sc://', 'expected sc://HOST:PORT'],
    ['sc://host:0', 'expected sc://HOST:PORT'],
    ['sc://host:15002/;nope=1', 'found the parameter "nope"'],
    ['sc://host/;use_ssl=false;token=secret', 'a token is sent encrypted only'],
    ['http://host;token=secret', 'token=***'],
  ])('%s is refused', async (address, why) => {
    await expect(startSpark({ address })).rejects.toThrow(why);
    await expect(startSpark({ address })).rejects.not.toThrow('secret');
  });

  it('where nothing answers is said so', async () => {
    await expect(startSpark({ address: 'sc://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('No Spark Connect server answers at sc://127.0.0.1:1') as string,
    });
  });
});
