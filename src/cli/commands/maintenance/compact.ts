// `lake compact`: small files become few, and no row changes.

import type { CompactReport } from '../../../lake/maintenance/compact.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given, parseSize } from '../../flags.js';
import { bytes, count, countOf } from '../../output/figures.js';
import { proofLines } from '../../output/proof.js';
import type { Style } from '../../output/style.js';
import { textTable, type TextColumn } from '../../output/text-table.js';
import { dryRunFlag } from '../../row-flags.js';

/** `lake compact`: publishes a snapshot with equal rows in fewer files, or nothing where that gains nothing. */
export const compact = defineCommand({
  name: ['compact'],
  about: 'merge small files; no row changes',
  details: 'Merges small files inside each partition. Old snapshots keep the files that they name.',
  flags: {
    table: valueFlag('TABLE', 'only this table (default: all)'),
    'target-size': valueFlag(
      'SIZE',
      'size of a file: 128MB is 128 million bytes, 128MiB 2^27 (default: 128MiB)',
    ),
    'dry-run': dryRunFlag,
  },
  examples: [['compact --dry-run', 'what would be merged']],
  writes: true,
  async run({ flags }, session) {
    const size = flags['target-size'];
    const targetSizeBytes = size === undefined ? undefined : parseSize('--target-size', size);
    const isDryRun = flags['dry-run'] === true;
    await session.withLake(async (lake) => {
      const options = given({ table: flags.table, targetSizeBytes });
      const report = await lake.compact({ ...options, ...session.operation, dryRun: isDryRun });
      await session.report(report, () => compactText(report, isDryRun, session.style));
    });
  },
});

const RIGHT: readonly TextColumn[] = ['files', '', 'bytes', ''].map((header) => ({ header, align: 'right' }));

function compactText(report: CompactReport, isDryRun: boolean, style: Style): readonly string[] {
  const tables = Object.entries(report.tables);
  const merged = tables.filter(([, table]) => table.filesAfter !== table.filesBefore);
  if (merged.length === 0) return ['Nothing to compact: every partition has as few files as it can have.'];
  const cells = merged.map(([name, table]) => [
    name,
    count(table.filesBefore),
    `→ ${count(table.filesAfter)}`,
    bytes(table.bytesBefore),
    `→ ${bytes(table.bytesAfter)}`,
  ]);
  const done = isDryRun ? 'Would merge the files of' : 'Merged the files of';
  return [
    `${done} ${countOf(merged.length, 'table')}; no row changes`,
    '',
    ...textTable([{ header: 'table' }, ...RIGHT], cells, { style }),
    '',
    ...(report.proof === undefined ? [] : proofLines(report.proof, style)),
    report.snapshot === null
      ? 'Nothing was published (--dry-run).'
      : `Published ${style.strong(`snapshot ${report.snapshot}`)}`,
  ];
}
