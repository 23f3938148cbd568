// Command lines that are wrong, and errors from below: one line or one document, and the exit code.

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.js';
import type { OpenLake } from '../../src/cli/session.js';
import { LakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import type { IngestOptions } from '../../src/lake/ingest/ingest.js';
import type { Lake } from '../../src/lake/operations.js';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const failing =
  (error: Error): OpenLake =>
  () =>
    Promise.reject(error);

/** The program in this process, with a lake that cannot be opened. */
async function lake(
  argv: readonly string[],
  openLake: OpenLake = failing(new Error('the lake was opened')),
): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runProgram({
    argv,
    env: {},
    stdin: new PassThrough().end(),
    stdout,
    stderr,
    runtime: systemRuntime(),
    version: '1.2.3',
    signal: new AbortController().signal,
    openLake,
  });
  const text = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? '');
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

test.each([
  [['tabels'], 'unknown command "tabels"; did you mean tables?'],
  [['repack'], 'unknown command "repack"'],
  [['__proto__'], 'unknown command "__proto__"'],
  [['snapshot', 'lst'], 'did you mean list?'],
  [['snapshot'], 'expected list, show, diff, tag, untag, rollback or expire'],
  [['tables', '--jsn'], 'lake tables has no flag --jsn; did you mean --json?'],
  [['tables', '-x'], 'lake tables has no flag -x; see lake tables --help'],
  [['tables', '-q'], 'lake tables has no flag -q; did you mean --quiet?'],
  [['tables', '--__proto__', 'x'], 'there is no flag --__proto__; see lake --help'],
  [['tables', '--constructor=1'], 'there is no flag --constructor; see lake --help'],
  [['--toString'], 'there is no flag --toString; see lake --help'],
  [['tables', 'more'], 'unexpected "more"'],
  [['init', import.meta.filename], 'is a file; expected a folder for the project'],
  [['show'], 'lake show needs TABLE'],
  [['ingest', '--ingest-date', '2024-02-30'], '--ingest-date: "2024-02-30" is not a day'],
  [['ingest', '--ingest-date'], '--ingest-date needs a value'],
  [['ingest', '--dry-run=maybe'], '--dry-run takes no value'],
  [['ingest', '--engine', 'flink'], '--engine: "flink" is not one of wasm'],
  [['ingest', '--engine', 'spark'], 'expected an address with it: --spark sc://HOST:PORT'],
  [['ingest', '--engine', 'native', '--spark', 'sc://a'], '--spark goes with --engine spark'],
  [['ingest', '--spark', 'localhost:1'], 'expected sc://HOST:PORT'],
  [['ingest', 'a', '--data', 'b'], 'paths or --data, not both'],
  [['ingest', '--lake', 'a', '--lake', 'b'], '--lake is given more than once'],
  [['ingest', '--lake', ''], '--lake: "" is not a folder'],
  [['compact', '--target-size', '12'], '--target-size: "12" is not a size'],
  [['snapshot', 'list', '--limit', '-3'], '--limit: "-3" is not a whole number'],
  [['show', 'x', '--format', 'xml'], '--format: "xml" is not one of table, csv, json, ndjson'],
  [['time-travel'], 'it needs a snapshot, like lake time-travel head~1'],
  [['time-travel', '1', '--snapshot', '2'], 'give the snapshot once'],
  [['tables', '1'], 'unexpected "1"; give the snapshot as --snapshot 1'],
  [['help', 'tabels'], 'unknown command "tabels"; did you mean tables?'],
  [['show', 'x', '--crlf'], '--crlf needs --format csv'],
  [['export', '--out', 'x', '--csv-safe'], '--csv-safe needs --format csv'],
  [['trust', '--list', '--revoke'], '--list takes nothing else'],
  [['completion', 'tcsh'], '"tcsh" is not one of bash, zsh, fish'],
  [['query', '  '], 'the statement is empty'],
  [['query', '-'], 'standard input is empty'],
  [['export'], 'lake export needs --out'],
  [['restore', 'abc'], 'lake restore needs --out'],
  [['generate'], 'lake generate needs --out'],
  [['snapshot', 'diff', '1'], 'lake snapshot diff needs A B'],
  [['snapshot', 'diff', '1', '2', '--limit', '5'], '--limit needs --rows'],
  [['snapshot', 'tag'], 'lake snapshot tag needs NAME [S]'],
  [['snapshot', 'rollbck', '1'], 'did you mean rollback?'],
  [['snapshot', 'expire', '--keep', '0'], '--keep: "0" is not a whole number of at least 1'],
  [['snapshot', 'expire', '--older-than', 'soon'], '--older-than: "soon" is not an age like 7d'],
  [['vacuum', '--grace', '24'], '--grace: "24" is not a duration like 24h'],
  [['verify', '--all', '--snapshot', '1'], '--snapshot or --all, not both'],
] as const)('lake %j is refused in one line', async (argv, message) => {
  const { code, stdout, stderr } = await lake(argv);
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^lake: [^\n]*\n$/);
  expect(stderr).toContain(message);
});

test.each([
  [['tables', '--nope', '--json'], 'has no flag --nope'],
  [['show', 'x', '--json', '--format', 'csv'], '--json and --format csv'],
] as const)('with --json lake %j is refused in one document', async (argv, message) => {
  const { code, stdout, stderr } = await lake(argv);
  expect([code, stderr]).toEqual([1, '']);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
  expect(error.code).toBe('invalid-input');
  expect(error.message).toContain(message);
});

const damaged = new LakeError('corrupt', 'bad\u001b[2J\nname', { details: { path: 'p\u202e' } });

test('what data puts into a message does not reach the terminal', async () => {
  expect(await lake(['tables'], failing(damaged))).toEqual({
    code: 4,
    stdout: '',
    stderr: 'lake: bad\\x1b[2J\\nname\n',
  });
});

test('programs get code, message and details unchanged', async () => {
  const { code, stdout } = await lake(['tables', '--json'], failing(damaged));
  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toEqual({
    error: { code: 'corrupt', message: 'bad\u001b[2J\nname', details: { path: 'p\u202e' } },
  });
});

test('a bug shows its stack and asks for a report', async () => {
  const { code, stderr } = await lake(['tables'], failing(new TypeError('oops')));
  expect(code).toBe(70);
  expect(stderr).toMatch(/^lake: this is a bug[^]*report[^]*TypeError: oops\n +at /);
});

test('a statement that begins with a comment is no flag', async () => {
  let asked = '';
  const query = (sql: string): Promise<never> => {
    asked = sql;
    return Promise.reject(damaged);
  };
  const fake = { query, close: () => Promise.resolve() } as unknown as Lake;
  for (const sql of ['-- why\nselect 1', '--why\nselect 1']) {
    await lake(['query', sql, '--format', 'csv'], () => Promise.resolve(fake));
    expect(asked).toBe(sql);
  }
});

test('words keep their order and their spelling, and switches take none of them', async () => {
  let asked: IngestOptions | undefined;
  const ingest = (options: IngestOptions): Promise<never> => {
    asked = options;
    return Promise.reject(damaged);
  };
  const fake = { ingest, close: () => Promise.resolve() } as unknown as Lake;
  await lake(['--quiet', 'ingest', '--dry-run', '1e3', '-', 'b', '--', '--odd'], () => Promise.resolve(fake));
  expect(asked).toMatchObject({ paths: ['1e3', '-', 'b', '--odd'], dryRun: true });
});

test.each([
  [['-h'], /^lake \[command\]/],
  [['help'], /^lake \[command\]/],
  [['help', 'ingest'], /^lake ingest \[PATH…\]/],
  [['help', 'snapshot'], /^lake snapshot list\|show/],
  [['help', 'snapshot', 'diff'], /^lake snapshot diff A B/],
  [['explain', '-h'], /^lake explain TABLE/],
  [['-v'], /^1\.2\.3\n$/],
] as const)('lake %j helps', async (argv, beginning) => {
  const { code, stdout, stderr } = await lake(argv);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(beginning);
  expect(stdout).not.toMatch(/\[(array|string|boolean|·)\]|^ {2}lake .*: *$|\n\n\n/m);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});
