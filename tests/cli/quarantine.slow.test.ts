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
    event_id: id,
    event_type: 'purchase',
    user_id: 'u',
    timestamp: '2024-03-01T10:00:00Z',
    amount: 10,
    currency: 'USD',
    schema_version: 2,
    ...members,
  });

/** Too long for the quarantine to show. */
const long = purchase('long', { currency: 'CHF', note: '\u001b[31m'.repeat(2000) });

beforeAll(async () => {
  const lines = [purchase('good', {}), purchase('bad', { currency: 'CHF' }), 'no json', long];
  await jsonHere(['generate', '--users', '1', '--days', '1', '--out', data]);
  for (const name of ['subscriptions.json', 'marketing_spend.csv']) rmSync(join(data, name), { force: true });
  writeFileSync(join(data, 'events.ndjson'), `${lines.join('\n')}\n`);
  await jsonHere<IngestReport>(['ingest', data, '--lake', lake, '--ingest-date', '2024-03-02']);
}, 240_000);

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

  it('has no next step where nothing was refused', async () => {
    const own = join(root, 'clean');
    const log = join(root, 'clean.ndjson');
    writeFileSync(log, purchase('one', {}));
    await jsonHere(['ingest', log, '--source', 'events', '--lake', own, '--ingest-date', '2024-03-02']);
    const out = join(root, 'none.ndjson');
    const { stdout, stderr } = await runHere(['quarantine', '--export', out, '--lake', own]);
    expect(stdout + stderr).toContain('Wrote 0 refused records');
    expect(stdout + stderr).not.toContain('Next');
  }, 240_000);

  it('names the reasons that there are when asked for another', async () => {
    const { code, stderr } = await runHere(['quarantine', '--reason', 'unknown_curency', '--lake', lake]);
    expect([code, stderr]).toEqual([5, expect.stringContaining('Did you mean unknown_currency?')]);
  });
});

describe('records that are no plain text', () => {
  /** One of each way in which bytes are no text, or text no line. */
  const records: readonly (readonly [name: string, bytes: Buffer, isText: boolean])[] = [
    ['invalid UTF-8', Buffer.from(purchase('caf\xe9', {}), 'latin1'), false],
    ['a lone surrogate', Buffer.concat([Buffer.from('{"event_id":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]), false],
    ['a cut character', Buffer.from(purchase('cut €', {})).subarray(0, 18), false],
    ['a carriage return', Buffer.from('{"event_id":\r"1"}\r'), true],
    ['U+0000', Buffer.from(purchase('nul\0', {})), true],
    ['U+0000 as a byte', Buffer.from('{"event_id":"\0"}'), true],
    ['a byte order mark', Buffer.from('\ufeffno json'), true],
    ['white space that is none to JSON', Buffer.from('\u00a0\u2028'), true],
    ['an escaped surrogate', Buffer.from('{"event_id":"\\ud800"}'), true],
  ]; // prettier-ignore

  it('are exported so that they come back exactly, and stay refused', async () => {
    const own = join(root, 'bytes');
    const log = join(root, 'bytes.ndjson');
    const out = join(root, 'bytes-out.ndjson');
    writeFileSync(log, Buffer.concat(records.flatMap(([, bytes]) => [bytes, Buffer.from('\n')])));
    const ingest = ['ingest', log, '--source', 'events', '--lake', own, '--ingest-date', '2024-03-02'];
    const read = await jsonHere<IngestReport>(ingest);
    expect(read.batches[0]).toMatchObject({ records: records.length, accepted: 0 });
    await jsonHere(['quarantine', '--export', out, '--lake', own]);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    const exported = lines.map((line) => JSON.parse(line) as { raw?: string; raw_base64?: string });
    exported.forEach(({ raw, raw_base64 }, i) => {
      const [name, bytes, isText] = records[i]!;
      const returned = raw === undefined ? Buffer.from(raw_base64 ?? '', 'base64') : Buffer.from(raw);
      const withoutEnd = name === 'a carriage return' ? bytes.subarray(0, -1) : bytes;
      expect([name, returned, raw !== undefined]).toEqual([name, withoutEnd, isText]);
    });
    const replay = await jsonHere<ReplayReport>(['replay', '--from', out, '--lake', own]);
    const untouched = { records: 0, accepted: 0, rejected: {}, unchanged: records.length, known: 0 };
    expect(replay).toMatchObject({ changed: false, run: null, corrections: untouched });
  }, 240_000);

  it('do not keep a correction beside them from being taken in', async () => {
    const own = join(root, 'bytes');
    const out = join(root, 'bytes-out.ndjson');
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    const first = JSON.parse(lines[0]!) as object;
    writeFileSync(
      out,
      [JSON.stringify({ ...first, raw: purchase('café', {}) }), ...lines.slice(1)].join('\n'),
    );
    const replay = await jsonHere<ReplayReport>(['replay', '--from', out, '--lake', own]);
    const taken = { records: 1, accepted: 1, rejected: {}, unchanged: records.length - 1, known: 0 };
    expect(replay).toMatchObject({ changed: true, corrections: taken });
    const { stdout } = await runHere(['show', 'silver.events', '--format', 'csv', '--lake', own]);
    expect(stdout).toContain('café');
    expect(stdout).not.toContain('\ufffd');
  }, 240_000);

  it('are not corrected by the text that shows them', async () => {
    const own = join(root, 'bytes');
    const out = join(root, 'bytes-shown.ndjson');
    await jsonHere(['quarantine', '--export', out, '--lake', own]);
    const all = readFileSync(out, 'utf8').trimEnd().split('\n');
    const exported = all.map((line) => JSON.parse(line) as { raw_shown?: string });
    const shown = exported.filter(({ raw_shown }) => raw_shown !== undefined);
    expect(shown.length).toBeGreaterThan(1);
    const given = shown.map((record) => JSON.stringify({ ...record, raw: record.raw_shown }));
    writeFileSync(out, given.join('\n'));
    const replay = await jsonHere<ReplayReport>(['replay', '--from', out, '--lake', own]);
    expect(replay.corrections).toMatchObject({ records: 0, accepted: 0, unchanged: shown.length });
  }, 240_000);

  it('are not made into others by a correction: a lone surrogate stays none', async () => {
    const own = join(root, 'bytes');
    const out = join(root, 'bytes-out.ndjson');
    await jsonHere(['quarantine', '--export', out, '--lake', own]);
    const [line = ''] = readFileSync(out, 'utf8').split('\n');
    const raw = purchase('x', {}).replace('"x"', '"\ud800"');
    writeFileSync(out, JSON.stringify({ ...(JSON.parse(line) as object), raw }));
    const { code, stdout } = await runHere(['replay', '--from', out, '--lake', own]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 refused again: invalid_utf8 1')]);
    expect(stdout).toContain('nothing published');
  }, 240_000);
});

describe('lake replay', () => {
  it('says of a file that is not there, or is a folder, what makes one', async () => {
    const missing = await runHere(['replay', '--from', join(root, 'MISSING'), '--lake', lake]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining('"lake quarantine --export FILE"'),
    ]);
    expect(missing.stderr).not.toContain('lake generate');
    const folder = await runHere(['replay', '--from', root, '--lake', lake]);
    expect([folder.code, folder.stderr]).toEqual([1, expect.stringContaining('it is a folder')]);
  });

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
  }, 240_000);

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
  }, 240_000);

  it('refuses a file that is not there', async () => {
    const { code, stderr } = await runHere(['replay', '--from', join(root, 'none'), '--lake', lake]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no such file')]);
  });
});
