// What callers of the generator rely on: bytes, files, errors, and one more day.

import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { conflictingLine } from '../../src/generate/event-log.js';
import type { ProductEvent } from '../../src/generate/event.js';
import { generate, type GenerateReport } from '../../src/generate/generate.js';
import { generateIncrement } from '../../src/generate/increment.js';
import { Random } from '../../src/generate/random.js';
import { readLog, timeOf } from './log-reader.js';

const root = mkdtempSync(join(tmpdir(), 'lake-generate-'));
afterAll(() => rmSync(root, { recursive: true }));
const fresh = (): string => mkdtempSync(join(root, 'out-'));
const bytesOf = (report: GenerateReport): Buffer =>
  Buffer.concat(report.events.map(({ path }) => readFileSync(path)));
const folderHash = (folder: string): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
};

describe('generate', () => {
  it('makes the same bytes for the same seed and arguments, others for another seed', async () => {
    const small = fc.record({
      seed: fc.oneof(fc.nat(), fc.string()),
      users: fc.integer({ min: 1, max: 60 }),
      days: fc.integer({ min: 1, max: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(small, async (options) => {
        const [first, again, other] = [fresh(), fresh(), fresh()];
        await generate({ ...options, outDir: first });
        await generate({ ...options, outDir: again });
        await generate({ ...options, seed: `${options.seed}'`, outDir: other });
        expect(folderHash(again)).toBe(folderHash(first));
        expect(folderHash(other)).not.toBe(folderHash(first));
      }),
      { numRuns: 10 },
    );
  });

  it.each(['Pacific/Apia', 'America/St_Johns', 'UTC'])(
    'does not look at the time zone or the locale (%s)',
    async (zone) => {
      const [here, there] = [fresh(), fresh()];
      await generate({ seed: 7, users: 80, days: 30, outDir: here });
      const program = join(import.meta.dirname, '../../dist/generate/generate.js');
      const script = `import { generate } from ${JSON.stringify(program)}; await generate({ seed: '7', users: 80, days: 30, outDir: ${JSON.stringify(there)} });`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ: zone, LC_ALL: 'tr_TR.UTF-8' },
      });
      expect(folderHash(there)).toBe(folderHash(here));
    },
  );

  it('cuts the log at the ends of periods, and changes no byte by it', async () => {
    const whole = await generate({ seed: 1, users: 100, days: 25, outDir: fresh() });
    const split = await generate({ seed: 1, users: 100, days: 25, splitDays: 10, outDir: fresh() });
    expect(split.events.map(({ path }) => path.slice(-17))).toEqual([
      'events-001.ndjson',
      'events-002.ndjson',
      'events-003.ndjson',
    ]);
    expect(bytesOf(split).equals(bytesOf(whole))).toBe(true);
  });

  it('reports the bytes and lines that are in the files', async () => {
    const report = await generate({ seed: 2, users: 200, days: 40, outDir: fresh() });
    const log = bytesOf(report);
    expect(report.events[0]?.bytes).toBe(log.length);
    expect(report.events[0]?.records).toBe(readLog(log).length);
    expect(report.subscriptions.records).toBe(
      (JSON.parse(readFileSync(report.subscriptions.path, 'utf8')) as unknown[]).length,
    );
    expect(report.marketingSpend.bytes).toBe(readFileSync(report.marketingSpend.path).length);
  });

  it('keeps the proportions when users and days grow', async () => {
    const perUser = async (users: number): Promise<number> => {
      const report = await generate({ seed: 3, users, days: 60, outDir: fresh() });
      return (report.events[0]?.records ?? 0) / users;
    };
    const [few, many] = [await perUser(400), await perUser(1600)];
    expect(many / few).toBeGreaterThan(0.8);
    expect(many / few).toBeLessThan(1.25);
  });

  it.each([
    ['users', { users: 0, days: 1 }],
    ['users', { users: 1.5, days: 1 }],
    ['days', { users: 1, days: Number.NaN }],
    ['days', { users: 1, days: 25_001 }],
    ['splitDays', { users: 1, days: 1, splitDays: 0 }],
  ])('refuses wrong arguments and names them: %s', async (argument, options) => {
    const outDir = join(root, 'never');
    await expect(generate({ seed: 1, ...options, outDir })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(argument) as string,
    });
    expect(readdirSync(root)).not.toContain('never');
  });

  it('names the path when the folder is a file', async () => {
    const outDir = join(fresh(), 'file');
    writeFileSync(outDir, '');
    await expect(generate({ seed: 1, users: 1, days: 1, outDir })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(outDir) as string,
    });
  });

  it('leaves nothing half-written behind when a file cannot be put in its place', async () => {
    const outDir = fresh();
    execFileSync('mkdir', ['-p', join(outDir, 'events.ndjson', 'in-the-way')]);
    await expect(generate({ seed: 1, users: 5, days: 3, outDir })).rejects.toMatchObject({
      message: expect.stringContaining(join(outDir, 'events.ndjson')) as string,
    });
    expect(readdirSync(outDir).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('a correction', () => {
  it('is never of a later time than the log has come to', () => {
    const law = fc.property(
      fc.string(),
      fc.nat(40 * 86_400_000),
      fc.nat(86_400_000),
      (seed, timestampMs, ahead) => {
        const latestMs = timestampMs + ahead;
        const line = conflictingLine({ ...login, timestampMs }, latestMs, new Random(seed));
        const time = timeOf(JSON.parse(line) as Readonly<Record<string, unknown>>);
        expect(time).toBeLessThanOrEqual(Date.UTC(2024, 0, 1) + latestMs);
      },
    );
    fc.assert(law, { numRuns: 500 });
  });
});

const login: ProductEvent = {
  number: 1,
  user: 1,
  type: 'login',
  arrivalMs: 0,
  timestampMs: 0,
  form: 'utc',
  version: 1,
  amount: undefined,
  currency: undefined,
  refersTo: undefined,
  channel: undefined,
};

describe('one more day', () => {
  const options = { seed: 5, users: 5000, days: 90 };

  it('is mostly the new day, with corrections and repeats of old events and late refunds', async () => {
    const outDir = fresh();
    const old = readLog(bytesOf(await generate({ ...options, outDir })));
    const more = readLog(bytesOf(await generateIncrement({ ...options, outDir })));
    const known = new Map(old.map((line) => [line.record?.['event_id'], line.text]));
    const records = more.flatMap(({ record }) => (record === undefined ? [] : [record]));
    const newDay = records.filter((record) => new Date(timeOf(record)).getTime() >= Date.UTC(2024, 2, 31));
    expect(newDay.length / records.length).toBeGreaterThan(0.85);
    const again = more.filter(({ record }) => known.has(record?.['event_id']));
    const corrections = again.filter(({ record, text }) => known.get(record?.['event_id']) !== text);
    expect(corrections.length / more.length).toBeGreaterThan(0.005);
    expect(corrections.length / more.length).toBeLessThan(0.06);
    expect(again.length).toBeGreaterThan(corrections.length);
    const lateRefunds = records.filter(
      (record) => record['event_type'] === 'refund' && known.has(record['refers_to_event_id']),
    );
    expect(lateRefunds.length).toBeGreaterThan(0);
    expect(readdirSync(outDir).sort()).toEqual([
      'events-day-00091.ndjson',
      'events.ndjson',
      'marketing_spend-day-00091.csv',
      'marketing_spend.csv',
      'subscriptions-day-00091.json',
      'subscriptions.json',
    ]);
  });

  it('has about as many lines as were asked for', async () => {
    const report = await generateIncrement({ ...options, lines: 200, outDir: fresh() });
    expect(report.events[0]?.records).toBeGreaterThan(170);
    expect(report.events[0]?.records).toBeLessThan(230);
  });

  it('extends the extracts: the spend delivered before stays as it was', async () => {
    const outDir = fresh();
    const before = await generate({ ...options, outDir });
    const after = await generateIncrement({ ...options, outDir });
    const [old, now] = [before, after].map(({ marketingSpend }) => readFileSync(marketingSpend.path, 'utf8'));
    expect(now?.startsWith(old ?? '?')).toBe(true);
    expect(now?.length).toBeGreaterThan(old?.length ?? 0);
  });

  it('brings new users even after a data set of a single day', async () => {
    const report = await generateIncrement({ seed: 5, users: 50, days: 1, outDir: fresh() });
    const signups = readLog(bytesOf(report)).filter(({ text }) => text.includes('signup'));
    expect(signups.length).toBeGreaterThan(10);
  });
});
