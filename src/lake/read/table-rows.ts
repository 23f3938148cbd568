// A table's rows in its order, file by file, without an engine, as long as nothing but a number of rows is asked for.

import type { DataFile } from '../../format/data-file.js';
import { currentSchema } from '../../format/table-file.js';
import type { TableState } from '../../table/view.js';
import { jsonRows, tableColumns } from './json-rows.js';
import type { AtSnapshot } from '../operation-options.js';
import type { JsonValue, RowSet } from './row-set.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

/** Which rows: `limit` from `start` (the first) on, or the last `tail` in the table's order; all without any. */
export interface RowRange {
  /** From 0. */
  readonly start?: number;
  readonly limit?: number;
  readonly tail?: number;
}

/** Rows of a table. */
export interface TableRows extends RowSet<JsonValue> {
  readonly table: string;
  /** Of the table, or that meet the condition; undefined where that was not counted. */
  readonly totalRows: number | undefined;
}

/**
 * The first or last rows of a table; only the files that hold them are read.
 * @throws LakeError `not-found` for a table or snapshot that is not there
 */
export async function rows(
  parts: Pick<Parts, 'storage'>,
  table: string,
  { snapshot, ...range }: AtSnapshot & RowRange,
): Promise<TableRows> {
  const view = await viewAt(parts, snapshot);
  const state = await tableNamed(view, table);
  const files = await state.files();
  const totalRows = files.reduce((sum, file) => sum + file.rows, 0);
  return {
    table: state.file.table,
    snapshot: view.snapshot.snapshotId,
    totalRows,
    columns: tableColumns(currentSchema(state.file)),
    rows: rowsBetween(state, files, boundsOf(range, totalRows)),
  };
}

/** Row numbers of a table, counted from 0. */
interface Bounds {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

function boundsOf({ start = 0, limit, tail }: RowRange, totalRows: number): Bounds {
  if (tail !== undefined) return { start: Math.max(0, totalRows - tail), end: totalRows };
  return { start, end: Math.min(start + (limit ?? totalRows), totalRows) };
}

async function* rowsBetween(
  state: TableState,
  files: readonly DataFile[],
  { start, end }: Bounds,
): AsyncIterable<readonly JsonValue[]> {
  let first = 0;
  for (const file of files) {
    if (first >= end) return;
    if (first + file.rows > start) {
      let row = first;
      for (const values of jsonRows(await state.rows(file))) {
        if (row >= end) return;
        if (row++ >= start) yield values;
      }
    }
    first += file.rows;
  }
}
