// The last rows of a table as they are. Pure.

import { columnOf, type TableChart } from '../../../pipeline/define/spec/charts.js';
import type { RowRecord } from '../../read/row-set.js';
import { nameOf, typeOf, shortName, wordsOf } from './columns.js';
import { type ChartTable, type DrawnTable, LIMITS } from './drawn.js';

/** The last rows. */
export function tableChart(chart: TableChart, table: ChartTable, id: string): DrawnTable {
  const columns = chart.y ?? table.columns.map(({ name }) => name);
  const rows = table.rows.slice(-LIMITS.rows);
  const more = table.rows.length > LIMITS.rows ? `, the last ${LIMITS.rows} rows` : '';
  return {
    kind: 'table',
    ...wordsOf(chart, id, more),
    columns: columns.map((column) => ({
      name: nameOf(column),
      isNumber: /^(BIGINT|INTEGER|DOUBLE|DECIMAL)/.test(typeOf(table, columnOf(column))),
    })),
    rows: rows.map((row) => columns.map((column) => cellOf(row[columnOf(column)] ?? null))),
  };
}

const cellOf = (value: RowRecord[string]): string | number | null =>
  typeof value === 'boolean' ? String(value) : typeof value === 'string' ? shortName(value) : value;
