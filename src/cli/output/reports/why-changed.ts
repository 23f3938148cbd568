// What moved a number between two snapshots, as a person reads it.

import type { ColumnChange, RowChange, WhyChangedReport } from '../../../lake/explain/explain-results.js';
import { count, countOf, figure, moment } from '../figures.js';
import { batchOriginLines, cell, itemLines, recordLines, rowItems } from '../records.js';
import { measure, type Style } from '../style.js';
import { pad, wrap } from '../terminal-text.js';
import { textTable } from '../text-table.js';

/** Which rows, records and batches moved each column of a row, as lines for a person. */
export function whyChangedText(report: WhyChangedReport, style: Style): readonly string[] {
  const { columns } = report;
  if (columns.length === 0) return [...title(report, style), '', 'Every cell of the row is the same.'];
  return [
    ...title(report, style),
    '',
    ...columnTable(columns, style),
    ...columns.flatMap((column) => changeSection(column, report, style)),
    ...batchSection(report, style),
  ];
}

function title({ table, where, from, to }: WhyChangedReport, style: Style): readonly string[] {
  const key = Object.entries(where).map(([name, value]) => `${name}=${String(value)}`);
  const side = ({ snapshot, committedAt, row }: WhyChangedReport['from']): string =>
    `snapshot ${snapshot} (${moment(committedAt)} UTC)${row === null ? ', which has no such row' : ''}`;
  return [
    `${style.strong(table)} ${key.join(' ')}`,
    style.faint(`  from ${side(from)}`),
    style.faint(`  to   ${side(to)}`),
  ];
}

function columnTable(columns: readonly ColumnChange[], style: Style): readonly string[] {
  const layout = [
    { header: 'column' },
    { header: 'before', align: 'right' },
    { header: 'after', align: 'right' },
    { header: 'change', align: 'right' },
    { header: 'is', maxWidth: 24 },
  ] as const;
  const cells = columns.map(({ column, before, after, change, kind, of }) => [
    ...[column, cell(before), cell(after), signed(change)],
    of === undefined ? '' : `${of[0]} ${kind === 'ratio' ? '/' : '−'} ${of[1]}`,
  ]);
  return textTable(layout, cells, { style });
}

/** `+12.5000`, `−3`; nothing for what cannot be added. */
function signed(change: ColumnChange['change']): string {
  if (change === null) return '';
  const text = String(change);
  return text.startsWith('-') ? `−${figure(text.slice(1))}` : `+${figure(text)}`;
}

function changeSection(column: ColumnChange, { batches }: WhyChangedReport, style: Style): readonly string[] {
  const { sample = [], changed = 0, about, from = '' } = column;
  if (changed === 0) return [];
  const left = changed - sample.length;
  const width = Math.max(0, ...sample.map(({ change }) => signed(change).length));
  return [
    '',
    `${style.strong(column.column)} ${signed(column.change)}`,
    ...wrap(about, measure(style, 2)).map((line) => style.faint(`  ${line}`)),
    ...itemLines('  ', [
      `${countOf(changed, 'change')} in rows of ${from}`,
      ...bringers(column, batches),
    ]).map(style.faint),
    ...sample.flatMap((change) => rowLines(change, width, style)),
    ...(left > 0 ? [style.faint(`  and ${countOf(left, 'more change')} (--all shows them)`)] : []),
  ];
}

/** `7 by subscriptions-2.json`, the largest first. */
function bringers(
  { broughtBy, changed = 0 }: ColumnChange,
  batches: WhyChangedReport['batches'],
): readonly string[] {
  if (broughtBy === undefined) return [];
  const { withoutNews, traced } = broughtBy;
  const news = Object.entries(broughtBy.batches).sort(([, a], [, b]) => b - a);
  const part = traced < changed ? [`of the largest ${count(traced)}`] : [];
  return [
    ...part,
    ...news.map(([batchId, changes]) => `${count(changes)} by ${batches[batchId]?.file ?? batchId}`),
    ...(withoutNews > 0 ? [`${count(withoutNews)} by no new record`] : []),
  ];
}

const kinds: Readonly<Record<RowChange['kind'], string>> = { added: 'came', removed: 'went', changed: 'now' };

function rowLines(
  { kind, row, change, records, isNews }: RowChange,
  width: number,
  style: Style,
): readonly string[] {
  const lead = `  ${pad(signed(change), width, 'right')}  `;
  const indent = lead.length + 2;
  const old = 'no new record: another row, day or rule moved it';
  return [
    ...itemLines(lead, [kinds[kind], ...rowItems(row, style, ['contribution', 'value'])]),
    ...(isNews ? [] : [style.faint(`${' '.repeat(indent)}${old}`)]),
    ...recordLines(records, { style, indent, isFull: isNews }),
  ];
}

function batchSection({ batches, newBatches }: WhyChangedReport, style: Style): readonly string[] {
  if (Object.keys(batches).length === 0) return [];
  return [
    '',
    style.strong('Batches'),
    ...batchOriginLines(batches, style, (batchId) => newBatches.includes(batchId)),
  ];
}
