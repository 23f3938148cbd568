// The difference of two snapshots as a person reads it: tables, batches, figures, rows.

import type { DiffReport, TableDifference } from '../../../lake/history/diff.js';
import { figureChangeLines, isKeyless, rowChangeLines } from '../changes.js';
import { count, countOf, moment } from '../figures.js';
import { plainStyle, type Style } from '../style.js';
import { batchLines, nextLine } from '../tables.js';
import { textTable } from '../text-table.js';

/** Tables, batches, figures and, where asked for, rows that differ, as lines for a person. */
export function diffText(report: DiffReport, style: Style): readonly string[] {
  const { tables, rows } = report;
  if (tables.length === 0) return [...sides(report, style), '', 'Every table holds the same.'];
  return [
    ...sides(report, style),
    '',
    `${style.strong(countOf(tables.length, 'table'))} ${tables.length === 1 ? 'differs' : 'differ'}`,
    '',
    ...tableLines(tables, style),
    ...schemaLines(tables, style),
    ...batchSections(report, style),
    ...figureChangeLines(report.headline, style),
    ...(rows === undefined
      ? rowsHint(report, style)
      : tables.flatMap((table) => rowSection(table, rows, style))),
  ];
}

function sides({ from, to }: DiffReport, style: Style): readonly string[] {
  const lines = textTable(
    [
      { header: '' },
      { header: '', align: 'right' },
      { header: '' },
      { header: '' },
      { header: '', maxWidth: 24 },
    ],
    [from, to].map(({ id, committedAt, operation, tags }, at) => [
      ...[at === 0 ? 'from' : 'to', String(id), `${moment(committedAt)} UTC`, operation, tags.join(', ')],
    ]),
    { style: { ...plainStyle, width: style.width }, indent: 0 },
  );
  return lines.map((line) => style.strong(line));
}

// Tables

function tableLines(tables: readonly TableDifference[], style: Style): readonly string[] {
  const cells = tables.map((table) => [
    table.table,
    ...rowCounts(table),
    counts(table.rowsAdded, table.rowsRemoved, table.rowsChanged) || 'same rows',
    counts(table.filesAdded, table.filesRemoved, 0),
    table.partitions.length === 0 ? '' : count(table.partitions.length),
  ]);
  const columns = [
    { header: 'table' },
    { header: 'rows', align: 'right' },
    { header: '', align: 'right' },
    { header: '' },
    { header: 'files' },
    { header: 'parts', align: 'right' },
  ] as const;
  return textTable(columns, cells, { style });
}

/** `24,626 → 25,100`, in two cells; one where the number stayed. */
function rowCounts({ rowsBefore, rowsAfter }: TableDifference): readonly [before: string, after: string] {
  const text = (rows: number | null): string => (rows === null ? '–' : count(rows));
  return rowsBefore === rowsAfter ? [text(rowsBefore), ''] : [text(rowsBefore), `→ ${text(rowsAfter)}`];
}

/** `+12 −3 ~40`: came, went, changed. */
function counts(added: number, removed: number, changed: number): string {
  const part = (sign: string, value: number): readonly string[] =>
    value === 0 ? [] : [`${sign}${count(value)}`];
  return [...part('+', added), ...part('−', removed), ...part('~', changed)].join(' ');
}

function schemaLines(tables: readonly TableDifference[], style: Style): readonly string[] {
  const lines = tables.flatMap(({ table, schema }) => schema.map(({ text }) => `  ${table}: ${text}`));
  return lines.length === 0 ? [] : ['', style.strong('Schema'), '', ...lines];
}

// Why

function batchSections({ batches, from, to }: DiffReport, style: Style): readonly string[] {
  const { added, removed } = batches;
  if (added.length + removed.length === 0) return ['', 'No batch came or went between the two.'];
  return [
    ...(added.length === 0
      ? []
      : ['', style.strong(`Batches that only snapshot ${to.id} holds`), '', ...batchLines(added, style)]),
    ...(removed.length === 0
      ? []
      : ['', style.strong(`Batches that only snapshot ${from.id} holds`), '', ...batchLines(removed, style)]),
  ];
}

/** The table that a person most likely wants to see row by row. */
function rowsHint({ from, to, firstLook }: DiffReport, style: Style): readonly string[] {
  if (firstLook === null) return [];
  return ['', nextLine(`lake snapshot diff ${from.id} ${to.id} --rows --table ${firstLook}`, style)];
}

const differing = ({ rowsAdded, rowsRemoved, rowsChanged }: TableDifference): number =>
  rowsAdded + rowsRemoved + rowsChanged;

// Rows

function rowSection(
  difference: TableDifference,
  rows: NonNullable<DiffReport['rows']>,
  style: Style,
): readonly string[] {
  const { table, rowsAdded, rowsRemoved, rowsChanged } = difference;
  const shown = rows[table] ?? [];
  const more = differing(difference) - shown.length;
  if (differing(difference) === 0) return [];
  const [first] = shown;
  const by = first === undefined || isKeyless(first) ? '' : ` by ${Object.keys(first.key).join(', ')}`;
  return [
    '',
    `${style.strong(table)} ${counts(rowsAdded, rowsRemoved, rowsChanged)}${style.faint(by)}`,
    ...shown.flatMap((row) => rowChangeLines(row, style)),
    ...(more > 0 ? [style.faint(`  and ${countOf(more, 'more row')} (--limit N shows more)`)] : []),
  ];
}
