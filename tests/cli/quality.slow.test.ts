// Checks, metrics and alerts as a user meets them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prometheusLines } from '../../src/cli/output/prometheus.js';
import type { Alert } from '../../src/lake/ingest/alerts.js';
import type { ChecksReport, FailedRunReport } from '../../src/lake/quality/checks.js';
import type { MetricsReport, RunReport } from '../../src/lake/quality/metrics.js';
import { jsonHere, runHere, terminal } from './run-here.js';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const refunds = join(golden, '03-refunds/batch-1');
const root = mkdtempSync(join(tmpdir(), 'lake-trust-'));
const lake = join(root, 'lake');
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(async () => {
  await runHere(['ingest', join(golden, '01-basic/batch-1'), '--lake', lake, '--ingest-date', '2024-03-10']);
  await runHere(['ingest', refunds, '--lake', lake, '--ingest-date', '2024-03-10']);
}, 60_000);

function settings(name: string, content: object): string {
  const path = join(root, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe('lake checks', () => {
  it('shows failing rows with the file and line of their records', async () => {
    const { code, stdout } = await runHere(['checks', '--lake', lake], terminal);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\d+ checks on snapshot 2: \d+ passed, \d warnings/);
    expect(stdout).toMatch(/warn {2}orphan_refunds: 3, expected 0/);
    expect(stdout).toMatch(/events\.ndjson, 7 +r4 +2024-03-04/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('lists failing checks first, all of them with --json, of any snapshot', async () => {
    const report = await jsonHere<ChecksReport>(['checks', '--lake', lake]);
    const statuses = report.checks.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual(statuses);
    const orphans = report.checks.find(({ name }) => name === 'orphan_refunds');
    expect(orphans).toMatchObject({ severity: 'warn', value: 3, expected: 0 });
    expect(orphans?.sample?.[0]?.origins).toMatchObject([{ source: 'events', lineNumber: 7 }]);
    const first = await jsonHere<ChecksReport>(['checks', '--snapshot', '1', '--lake', lake]);
    expect(first.snapshot).toBe(1);
  });

  it('says why a run was refused, with exit code 2 for the run itself', async () => {
    const config = settings('strict.json', { checks: { orphan_refunds: 'error' } });
    const refused = join(root, 'refused');
    const { code, stderr } = await runHere(['ingest', refunds, '--lake', refused, '--config', config]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('lake checks --failed-run')]);
    const { code: shown, stdout } = await runHere(['checks', '--failed-run', '--lake', refused]);
    expect(shown).toBe(0);
    expect(stdout).toContain('Nothing was published before it.');
    expect(stdout).toMatch(/FAIL {2}orphan_refunds: 3, expected 0/);
    const report = await jsonHere<FailedRunReport>(['checks', '--failed-run', '--lake', refused]);
    expect(report).toMatchObject({ operation: 'ingest', parent: null, batches: [{ records: 11 }] });
    expect(report.checks[0]?.sample?.[0]?.origins).toMatchObject([
      { sourceFile: 'events.ndjson', lineNumber: 7 },
    ]);
  });

  it('says so where no run was refused, and that a failed run has no snapshot', async () => {
    expect(await runHere(['checks', '--failed-run', '--lake', lake])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('No run was refused') as string,
    });
    expect((await runHere(['checks', '--failed-run', '--snapshot', '1', '--lake', lake])).code).toBe(1);
  });
});

describe('settings of checks', () => {
  it.each([
    [{ checks: { orphan_refund: 'off' } }, 'did you mean orphan_refunds?'],
    [{ limits: { reject_rat: { max: 1 } } }, 'did you mean reject_rate?'],
  ])('%j is refused', async (content, hint) => {
    const config = settings('mistyped.json', content);
    const { code, stderr } = await runHere(['tables', '--lake', lake, '--config', config]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(hint)]);
  });
});

describe('lake metrics', () => {
  it('shows the newest run beside the others', async () => {
    const { stdout } = await runHere(['metrics', '--lake', lake], terminal);
    expect(stdout).toContain('The newest 2 runs of snapshot 2');
    expect(stdout).toMatch(/freshness_days +-?\d+ +-?\d+ +[▁▂▃▄▅▆▇█]{2}/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('gives all figures with --json', async () => {
    const report = await jsonHere<MetricsReport>(['metrics', '--lake', lake]);
    expect(report.runs.map(({ run, ingestDate }) => [run, ingestDate])).toEqual([
      [1, '2024-03-10'],
      [2, '2024-03-10'],
    ]);
    expect(Object.keys(report.runs[0]?.values ?? {})).toEqual(report.metrics.map(({ name }) => name));
    expect((await jsonHere<MetricsReport>(['metrics', '--limit', '1', '--lake', lake])).runs).toHaveLength(1);
  });

  it('speaks the text format of Prometheus', async () => {
    const { stdout } = await runHere(['metrics', '--format', 'prometheus', '--lake', lake]);
    const lines = stdout.trimEnd().split('\n');
    const sample = /^[a-z_]+(\{[a-z]+="(?:[^"\\]|\\["\\n])*"\})? -?[0-9.e+-]+$/;
    expect(lines.filter((line) => !/^# (HELP|TYPE) [a-z_]+ \S/.test(line) && !sample.test(line))).toEqual([]);
    expect(lines).toContain('lake_run 2');
    expect(lines).toContain('lake_run_records{source="events"} 11');
    const families = lines.filter((line) => line.startsWith('# TYPE')).map((line) => line.split(' ')[2]);
    expect(new Set(families).size).toBe(families.length);
  });

  it('escapes labels', () => {
    const run = {
      run: 1,
      bytes: 1,
      rejected: { 'a"b\\c\nd': 2 },
      recordsBySource: {},
      values: {},
    } as unknown as RunReport;
    const lines = prometheusLines({ snapshot: 1, metrics: [], runs: [run] });
    expect(lines).toContain('lake_run_rejected_records{reason="a\\"b\\\\c\\nd"} 2');
  });
});

describe('alerts', () => {
  const posted: Alert[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString()));
      request.on('end', () => {
        posted.push(JSON.parse(body) as Alert);
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  const ingest = (name: string, ...more: readonly string[]) =>
    runHere(['ingest', refunds, '--lake', join(root, name), ...more]);

  it('reach a command and a URL in one document', async () => {
    const out = join(root, 'alert.json');
    const old = ['--ingest-date', '2024-06-01'];
    await ingest('told', ...old, '--alert-command', `cat > "${out}"`, '--alert-url', url);
    const alert = JSON.parse(readFileSync(out, 'utf8')) as Alert;
    expect(alert).toMatchObject({ operation: 'ingest', outcome: 'published', snapshot: 1, parent: null });
    expect(alert.checks).toMatchObject([{ name: 'freshness', status: 'fail' }]);
    expect(posted).toEqual([alert]);
  });

  it('tell of a refused run', async () => {
    posted.length = 0;
    const config = settings('told.json', { checks: { orphan_refunds: 'error' }, alerts: { url } });
    expect((await ingest('refusal', '--ingest-date', '2024-03-06', '--config', config)).code).toBe(2);
    expect(posted).toMatchObject([{ outcome: 'refused', snapshot: null }]);
    expect(posted[0]?.checks.map(({ name }) => name)).toEqual(['orphan_refunds']);
  });

  it('tell of a warning when it is new, and not again', async () => {
    posted.length = 0;
    const day = ['--ingest-date', '2024-03-10', '--alert-url', url];
    const news = join(root, 'news');
    await runHere(['ingest', join(golden, '01-basic/batch-1'), '--lake', news, ...day]);
    await ingest('news', ...day);
    const told = posted.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(told).toContain('payments_without_user');
    posted.length = 0;
    await ingest('news', ...day);
    await runHere(['ingest', join(golden, '02-duplicates/batch-1'), '--lake', news, ...day]);
    expect(posted.flatMap(({ checks }) => checks.map(({ name }) => name))).not.toContain(
      'payments_without_user',
    );
  });

  it('that cannot be delivered are a warning, and the run is published', async () => {
    const { code, stderr } = await ingest(
      ...['undelivered', '--ingest-date', '2024-06-01'],
      ...['--alert-command', 'exit 3', '--alert-url', 'http://127.0.0.1:1/'],
    );
    expect(code).toBe(0);
    expect(stderr).toContain('The alert to its command was not delivered: exit code 3.');
    expect(stderr).toContain('The alert to http://127.0.0.1:1/ was not delivered');
  });

  it('to what is no URL are refused before anything is done', async () => {
    expect((await ingest('none', '--alert-url', 'ftp://x')).code).toBe(1);
  });
});
