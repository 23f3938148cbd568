// `lake checks`: what was checked before a snapshot was published, or why a run was not.

import type { ChecksReport, FailedRunReport } from '../../../lake/quality/checks.js';
import { LakeError } from '../../../common/errors.js';
import { defineCommand, switchFlag } from '../../command.js';
import { given } from '../../flags.js';
import { checkLines, checksOutcome } from '../../output/checks.js';
import { count, countOf, moment } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { nextLine } from '../../output/tables.js';
import { textTable } from '../../output/text-table.js';
import { snapshotFlag } from '../../row-flags.js';

/** `lake checks`: outcomes of the checks of a snapshot or of a refused run, with the rows that fail. Only reads. */
export const checks = defineCommand({
  name: ['checks'],
  about: 'what was checked, and what is wrong',
  details:
    'Every run checks its tables before it publishes them. A failed error publishes nothing and keeps its evidence ' +
    '(--failed-run); a failed warning is shown. Each failed check shows the first rows that are wrong, with the ' +
    'file and line of their records. "checks" in lake.config.json sets severities by name: error, warn or off.',
  flags: {
    snapshot: snapshotFlag,
    'failed-run': switchFlag('the newest run that a check stopped'),
  },
  examples: [
    ['checks --verbose', 'those that passed, too'],
    ['checks --failed-run', 'why nothing was published'],
  ],
  async run({ flags }, session) {
    const { style, isVerbose } = session;
    if (flags['failed-run'] === true && flags.snapshot !== undefined)
      throw new LakeError(
        'invalid-input',
        'lake checks: a failed run has no snapshot; give one of the flags.',
      );
    await session.withLake(async (lake) => {
      if (flags['failed-run'] === true) {
        const run = await lake.failedRun();
        return session.answer(run, () => failedRunText(run, style));
      }
      const report = await lake.checks(given({ snapshot: flags.snapshot }));
      return session.answer(report, () => checksText(report, { style, isVerbose }));
    });
  },
});

function checksText(
  { snapshot, checks: all }: ChecksReport,
  { style, isVerbose }: { readonly style: Style; readonly isVerbose: boolean },
): readonly string[] {
  if (all.length === 0) return [`No checks are recorded for snapshot ${snapshot}.`];
  const shown = isVerbose ? all : all.filter(({ status }) => status === 'fail');
  return [
    `${style.strong(`${countOf(all.length, 'check')} on snapshot ${snapshot}`)}: ${checksOutcome(all, style)}`,
    ...(shown.length === 0 ? [] : ['', ...shown.flatMap((check) => checkLines(check, style))]),
    ...(isVerbose ? [] : [nextLine('lake checks --verbose', style)]),
  ];
}

function failedRunText(run: FailedRunReport, style: Style): readonly string[] {
  const after =
    run.parent === null ? 'Nothing was published before it.' : `Snapshot ${run.parent} stayed the head.`;
  const failed = run.checks.filter(({ status }) => status === 'fail');
  const cells = run.batches
    .filter(({ known }) => !known)
    .map(({ source, fileName, records, accepted }) => [
      source,
      fileName,
      count(records),
      count(accepted),
      count(records - accepted),
    ]);
  const right = (header: string) => ({ header, align: 'right' }) as const;
  const columns = [
    { header: 'source' },
    { header: 'file', maxWidth: 26 },
    ...['records', 'accepted', 'rejected'].map(right),
  ];
  return [
    `${style.strong(`A run was refused at ${moment(run.failedAt)} UTC`)} (${run.operation}). ${after}`,
    '',
    ...(cells.length === 0 ? [] : [...textTable(columns, cells, { style }), '']),
    `${style.strong(`Ran ${countOf(run.checks.length, 'check')}`)}: ${checksOutcome(run.checks, style)}`,
    '',
    ...failed.flatMap((check) => checkLines(check, style)),
  ];
}
