// What runs write down of themselves, and what stands out against the lake's own history: in the sample a planted day
// does, a quiet month does not.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generate } from '../../src/generate/generate.js';
import type { CheckResult } from '../../src/pipeline/checks/check-results.js';
import { defaultPolicy, type CheckPolicy } from '../../src/pipeline/define/spec/check-policy.js';
import { newLake, sharedResources, type TestLake } from './lake-under-test.js';
import { defaultSettings } from '../pipelines/built-in-saas.js';

const shared = sharedResources();
const work = mkdtempSync(join(tmpdir(), 'lake-metrics-'));
afterAll(async () => {
  rmSync(work, { recursive: true });
  await shared.close();
});

const withPolicy = (policy: Partial<CheckPolicy>): TestLake =>
  newLake(shared.resources, defaultSettings, { policy: { ...defaultPolicy, ...policy } });

const event = (id: string, day: string, more: object = {}): string =>
  JSON.stringify({
    event_id: id,
    user_id: 'u',
    event_type: 'login',
    schema_version: 1,
    timestamp: `${day}T10:00:00Z`,
    ...more,
  });

const log = (name: string, lines: readonly string[]) => ({ name, bytes: Buffer.from(lines.join('\n')) });

const failing = (checks: readonly CheckResult[], prefix: string): readonly string[] =>
  checks.filter(({ name, status }) => status === 'fail' && name.startsWith(prefix)).map(({ name }) => name);

describe('a run', () => {
  it('writes down what it read and what became of it', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([
      log('events.ndjson', [event('a', '2024-03-01'), event('b', '2024-03-10'), 'no json']),
    ]);
    await lake.ingest([
      log('events-2.ndjson', [
        event('a', '2024-03-01'), // a repeat
        event('b', '2024-03-10', { user_id: null }), // loses against what is known
        event('c', '2024-03-02', { user_id: null }), // late, and of nobody
        event('d', '2024-03-11', { colour: 'red' }),
      ]),
    ]);
    const [first, second] = await lake.rows('bronze.runs');
    expect(first?.slice(0, 9)).toEqual([
      ...[1, '2024-06-01', 1, expect.any(Number) as unknown, 3, 2, 1, '{"invalid_json":1}', '{"events":3}'],
    ]);
    // log_records, duplicates, conflicts, new_rows, late_rows, unknown_fields, newest_date, freshness_days, null users
    expect(first?.slice(9, 18)).toEqual([2, 0, 0, 2, 0, 0, '2024-03-10', 83, 0]);
    expect(second?.slice(9, 18)).toEqual([4, 1, 1, 2, 1, 1, '2024-03-11', 82, 1]);
  });

  it('that brings nothing new writes nothing', async () => {
    const lake = newLake(shared.resources);
    const files = [log('events.ndjson', [event('a', '2024-03-01')])];
    await lake.ingest(files);
    const before = await lake.contentHash('bronze.runs');
    await lake.ingest(files);
    expect(await lake.contentHash('bronze.runs')).toBe(before);
    await lake.backfill();
    expect(await lake.contentHash('bronze.runs')).toBe(before);
  });

  it('whose newest event is old is told so, within the bounds that users set', async () => {
    const freshness = async (limits: CheckPolicy['limits']): Promise<CheckResult | undefined> => {
      const lake = withPolicy({ limits });
      const { checks } = await lake.run([log('events.ndjson', [event('a', '2024-05-20')])]);
      return checks.find(({ name }) => name === 'freshness');
    };
    expect(await freshness({})).toMatchObject({ status: 'fail', value: 12, expected: 'at most 7' });
    expect(await freshness({ freshness_days: { max: 30 } })).toMatchObject({ status: 'pass' });
  });

  it('with more refusals than usual is told so, after the quiet runs', async () => {
    const lake = withPolicy({ anomalies: { ...defaultPolicy.anomalies, quietRuns: 3 } });
    const delivery = (run: number, broken: number) => {
      const lines = Array.from({ length: 200 }, (_, i) =>
        i < broken ? '{' : event(`${run}-${i}`, `2024-03-${String(run).padStart(2, '0')}`),
      );
      return [log(`events-${run}.ndjson`, lines)];
    };
    const found: (readonly string[])[] = [];
    for (const [run, broken] of [2, 60, 3, 2, 2, 60].entries()) {
      const { checks } = await lake.run(delivery(run + 1, broken));
      found.push(failing(checks, 'anomaly_rej'));
    }
    expect(found.slice(0, 5).flat()).toEqual([]);
    expect(found[5]).toEqual(['anomaly_reject_rate', 'anomaly_reject_reasons']);
  });
});

/** The committed sample, or one of another seed. */
async function sample(seed: number | null): Promise<readonly { name: string; bytes: Buffer }[]> {
  const outDir = seed === null ? join(import.meta.dirname, '../../data') : join(work, String(seed));
  if (seed !== null) await generate({ seed, users: 2000, days: 90, outDir });
  return ['events.ndjson', 'subscriptions.json', 'marketing_spend.csv'].map((name) => ({
    name,
    bytes: readFileSync(join(outDir, name)),
  }));
}

async function anomaliesOf(
  files: readonly { name: string; bytes: Buffer }[],
): Promise<readonly CheckResult[]> {
  const { checks } = await newLake(shared.resources).run(files);
  return checks.filter(({ name, status }) => status === 'fail' && name.startsWith('anomaly_'));
}

const DAY = '2024-03-14';

/** The sample with every event of one day put through `change`. */
async function planted(
  change: (line: string, index: number) => readonly string[],
): Promise<readonly CheckResult[]> {
  const [events, ...others] = await sample(null);
  const lines = events!.bytes.toString('latin1').split('\n');
  const changed = lines.flatMap((line, i) =>
    line.includes(`"timestamp":"${DAY}`) ? change(line, i) : [line],
  );
  return anomaliesOf([
    { name: 'events.ndjson', bytes: Buffer.from(changed.join('\n'), 'latin1') },
    ...others,
  ]);
}

/** Days that a check found. */
const daysOf = (checks: readonly CheckResult[], name: string): readonly unknown[] =>
  (checks.find((check) => check.name === name)?.sample ?? []).map(({ cells }) => cells['date']);

describe('a planted day in the sample', () => {
  it.each<[string, (line: string, index: number) => readonly string[]]>([
    [
      'of five times the volume',
      (line) => [0, 1, 2, 3, 4].map((n) => line.replace(/"event_id":"/, `"event_id":"${n}-`)),
    ],
    ['of a tenth of the volume', (line, index) => (index % 10 === 0 ? [line] : [])],
    ['without anything', () => []],
  ])('%s is found', async (_, change) => {
    const found = await planted(change);
    expect(daysOf(found, 'anomaly_events_per_day')).toEqual([DAY]);
    expect(daysOf(found, 'anomaly_active_users_per_day').every((day) => day === DAY)).toBe(true);
  });

  it('of ten times the revenue is found, and nothing else', async () => {
    const found = await planted((line) => [
      line.includes('"purchase"')
        ? line.replace(/"amount":(\d+(?:\.\d+)?)/, (_, n) => `"amount":${Number(n) * 10}`)
        : line,
    ]);
    expect(found.map(({ name }) => name)).toEqual(['anomaly_gross_revenue_per_day']);
    expect(daysOf(found, 'anomaly_gross_revenue_per_day')).toEqual([DAY]);
  });
});

describe('a quiet quarter', () => {
  it.each([null, 41, 44, 48])('raises nothing (seed %s)', async (seed) => {
    expect(await anomaliesOf(await sample(seed))).toEqual([]);
  });

  it('with a payment in yen that names no currency is not quiet', async () => {
    const found = await anomaliesOf(await sample(43));
    expect(daysOf(found, 'anomaly_gross_revenue_per_day')).toEqual(['2024-02-22']);
  });
});
