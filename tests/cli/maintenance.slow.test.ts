// Letting go, freeing, merging and checking, as commands on a lake of several runs.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExpireReport } from '../../src/lake/maintenance/expire.js';
import type { VacuumReport } from '../../src/lake/maintenance/vacuum.js';
import type { VerifyReport } from '../../src/lake/maintenance/verify.js';
import type { CompactReport } from '../../src/lake/maintenance/compact.js';
import type { LakeOverview } from '../../src/lake/read/overview.js';
import { jsonHere, runHere, terminal } from './run-here.js';
import type { CliResult } from './run-cli.js';

const folder = mkdtempSync(join(tmpdir(), 'lake-maintenance-'));
const lake = join(folder, 'lake');
const golden = fileURLToPath(new URL('../golden/17-deliveries', import.meta.url));

const runAt = (at: string, args: readonly string[]): Promise<CliResult> =>
  runHere([...args, '--lake', at], terminal);
const run = (...args: readonly string[]): Promise<CliResult> => runAt(lake, args);
const json = <T>(...args: readonly string[]): Promise<T> => jsonHere<T>([...args, '--lake', lake]);

const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

beforeAll(async () => {
  for (const name of ['batch-1', 'batch-2', 'batch-2'])
    await run('ingest', join(golden, name), '--ingest-date', '2024-06-01', '--quiet');
  await run('snapshot', 'tag', 'first', '1');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an empty folder is told from a lake, and stays empty', async () => {
  const nowhere = join(folder, 'nowhere');
  for (const line of [['snapshot', 'expire'], ['snapshot', 'tag', 'x'], ['vacuum']]) {
    expect([line, (await runAt(nowhere, line)).code]).toEqual([line, 5]);
  }
  expect(existsSync(nowhere)).toBe(false);
});

test('compact proves that no row changed', async () => {
  const { stdout } = await run('compact', '--table', 'bronze.events');
  expect(stdout).toMatch(
    /bronze\.events +\d+ +→ 1[^]*Proved: \d+ rows of 1 table are the same before and after/,
  );
  const again = await json<CompactReport>('compact', '--table', 'bronze.events');
  expect([again.snapshot, again.proof]).toEqual([null, undefined]);
});

describe('expire', () => {
  test('without flags young snapshots stay, and it says why', async () => {
    const { expired, kept, keep } = await json<ExpireReport>('snapshot', 'expire', '--dry-run');
    expect([expired, kept.map(({ id }) => id), keep]).toEqual([[], [1, 2, 3, 4], 20]);
  });

  test('an age alone keeps one more; a number alone keeps none for its age', async () => {
    const byAge = await json<ExpireReport>('snapshot', 'expire', '--older-than', '0s', '--dry-run');
    expect([byAge.keep, byAge.expired.map(({ id }) => id)]).toEqual([1, [2, 3]]);
    const byNumber = await json<ExpireReport>('snapshot', 'expire', '--keep', '2', '--dry-run');
    expect([byNumber.olderThan, byNumber.expired.map(({ id }) => id)]).toEqual([null, [3]]);
    const both = await json<ExpireReport>(
      'snapshot',
      'expire',
      '--keep',
      '1',
      '--older-than',
      '7d',
      '--dry-run',
    );
    expect(both.expired).toEqual([]);
  });

  test('a dry run changes nothing; then it says what went, what stays and why, and what frees the bytes', async () => {
    const dry = await run('snapshot', 'expire', '--keep', '1', '--dry-run');
    expect(dry.stdout).toMatch(/^Would expire 2 of 4 snapshots[^]*--dry-run/);
    const { stdout } = await run('snapshot', 'expire', '--keep', '1');
    expect(stdout).toMatch(
      /^Expired 2 of 4 snapshots\n[^]* 2 .*ingest[^]* 3 .*ingest[^]*Kept 2\n[^]* 4 +the head\n +1 +tagged\n/,
    );
    expect(stdout).toMatch(
      /Proved: [^]*\d+ data files? \(.*\) belongs? to no snapshot now\.\nNext: lake vacuum\n$/,
    );
    expect(widest(stdout)).toBeLessThanOrEqual(80);
  });

  test('an expired snapshot is exit code 5 and one clear line; its number is remembered', async () => {
    for (const line of [
      ['time-travel', '--snapshot', '2'],
      ['snapshot', 'show', '2'],
      ['snapshot', 'tag', 'x', '2'],
    ]) {
      const { code, stderr } = await run(...line);
      expect([code, stderr]).toEqual([5, expect.stringMatching(/^lake: Snapshot 2 \(.*\) has expired\.\n$/)]);
    }
    const { snapshots } = await json<{ snapshots: readonly { id: number }[] }>('snapshot', 'list');
    expect(snapshots.map(({ id }) => id)).toEqual([4, 1]);
  });
});

describe('vacuum', () => {
  test('what is young stays, and lake alone says what would free the rest', async () => {
    const { stdout } = await run('vacuum');
    expect(stdout).toMatch(/^Nothing to free[^]*\d+ files? \(.*\) stays?, younger than 24 h/);
    const { unnamedBytes } = await json<LakeOverview>();
    expect(unnamedBytes).toBeGreaterThan(0);
    expect((await run()).stdout).toMatch(/no snapshot holds +lake vacuum/);
  });

  test('a dry run deletes nothing; then every byte on disk is named, foreign files stay', async () => {
    writeFileSync(join(lake, 'silver', 'notes.txt'), 'mine');
    const dry = await json<VacuumReport>('vacuum', '--grace', '0s', '--dry-run');
    expect(dry.deleted.every(({ path }) => existsSync(join(lake, path)))).toBe(true);
    const { stdout } = await run('vacuum', '--grace', '0s');
    expect(stdout).toMatch(
      /^Freed .* in \d+ files? that no snapshot names\n[^]*data files[^]*1 file that lake did not write:\n {2}silver\/notes\.txt[^]*--foreign/,
    );
    expect(widest(stdout)).toBeLessThanOrEqual(80);
    expect(dry.deleted.some(({ path }) => existsSync(join(lake, path)))).toBe(false);
    expect(existsSync(join(lake, 'silver', 'notes.txt'))).toBe(true);
  });

  test('--foreign deletes what no lake wrote', async () => {
    const { deleted } = await json<VacuumReport>('vacuum', '--grace', '0s', '--foreign');
    expect(deleted.map(({ path, kind }) => [path, kind])).toEqual([['silver/notes.txt', 'foreign']]);
    expect((await json<LakeOverview>()).unnamedBytes).toBe(0);
    expect((await run('show', 'silver.events', '--snapshot', 'first')).code).toBe(0);
  });
});

describe('verify', () => {
  test('says what it read when every byte is right', async () => {
    const { code, stdout } = await run('verify', '--all');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^Checked 2 snapshots: \d+ files, .*\nEvery byte is right\.\n$/),
    ]);
    const head = await json<VerifyReport>('verify');
    expect([head.snapshots, head.problems, head.readable]).toEqual([[4], [], [4]]);
    expect((await json<VerifyReport>('verify', '--snapshot', 'first')).snapshots).toEqual([1]);
    expect((await run('verify', '--snapshot', '2')).code).toBe(5);
  });

  /** A copy of the lake with a bit of a table's first file flipped; the file's path. */
  async function damage(
    name: string,
    table: string,
  ): Promise<{ readonly at: string; readonly path: string }> {
    const at = join(folder, name);
    cpSync(lake, at, { recursive: true });
    const { stdout } = await runAt(at, ['files', table]);
    const file = stdout.split('\n')[0] ?? '';
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    return { at, path: relative(at, file) };
  }

  test('one flipped bit in silver is exit code 4: file, table, snapshots, what still reads, what to do', async () => {
    const { at, path } = await damage('flipped', 'silver.users');
    const { code, stdout, stderr } = await runAt(at, ['verify', '--all']);
    expect([code, stderr]).toEqual([4, '']);
    expect(stdout).toContain(path);
    expect(stdout).toMatch(/damaged data file [^]*table silver\.users, [^]*Damaged: [^]*lake repair/);
    expect(stdout).not.toContain('copy of the lake');
    expect(widest(stdout)).toBeLessThanOrEqual(Math.max(80, path.length + 30));
  });

  test('with --json the report is the document, also with exit code 4', async () => {
    const { at, path } = await damage('bronze', 'bronze.events');
    const { code, stdout } = await runAt(at, ['verify', '--json']);
    const report = JSON.parse(stdout) as VerifyReport;
    expect([code, report.problems.map((problem) => [problem.path, problem.table, problem.kind])]).toEqual([
      ...[4, [[path, 'bronze.events', 'damaged']]],
    ]);
    expect([report.damaged, report.readable]).toEqual([[4], []]);
    expect((await runAt(at, ['verify'])).stdout).toContain('copy of the lake');
  });
});
