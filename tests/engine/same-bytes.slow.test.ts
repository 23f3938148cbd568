// The law of engines, on the golden cases and on generated deliveries of every pipeline; and that it sees small
// differences.

import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startNativeDuckDb } from '../../src/engine/native/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { goldenCases, type GoldenCase } from '../golden/cases.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import type { OtherBasis } from '../pipeline/lake-under-test.js';
import { orderDeliveries, ordersPipeline } from '../pipeline/models/orders-pipeline.js';
import { extractsOnly } from '../pipelines/definitions/extracts-only.js';
import { otherLayers } from '../pipelines/definitions/other-layers.js';
import { twoLogs } from '../pipelines/definitions/two-logs.js';
import { deliveries } from '../reference/arbitraries.js';
import { sharedEngines, type EngineOnStorage, type Runs } from './same-bytes.js';

const shared = sharedEngines();
afterAll(() => shared.close());

const wasm: EngineOnStorage = { name: 'wasm', start: () => startDuckDbWasm(), storage: 'memory' };
const others: readonly EngineOnStorage[] = [
  { name: 'native, reading files', start: () => startNativeDuckDb({ folders: ['/'] }), storage: 'disk' },
  { name: 'native, given bytes', start: () => startNativeDuckDb(), storage: 'memory' },
];

/** Every pipeline with data of its own. */
const pipelines: readonly {
  readonly name: string;
  readonly runs: fc.Arbitrary<Runs>;
  readonly basis?: OtherBasis;
}[] = [
  { name: 'saas', runs: deliveries },
  { name: 'orders', runs: orderDeliveries, basis: { pipeline: ordersPipeline } },
  ...[twoLogs, extractsOnly, otherLayers].map((each) => ({
    name: each.name,
    runs: each.deliveries,
    basis: { pipeline: each.under(each.lenient) },
  })),
];

const runsOf = ({ batchDirs }: GoldenCase): Runs =>
  batchDirs.map((dir) => readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) })));

describe('the golden cases', () => {
  it.each(goldenCases())('of $name come out in the same bytes', async (golden) => {
    const expected = await shared.bytesUnder(wasm, runsOf(golden));
    for (const other of others)
      expect(await shared.bytesUnder(other, runsOf(golden)), other.name).toEqual(expected);
  });
});

describe('any deliveries', () => {
  it.each(pipelines)(
    'to $name come out in the same bytes',
    async ({ runs, basis }) => {
      await fc.assert(
        fc.asyncProperty(runs, async (each) => {
          const expected = await shared.bytesUnder(wasm, each, basis);
          for (const other of others)
            expect(await shared.bytesUnder(other, each, basis), other.name).toEqual(expected);
        }),
        { numRuns: lawRuns(3), endOnFailure: true },
      );
    },
    lawTimeout(120_000),
  );
});

describe('an engine that differs', () => {
  /** DuckDB-WASM with other statements. */
  const otherwise = (name: string, change: (sql: string) => string): EngineOnStorage => ({
    name,
    storage: 'memory',
    start: () =>
      new Proxy(startDuckDbWasm(), {
        get(target, property) {
          if (property === 'keep')
            return (relation: string, sql: string) => target.keep(relation, change(sql));
          if (property === 'query') return (sql: string) => target.query(change(sql));
          const value: unknown = Reflect.get(target, property);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      }),
  });

  it.each<[difference: string, on: string, change: (sql: string) => string]>([
    [
      'the last digit of a ratio',
      '01-basic',
      (sql) => sql.replace(/CAST\((\w+) AS DOUBLE\) \/ /g, 'CAST($1 AS DOUBLE) * 0.9999999999999997 / '),
    ],
    [
      'the order of text',
      '01-basic',
      (sql) => sql.replaceAll('"user_id" ASC NULLS LAST', '"user_id" DESC NULLS LAST'),
    ],
    [
      'how money is rounded',
      '06-money',
      (sql) =>
        sql.replace('CAST(amount_usd AS DECIMAL(18, 4))', 'CAST(ROUND(amount_usd, 2) AS DECIMAL(18, 4))'),
    ],
  ])('in %s is found', async (difference, on, change) => {
    const runs = runsOf(goldenCases().find(({ name }) => name === on)!);
    const expected = await shared.bytesUnder(wasm, runs);
    expect(await shared.bytesUnder(otherwise(difference, change), runs)).not.toEqual(expected);
  });
});
