// `lake time-travel`: the lake as it was, beside the lake as it is.

import { LakeError } from '../../../common/errors.js';
import type { TravelReport } from '../../../lake/read/overview.js';
import { defineCommand, valueFlag } from '../../command.js';
import { engineFlags } from '../../engine-flag.js';
import { change, count, figure, moment } from '../../output/figures.js';
import type { Style } from '../../output/style.js';
import { nextLine } from '../../output/tables.js';
import { textTable, type TextColumn } from '../../output/text-table.js';
import { printRows, rowFlags, rowRequest, type RowRequest } from '../../row-flags.js';
import type { Session } from '../../session.js';

const TABLE_ROWS = 20;

/** `lake time-travel`: an older snapshot beside the newest, or its rows. Only reads. */
export const timeTravel = defineCommand({
  name: ['time-travel'],
  about: 'the lake as it was, beside the lake as it is',
  details:
    "Shows the tables and the headline figures of a snapshot beside today's. With a table or a query: its " +
    'rows at that time.',
  words: { usage: '[S]', least: 0, most: 1 },
  flags: {
    snapshot: valueFlag('S', 'the snapshot: number, head~2, tag or time (or without the flag)'),
    table: valueFlag('TABLE', 'rows of this table'),
    query: valueFlag('SQL', 'rows of this query'),
    ...rowFlags,
    ...engineFlags,
  },
  examples: [
    ['time-travel 1', 'what has changed since snapshot 1'],
    ['time-travel --snapshot 2024-06-01 --table gold.mrr_monthly', 'a table as of a day'],
  ],
  async run({ flags, words: [word] }, session) {
    const { table, query } = flags;
    const snapshot = flags.snapshot ?? word;
    if (snapshot === undefined) throw usage('it needs a snapshot, like lake time-travel head~1');
    if (flags.snapshot !== undefined && word !== undefined) throw usage('give the snapshot once');
    if (table !== undefined && query !== undefined) throw usage('give --table or --query, not both');
    if (table !== undefined || query !== undefined) {
      const request = rowRequest(flags, session, TABLE_ROWS);
      return printThen(session, { snapshot, table, query }, request);
    }
    const stray = (['limit', 'format', 'crlf', 'csv-safe', 'engine', 'spark'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (stray !== undefined) throw usage(`--${stray} needs --table or --query`);
    await session.withLake(async (lake) => {
      const report = await lake.travel(snapshot);
      await session.answer(report, () => travelText(report, session.style));
    });
  },
});

const usage = (problem: string): LakeError => new LakeError('invalid-input', `lake time-travel: ${problem}.`);

interface Then {
  readonly snapshot: string;
  readonly table: string | undefined;
  readonly query: string | undefined;
}

async function printThen(
  session: Session,
  { snapshot, table, query }: Then,
  request: RowRequest,
): Promise<void> {
  await session.withLake(async (lake) => {
    if (query !== undefined) return printRows(session, await lake.query(query, { snapshot }), request);
    const { limit } = request;
    const rowSet = await lake.rows(table ?? '', { snapshot, ...(limit === undefined ? {} : { limit }) });
    return printRows(session, rowSet, request, rowSet.totalRows);
  });
}

function travelText(report: TravelReport, style: Style): readonly string[] {
  const { snapshot, head } = report;
  const columns: readonly TextColumn[] = [
    { header: '', maxWidth: 28 },
    { header: `snapshot ${snapshot.id}`, align: 'right' },
    { header: `now (${head.id})`, align: 'right' },
    { header: 'change', align: 'right' },
  ];
  const tables = report.tables.map(({ name, rowsThen, rowsNow }) => [
    name,
    rowsThen === null ? '–' : count(rowsThen),
    rowsNow === null ? '–' : count(rowsNow),
    change(rowsThen, rowsNow),
  ]);
  const figures = report.headline.map(({ name, then, now }) => [
    name,
    figure(then),
    figure(now),
    change(then, now),
  ]);
  const lines = textTable(columns, [...tables, ...figures], { style });
  const next =
    report.firstLook === null
      ? `lake snapshot diff ${snapshot.id} ${head.id}`
      : `lake time-travel ${snapshot.id} --table ${report.firstLook}`;
  return [
    `The lake as of ${style.strong(`snapshot ${snapshot.id}`)}, committed ${moment(snapshot.committedAt)} UTC`,
    '',
    ...lines.slice(0, 1 + tables.length),
    ...(figures.length === 0 ? [] : ['', ...lines.slice(1 + tables.length)]),
    '',
    nextLine(next, style),
  ];
}
