// `lake backfill`: silver and gold made again from bronze.

import type { BackfillReport } from '../../lake/ingest/backfill.js';
import { defineCommand, switchFlag, valueFlag } from '../command.js';
import { given } from '../flags.js';
import type { Style } from '../output/style.js';
import { rebuildText } from '../output/reports/rebuild.js';
import { engineFlag } from '../engine-flag.js';
import { dryRunFlag } from '../row-flags.js';

export const backfill = defineCommand({
  name: ['backfill'],
  about: 'silver and gold made again from bronze',
  details:
    'Reads every batch back from bronze, judges it by the rules of today, and makes the days asked for again with all ' +
    'that depends on them, or everything. Under unchanged rules that is the lake as it is, byte for byte; files ' +
    'that were lost are put back.',
  flags: {
    from: valueFlag('DATE', 'the first day to make again'),
    to: valueFlag('DATE', 'the last day to make again'),
    all: switchFlag('everything'),
    'dry-run': dryRunFlag,
    engine: engineFlag,
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

export function backfillText(report: BackfillReport, style: Style): readonly string[] {
  const { days } = report;
  const what = days === null ? 'Everything' : `${days.from} to ${days.to}`;
  return rebuildText(`${what} made again from bronze`, report, style);
}
