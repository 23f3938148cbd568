// Nothing that comes with data or metadata drives a terminal: every command, on a lake of which every text is hostile.

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import type { OpenLake } from '../../src/cli/session.js';
import { LakeError } from '../../src/common/errors.js';
import { openConfiguredLake } from '../../src/lake/open.js';
import type { Lake } from '../../src/lake/operations.js';
import type { RowSet } from '../../src/lake/read/row-set.js';
import { runHere } from './run-here.js';

const golden = fileURLToPath(new URL('../golden/', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'lake-hostile-'));
const lake = join(root, 'lake');
afterAll(() => rmSync(root, { recursive: true }));

const HOSTILE = '\u001b[2J\u001b]0;owned\u0007\u001b[35m\u009b31m\u202e\u2028\r\nlake: ok\u0000';

/** A command line for each command; the suite fails for a command that has none. */
const lines: Readonly<Record<string, readonly string[]>> = {
  '': [],
  ingest: ['--dry-run', join(root, 'more')],
  backfill: ['--all', '--dry-run'],
  replay: ['--dry-run'],
  tables: [],
  show: ['silver.events'],
  query: ['SELECT * FROM silver.quarantine'],
  explain: ['gold.daily_revenue_net', '--where', 'date=2024-03-04', '--column', 'refunds'],
  checks: ['--verbose'],
  metrics: [],
  quarantine: [],
  report: ['--out', join(root, 'report.html')],
  'snapshot list': [],
  'snapshot show': ['head'],
  'snapshot diff': ['1', '2', '--rows'],
  'snapshot tag': ['a-tag'],
  'snapshot untag': ['a-tag'],
  'snapshot rollback': ['1', '--dry-run'],
  'snapshot expire': ['--dry-run', '--keep', '1'],
  'time-travel': ['1'],
  files: ['silver.events'],
  export: ['--out', join(root, 'out')],
  restore: ['BATCH', '--out', join(root, 'restored')],
  'spark bundle': ['--out', join(root, 'parser')],
  'iceberg publish': [],
  'iceberg verify': [],
  serve: ['--port', '0'],
  compact: ['--dry-run'],
  vacuum: ['--dry-run', '--grace', '0s'],
  verify: ['--all'],
  repair: ['--dry-run'],
  settings: [],
  trust: ['--list'],
  generate: ['--out', join(root, `data${HOSTILE.replaceAll('\u0000', '')}`), '--users', '1', '--days', '1'],
  completion: ['bash'],
  copy: [lake, join(root, 'copied')],
  init: [join(root, 'project'), '--from', join(golden, '01-basic/batch-1')],
  test: [],
  ui: ['--export', join(root, 'page')],
};

const names = commands.map(({ name }) => name.join(' '));
let batchId = '';

beforeAll(async () => {
  mkdirSync(join(root, 'first'));
  mkdirSync(join(root, 'more'));
  // A file's name and records as hostile as a file system and a parser let through.
  const file = `events${HOSTILE.replaceAll('\u0000', '')}.ndjson`;
  copyFileSync(join(golden, '03-refunds/batch-1/events.ndjson'), join(root, 'first', file));
  const record = readFileSync(join(root, 'first', file), 'utf8').split('\n')[0] ?? '{}';
  const hostile = JSON.stringify({ ...(JSON.parse(record) as object), event_id: HOSTILE, user_id: HOSTILE });
  writeFileSync(join(root, 'more', file.replace('owned', 'more')), `${hostile}\n${HOSTILE}\n`);
  await runHere(['ingest', join(root, 'first'), '--lake', lake, '--ingest-date', '2024-03-10']);
  await runHere(['ingest', join(golden, '01-basic/batch-1'), '--lake', lake, '--ingest-date', '2024-03-10']);
  const { stdout } = await runHere(['query', "SELECT batch_id FROM bronze.batches WHERE source = 'events'", '--format', 'csv', '--lake', lake]); // prettier-ignore
  batchId = stdout.split('\n')[1] ?? '';
}, 180_000);

/** What the program itself may send to a terminal: its emphasis, and taking its progress line away. */
// eslint-disable-next-line no-control-regex -- the codes
const OWN_CODES = /\u001b\[(1|2|22|31|32|39)m|\r\u001b\[K/g;
// eslint-disable-next-line no-control-regex -- what drives a terminal
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

const isText = (value: unknown): value is string => typeof value === 'string';

/** Texts that the program chooses among, not data: with another value there is no such report. */
const chosen: ReadonlySet<string> = new Set([
  ...['kind', 'status', 'severity', 'change', 'role', 'how', 'why', 'type', 'format', 'state', 'unit'],
]);

type Poison = (text: string, key: string) => string;

/** The answer with every text in it, keys included, made hostile. */
function poisoned(value: unknown, poison: Poison, key = ''): unknown {
  if (isText(value)) return poison(value, key);
  if (typeof value !== 'object' || value === null) return value;
  if (Symbol.asyncIterator in value) return poisonedRows(value as AsyncIterable<unknown>, poison);
  if (Array.isArray(value)) return value.map((item) => poisoned(item, poison, key));
  const isNamed = Object.keys(value).some((name) => /[._ ]/.test(name)); // a record by name, not one of fields
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      isNamed ? poison(name, 'name') : name,
      typeof item === 'function' ? (item as unknown) : poisoned(item, poison, name),
    ]),
  );
}

async function* poisonedRows(rows: AsyncIterable<unknown>, poison: Poison): AsyncIterable<unknown> {
  for await (const row of rows) yield poisoned(row, poison);
}

/** What the real lake answered: each question is asked once. */
const answers = new Map<string, unknown>();

async function ask(lakeOf: Lake, name: string, given: readonly unknown[]): Promise<unknown> {
  const asked = `${name} ${JSON.stringify(given)}`;
  if (!answers.has(asked)) {
    const operation = Reflect.get(lakeOf, name) as (...all: readonly unknown[]) => Promise<unknown>;
    const answer = await operation(...given);
    answers.set(asked, name === 'rows' || name === 'query' ? await kept(answer as RowSet) : answer);
  }
  return answers.get(asked);
}

/** Rows that can be read again. */
async function kept(rowSet: RowSet): Promise<RowSet> {
  const rows: RowSet['rows'] extends AsyncIterable<infer Row> ? Row[] : never = [];
  for await (const row of rowSet.rows) rows.push(row);
  const again = async function* (): AsyncGenerator<(typeof rows)[number]> {
    yield* rows;
    await Promise.resolve();
  };
  return { ...rowSet, rows: { [Symbol.asyncIterator]: again } };
}

const opening =
  (poison: Poison): OpenLake =>
  async (options) => {
    const real = await openConfiguredLake(options);
    return new Proxy(real, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (isText(member)) return poison(member, String(name));
        if (typeof member !== 'function' || name === 'close') return member;
        return async (...given: readonly unknown[]) =>
          poisoned(await ask(target, String(name), given), poison);
      },
    });
  };

const failing: OpenLake = () =>
  Promise.reject(new LakeError('corrupt', `bad ${HOSTILE}`, { details: { path: HOSTILE } }));

const appended: Poison = (text, key) => (chosen.has(key) ? text : text + HOSTILE);
const replaced: Poison = (text, key) => (chosen.has(key) ? text : HOSTILE);

async function run(name: string, openLake: OpenLake, more: readonly string[] = [], env = {}) {
  const words = (lines[name] ?? []).map((word) => (word === 'BATCH' ? batchId : word));
  const argv = [...(name === '' ? [] : name.split(' ')), ...words, '--lake', lake, ...more];
  const stop = new AbortController();
  const signal = stop.signal;
  if (name === 'serve') setTimeout(() => stop.abort(), 0);
  const result = await runHere(argv, { columns: 80, isNoteTerminal: true, openLake, env, signal });
  return { ...result, printed: printed(result.stdout + result.stderr) };
}

/** Without the program's own codes, and with the line ends of data as they may be. */
const printed = (text: string): string => text.replaceAll(OWN_CODES, '').replaceAll('\r\n', '\n');

test('every command is tried', () => {
  expect(Object.keys(lines).sort()).toEqual([...names].sort());
});

describe.each(names)(
  'lake %s',
  (name) => {
    test('prints nothing of the data that drives a terminal', async () => {
      const { printed, code } = await run(name, opening(appended));
      expect(printed).not.toMatch(UNSAFE);
      expect([name, code]).toEqual([name, expect.toSatisfy((exit: number) => exit !== 70)]);
    });

    test('nor where a text is nothing else, nor with an error, nor as data', async () => {
      for (const openLake of [opening(replaced), failing])
        expect((await run(name, openLake, [], { NO_COLOR: '1' })).printed).not.toMatch(UNSAFE);
      const { stdout } = await run(name, opening(appended), ['--json']);
      expect(stdout).not.toMatch(UNSAFE);
      if (name !== 'settings') expect(() => JSON.parse(stdout) as unknown).not.toThrow();
    });
  },
  60_000,
);

test.each(['csv', 'json', 'ndjson'])('rows as %s neither', async (format) => {
  for (const name of ['show', 'query'])
    expect((await run(name, opening(appended), ['--format', format])).printed).not.toMatch(UNSAFE);
});

test('a run on the real file says its name with its escapes', async () => {
  const { stdout } = await runHere(['ingest', join(root, 'more'), '--lake', join(root, 'real')], {
    columns: 80,
  });
  expect(printed(stdout)).not.toMatch(UNSAFE);
  expect(stdout).toContain('\\x1b[2J');
}, 180_000);
