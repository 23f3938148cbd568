// The quarantine and the ways out of it, as a user meets them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../src/lake/ingest/replay.js';
import type { QuarantineExport, QuarantineReport } from '../../src/lake/quarantine/quarantine.js';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import { jsonHere, runHere, terminal } from './run-here.js';

const root = mkdtempSync(join(tmpdir(), 'lake-quarantine-'));
const data = join(root, 'data');
const lake = join(root, 'lake');
afterAll(() => rmSync(root, { recursive: true }));

const purchase = (id: string, members: object): string =>
  JSON.stringify({
    ...{ event_id: id, event_type: 'purchase', user_id: 'u', timestamp: '2024-03-01T10:00:00Z' },
    ...{ amount: 10, currency: 'USD', schema_version: 2, ...members },
  });

/** Too long for the quarantine to show. */
const long = purchase('long', { currency: 'CHF', note: '\u001b[31m'.repeat(2000) });

beforeAll(async () => {
  const lines = [purchase('good', {}), purchase('bad', { currency: 'CHF' }), 'no json', long];
  await jsonHere(['generate', '--users', '1', '--days', '1', '--out', data]);
  for (const name of ['subscriptions.json', 'marketing_spend.csv']) rmSync(join(data, name), { force: true });
  writeFileSync(join(data, 'events.ndjson'), `${lines.join('\n')}\n`);
  await jsonHere<IngestReport>(['ingest', data, '--lake', lake, '--ingest-date', '2024-03-02']);
}, 60_000);

describe('lake quarantine', () => {
  it('groups by reason, with a record of each', async () => {
    const report = await jsonHere<QuarantineReport>(['quarantine', '--lake', lake]);
    expect(report).toMatchObject({ snapshot: 1, records: 3, dates: ['2024-03-02'] });
    expect(
      report.groups.map(({ source, reason, records, share, trend }) => [
        source,
        reason,
        records,
        share,
        trend,
      ]),
    ).toEqual([
      ['events', 'unknown_currency', 2, 0.5, [2]],
      ['events', 'invalid_json', 1, 0.25, [1]],
    ]);
    expect(report.groups[1]?.sample).toMatchObject({ file: 'events.ndjson', line: 3, raw: 'no json' });
  });

  it('shows nothing that could drive a terminal, in lines of at most 80 cells', async () => {
    const { stdout } = await runHere(['quarantine', '--lake', lake], terminal);
    expect(stdout).toContain('unknown_currency');
    expect(stdout).not.toContain('\u001b');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('writes every record whole, with its place', async () => {
    const out = join(root, 'out.ndjson');
    const report = await jsonHere<QuarantineExport>(['quarantine', '--export', out, '--lake', lake]);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect([report.records, lines.length]).toEqual([3, 3]);
    const records = lines.map((line) => JSON.parse(line) as { line_number: number; raw: string });
    expect(records.find(({ line_number }) => line_number === 4)?.raw).toBe(long);
  });

  it('names the reasons that there are when asked for another', async () => {
    const { code, stderr } = await runHere(['quarantine', '--reason', 'unknown_curency', '--lake', lake]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('Did you mean unknown_currency?')]);
  });
});

describe('lake replay', () => {
  const settings = join(root, 'more.json');
  beforeAll(() => writeFileSync(settings, '{"rates": {"CHF": 1.1}}'));

  it('follows a change of settings that stopped ingest, and shows the figures first', async () => {
    const stopped = await runHere(['ingest', data, '--lake', lake, '--config', settings]);
    expect([stopped.code, stopped.stderr]).toEqual([1, expect.stringContaining('"lake replay"')]);
    const dry = await jsonHere<ReplayReport>(['replay', '--dry-run', '--lake', lake, '--config', settings]);
    expect(dry).toMatchObject({ changed: true, dryRun: true, run: { snapshot: null } });
    expect(dry.run?.gold['gold.daily_revenue_net']).toMatchObject([
      { kind: 'changed', before: { net_revenue: '10.0000' }, after: { net_revenue: '32.0000' } },
    ]);
    expect((await jsonHere<QuarantineReport>(['quarantine', '--lake', lake])).records).toBe(3);
  }, 60_000);

  it('takes in what is acceptable now, and what was corrected', async () => {
    const own = join(root, 'own');
    await jsonHere(['ingest', data, '--lake', own, '--ingest-date', '2024-03-02']);
    const replayed = await jsonHere<ReplayReport>(['replay', '--lake', own, '--config', settings]);
    expect(replayed).toMatchObject({
      before: { invalid_json: 1, unknown_currency: 2 },
      after: { invalid_json: 1 },
    });
    const out = join(root, 'fix.ndjson');
    await jsonHere(['quarantine', '--export', out, '--lake', own]);
    const record = JSON.parse(readFileSync(out, 'utf8')) as object;
    writeFileSync(out, JSON.stringify({ ...record, raw: JSON.parse(purchase('fixed', {})) as object }));
    const corrected = await jsonHere<ReplayReport>([
      'replay',
      '--from',
      out,
      '--lake',
      own,
      '--config',
      settings,
    ]);
    expect(corrected).toMatchObject({ after: {}, corrections: { records: 1, accepted: 1 } });
    const rerun = await jsonHere<IngestReport>(['ingest', data, '--lake', own, '--config', settings]);
    expect([rerun.changed, rerun.batches.map(({ known }) => known)]).toEqual([false, [true]]);
  }, 60_000);

  it('refuses a file that is not there', async () => {
    const { code, stderr } = await runHere(['replay', '--from', join(root, 'none'), '--lake', lake]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be read')]);
  });
});
