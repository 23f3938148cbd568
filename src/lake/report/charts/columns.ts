// Columns of a table as figures of a chart: their names, their formats, their numbers. Pure.

import { visible } from '../../../common/visible-text.js';
import { columnOf, type Chart, type ChartColumn } from '../../../pipeline/define/spec/charts.js';
import type { RowRecord } from '../../read/row-set.js';
import { beginning } from '../markup.js';
import { cents, numberOrNull } from '../series.js';
import type { ChartTable, Drawn, DrawnFigure } from './drawn.js';

/** What a column is called: `net_revenue` is `Net revenue` unless the definition says otherwise. */
export function nameOf(column: ChartColumn): string {
  if (typeof column !== 'string') return column.name;
  const words = column.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The SQL type of a column; empty for one that the table lacks. */
export const typeOf = ({ columns }: ChartTable, column: string): string =>
  columns.find(({ name }) => name === column)?.type ?? '';

/** Whether the column has days. */
export const isDate = (table: ChartTable, column: string): boolean => typeOf(table, column) === 'DATE';

/** As the definition says; else counts are whole, money and ratios have two places. */
export const formatOf = (table: ChartTable, column: ChartColumn): DrawnFigure['format'] => {
  if (typeof column !== 'string' && column.format !== undefined) return column.format;
  return /^(BIGINT|INTEGER)$/.test(typeOf(table, columnOf(column))) ? 'whole' : 'money';
};

/** As a picture needs it: accounts are kept in the table, to the last digit. */
export function rounded(value: number, format: DrawnFigure['format']): number {
  switch (format) {
    case 'whole':
      return Math.round(value);
    case 'money':
      return cents(value);
    case 'percent':
      return Math.round(value * 10_000) / 10_000;
  }
}

/** What is said of every chart. */
export function wordsOf(
  chart: Chart,
  id: string,
  steps: string,
  more = '',
): Pick<Drawn, 'id' | 'title' | 'about' | 'caption' | 'wide'> {
  const about = [`${chart.unit ?? chart.title}${steps}.`, chart.about ?? '', more].filter(
    (text) => text !== '',
  );
  return {
    id,
    title: chart.title,
    about: about.join(' '),
    caption: `${chart.title}${steps}`,
    wide: chart.wide === true,
  };
}

/** Says of a chart that holds all that it may that there was more. */
export const newest = (count: number, limit: number): string =>
  count < limit ? '' : `, the newest ${limit}`;

/** Rows by what they have in a column, in the order in which it comes. */
export function grouped(
  rows: readonly RowRecord[],
  column: string,
): ReadonlyMap<string, readonly RowRecord[]> {
  const groups = new Map<string, RowRecord[]>();
  for (const row of rows) {
    const name = String(row[column] ?? '–');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

/** A figure that is a column's value as it is. */
interface PlainColumn {
  readonly column: string;
  readonly figure: DrawnFigure;
}

/** The figure of a column that is drawn as it is. */
export const plainColumn = (
  table: ChartTable,
  column: ChartColumn,
  role: DrawnFigure['role'],
  color: string | null,
): PlainColumn => ({
  column: columnOf(column),
  figure: { name: nameOf(column), format: formatOf(table, column), role, color },
});

/** Code points of a name. */
const NAME_LENGTH = 40;

/** The beginning of a name, of characters that can be seen. */
export const shortName = (name: string): string => beginning(visible(name), NAME_LENGTH);

/** The same where there may be none. */
export function roundedOrNull(
  value: RowRecord[string] | undefined,
  format: DrawnFigure['format'],
): number | null {
  const given = numberOrNull(value);
  return given === null ? null : rounded(given, format);
}
