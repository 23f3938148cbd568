// `lake snapshot rollback`: the contents of an old snapshot as a new one.

import type { BatchListing } from '../../../lake/history/batches.js';
import type { RollbackReport } from '../../../lake/history/rollback.js';
import { defineCommand } from '../../command.js';
import { count, countOf } from '../../output/figures.js';
import { proofLines } from '../../output/proof.js';
import type { Style } from '../../output/style.js';
import { batchLines, nextLine } from '../../output/tables.js';
import { textTable } from '../../output/text-table.js';
import { dryRunFlag } from '../../row-flags.js';

/** `lake snapshot rollback`: publishes a snapshot with the tables of an older one; nothing is lost. */
export const snapshotRollback = defineCommand({
  name: ['snapshot', 'rollback'],
  about: 'go back: a new snapshot with the contents of S',
  details:
    'Publishes a new snapshot whose tables are those of snapshot S. Nothing is rewritten and nothing is ' +
    'forgotten: the snapshots in between stay. Batches that S did not hold are unknown again, so the next ' +
    'ingest of their files takes them in.',
  words: { usage: 'S', least: 1, most: 1 },
  flags: { 'dry-run': dryRunFlag },
  examples: [
    ['snapshot rollback head~1 --dry-run', 'what undoing the last snapshot would do'],
    ['snapshot rollback month-end', 'back to a tag'],
  ],
  writes: true,
  async run({ flags, words: [reference = ''] }, session) {
    await session.withLake(async (lake) => {
      const dryRun = flags['dry-run'] === true;
      const report = await lake.rollback(reference, { ...session.operation, dryRun });
      await session.report(report, () => rollbackText(report, session.style));
    });
  },
});

function rollbackText(report: RollbackReport, style: Style): readonly string[] {
  const changed = Object.entries(report.tables).flatMap(([name, table]) =>
    table.changed ? [{ name, ...table }] : [],
  );
  if (changed.length === 0)
    return [`Snapshot ${report.from} already holds what ${report.to} held; nothing was published.`];
  const would = report.dryRun ? 'Would go back' : 'Went back';
  return [
    `${would} from snapshot ${report.from} to the contents of ${report.to}: ${countOf(changed.length, 'table')} differ${changed.length === 1 ? 's' : ''}`,
    '',
    ...tableLines(changed, style),
    ...unknownBatches(report, style),
    '',
    report.snapshot === null
      ? 'Nothing was published (--dry-run).'
      : `Published ${style.strong(`snapshot ${report.snapshot}`)}`,
    ...(report.dryRun ? [] : proofLines(report.proof, style)),
    nextLine(nextCommand(report), style),
  ];
}

function nextCommand({ dryRun, from, to, snapshot }: RollbackReport): string {
  return dryRun ? `lake snapshot diff ${to} ${from}` : `lake snapshot diff ${from} ${snapshot ?? 'head'}`;
}

type ChangedTable = RollbackReport['tables'][string] & { readonly name: string };

function tableLines(tables: readonly ChangedTable[], style: Style): readonly string[] {
  const rows = (value: number | null): string => (value === null ? '–' : count(value));
  return textTable(
    [{ header: 'table' }, { header: 'rows', align: 'right' }, { header: '', align: 'right' }],
    tables.map(({ name, rowsBefore, rowsAfter }) => [
      name,
      rows(rowsBefore),
      rowsBefore === rowsAfter ? '' : `→ ${rows(rowsAfter)}`,
    ]),
    { style },
  );
}

function unknownBatches({ batches, dryRun }: RollbackReport, style: Style): readonly string[] {
  if (batches.length === 0) return [];
  const are = batches.length === 1 ? 'is' : 'are';
  return [
    '',
    `${countOf(batches.length, 'batch', 'batches')} ${dryRun ? 'would be' : are} unknown again; a later ingest takes ${itsFiles(batches)} in`,
    '',
    ...batchLines(batches, style),
  ];
}

const itsFiles = ({ length }: readonly BatchListing[]): string => (length === 1 ? 'it' : 'them');
