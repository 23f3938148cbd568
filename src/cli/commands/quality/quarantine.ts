// `lake quarantine`: what was refused and why, and as a file that can be corrected.

import { shellWord } from '../../../common/shell-word.js';
import type {
  QuarantineExport,
  QuarantineGroup,
  QuarantineReport,
} from '../../../lake/quarantine/quarantine.js';
import { defineCommand, valueFlag } from '../../command.js';
import { given, requireFlag } from '../../flags.js';
import { bytes, count, countOf } from '../../output/figures.js';
import { sparkline } from '../../output/sparkline.js';
import type { Style } from '../../output/style.js';
import { nextLine } from '../../output/tables.js';
import { fit } from '../../output/terminal-text.js';
import { textTable } from '../../output/text-table.js';
import { snapshotFlag } from '../../row-flags.js';

/** `lake quarantine`: refused records, grouped or as a file that `lake replay --from` takes. Changes no lake. */
export const quarantine = defineCommand({
  name: ['quarantine'],
  about: 'what was refused, and why',
  details:
    'Groups the refused records by source and reason, with how many there are at each ingest date and the ' +
    'first of them. --export writes them as NDJSON, one complete record per line: correct "raw" (text, or ' +
    'an object for the JSON sources), and give the file to "lake replay --from"; records that you leave ' +
    'unchanged stay refused. A record that is not UTF-8 has its bytes in "raw_base64": put the corrected ' +
    'text into "raw". The table itself is silver.quarantine.',
  flags: {
    reason: valueFlag('REASON', 'only records that were refused for this reason'),
    source: valueFlag('SOURCE', 'only records of events, subscriptions or marketing_spend'),
    export: valueFlag('FILE', 'write the records to FILE'),
    snapshot: snapshotFlag,
  },
  examples: [
    ['quarantine', 'how many, and why'],
    ['quarantine --reason unknown_currency --export fix.ndjson', 'records to correct'],
  ],
  async run({ flags }, session) {
    const { snapshot, reason, source } = flags;
    const options = given({ snapshot, reason, source });
    await session.withLake(async (lake) => {
      if (flags.export !== undefined) {
        const out = requireFlag('lake quarantine', '--export FILE', flags.export);
        const report = await lake.exportQuarantine({ ...options, out, ...session.operation });
        return session.report(report, () => exportText(report, session.style));
      }
      const report = await lake.quarantine(options);
      return session.answer(report, () => quarantineText(report, session.style));
    });
  },
});

function exportText(report: QuarantineExport, style: Style): readonly string[] {
  const { path, records, elements, bytes: size } = report;
  const left = `Left out ${countOf(elements, 'element')} of accepted records: deliver those records again.`;
  return [
    `Wrote ${countOf(records, 'refused record')} to ${path} (${bytes(size)}).`,
    ...(elements === 0 ? [] : [left]),
    ...(records === 0
      ? []
      : [nextLine(`lake replay --from ${shellWord(path)}, once they are corrected`, style)]),
  ];
}

function quarantineText(report: QuarantineReport, style: Style): readonly string[] {
  const { records, groups, snapshot, dates } = report;
  if (records === 0) return [`Nothing is in the quarantine of snapshot ${snapshot}.`];
  const cells = groups.map((group) => [
    group.reason,
    group.source,
    count(group.records),
    share(group.share),
    dates.length > 1 ? sparkline(group.trend) : '',
    group.last,
  ]);
  const columns = [
    { header: 'reason', maxWidth: 28 },
    { header: 'source', maxWidth: 16 },
    { header: 'records', align: 'right' },
    { header: 'share', align: 'right' },
    { header: dates.length > 1 ? 'trend' : '' },
    { header: 'last' },
  ] as const;
  return [
    style.strong(`${countOf(records, 'refused record')} in the quarantine of snapshot ${snapshot}`),
    '',
    ...textTable(columns, cells, { style }),
    '',
    style.strong(groups.length > 1 ? 'The first of each' : 'The first of them'),
    ...groups.slice(0, SAMPLES).flatMap((group) => sampleLines(group, style)),
    ...more(groups.length - SAMPLES, style),
    '',
    nextLine('lake quarantine --reason REASON --export FILE', style),
  ];
}

/** Of what was read of the source. */
const share = (part: number): string => (part < 0.0005 ? '<0.1 %' : `${(part * 100).toFixed(1)} %`);

const SAMPLE_INDENT = 4;

/** Groups of which a record is shown. */
const SAMPLES = 6;

const more = (groups: number, style: Style): readonly string[] =>
  groups > 0 ? ['', style.faint(`  and ${countOf(groups, 'more reason')} (--reason shows one)`)] : [];

function sampleLines({ reason, sample }: QuarantineGroup, style: Style): readonly string[] {
  const { file, line, element = 0 } = sample;
  const place = `${file}, line ${line}${element === 0 ? '' : `, element ${element}`}`;
  return ['', `  ${reason}  ${style.faint(place)}`, `    ${fit(sample.raw, style.width - SAMPLE_INDENT)}`];
}
