// `lake replay`: refused records taken back in.

import type { ReplayReport } from '../../lake/ingest/replay.js';
import { defineCommand, valueFlag } from '../command.js';
import { given, parseDay } from '../flags.js';
import { count, countOf } from '../output/figures.js';
import type { Style } from '../output/style.js';
import { textTable } from '../output/text-table.js';
import { engineFlags } from '../engine-flag.js';
import { dryRunFlag } from '../row-flags.js';
import { rebuildText } from '../output/reports/rebuild.js';

/** `lake replay`: publishes one snapshot in which refused records are accepted, or nothing if none is. */
export const replay = defineCommand({
  name: ['replay'],
  about: 'bring refused records back in',
  details:
    'Without --from: once the settings accept more (an event type, a currency, more days), brings in from ' +
    'bronze what was refused and is now acceptable, in one commit. For a change that also affects ' +
    'accepted records use "lake backfill --all". With --from: reads a file that "lake quarantine ' +
    '--export" wrote, with its records corrected; each replaces the record that it names, and the ' +
    'original stays in bronze. Records that were not changed stay refused, and if none is accepted ' +
    'nothing is published.',
  flags: {
    from: valueFlag('FILE', 'corrected records, in the format of the export (.gz too)'),
    'ingest-date': valueFlag('D', 'the ingest date of the corrections in bronze (default: today, UTC)'),
    'dry-run': dryRunFlag,
    ...engineFlags,
  },
  examples: [
    ['replay --dry-run', 'what would come back, and which numbers would change'],
    ['replay --from fix.ndjson', 'corrected records'],
  ],
  writes: true,
  async run({ flags }, session) {
    const day = flags['ingest-date'];
    const ingestDate = day === undefined ? undefined : parseDay('--ingest-date', day);
    await session.withLake(async (lake) => {
      const options = { ...given({ from: flags.from, ingestDate }), dryRun: flags['dry-run'] === true };
      const report = await lake.replay({ ...options, ...session.operation });
      await session.report(report, () => replayText(report, flags.from, session.style));
    });
  },
});

function replayText(report: ReplayReport, from: string | undefined, style: Style): readonly string[] {
  const { run } = report;
  if (run === null)
    return from === undefined
      ? ['Nothing to take in: the rules are those under which the records were refused.']
      : ['Nothing was taken in, and nothing published.', ...correctionLines(report, style)];
  const back = total(report.before) - total(report.after);
  const title = `${count(back)} of ${count(total(report.before))} refused records ${report.dryRun ? 'would leave' : 'left'} the quarantine`;
  return [
    ...reasonLines(report, style),
    ...correctionLines(report, style),
    '',
    ...rebuildText(title, run, style),
  ];
}

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, value) => sum + value, 0);

function correctionLines({ corrections }: ReplayReport, style: Style): readonly string[] {
  if (corrections === undefined) return [];
  const { records, accepted, rejected, unchanged, known } = corrections;
  const reasons = Object.entries(rejected).map(([reason, refused]) => `${reason} ${count(refused)}`);
  return [
    ...(records > 0 ? [`${count(accepted)} of ${countOf(records, 'correction')} accepted`] : []),
    ...(reasons.length > 0
      ? [style.bad(`${count(records - accepted)} refused again: ${reasons.join(', ')}`)]
      : []),
    ...(unchanged > 0
      ? [`${countOf(unchanged, 'record')} as exported: not corrected, and refused as before`]
      : []),
    ...(known > 0 ? [`${countOf(known, 'correction')} that the lake holds already`] : []),
  ];
}

function reasonLines({ before, after }: ReplayReport, style: Style): readonly string[] {
  const reasons = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const moved = reasons.filter((reason) => before[reason] !== after[reason]);
  const cells = moved.map((reason) => [reason, count(before[reason] ?? 0), count(after[reason] ?? 0)]);
  const columns = [
    { header: 'refused for' },
    { header: 'before', align: 'right' },
    { header: 'after', align: 'right' },
  ] as const;
  return moved.length === 0 ? [] : textTable(columns, cells, { style });
}
