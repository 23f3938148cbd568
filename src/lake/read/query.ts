// Read-only SQL over the tables of one snapshot. The engine plans the statement over tables without rows first; then it is
// given just the files and columns that the plan asks for.

import { isLakeError, LakeError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import { textsOf } from '../../parquet/texts.js';
import { describeScan, type ScanSummary } from '../../table/scan.js';
import type { LakeView } from '../../table/view.js';
import type { AtSnapshot } from '../operation-options.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import { showTables } from './load-tables.js';
import { openTables, planReads, tablesNamed, type TableRead, type TableStates } from './query-plan.js';
import { refuseWideList } from './result-width.js';
import type { RowSet } from './row-set.js';
import { statementResult } from './statement-result.js';

/** How a query is answered: what is read of each table, and the engine's own plan. */
export interface QueryPlan {
  readonly snapshot: number;
  readonly tables: readonly (ScanSummary & { readonly columns: readonly string[] })[];
  /** As the engine draws it. */
  readonly enginePlan: string;
}

/**
 * The result of one statement that changes nothing; with a limit its first rows, and no more are counted.
 * @throws LakeError `invalid-input` for a statement that is refused or wrong, with the engine's own words; `not-found`
 *   for a table that is not there; `out-of-resources`
 */
export async function query(
  parts: Pick<Parts, 'storage' | 'startEngine'>,
  sql: string,
  { snapshot, rowLimit }: AtSnapshot & { readonly rowLimit?: number },
): Promise<RowSet & { readonly totalRows: number }> {
  return overTables(parts, sql, snapshot, async (engine, view) => {
    const { columns, totalRows, rows } = await statementResult(engine, sql, rowLimit);
    return {
      snapshot: view.snapshot.snapshotId,
      columns: columns.map(({ name, typeName }) => ({ name, type: typeName })),
      totalRows,
      rows: asynchronous(rows),
    };
  });
}

/** How `query` would answer a statement; it is not run, but what it reads is loaded. @throws LakeError as `query` does */
export async function explainQuery(
  parts: Pick<Parts, 'storage' | 'startEngine'>,
  sql: string,
  { snapshot }: AtSnapshot,
): Promise<QueryPlan> {
  return overTables(parts, sql, snapshot, async (engine, view, reads) => {
    const explained = await readResult(await engine.query(`EXPLAIN ${sql}`));
    const plan = textsOf(explained, explained.numCols - 1); // DuckDB has a column before it that says which plan it is
    return {
      snapshot: view.snapshot.snapshotId,
      tables: reads.map(({ scan, columns }) => ({ ...describeScan(scan), columns })),
      enginePlan: plan.join('\n').trimEnd(),
    };
  });
}

type Answer<Result> = (engine: Engine, view: LakeView, reads: readonly TableRead[]) => Promise<Result>;

/** An engine that has what the statement reads, for as long as the answer takes. It starts while metadata is read. */
async function overTables<Result>(
  parts: Pick<Parts, 'storage' | 'startEngine'>,
  sql: string,
  snapshot: string | undefined,
  answer: Answer<Result>,
): Promise<Result> {
  refuseWideList(sql);
  const engine = await parts.startEngine();
  try {
    const view = await viewAt(parts, snapshot);
    const { tables, reads } = await planOver(engine, view, sql);
    await showTables(engine, tables, reads);
    return await answer(engine, view, reads);
  } finally {
    await engine.close();
  }
}

/** A plan over the tables that are named; over all where a table is missing, to say what was meant. */
async function planOver(
  engine: Engine,
  view: LakeView,
  sql: string,
): Promise<{ readonly tables: TableStates; readonly reads: readonly TableRead[] }> {
  const over = async (names: readonly string[]) => {
    const tables = await openTables(view, names);
    return { tables, reads: await planReads(engine, tables, sql) };
  };
  try {
    return await over(tablesNamed(sql, view.tables));
  } catch (error) {
    if (missingName(error) === undefined) throw error;
    return over(view.tables).catch((found: unknown) => missingTable(view, found));
  }
}

/** The name of a table that the engine does not know. */
function missingName(error: unknown): string | undefined {
  if (!isLakeError(error, 'invalid-input')) return undefined;
  return /^Catalog Error: Table with name (.+?) does not exist!/.exec(error.message)?.[1];
}

/** Says what the lake knows about such a name. */
async function missingTable(view: LakeView, error: unknown): Promise<never> {
  const name = missingName(error);
  if (name === undefined) throw error;
  const { name: meant } = await tableNamed(view, name);
  throw new LakeError('not-found', `There is no table of that layer and name. Did you mean ${meant}?`, {
    details: { table: name, snapshot: view.snapshot.snapshotId },
    cause: error,
  });
}

async function* asynchronous<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
  await Promise.resolve();
}
