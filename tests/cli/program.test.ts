// The program as a process: help, one JSON document, exit codes, pipes and signals, with a small lake.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.js';
import type { CliResult } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-cli-'));
const lake = join(folder, 'lake');
const golden = fileURLToPath(new URL('../golden/01-basic/batch-1', import.meta.url));
const main = fileURLToPath(new URL('../../dist/program/lake.js', import.meta.url));

const run = (...args: readonly string[]): Promise<CliResult> =>
  runCli([...args, '--lake', lake], { cwd: folder });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('without a lake', () => {
  test('help names every command and every exit code, in 80 columns', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const word of ['ingest', 'time-travel', 'snapshot', 'restore', '--no-color', '130  interrupted']) {
      expect(stdout).toContain(word);
    }
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a command has its own help, and the program a version', async () => {
    expect((await runCli(['ingest', '--help'])).stdout).toMatch(
      /^lake ingest \[PATH…\] \[flags\][^]*--ingest-date/,
    );
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('an empty folder is where to begin, not an error', async () => {
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/holds no lake yet[^]*lake ingest/);
  });
});

describe('with a lake', () => {
  let first: CliResult;
  beforeAll(async () => {
    first = await run('ingest', golden, '--ingest-date', '2024-06-01');
  });

  test('a lake whose name was mistyped is told from an empty folder', async () => {
    const { code, stdout } = await runCli(['--lake', `${lake}k`]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Did you mean lake --lake ${lake}?`);
  });

  test('the next command of a look back names a table that the snapshot has', async () => {
    const { stdout } = await run('time-travel', '1');
    const [, table] = /Next: lake time-travel 1 --table (\S+)\n$/.exec(stdout) ?? [];
    expect((await run('time-travel', '1', '--table', table ?? 'none')).code).toBe(0);
  });

  test('an ingest tells what was read, changed, checked, published and what next', () => {
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^Read .* accepted, .* rejected\n[^]*Changed[^]*Ran[^]*Published snapshot 1[^]*Next: lake /,
    );
    expect(Math.max(...first.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a rerun says in two lines that nothing is new; with --quiet nothing', async () => {
    const again = await run('ingest', golden);
    expect(again.stdout).toMatch(/^Nothing new: .*\n.*\n$/);
    const quiet = await run('ingest', golden, '--quiet');
    expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([0, '', '']);
  });

  test('every reading command answers with --json in one document', async () => {
    const lines = [
      [],
      ['tables'],
      ['snapshot', 'list'],
      ['snapshot', 'show', 'head'],
      ['snapshot', 'diff', '1', 'head'],
      ['time-travel', '--snapshot', '1'],
      ['verify', '--all'],
      ['vacuum', '--dry-run'],
      ['files', 'mrr_daily'],
      ['show', 'gold.mrr_monthly'],
      ['query', 'select 1 as one'],
    ];
    const answers = await Promise.all(lines.map((line) => run(...line, '--json')));
    for (const [at, { code, stdout }] of answers.entries())
      expect([lines[at], code, typeof JSON.parse(stdout)]).toEqual([lines[at], 0, 'object']);
  });

  test('the statement comes from stdin with "-", rows leave as NDJSON', async () => {
    const { stdout } = await runCli(['query', '-', '--format', 'ndjson', '--lake', lake], {
      input: 'select 7 as n',
    });
    expect(stdout).toBe('{"n":7}\n');
  });

  test('rows are chosen by condition, order and end of the table', async () => {
    const last = await run('show', 'gold.cac_by_channel', '--tail', '1');
    expect(last.stdout).toMatch(/google +150\.5000[^]*the last 1 of 2 rows\n$/);
    const line = ['--where', "channel <> 'google'", '--order', 'spend desc', '--format', 'csv'];
    const chosen = await run('show', 'cac_by_channel', ...line);
    expect([chosen.code, chosen.stdout.split(/\r?\n/).slice(1)]).toEqual([0, ['facebook,80.0000,1,80', '']]);
    const both = await run('show', 'cac_by_channel', '--tail', '1', '--limit', '1');
    expect([both.code, both.stderr]).toEqual([1, 'lake: --limit and --tail exclude each other.\n']);
  });

  test('a query says how it would be answered', async () => {
    const { code, stdout } = await run(
      'query',
      '--explain',
      "SELECT 1 FROM events WHERE event_date = '2024-03-01'",
    );
    expect([code, stdout]).toEqual([5, '']);
    const explained = await run(
      'query',
      '--explain',
      "SELECT user_id FROM silver.events WHERE event_date = '1999-01-01'",
    );
    expect(explained.stdout).toMatch(
      /^Plan over snapshot \d+\n\n {2}silver\.events: 0 of \d+ files, 0 rows, 0 B\n {4}columns: user_id, event_date\n {4}left out: \d+ files? by partition event_date: event_date = 1999-01-01\n/,
    );
    expect(explained.stdout).toContain('SEQ_SCAN');
  });

  test('a missing table or snapshot is exit code 5', async () => {
    expect(await run('show', 'mrr_dialy')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('mrr_daily') as string,
    });
    expect((await run('snapshot', 'show', '99')).code).toBe(5);
  });

  test('an export says what it wrote', async () => {
    const out = join(folder, 'exported');
    const { code, stdout } = await run(
      'export',
      '--out',
      out,
      '--table',
      'gold.mrr_daily',
      '--format',
      'csv',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('gold.mrr_daily.csv')]);
    expect(readFileSync(join(out, 'gold.mrr_daily.csv'), 'utf8')).toMatch(/^date,mrr,/);
  });

  test('a lake path that is a file is refused', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await runCli(['ingest', golden, '--lake', file]);
    expect([code, stderr.split('\n').length]).toEqual([1, 2]);
  });

  test('a closed pipe ends the program quietly', async () => {
    const child = spawn(process.execPath, [main, 'show', 'silver.events', '--format', 'csv', '--lake', lake]);
    child.stdout.destroy();
    const stderr: Buffer[] = [];
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, Buffer.concat(stderr).toString()]).toEqual([0, '']);
  });
});

test('Ctrl-C ends an ingest with exit code 130 and nothing published', async () => {
  const data = join(folder, 'data');
  await runCli(['generate', '--out', data, '--users', '500', '--days', '30']);
  const fresh = join(folder, 'fresh');
  const child = spawn(process.execPath, [main, 'ingest', data, '--lake', fresh]);
  child.stderr.resume();
  while (!existsSync(fresh)) await setTimeout(5);
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect((await runCli(['--lake', fresh])).stdout).toContain('holds no lake yet');
});
