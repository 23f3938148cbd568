// The tables behind the charts of a snapshot, with all of their rows: what is drawn of them is the page's matter.

import type { Chart } from '../../pipeline/define/spec/charts.js';
import { definitionAt, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { recordsOf } from '../read/headline.js';
import type { RowRecord, RowSet } from '../read/row-set.js';
import { rows } from '../read/table-rows.js';

/** The table of one or more charts. */
export interface ChartedTable {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: RowSet['columns'];
  /** In the table's order: the newest where there are too many. */
  readonly rows: readonly RowRecord[];
  readonly totalRows: number;
}

/** What a snapshot's pipeline draws. */
interface ChartTables {
  readonly charts: readonly Chart[];
  readonly tables: readonly ChartedTable[];
}

/** A picture of more rows tells nothing, and no page holds them. */
const MAX_ROWS = 100_000;

/** The charts whose tables are there, and those tables. */
export async function chartTables(parts: Parts, { snapshot }: AtSnapshot): Promise<ChartTables> {
  const view = await viewAt(parts, snapshot);
  const pipeline = await definitionAt(parts, view);
  const charts = (pipeline?.charts ?? []).filter(({ table }) => view.tables.includes(table));
  const id = String(view.snapshot.snapshotId);
  const names = [...new Set(charts.map(({ table }) => table))];
  const tables = names.map(async (name): Promise<ChartedTable> => {
    const read = await rows(parts, name, { snapshot: id, tail: MAX_ROWS });
    const key = pipeline?.table(name)?.definition.key ?? [];
    return { name, key, ...(await recordsOf(read)), totalRows: read.totalRows ?? 0 };
  });
  return { charts, tables: await Promise.all(tables) };
}
