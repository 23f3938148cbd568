// Write, audit, publish: what a failed check leaves, what it keeps, and what users may say about it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { isLakeError } from '../../src/common/errors.js';
import { withOrigins } from '../../src/lake/quality/check-origins.js';
import { compact } from '../../src/lake/maintenance/compact.js';
import { checkNames } from '../../src/pipeline/checks/check-names.js';
import { carryOver, checkResult, type CheckResult } from '../../src/pipeline/checks/check-results.js';
import { definePipeline } from '../../src/pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';
import type { Check } from '../../src/pipeline/define/spec/pipeline-spec.js';
import { keepFailedRun, newestFailedRun } from '../../src/pipeline/books/failed-runs.js';
import { heldChecks } from '../../src/pipeline/checks/snapshot-checks.js';
import { defaultPolicy, type Severity } from '../../src/pipeline/define/spec/check-policy.js';
import { keyCheck } from '../../src/pipeline/checks/record-checks.js';
import type { Storage } from '../../src/storage/storage.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openHead } from '../../src/table/view.js';
import { lakeOn, newLake, sharedResources, type TestLake } from './lake-under-test.js';
import { saasParts } from '../lake/saas-lake.js';
import { defaultSettings, saasPipeline } from '../pipelines/built-in-saas.js';

const shared = sharedResources();
afterAll(() => shared.close());

const golden = join(import.meta.dirname, '../golden');
const delivery = (path: string, name = 'events.ndjson') => ({
  name,
  bytes: readFileSync(join(golden, path, 'batch-1', name)),
});
const refunds = delivery('03-refunds');

const strict = (name: string, severity: Severity = 'error') => ({
  ...defaultPolicy,
  checks: { [name]: severity },
});

async function contents(storage: Storage): Promise<readonly string[]> {
  const folders = await Promise.all(
    ['bronze', 'silver', 'gold', '_manifests'].map((each) => storage.list(each)),
  );
  return folders.flat().map(({ path, sizeBytes }) => `${path} ${sizeBytes}`);
}

const withoutEvidence = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => !path.includes('/failed-runs/'));

async function refused(run: Promise<unknown>): Promise<string> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isLakeError(error, 'check-failed')) throw new Error(`not refused: ${String(error)}`);
  return error.message;
}

const resultsOf = async (lake: TestLake): Promise<ReadonlyMap<string, CheckResult>> =>
  new Map((await heldChecks(await openHead(lake.storage))).map((check) => [check.name, check]));

describe('a failed error', () => {
  it('publishes nothing, leaves every file as it was, and keeps its evidence', async () => {
    const first = newLake(shared.resources);
    await first.ingest([delivery('01-basic')]);
    const before = await contents(first.storage);
    const lake = lakeOn(first.storage, shared.resources, defaultSettings, {
      policy: strict('orphan_refunds'),
    });
    const message = await refused(lake.ingest([refunds]));
    expect(message).toContain('orphan_refunds is 3, expected 0');
    expect(message).toContain('lake checks --failed-run');
    expect(withoutEvidence(await contents(first.storage))).toEqual(before);
    const run = await newestFailedRun(first.storage);
    expect(run).toMatchObject({
      operation: 'ingest',
      parent: 1,
      batches: [{ fileName: 'events.ndjson', records: 11 }],
    });
    const check = run?.checks.find(({ name }) => name === 'orphan_refunds');
    expect(check).toMatchObject({ severity: 'error', status: 'fail', value: 3 });
    expect(check?.sample?.map(({ cells }) => cells['event_id'])).toEqual(['r4', 'r5', 'r6']);
  });

  it('names file and line of the records that the run itself brought', async () => {
    const pipeline = saasPipeline(defaultSettings);
    const lake = newLake(shared.resources, defaultSettings, {
      policy: strict('orphan_refunds'),
      trace: (view, checks) => withOrigins(view, pipeline, checks),
    });
    await refused(lake.ingest([refunds]));
    const run = await newestFailedRun(lake.storage);
    const check = run?.checks.find(({ name }) => name === 'orphan_refunds');
    expect(check?.sample?.[0]?.origins).toMatchObject([{ sourceFile: 'events.ndjson', lineNumber: 7 }]);
  });

  it('lets the same files in once nothing is wrong with them', async () => {
    const lake = newLake(shared.resources, defaultSettings, { policy: strict('orphan_refunds') });
    await refused(lake.ingest([refunds]));
    const lenient = lakeOn(lake.storage, shared.resources);
    await lenient.ingest([refunds]);
    expect(await lenient.rows('silver.events')).toHaveLength(11);
  });

  it('stops a backfill as well', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([refunds]);
    const severe = lakeOn(lake.storage, shared.resources, defaultSettings, {
      policy: strict('orphan_refunds'),
    });
    await refused(severe.backfill());
    expect((await openHead(lake.storage))?.snapshot.snapshotId).toBe(1);
    expect(await newestFailedRun(lake.storage)).toMatchObject({ operation: 'backfill', parent: 1 });
  });

  it('keeps the newest 20, which vacuum knows', async () => {
    const lake = newLake(shared.resources, defaultSettings, { policy: strict('orphan_refunds') });
    await newLakeWith(lake, [delivery('01-basic')]);
    await refused(lake.ingest([refunds]));
    const runtime = systemRuntime();
    const attempt = {
      base: null,
      commitId: '0123abcd-0000-4000-8000-000000000000',
      startedAt: runtime.now(),
    };
    const run = { operation: 'ingest', read: [], checks: [] };
    const kept: (string | undefined)[] = [];
    for (let i = 0; i < 22; i++)
      kept.push(await keepFailedRun({ storage: lake.storage, runtime }, attempt, run));
    const names = async (): Promise<readonly string[]> => lake.storage.names('_manifests/failed-runs');
    expect((await names()).map((name) => `_manifests/failed-runs/${name}`)).toEqual(kept.slice(-20));
    const report = await vacuum(lake.storage, systemRuntime(), { graceMs: 0, foreign: true });
    expect(report.foreign).toEqual([]);
    expect(await names()).toHaveLength(20);
  });
});

const newLakeWith = (lake: TestLake, files: Parameters<TestLake['ingest']>[0]): Promise<void> =>
  lakeOn(lake.storage, shared.resources).ingest(files);

describe('the severity of a check', () => {
  const severityIn = async (severity: Severity): Promise<CheckResult | undefined> => {
    const lake = newLake(shared.resources, defaultSettings, {
      policy: strict('payments_without_user', severity),
    });
    await lake.ingest([refunds]);
    return (await resultsOf(lake)).get('payments_without_user');
  };

  it('is what users say', async () => {
    expect(await severityIn('warn')).toMatchObject({ severity: 'warn', status: 'fail', value: 2 });
    expect(await severityIn('off')).toBeUndefined();
  });

  it('holds for what the parent found, too', () => {
    const parent = [checkResult({ name: 'a', severity: 'warn', reason: '' }, 3, 0)];
    const carried = (severity: Severity): readonly CheckResult[] =>
      carryOver([], { parent, known: new Set(['a']), policy: strict('a', severity) });
    expect(carried('error')).toMatchObject([{ severity: 'error', status: 'fail' }]);
    expect(carried('off')).toEqual([]);
    expect(carryOver([], { parent, known: new Set(), policy: defaultPolicy })).toEqual([]);
  });
});

describe('checks', () => {
  const pipelineWith = (check: Check): Pipeline => {
    const spec = saasPipeline(defaultSettings).spec;
    return definePipeline({ ...spec, checks: [...(spec.checks ?? []), check] });
  };

  it('show the first rows that are wrong, by all columns, five at most', async () => {
    const check: Check = {
      name: 'no_payments',
      severity: 'warn',
      reason: 'None is wanted here.',
      sql: 'SELECT event_id, user_id FROM silver.payments',
      tables: ['silver.payments'],
    };
    const lake = newLake(shared.resources, defaultSettings, { pipeline: pipelineWith(check) });
    await lake.ingest([refunds]);
    const { value, sample = [] } = (await resultsOf(lake)).get('no_payments') ?? {};
    expect(value).toBe(10);
    expect(sample.map(({ cells }) => cells['event_id'])).toEqual(['p1', 'p2', 'p3', 'r1', 'r2']);
    expect(sample[1]?.cells).toEqual({ event_id: 'p2', user_id: null });
  });

  it('of bounds read rows only where the statistics of a file break them', async () => {
    const spec = saasPipeline(defaultSettings).spec;
    const ranges = (spec.ranges ?? []).map((range) =>
      range.table === 'silver.payments' ? { ...range, columns: { amount_usd: { max: '20' } } } : range,
    );
    const pipeline = definePipeline({ ...spec, ranges });
    const lake = newLake(shared.resources, defaultSettings, { pipeline });
    const message = await refused(lake.ingest([refunds]));
    expect(message).toContain('silver_payments_in_range is');
    const run = await newestFailedRun(lake.storage);
    const wrong = run?.checks.find(({ name }) => name === 'silver_payments_in_range');
    const amounts = (wrong?.sample ?? []).map(({ cells }) => Number(cells['amount_usd']));
    expect(amounts.length).toBe(Math.min(5, wrong?.value ?? 0));
    expect(amounts.every((amount) => amount > 20)).toBe(true);
  });

  it('have names that are all known, and no others are carried on', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest(
      ['events.ndjson', 'subscriptions.json', 'marketing_spend.csv'].map((name) =>
        delivery('01-basic', name),
      ),
    );
    const known = new Set(checkNames(saasPipeline(defaultSettings)));
    expect([...(await resultsOf(lake)).keys()].filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !/^[a-z][a-z0-9_]*$/.test(name))).toEqual([]);
  });

  it('of a key name the keys that are repeated or not whole', () => {
    const { table } = saasPipeline(defaultSettings).sources[2]!;
    const found = keyCheck(table, [
      [1, 'a', 0n],
      [1, 'a', 1n],
      [1, 'b', 0n],
      [2, null, 0n],
    ]);
    expect(found).toMatchObject({ name: 'silver_marketing_spend_key', status: 'fail', value: 2 });
    expect(found.sample).toHaveLength(2);
  });

  it('survive a merge of files', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([refunds]);
    await lake.ingest([delivery('01-basic')]);
    const before = await resultsOf(lake);
    await compact(saasParts(lake), {});
    expect((await openHead(lake.storage))?.snapshot.operation).toBe('compact');
    expect(await resultsOf(lake)).toEqual(before);
  });
});

describe('deliveries of an extract', () => {
  const spend = (name: string, ...rows: readonly string[]) => ({
    name,
    bytes: Buffer.from(['date,channel,spend', ...rows].join('\n')),
  });

  it('tell of keys that the newest lacks, and of newest states that were refused', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([
      spend('marketing_spend.csv', '2024-03-01,google,10', '2024-03-01,bing,5', '2024-03-02,google,7'),
    ]);
    const first = await resultsOf(lake);
    expect(first.get('marketing_spend_missing_keys')).toMatchObject({ status: 'pass', value: 0 });
    await lake.ingest([spend('marketing_spend-2.csv', '2024-03-01,Google,-3', '2024-03-02,google,8')]);
    const second = await resultsOf(lake);
    expect(second.get('marketing_spend_missing_keys')).toMatchObject({
      severity: 'warn',
      value: 1,
      sample: [{ cells: { date: '2024-03-01', channel: 'bing' } }],
    });
    expect(second.get('marketing_spend_refused_states')).toMatchObject({
      severity: 'warn',
      value: 1,
      sample: [{ cells: { date: '2024-03-01', channel: 'google' } }],
    });
  });
});

describe('days far from all others', () => {
  it('are told with their number', async () => {
    const event = (id: string, day: string): string =>
      JSON.stringify({
        event_id: id,
        user_id: 'u',
        event_type: 'login',
        timestamp: `${day}T10:00:00Z`,
        schema_version: 1,
      });
    const usual = Array.from({ length: 300 }, (_, i) =>
      event(`e${i}`, `2024-03-${String((i % 28) + 1).padStart(2, '0')}`),
    );
    const lines = [...usual, event('wild', '2090-01-01')];
    const lake = newLake(shared.resources);
    await lake.ingest([{ name: 'events.ndjson', bytes: Buffer.from(lines.join('\n')) }]);
    expect((await resultsOf(lake)).get('days_far_from_others')).toMatchObject({
      status: 'fail',
      value: 1,
      sample: [{ cells: { date: '2090-01-01', rows: '1' } }],
    });
  });
});
