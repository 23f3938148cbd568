// `lake repair`: rebuild damaged files of silver and gold from bronze.

import type { RepairReport } from '../../../lake/ingest/repair.js';
import { defineCommand } from '../../command.js';
import { countOf, duration } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { engineFlags } from '../../engine-flag.js';
import { dryRunFlag } from '../../row-flags.js';

/** `lake repair`: puts lost and damaged files back from bronze; says what only a copy can bring back. */
export const repair = defineCommand({
  name: ['repair'],
  about: 'rebuild damaged files of silver and gold from bronze',
  details:
    'Checks every byte that any snapshot refers to, rebuilds lost and damaged files of silver and gold ' +
    'from bronze, and puts them back where they were, with the very bytes that were committed. Files ' +
    'whose bytes another version of lake wrote are replaced by a new snapshot with equal rows. Bronze and ' +
    'metadata can only be restored from a copy.',
  flags: { 'dry-run': dryRunFlag, ...engineFlags },
  examples: [['repair --dry-run', 'what could be rebuilt']],
  writes: true,
  async run({ flags }, session) {
    await session.withLake(async (lake) => {
      const report = await lake.repair({ ...session.operation, dryRun: flags['dry-run'] === true });
      await session.report(report, () => repairText(report, session.style));
      if (report.remaining.length > 0) session.fail('corrupt');
    });
  },
});

const SHOWN = 20;

function repairText(report: RepairReport, style: Style): readonly string[] {
  const { problems, healed, repairable, snapshot, remaining, durationMs } = report;
  if (problems === 0) return [`Nothing to repair: every byte is right; ${duration(durationMs)}.`];
  return [
    style.strong(`Found ${countOf(problems, 'damaged or missing file')}; ${duration(durationMs)}`),
    ...listed('Put back, byte for byte', healed),
    ...listed('Would be rebuilt from bronze', repairable),
    ...(snapshot === null
      ? []
      : [`Replaced others with equal rows in ${style.strong(`snapshot ${snapshot}`)}.`]),
    ...listed(
      'Still damaged; take them from a copy of the lake, or read a snapshot that does not name them',
      remaining.map(({ path, what, snapshots }) => `${path}: ${what} (snapshots ${snapshots.join(', ')})`),
    ),
    ...(remaining.length > 0 ? ['See lake verify --all'] : []),
  ];
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN;
  return [
    `${title}:`,
    ...lines.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more (--json lists all)`] : []),
  ];
}
