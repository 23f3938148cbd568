// `lake backfill`: rebuild silver and gold from bronze.

import type { BackfillReport } from '../../lake/ingest/backfill.js';
import { defineCommand, switchFlag, valueFlag } from '../command.js';
import { given } from '../flags.js';
import type { Style } from '../output/style.js';
import { rebuildText } from '../output/reports/rebuild.js';
import { engineFlags } from '../engine-flag.js';
import { dryRunFlag } from '../row-flags.js';

/**
 * `lake backfill`: publishes one snapshot with silver and gold made again from bronze; shows the figures that move.
 */
export const backfill = defineCommand({
  name: ['backfill'],
  about: 'rebuild silver and gold from bronze',
  details:
    "Reads every batch back from bronze, applies today's rules, and rebuilds the requested days with " +
    'everything that depends on them, or the whole lake. Under unchanged rules the result is the same ' +
    'lake, byte for byte; lost files are restored.',
  flags: {
    from: valueFlag('DATE', 'the first day to rebuild'),
    to: valueFlag('DATE', 'the last day to rebuild'),
    all: switchFlag('everything'),
    'dry-run': dryRunFlag,
    ...engineFlags,
  },
  examples: [
    ['backfill --from 2024-03-01 --to 2024-03-31', 'one month'],
    ['backfill --all --dry-run', 'which numbers would change'],
  ],
  writes: true,
  async run({ flags }, session) {
    const range = given({ from: flags.from, to: flags.to });
    await session.withLake(async (lake) => {
      const options = { ...range, all: flags.all === true, dryRun: flags['dry-run'] === true };
      const report = await lake.backfill({ ...options, ...session.operation });
      await session.report(report, () => backfillText(report, session.style));
    });
  },
});

function backfillText(report: BackfillReport, style: Style): readonly string[] {
  const { days } = report;
  const what = days === null ? 'Everything' : `${days.from} to ${days.to}`;
  return rebuildText(`${what} made again from bronze`, report, style);
}
