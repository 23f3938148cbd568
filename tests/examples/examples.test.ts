// Each folder of examples/ is a project that takes its data in, passes its tests, and makes the tables that lie beside it as CSV.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { resultText } from '../../src/lake/read/result-text.js';
import type { ResultValue } from '../../src/lake/read/row-set.js';
import { rows } from '../../src/lake/read/table-rows.js';
import { runModelTests } from '../../src/lake/testing/model-tests.js';
import { loadProject, type Project } from '../../src/project/load/load-project.js';
import { openHead } from '../../src/table/view.js';
import { clearedOnClose } from '../engine/cleared-engine.js';
import { sharedResources, testLake, type TestLake } from '../pipeline/lake-under-test.js';

const shared = sharedResources();
afterAll(() => shared.close());

const root = resolve(import.meta.dirname, '../../examples');
const examples = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** The engine of all tests, which closing only clears. */
const startEngine = async (): Promise<Engine> => clearedOnClose(await shared.resources.engine());

const lakeOf = (project: Project): TestLake<object> =>
  testLake<object>({
    resources: shared.resources,
    pipelineUnder: (settings) => project.under(settings),
    settings: project.settings.defaults,
  });

/** What a reader of an example wants to know of a refused record. */
const SHOWN_OF_QUARANTINE = ['source', 'source_file', 'line_number', 'element', 'reject_reason'];

const cell = (value: ResultValue): string => {
  if (value === null) return '';
  const text = resultText(value);
  return /[",\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The tables that are made of records, as CSV, by their names. */
async function tablesOf({ storage }: TestLake<object>): Promise<Readonly<Record<string, string>>> {
  const names = (await openHead(storage))?.tables.filter((name) => !name.startsWith('bronze.')) ?? [];
  const tables: Record<string, string> = {};
  for (const name of names) {
    const result = await rows({ storage }, name, {});
    const columns = result.columns.map((column) => column.name);
    const shown = name === 'silver.quarantine' ? SHOWN_OF_QUARANTINE : columns;
    const lines = [shown.map(cell).join(',')];
    for await (const row of result.rows)
      lines.push(shown.map((column) => cell(row[columns.indexOf(column)] ?? null)).join(','));
    if (lines.length > 1) tables[name] = `${lines.join('\n')}\n`;
  }
  return tables;
}

function expectedOf(example: string): Readonly<Record<string, string>> {
  const folder = join(root, example, 'expected');
  const files = readdirSync(folder).map((file) => [
    file.replace(/\.csv$/, ''),
    readFileSync(join(folder, file), 'utf8'),
  ]);
  return Object.fromEntries(files) as Readonly<Record<string, string>>;
}

describe.each(examples)('examples/%s', (example) => {
  const folder = join(root, example);
  const names = readdirSync(join(folder, 'data')).sort();
  const files = names.map((name) => ({ name, bytes: readFileSync(join(folder, 'data', name)) }));

  it('makes its tables, file by file and at once', async () => {
    const project = await loadProject(folder, { startEngine });
    const lake = lakeOf(project);
    await lake.ingest(files);
    const tables = await tablesOf(lake);
    expect(tables).toEqual(expectedOf(example));
    const again = lakeOf(project);
    // Of an extract the newest delivery decides; of a log no order changes anything.
    const isOfLogs = project.under(project.settings.defaults).sources.every(({ kind }) => kind === 'log');
    for (const file of isOfLogs ? files.toReversed() : files) await again.ingest([file]);
    const { 'silver.quarantine': refused = '', ...others } = await tablesOf(again);
    const { 'silver.quarantine': expected = '', ...rest } = tables;
    expect(others).toEqual(rest);
    expect(refused.split('\n').sort()).toEqual(expected.split('\n').sort());
  });

  it('passes its tests', async () => {
    const project = await loadProject(folder, { startEngine });
    const tests = await runModelTests(project, { startEngine });
    expect(tests.map(({ name, status, faults }) => [name, status, faults])).toEqual(
      tests.map(({ name }) => [name, 'pass', []]),
    );
    expect(tests.length).toBeGreaterThan(0);
  });
});

it('examples/README.md has a line for each', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(
    Array.from(readme.matchAll(/^- \[([\w-]+)\]\(\1\/lake\.yaml\): \S/gm), ([, name]) => name).sort(),
  ).toEqual([...examples].sort());
});
