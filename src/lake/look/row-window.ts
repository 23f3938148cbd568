// A part of a table as a page shows it: by its own order straight from the files that hold it, else by a statement.

import { quotedRelation } from '../../engine/duckdb-sql.js';
import { quoted } from '../../engine/sql-tokens.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { tableColumns } from '../read/json-rows.js';
import { query } from '../read/query.js';
import { collected, type ResultValue, type RowSet } from '../read/row-set.js';
import { rows } from '../read/table-rows.js';
import { conditionOf, type ColumnFilter } from './row-filter.js';

/** Which rows of a table, in which order. */
export interface RowView extends AtSnapshot {
  readonly table: string;
  readonly filters: readonly ColumnFilter[];
  /** The table's own order unless said. */
  readonly sort?: { readonly column: string; readonly isDescending: boolean };
}

/** Rows of such a view. */
interface RowWindow {
  readonly snapshot: number;
  readonly columns: RowSet['columns'];
  /** All rows of the view. */
  readonly totalRows: number;
  /** The first of them that can be shown: all of a table in its own order. */
  readonly reachableRows: number;
  readonly rows: readonly (readonly ResultValue[])[];
}

/** Rows that a statement's result may have in a page. */
export const RESULT_ROWS = 100_000;

/** Rows from `start` on, at most `count`. */
export async function rowWindow(
  parts: Parts,
  view: RowView,
  start: number,
  count: number,
): Promise<RowWindow> {
  if (view.filters.length > 0 || view.sort !== undefined) {
    const all = await arranged(parts, view);
    return { ...all, rows: all.rows.slice(start, start + count) };
  }
  const found = await rows(parts, view.table, {
    ...(view.snapshot !== undefined && { snapshot: view.snapshot }),
    start,
    limit: count,
  });
  const totalRows = found.totalRows ?? 0;
  const { snapshot, columns } = found;
  return { snapshot, columns, totalRows, reachableRows: totalRows, rows: await collected(found.rows) };
}

/** The newest arranged view is kept: who scrolls asks for its parts. */
let kept: { readonly of: string; readonly window: Promise<RowWindow> } | undefined;

function arranged(parts: Parts, view: RowView): Promise<RowWindow> {
  const of = JSON.stringify([parts.location, view]);
  if (kept?.of !== of) {
    const window = arrange(parts, view);
    kept = { of, window };
    window.catch(() => (kept = undefined));
  }
  return kept.window;
}

async function arrange(parts: Parts, { table, snapshot, filters, sort }: RowView): Promise<RowWindow> {
  const lake = await viewAt(parts, snapshot);
  const state = await tableNamed(lake, table);
  const condition = conditionOf(filters, tableColumns(state.schema));
  const name = quotedRelation(state.name);
  const order =
    sort === undefined
      ? ''
      : `ORDER BY ${quoted(sort.column)} ${sort.isDescending ? 'DESC' : 'ASC'} NULLS LAST`;
  const at = { snapshot: String(lake.snapshot.snapshotId) };
  const found = await query(
    parts,
    `SELECT * FROM ${name} WHERE ${condition} ${order} LIMIT ${RESULT_ROWS}`,
    at,
  );
  const countAll = async (): Promise<number> => {
    const counted = await query(parts, `SELECT COUNT(*) FROM ${name} WHERE ${condition}`, at);
    const [[total = 0] = []] = await collected(counted.rows);
    return Number(total);
  };
  return {
    snapshot: found.snapshot,
    columns: found.columns,
    totalRows: found.totalRows < RESULT_ROWS ? found.totalRows : await countAll(),
    reachableRows: found.totalRows,
    rows: await collected(found.rows),
  };
}
