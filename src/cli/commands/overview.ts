// `lake` alone: where you are and what to do next.

import type { LakeOverview } from '../../lake/read/overview.js';
import { defineCommand } from '../command.js';
import { bytes, moment } from '../output/figures.js';
import { textTable } from '../output/text-table.js';
import type { Style } from '../output/style.js';
import { headlineLines, layerLines, nextLine } from '../output/tables.js';

/** `lake` alone: the state of the lake and the next useful command; exit 0 also where there is no lake yet. */
export const overview = defineCommand({
  name: [],
  about: 'where you are: the lake, its tables, the next useful command',
  details:
    'Events, subscriptions and marketing spend become trusted tables in one folder; every run is one ' +
    'snapshot to which you can return. Without a command: where the lake is, its tables, its figures, and ' +
    'what to do next.',
  flags: {},
  examples: [
    ['ingest', 'read data/ into the lake'],
    ['show gold.mrr_monthly', 'look at a result'],
  ],
  async run(_input, session) {
    await session.withLake(async (lake) => {
      const report = await lake.overview();
      await session.answer(report, () => overviewText(report, session.style));
    });
  },
});

function overviewText(report: LakeOverview, style: Style): readonly string[] {
  return report.head === null ? emptyText(report, style) : lakeText(report, report.head, style);
}

function emptyText({ location, meant }: LakeOverview, style: Style): readonly string[] {
  return [
    `${style.strong(location)} holds no lake yet.`,
    ...(meant === null ? [] : [`Did you mean ${style.strong(`lake --lake ${meant}`)}?`]),
    '',
    `  ${style.strong('lake ingest')}               read data/ into it`,
    `  ${style.strong('lake ingest DIR')}           read events, subscriptions and spend from elsewhere`,
    `  ${style.strong('lake generate --out DIR')}   make a data set to try it with`,
  ];
}

function lakeText(
  report: LakeOverview,
  head: NonNullable<LakeOverview['head']>,
  style: Style,
): readonly string[] {
  const tags = head.tags.length === 0 ? '' : ` (${head.tags.join(', ')})`;
  const until = report.lastDate === null ? '' : `, data until ${report.lastDate}`;
  return [
    `${style.strong(report.location)}: snapshot ${style.strong(String(head.id))}${tags}`,
    style.faint(`committed ${moment(head.committedAt)} UTC by ${head.operation}${until}`),
    '',
    ...layerLines(report.tables, style),
    ...(report.headline.length === 0 ? [] : ['', ...headlineLines(report.headline, style)]),
    '',
    ...spaceLines(report, style),
    nextLine(next(report, head.id), style),
  ];
}

/** In a new lake a look at what it holds. */
const next = ({ firstLook }: LakeOverview, head: number): string =>
  head === 1 && firstLook !== null ? `lake show ${firstLook}` : 'lake snapshot list';

/** Bytes on disk that the head does not need, and the commands that free them. */
function spaceLines({ onlyOldSnapshotsBytes, unnamedBytes }: LakeOverview, style: Style): readonly string[] {
  const rows = [
    ...(onlyOldSnapshotsBytes === 0
      ? []
      : [[bytes(onlyOldSnapshotsBytes), 'only older snapshots hold', 'lake snapshot expire']]),
    ...(unnamedBytes === 0 ? [] : [[bytes(unnamedBytes), 'no snapshot holds', 'lake vacuum']]),
  ];
  if (rows.length === 0) return ['Every byte on disk belongs to this snapshot.'];
  const columns = [{ header: '', align: 'right' }, { header: '' }, { header: '' }] as const;
  return ['Also on disk, and what frees it', ...textTable(columns, rows, { style }), ''];
}
