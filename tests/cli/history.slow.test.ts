// Two runs as a person goes through their history: what changed and why, names, going back, and forward again.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLake } from '../../src/lake/open.js';
import type { DiffReport, RowDifference } from '../../src/lake/history/diff.js';
import type { RowRecord } from '../../src/lake/read/row-set.js';
import type { RollbackReport } from '../../src/lake/history/rollback.js';
import type { TagReport } from '../../src/lake/history/tags.js';
import type { IngestReport } from '../../src/lake/ingest/ingest.js';
import type { SnapshotReport } from '../../src/lake/history/snapshot-list.js';
import type { TableListing } from '../../src/lake/read/table-listing.js';
import { jsonHere, runHere, terminal } from './run-here.js';
import type { CliResult } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-history-'));
const golden = fileURLToPath(new URL('../golden/10-two-runs', import.meta.url));
const [batch1, batch2] = ['batch-1', 'batch-2'].map((name) => join(golden, name)) as [string, string];

const run = (...args: readonly string[]): Promise<CliResult> =>
  runHere([...args, '--lake', join(folder, 'lake')], terminal);
const json = <T>(...args: readonly string[]): Promise<T> =>
  jsonHere<T>([...args, '--lake', join(folder, 'lake')]);

const ingest = (path: string): Promise<IngestReport> =>
  json<IngestReport>('ingest', path, '--ingest-date', '2024-06-01');

beforeAll(async () => {
  await ingest(batch1);
  await ingest(batch2);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In this process: a program for each table would take longer than the tests. */
async function rowsOf(table: string, snapshot: string): Promise<readonly RowRecord[]> {
  const { columns, rows } = await openLake({ location: join(folder, 'lake') }).rows(table, { snapshot });
  const records: RowRecord[] = [];
  for await (const row of rows)
    records.push(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  return records;
}

/** Rows by key after the differences, as text in no order. */
function patched(rows: readonly RowRecord[], differences: readonly RowDifference[]): readonly string[] {
  const left = rows.map((row) => JSON.stringify(row));
  for (const { before } of differences) {
    const position = before === undefined ? -1 : left.indexOf(JSON.stringify(before));
    if (before !== undefined && position === -1) throw new Error(`no row ${JSON.stringify(before)}`);
    if (position !== -1) left.splice(position, 1);
  }
  const came = differences.flatMap(({ after }) => (after === undefined ? [] : [JSON.stringify(after)]));
  return [...left, ...came].sort();
}

describe('diff', () => {
  let forth: DiffReport;
  beforeAll(async () => {
    forth = await json<DiffReport>('snapshot', 'diff', '1', '2', '--rows', '--limit', '100000');
  });

  test('says which tables and figures changed, and because of which batches', () => {
    expect([forth.from.id, forth.to.id]).toEqual([1, 2]);
    expect(forth.batches.added.map(({ file }) => file).sort()).toEqual([
      'events-2.ndjson',
      'marketing_spend-2.csv',
      'subscriptions-2.json',
    ]);
    expect(forth.batches.removed).toEqual([]);
    expect(forth.tables.map(({ table }) => table)).toContain('gold.mrr_daily');
    expect(forth.headline.length).toBeGreaterThan(0);
    expect(forth.headline.every((figure) => figure.then !== figure.now)).toBe(true);
  });

  test('the rows lead from the one snapshot to the other, in every table', async () => {
    for (const { table, rowsAdded, rowsRemoved, rowsChanged } of forth.tables) {
      const differences = forth.rows?.[table] ?? [];
      const [then, now] = [await rowsOf(table, '1'), await rowsOf(table, '2')];
      expect([table, patched(then, differences)]).toEqual([
        table,
        now.map((row) => JSON.stringify(row)).sort(),
      ]);
      const kinds = (kind: string): number => differences.filter((row) => row.kind === kind).length;
      expect([table, kinds('added'), kinds('removed'), kinds('changed')]).toEqual([
        ...[table, rowsAdded, rowsRemoved, rowsChanged],
      ]);
    }
  });

  test('backwards, what came goes', async () => {
    const back = await json<DiffReport>('snapshot', 'diff', 'head', 'head~1');
    expect(back.batches.removed).toEqual(forth.batches.added);
    expect(back.batches.added).toEqual([]);
    expect(back.tables.map(({ table, rowsAdded, rowsRemoved }) => [table, rowsRemoved, rowsAdded])).toEqual(
      forth.tables.map(({ table, rowsAdded, rowsRemoved }) => [table, rowsAdded, rowsRemoved]),
    );
    expect(back).not.toHaveProperty('rows');
  });

  test('as text: tables, batches, figures, and rows with the columns that changed; 80 columns', async () => {
    const { stdout } = await run('snapshot', 'diff', '1', '2', '--rows', '--limit', '2');
    expect(stdout).toMatch(
      /^from +1 [^]*to +2 [^]*differ[^]*gold\.mrr_daily[^]*Batches that only snapshot 2 holds[^]*events-2\.ndjson[^]*Figures that moved/,
    );
    expect(stdout).toMatch(/\ngold\.mrr_daily .* by date\n +[~+−] \d{4}-\d\d-\d\d {2}.*mrr /);
    expect(stdout).toMatch(/and \d+ more rows? \(--limit N shows more\)/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('of one table, by its bare name; a near miss is named', async () => {
    const { tables } = await json<DiffReport>('snapshot', 'diff', '1', '2', '--table', 'mrr_daily');
    expect(tables.map(({ table }) => table)).toEqual(['gold.mrr_daily']);
    const missed = await run('snapshot', 'diff', '1', '2', '--table', 'Gold.MRR_daily');
    expect([missed.code, missed.stderr]).toEqual([
      5,
      expect.stringContaining('Did you mean gold.mrr_daily?'),
    ]);
  });

  test('of a snapshot with itself: nothing', async () => {
    const { tables, batches, headline } = await json<DiffReport>('snapshot', 'diff', 'head', '2');
    expect([tables, batches, headline]).toEqual([[], { added: [], removed: [] }, []]);
    expect((await run('snapshot', 'diff', '2', '2')).stdout).toContain('Every table holds the same.');
  });
});

describe('tags', () => {
  test('a tag is the head unless said, and every command takes it for the snapshot', async () => {
    expect(await json<TagReport>('snapshot', 'tag', 'second')).toEqual({
      name: 'second',
      snapshot: 2,
      changed: true,
    });
    await run('snapshot', 'tag', 'first', 'head~1');
    const { snapshots } = await json<{ snapshots: readonly SnapshotReport[] }>('snapshot', 'list');
    expect(snapshots.map(({ id, tags }) => [id, tags])).toEqual([
      [2, ['second']],
      [1, ['first']],
    ]);
    expect((await json<DiffReport>('snapshot', 'diff', 'first', 'second')).batches.added).toHaveLength(3);
  });

  test('a tag is not moved, set twice it stays', async () => {
    const again = await run('snapshot', 'tag', 'second');
    expect([again.code, again.stdout]).toEqual([0, 'Snapshot 2 is tagged second already.\n']);
    const moved = await run('snapshot', 'tag', 'second', '1');
    expect([moved.code, moved.stderr]).toEqual([1, expect.stringContaining('lake snapshot untag second')]);
    expect((await run('snapshot', 'tag', '../x')).code).toBe(1);
    expect((await run('snapshot', 'tag', 'third', '99')).code).toBe(5);
  });

  test('untag takes it away; what is not there is exit code 5 and names the others', async () => {
    expect(await json<TagReport>('snapshot', 'untag', 'second')).toEqual({
      name: 'second',
      snapshot: 2,
      changed: true,
    });
    const gone = await run('snapshot', 'untag', 'second');
    expect([gone.code, gone.stderr]).toEqual([5, expect.stringContaining('first')]);
  });
});

describe('rollback', () => {
  const tablesOf = async (snapshot: string): Promise<readonly unknown[]> => {
    const { tables } = await json<{ tables: readonly TableListing[] }>('tables', '--snapshot', snapshot);
    return Promise.all(tables.map(async ({ name, rows }) => [name, rows, await rowsOf(name, snapshot)]));
  };

  test('a dry run says what would be undone, and publishes nothing', async () => {
    const { stdout } = await run('snapshot', 'rollback', 'first', '--dry-run');
    expect(stdout).toMatch(
      /^Would go back from snapshot 2 to the contents of 1[^]*events-2\.ndjson[^]*--dry-run/,
    );
    const report = await json<RollbackReport>('snapshot', 'rollback', '1', '--dry-run');
    expect([report.snapshot, report.batches.length, report.dryRun]).toEqual([null, 3, true]);
    expect((await json<{ head: number }>('snapshot', 'list')).head).toBe(2);
  });

  test('the head holds what the old snapshot held, and the batches in between are taken in again', async () => {
    const { stdout } = await run('snapshot', 'rollback', 'head~1');
    expect(stdout).toMatch(/3 batches are unknown again[^]*Published snapshot 3\n[^]*Proved: /);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await tablesOf('3')).toEqual(await tablesOf('1'));

    const again = await ingest(batch2);
    expect([again.snapshot, again.changed, again.batches.map(({ known }) => known)]).toEqual([
      ...[4, true, [false, false, false]],
    ]);
    const { tables } = await json<DiffReport>('snapshot', 'diff', '2', '4');
    expect(
      tables.filter(({ rowsAdded, rowsRemoved, rowsChanged }) => rowsAdded + rowsRemoved + rowsChanged > 0),
    ).toEqual([]);
  });

  test('to what the head holds already: nothing is published', async () => {
    const { code, stdout } = await run('snapshot', 'rollback', 'head');
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing was published')]);
    expect((await json<{ head: number }>('snapshot', 'list')).head).toBe(4);
  });

  test('to a snapshot that never was: exit code 5', async () => {
    expect((await run('snapshot', 'rollback', '99')).code).toBe(5);
  });
});
