// Which rows of its table a chart shows under the reader's filters, and which of them made a mark of it.

import { columnOf, listOf, type Chart } from '../../../pipeline/define/spec/charts.js';
import type { ChartedTable } from '../../../lake/look/chart-tables.js';
import { shortName } from '../../../lake/report/charts/columns.js';
import type { DrawnChart } from '../../../lake/report/charts/drawn.js';
import type { RowRecord } from '../../../lake/read/row-set.js';
import type { Picked } from '../../charts/draw-chart.js';
import { linkTo } from '../location.js';

/** What the reader looks at: days, both inclusive, and values of columns. */
export interface ChartFilter {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly values: Readonly<Record<string, string>>;
}

/** Values of a column that a reader can choose from. */
interface Choice {
  readonly column: string;
  readonly values: readonly string[];
}

/** A column with more values than these is nothing to choose from. */
const MAX_CHOICES = 24;

/** The column of a chart's days; undefined where it has none. */
export function dayColumn(chart: Chart, { columns }: ChartedTable): string | undefined {
  const isDay = (name: string): boolean => columns.find((column) => column.name === name)?.type === 'DATE';
  if (chart.kind === 'heatmap') return isDay(columnOf(chart.y)) ? columnOf(chart.y) : undefined;
  return chart.kind !== 'table' && isDay(chart.x) ? chart.x : undefined;
}

/** The columns of text and truth with few values. */
export function choicesOf({ columns, rows }: ChartedTable): readonly Choice[] {
  return columns.flatMap(({ name, type }) => {
    if (type !== 'VARCHAR' && type !== 'BOOLEAN') return [];
    const values = new Set<string>();
    for (const row of rows) if (values.add(String(row[name])).size > MAX_CHOICES) return [];
    return values.size < 2 ? [] : [{ column: name, values: [...values].sort() }];
  });
}

/** The table as the filter leaves it. */
export function filtered(chart: Chart, table: ChartedTable, { from, to, values }: ChartFilter): ChartedTable {
  const day = dayColumn(chart, table);
  const wanted = Object.entries(values).filter(([column]) =>
    table.columns.some(({ name }) => name === column),
  );
  const isIn = (row: RowRecord): boolean => {
    const date = day === undefined ? undefined : String(row[day]);
    if (date !== undefined && ((from !== undefined && date < from) || (to !== undefined && date > to)))
      return false;
    return wanted.every(([column, value]) => String(row[column]) === value);
  };
  return { ...table, rows: table.rows.filter(isIn) };
}

/** The column that a mark is first of all about. */
function columnShown(chart: Chart): string | undefined {
  if (chart.kind === 'heatmap') return chart.value;
  if (chart.kind === 'bridge') return columnOf(chart.end);
  const [first] = listOf(chart.y);
  return first === undefined ? undefined : columnOf(first);
}

/** The rows behind a mark. */
function rowsOf(chart: Chart, drawn: DrawnChart, table: ChartedTable, picked: Picked): readonly RowRecord[] {
  if (picked.kind === 'cell') {
    if (chart.kind !== 'heatmap' || drawn.kind !== 'heatmap') return [];
    const name = drawn.rows[picked.row]?.name;
    const inRow = table.rows.filter((row) => shortName(String(row[columnOf(chart.y)] ?? '–')) === name);
    return inRow.filter((row) => Number(row[chart.x]) === picked.column);
  }
  if (chart.kind === 'heatmap' || chart.kind === 'table' || !('points' in drawn)) return [];
  const point = drawn.points[picked.at];
  if (point === undefined) return [];
  if ('name' in point)
    return table.rows.filter((row) => shortName(String(row[chart.x] ?? '–')) === point.name);
  const next = drawn.points[picked.at + 1];
  const end = next !== undefined && 'date' in next ? next.date : '9999-12-31';
  return table.rows.filter((row) => String(row[chart.x]) >= point.date && String(row[chart.x]) < end);
}

/** Where a click on a mark leads: one row is explained, several are listed. */
export function linkOfMark(
  chart: Chart,
  drawn: DrawnChart,
  table: ChartedTable,
  picked: Picked,
): string | undefined {
  const rows = rowsOf(chart, drawn, table, picked);
  const [first] = rows;
  if (first === undefined) return undefined;
  const column = columnShown(chart);
  if (rows.length === 1 && table.key.length > 0) return linkToCell(table.name, table.key, first, column);
  return linkTo('tables', table.name, { filter: filtersFor(chart, rows) });
}

/** Conditions that these rows meet, as the page of tables takes them. */
function filtersFor(chart: Chart, rows: readonly RowRecord[]): readonly string[] {
  if (chart.kind === 'table') return [];
  const x = chart.kind === 'heatmap' ? columnOf(chart.y) : chart.x;
  const values = rows.map((row) => String(row[x])).sort();
  const [low = '', high = ''] = [values[0], values.at(-1)];
  return low === high ? [`${x}|=|${low}`] : [`${x}|≥|${low}`, `${x}|≤|${high}`];
}

/** The explanation of a cell. */
export function linkToCell(
  table: string,
  key: readonly string[],
  row: Readonly<Record<string, unknown>>,
  column: string | undefined,
): string {
  const where = key.map((each) => `${each}=${String(row[each] as string)}`);
  return linkTo('explain', table, { where, column: key.includes(column ?? '') ? undefined : column });
}
