// `lake vacuum`: deletes what no snapshot names.

import type { VacuumedFile, VacuumReport } from '../../../lake/maintenance/vacuum.js';
import { defineCommand, switchFlag, valueFlag } from '../../command.js';
import { given, parseDuration } from '../../flags.js';
import { age, bytes, count, countOf } from '../../output/figures.js';
import { proofLines } from '../../output/proof.js';
import type { Style } from '../../output/style.js';
import { textTable } from '../../output/text-table.js';
import { dryRunFlag } from '../../row-flags.js';

/** `lake vacuum`: deletes files that no retained snapshot names; safe beside writers. */
export const vacuum = defineCommand({
  name: ['vacuum'],
  about: 'delete files that no snapshot refers to',
  details:
    'Deletes data files, key indexes and leftovers that no snapshot refers to, once they are older than ' +
    'the grace period: younger ones may belong to a run that is about to publish them. Files that lake ' +
    'did not write are listed, and deleted only with --foreign.',
  flags: {
    grace: valueFlag('D', 'leave younger files alone: 24h, 90m, 7d (default: 24h)'),
    foreign: switchFlag('also delete files that lake did not write'),
    'dry-run': dryRunFlag,
  },
  examples: [
    ['vacuum --dry-run', 'what would go'],
    ['vacuum --grace 1h', 'also what is only an hour old'],
  ],
  writes: true,
  async run({ flags }, session) {
    const graceMs = flags.grace === undefined ? undefined : parseDuration('--grace', flags.grace);
    await session.withLake(async (lake) => {
      const switches = { foreign: flags.foreign === true, dryRun: flags['dry-run'] === true };
      const report = await lake.vacuum({ ...given({ graceMs }), ...switches, ...session.operation });
      await session.report(report, () => vacuumText(report, session.style));
    });
  },
});

function vacuumText(report: VacuumReport, style: Style): readonly string[] {
  const { deleted, dryRun } = report;
  const freed = dryRun ? 'Would free' : 'Freed';
  const headline =
    deleted.length === 0
      ? ['Nothing to free: every file that is old enough belongs to a snapshot.']
      : [
          style.strong(
            `${freed} ${bytes(report.bytes)} in ${countOf(deleted.length, 'file')} that no snapshot names`,
          ),
          '',
          ...kindLines(deleted, style),
        ];
  return [
    ...headline,
    ...youngLines(report),
    ...foreignLines(report),
    ...(deleted.length === 0
      ? []
      : ['', ...(dryRun ? ['Nothing was deleted (--dry-run).'] : proofLines(report.proof, style))]),
  ];
}

const KINDS = {
  data: 'data files',
  'key index': 'key indexes',
  temporary: 'temporary files',
  staging: 'staging files',
  metadata: 'metadata files',
  foreign: 'foreign files',
} as const satisfies Readonly<Record<VacuumedFile['kind'], string>>;

function kindLines(deleted: readonly VacuumedFile[], style: Style): readonly string[] {
  const rows = Object.entries(KINDS).flatMap(([kind, name]) => {
    const files = deleted.filter((file) => file.kind === kind);
    const size = files.reduce((sum, file) => sum + file.bytes, 0);
    return files.length === 0 ? [] : [[name, count(files.length), bytes(size)]];
  });
  return textTable(
    [{ header: 'kind' }, { header: 'files', align: 'right' }, { header: 'bytes', align: 'right' }],
    rows,
    { style },
  );
}

function youngLines({ youngFiles, youngBytes, graceMs }: VacuumReport): readonly string[] {
  if (youngFiles === 0) return [];
  const [stay, goes] = youngFiles === 1 ? ['stays', 'it goes'] : ['stay', 'they go'];
  const files = `${countOf(youngFiles, 'file')} (${bytes(youngBytes)}) ${stay}`;
  if (graceMs === 0) return ['', `${files}: a run in progress may need them; ${goes} when it has ended.`];
  return [
    '',
    `${files}, younger than ${age(graceMs)}: a run in progress may need them; ${goes} when`,
    'older (--grace).',
  ];
}

const SHOWN_FOREIGN = 20;

/** Files that stay because nobody here knows whose they are. */
function foreignLines({ foreign, deleted }: VacuumReport): readonly string[] {
  const gone = new Set(deleted.map(({ path }) => path));
  const stay = foreign.filter(({ path }) => !gone.has(path));
  if (stay.length === 0) return [];
  const shown = stay.slice(0, SHOWN_FOREIGN);
  const more = stay.length - shown.length;
  return [
    '',
    `${countOf(stay.length, 'file')} that lake did not write:`,
    ...shown.map((file) => `  ${file.path} (${bytes(file.bytes)})`),
    ...(more === 0 ? [] : [`  and ${count(more)} more (--json has all)`]),
    'Move away what is yours; --foreign deletes the others.',
  ];
}
