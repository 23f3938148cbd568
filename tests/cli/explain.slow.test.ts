// `lake explain` on the command line: what a person reads, what a program reads, and what is refused.

import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainReport } from '../../src/lake/explain/explain-results.js';
import { displayWidth } from '../../src/cli/output/terminal-text.js';
import { jsonHere, runHere, terminal } from './run-here.js';

const event = (id: string, members: object): string =>
  `${JSON.stringify({ event_id: id, event_type: 'purchase', user_id: 'u1', schema_version: 2, currency: 'USD', ...members })}\n`;

const first = [
  event('p1', { timestamp: '2024-03-05T10:00:00Z', amount: 100, note: 'x'.repeat(300) }),
  event('p1', { timestamp: '2024-03-05T09:00:00Z', amount: 70 }),
  event('r1', {
    event_type: 'refund',
    timestamp: '2024-03-05T11:00:00Z',
    amount: 30,
    refers_to_event_id: 'p1',
  }),
  event('\u001b[2J\u202e', { timestamp: '2024-03-05T12:00:00Z', amount: 1, user_id: '\u001b[31mred' }),
];
const second = [
  event('r2', {
    event_type: 'refund',
    timestamp: '2024-03-05T12:30:00Z',
    amount: 5,
    refers_to_event_id: 'p1',
  }),
];

let folder = '';
let lake: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lake-explain-'));
  lake = ['--lake', join(folder, 'lake')];
  for (const [name, lines] of Object.entries({ first, second })) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, `events-${name}.ndjson`), lines.join(''));
    await jsonHere(['ingest', join(folder, name), ...lake]);
  }
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const where = ['--where', 'date=2024-03-05'];

async function linesOf(args: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runHere([...args, ...lake], terminal);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout.split('\n');
}

/** Fits a terminal, and cannot drive it. */
function expectForTerminal(lines: readonly string[]): void {
  expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
  // eslint-disable-next-line no-control-regex -- what must not be there
  expect(lines.filter((line) => /[\u0000-\u001f\u202e]/.test(line))).toEqual([]);
}

describe('lake explain', () => {
  it('cuts and breaks no text of a record where no terminal is', async () => {
    const { stdout } = await runHere([
      'explain',
      'gold.daily_revenue_net',
      ...where,
      '--column',
      'refunds',
      ...lake,
    ]);
    expect(stdout).toMatch(/"note":"x{200,}/);
    expect(stdout).not.toContain('…');
  });

  it('shows the cell, the rows, the records with file, line and text, the batches, the checks and the model', async () => {
    const lines = await linesOf(['explain', 'gold.daily_revenue_net', ...where, '--column', 'refunds']);
    expectForTerminal(lines);
    const text = lines.join('\n');
    expect(lines[0]).toBe('gold.daily_revenue_net date=2024-03-05  snapshot 2');
    expect(text).toMatch(/refunds +35\.0000 +sum over 2 rows of silver\.payments/);
    expect(text).toMatch(/30\.0000 +event_id r1, kind refund/);
    expect(text).toMatch(/events-first\.ndjson:3 +won\n +\{"event_id":"r1"/);
    expect(text).toMatch(/events-first\.ndjson:2 +lost, says something else/);
    expect(text).toMatch(/events-second\.ndjson +1 record of events\n +batch [0-9a-f]{12}, .* snapshot 2 /);
    expect(text).toMatch(/ok +net_is_gross_less_refunds/);
    expect(text).toMatch(
      /Model gold\.daily_revenue_net, from silver\.payments\n {2}Purchases less refunds[^]+\n\n +WITH calendar AS/,
    );
  });

  it('shows every column in brief, and how to see more of one', async () => {
    const lines = await linesOf(['explain', 'daily_revenue_gross', ...where]);
    expectForTerminal(lines);
    expect(lines.join('\n')).toMatch(/purchasers +2 +count of 2 rows of silver\.payments/);
    expect(lines.join('\n')).toContain('Next: the records in full, with --column gross_revenue');
  });

  it('shows the records behind a row of silver', async () => {
    const lines = await linesOf(['explain', 'silver.events', '--where', 'event_id=p1']);
    expectForTerminal(lines);
    expect(lines.join('\n')).toMatch(/Records\n +events-first\.ndjson:1 +won/);
  });

  it('gives all of it as JSON', async () => {
    const report = await jsonHere<ExplainReport>([
      ...['explain', 'daily_revenue_net', ...where, '--column', 'net_revenue', '--all', ...lake],
    ]);
    expect(report.columns.map(({ column, cell, sum }) => [column, cell, sum])).toEqual([
      ['net_revenue', '66.0000', '66.0000'],
      ['gross_revenue', '101.0000', '101.0000'],
      ['refunds', '35.0000', '35.0000'],
    ]);
    const raw = report.columns[1]?.sample?.[0]?.records[0]?.raw;
    expect(`${raw ?? ''}\n`).toBe(first[0]);
  });

  it('takes a key of several columns, each with a --where of its own', async () => {
    const report = await jsonHere<ExplainReport>([
      ...[
        'explain',
        '--where',
        'user_id=u1',
        '--where',
        'event_date=2024-03-05',
        'silver.user_days',
        ...lake,
      ],
    ]);
    expect(report.row).toEqual({ event_date: '2024-03-05', user_id: 'u1', events: 1 });
    expect(report.records).toHaveLength(2);
  });

  it('names the records and batches that moved a number', async () => {
    const lines = await linesOf([
      ...['explain', '--why-changed', 'gold.daily_revenue_net', ...where, '--since', '1'],
    ]);
    expectForTerminal(lines);
    const text = lines.join('\n');
    expect(text).toMatch(/refunds +30\.0000 +35\.0000 +\+5\.0000/);
    expect(text).toMatch(/net_revenue +71\.0000 +66\.0000 +−5\.0000 +gross_revenue − refunds/);
    expect(text).toMatch(/1 change in rows of silver\.payments, 1 by events-second\.ndjson/);
    expect(text).toMatch(/\+5\.0000 +came, event_id r2/);
    expect(text).toMatch(/events-second\.ndjson:1 +won/);
  });

  const refused: readonly [string, readonly string[], number, string][] = [
    ['no --where', ['gold.mrr_daily'], 1, 'Expected --where date=…'],
    ['--since alone', ['daily_revenue_net', ...where, '--since', '1'], 1, '--since needs --why-changed'],
    ['--to with --snapshot', ['daily_revenue_net', ...where, '--why-changed', '--since', '1', '--to', '2', '--snapshot', '2'], 1, 'exclude each other'],
    ['--why-changed alone', ['daily_revenue_net', ...where, '--why-changed'], 1, '--since'],
    ['--all with --limit', ['daily_revenue_net', ...where, '--all', '--limit', '1'], 1, 'exclude each other'],
    ['a row that is not there', ['daily_revenue_net', '--where', 'date=2024-03-06'], 5, 'date=2024-03-05'],
    ['a table of silver that changed', ['silver.users', '--where', 'user_id=u1', '--why-changed', '--since', '1'], 1, 'snapshot diff'],
  ]; // prettier-ignore
  it.each(refused)('refuses %s', async (_, args, exitCode, message) => {
    const { code, stderr } = await runHere(['explain', ...args, ...lake]);
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });
});
