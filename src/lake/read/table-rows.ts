// A table's rows in its order, file by file, without an engine.

import type { DataFile } from '../../format/data-file.js';
import { currentSchema } from '../../format/table-file.js';
import { arrowSchema } from '../../parquet/arrow-schema.js';
import type { TableState } from '../../table/view.js';
import { columnsOf, jsonRows } from './json-rows.js';
import type { AtSnapshot } from '../operation-options.js';
import type { JsonValue, RowSet } from './row-set.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

export async function rows(
  parts: Pick<Parts, 'storage'>,
  table: string,
  { snapshot, limit = Infinity }: AtSnapshot & { readonly limit?: number },
): Promise<RowSet<JsonValue> & { readonly table: string; readonly totalRows: number }> {
  const view = await viewAt(parts, snapshot);
  const state = await tableNamed(view, table);
  const files = await state.files();
  const fields = arrowSchema(currentSchema(state.file)).fields;
  return {
    table: state.file.table,
    snapshot: view.snapshot.snapshotId,
    totalRows: files.reduce((sum, file) => sum + file.rows, 0),
    columns: columnsOf(fields),
    rows: firstRows(state, files, limit),
  };
}

async function* firstRows(
  state: TableState,
  files: readonly DataFile[],
  limit: number,
): AsyncIterable<readonly JsonValue[]> {
  let left = limit;
  for (const file of files) {
    if (left <= 0) return;
    for (const row of jsonRows(await state.rows(file))) {
      if (left-- <= 0) return;
      yield row;
    }
  }
}
