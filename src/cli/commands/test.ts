// `lake test`: the unit tests of a project's models, and the proof that ingesting in pieces gives what ingesting at once gives.

import { LakeError } from '../../common/errors.js';
import type { RowFault, TestOutcome } from '../../lake/testing/model-tests.js';
import { defineCommand } from '../command.js';
import { countOf } from '../output/figures.js';
import type { Style } from '../output/style.js';
import { textTable } from '../output/text-table.js';

/** `lake test`: exit 2 where rows differ from what was expected. Changes no lake. */
export const test = defineCommand({
  name: ['test'],
  about: "the project's tests: given rows, expected rows",
  details:
    'Runs tests/*.yaml of the project: each gives rows to a model, and says which rows it must make. Rows that ' +
    'differ are shown by key, and the exit code is 2. NAMEs are tests, their files, or models.',
  words: { usage: '[NAME…]', least: 0, most: Infinity },
  flags: {},
  examples: [
    ['test', 'all tests of the project'],
    ['test gold.daily_orders', 'those of a model'],
  ],
  async run({ words }, session) {
    if (session.project === undefined)
      throw new LakeError(
        'not-found',
        'There is no project here: no lake.yaml in this folder or above. "lake init" makes one; --project names one.',
      );
    const { testProject } = await import('../../lake/open.js');
    const tests = await testProject(session.project, { env: session.env, names: words });
    await session.answer({ tests }, () => testsText(tests, session.style));
    if (tests.some(({ status }) => status === 'fail')) session.fail('check-failed');
  },
});

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
