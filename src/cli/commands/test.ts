// `lake test`: the unit tests of a project's models, and the proof that ingesting in pieces gives what ingesting at once gives.

import { LakeError } from '../../common/errors.js';
import type { IncrementalOutcome } from '../../lake/testing/incremental-test.js';
import type { TestOutcome } from '../../lake/testing/model-tests.js';
import type { RowFault } from '../../lake/testing/row-faults.js';
import { defineCommand, switchFlag } from '../command.js';
import { engineAsked, engineFlags } from '../engine-flag.js';
import { countOf } from '../output/figures.js';
import type { Style } from '../output/style.js';
import { textTable } from '../output/text-table.js';

/** `lake test`: exit 2 where rows differ from what was expected. Changes no lake. */
export const test = defineCommand({
  name: ['test'],
  about: "the project's tests: given rows, expected rows",
  details:
    'Runs tests/*.yaml of the project: each gives rows to a model, and says which rows it must make. Rows that ' +
    'differ are shown by key, and the exit code is 2. NAMEs are tests, their files, or models. --incremental ' +
    'reads data/ file by file into one lake and at once into another, both temporary, and compares every table: ' +
    'spreads and keys are proven, not believed.',
  words: { usage: '[NAME…]', least: 0, most: Infinity },
  flags: {
    incremental: switchFlag('compare reading file by file with reading at once'),
    ...engineFlags,
  },
  examples: [
    ['test', 'all tests of the project'],
    ['test gold.daily_orders', 'those of a model'],
    ['test --incremental', 'whether pieces give what the whole gives'],
  ],
  async run({ words, flags }, session) {
    if (session.project === undefined)
      throw new LakeError(
        'not-found',
        'There is no project here: no lake.yaml in this folder or above. "lake init" makes one; --project names one.',
      );
    const engine = engineAsked(flags, session.env);
    if (flags.incremental === true) {
      if (words.length > 0)
        throw new LakeError('invalid-input', 'lake test: --incremental compares all tables; give no names.');
      const { testProjectIncrementally } = await import('../../lake/open.js');
      const { signal, onProgress } = session.operation;
      const outcome = await testProjectIncrementally(session.project, {
        env: session.env,
        engine,
        signal,
        onRun: (done, total) => onProgress({ stage: 'comparing', done, total, unit: 'files' }),
      });
      await session.answer(outcome, () => incrementalText(outcome, session.style));
      if (outcome.differences.length > 0) session.fail('check-failed');
      return;
    }
    const { testProject } = await import('../../lake/open.js');
    const tests = await testProject(session.project, { env: session.env, engine, names: words });
    await session.answer({ tests }, () => testsText(tests, session.style));
    if (tests.some(({ status }) => status === 'fail')) session.fail('check-failed');
  },
});

function incrementalText({ runs, tables, differences }: IncrementalOutcome, style: Style): readonly string[] {
  const compared = `${countOf(tables, 'table')} after ${countOf(runs, 'run')} and after one`;
  if (differences.length === 0) return [`${compared}: ${style.good('the same')}`];
  return [
    `${compared}: ${style.bad(`${countOf(differences.length, 'table')} differ${differences.length === 1 ? 's' : ''}`)}`,
    ...differences.flatMap(({ table, faults, count: all }) => [
      '',
      `  ${style.strong(table)}: ${countOf(all, 'row')}; the first ${faults.length} ("expected" is what one run makes)`,
      ...faults.flatMap((fault) => faultLines(fault, style)),
    ]),
  ];
}

function testsText(tests: readonly TestOutcome[], style: Style): readonly string[] {
  if (tests.length === 0)
    return ['The project has no tests; write tests/<name>.yaml with model, given and expect.'];
  const failed = tests.filter(({ status }) => status === 'fail');
  const outcome =
    failed.length === 0
      ? style.good('all passed')
      : `${tests.length - failed.length} passed, ${style.bad(`${failed.length} failed`)}`;
  return [
    `${style.strong(countOf(tests.length, 'test'))}: ${outcome}`,
    '',
    ...tests.flatMap((each) => testLines(each, style)),
  ];
}

function testLines(
  { name, file, line, model, status, faults, error }: TestOutcome,
  style: Style,
): readonly string[] {
  if (status === 'pass') return [`  ${style.good('ok')}    ${name} ${style.faint(model)}`];
  return [
    `  ${style.bad('FAIL')}  ${style.strong(name)} ${style.faint(`${model}, ${file}:${line}`)}`,
    ...(error === undefined ? [] : [`        ${error}`]),
    ...faults.flatMap((fault) => faultLines(fault, style)),
  ];
}

const shown = (value: string | null): string => value ?? 'null';

function faultLines({ kind, key, cells }: RowFault, style: Style): readonly string[] {
  const row = Object.entries(key)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(', ');
  const title = `        ${{ missing: 'missing', unexpected: 'not expected', different: 'different' }[kind]}: ${row}`;
  if (kind !== 'different') {
    const others = cells.map(
      ({ column, expected, found }) => `${column} ${shown(kind === 'missing' ? expected : found)}`,
    );
    return [others.length === 0 ? title : `${title} (${others.join(', ')})`];
  }
  const columns = [{ header: 'column' }, { header: 'expected' }, { header: 'found' }];
  const rows = cells.map(({ column, expected, found }) => [column, shown(expected), shown(found)]);
  return [title, ...textTable(columns, rows, { style, indent: 10 })];
}
