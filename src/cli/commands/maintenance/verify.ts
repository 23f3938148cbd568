// `lake verify`: is every byte right, and if not, what still reads.

import { LakeError } from '../../../common/errors.js';
import type { VerifyProblem, VerifyReport } from '../../../lake/maintenance/verify.js';
import { defineCommand, switchFlag, valueFlag } from '../../command.js';
import { given } from '../../flags.js';
import { bytes, countOf, duration } from '../../output/figures.js';
import { measure, type Style } from '../../output/style.js';
import { ranges } from '../../output/snapshot-ranges.js';
import { wrap } from '../../output/terminal-text.js';

/** `lake verify`: compares every byte with its hash (exit 4 where one differs). Only reads. */
export const verify = defineCommand({
  name: ['verify'],
  about: 'check every byte against its hash',
  details:
    'Reads every file of a snapshot (default: the head) and compares it with its hash. Exit code 4 if ' +
    'anything is wrong; the report says what, where, and which snapshots can still be read.',
  flags: {
    snapshot: valueFlag('S', 'this snapshot: number, head~2, tag or time (default: head)'),
    all: switchFlag('every snapshot, and tags, leftovers of expiry and the chain between them'),
  },
  examples: [
    ['verify', 'what the head needs'],
    ['verify --all', 'everything that any snapshot names'],
  ],
  async run({ flags }, session) {
    const all = flags.all === true;
    if (all && flags.snapshot !== undefined)
      throw new LakeError('invalid-input', 'lake verify: give --snapshot or --all, not both.');
    await session.withLake(async (lake) => {
      const report = await lake.verify({ ...given({ snapshot: flags.snapshot }), all, ...session.operation });
      await session.report(report, () => verifyText(report, session.style));
      if (report.problems.length > 0) session.fail('corrupt');
    });
  },
});

function verifyText(report: VerifyReport, style: Style): readonly string[] {
  const { problems } = report;
  const outcome = problems.length === 0 ? [style.good('Every byte is right.')] : problemLines(report, style);
  return [checkedLine(report), ...outcome];
}

/** What was read, and how fast. */
function checkedLine({ snapshots, files, bytes: size, durationMs }: VerifyReport): string {
  const of =
    snapshots.length === 1 ? `snapshot ${snapshots[0] ?? ''}` : countOf(snapshots.length, 'snapshot');
  const rate = durationMs === 0 ? '' : `, ${bytes(Math.round((size / durationMs) * 1000))}/s`;
  return `Checked ${of}: ${countOf(files, 'file')}, ${bytes(size)} in ${duration(durationMs)}${rate}`;
}

const SHOWN_PROBLEMS = 50;

function problemLines(report: VerifyReport, style: Style): readonly string[] {
  const { problems, readable, damaged } = report;
  const more = problems.length - SHOWN_PROBLEMS;
  return [
    '',
    style.bad(`${countOf(problems.length, 'problem')}:`),
    ...problems.slice(0, SHOWN_PROBLEMS).flatMap((problem) => ['', ...problemText(problem, style)]),
    ...(more > 0 ? ['', `and ${countOf(more, 'more problem')} (--json has all)`] : []),
    '',
    readable.length === 0
      ? 'None of the snapshots that were checked can be read completely.'
      : `Still whole: ${ofSnapshots(readable)}.`,
    ...(damaged.length === 0
      ? []
      : [`Damaged: ${ofSnapshots(damaged)}; their other tables can still be read.`]),
    ...adviceLines(report, style),
  ];
}

const ofSnapshots = (ids: readonly number[]): string =>
  `${ids.length === 1 ? 'snapshot' : 'snapshots'} ${ranges(ids)}`;

function problemText(problem: VerifyProblem, style: Style): readonly string[] {
  const { path, kind, role, what, table, partition, snapshots } = problem;
  const where = [
    ...(table === undefined ? [] : [`table ${table}`]),
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(snapshots.length === 0 ? [] : [`named by ${ofSnapshots(snapshots)}`]),
  ];
  return [
    `  ${style.bad(kind)} ${role} ${style.strong(path)}`,
    ...wrap(what, measure(style, 6)).map((line) => `    ${line}`),
    ...(where.length === 0
      ? []
      : wrap(where.join(', '), measure(style, 6)).map((line) => `    ${style.faint(line)}`)),
  ];
}

function adviceLines({ problems, repairable }: VerifyReport, style: Style): readonly string[] {
  const canBeMade = new Set(repairable);
  const cannot = problems.some(({ path }) => !canBeMade.has(path));
  return [
    ...(canBeMade.size > 0
      ? [`Next: ${style.strong('lake repair')} rebuilds silver and gold files from bronze.`]
      : []),
    ...(cannot ? ['Bronze and metadata can only be restored from a copy of the lake.'] : []),
  ];
}
