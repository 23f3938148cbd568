// Read-only SQL over the tables of one snapshot. The engine plans the statement over tables without rows first; then it is
// given just the files and columns that the plan asks for.

import { isLakeError, LakeError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { startDuckDbWasm } from '../../engine/duckdb-wasm.js';
import { bareNames } from '../../engine/relation-names.js';
import { quoted } from '../../engine/sql-tokens.js';
import { readIpc } from '../../parquet/ipc.js';
import { textsOf } from '../../parquet/texts.js';
import { describeScan, type ScanSummary } from '../../table/scan.js';
import type { LakeView, TableState } from '../../table/view.js';
import type { AtSnapshot } from '../operation-options.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import { openTables, planReads, type TableRead, type TableStates } from './query-plan.js';
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
 * The result of one statement that changes nothing.
 * @throws LakeError `invalid-input` for a statement that is refused or wrong, with the engine's own words; `not-found`
 *   for a table that is not there; `out-of-resources`
 */
export async function query(
  parts: Parts,
  sql: string,
  { snapshot }: AtSnapshot,
): Promise<RowSet & { readonly totalRows: number }> {
  return overTables(parts, sql, snapshot, async (engine, view) => {
    const { columns, totalRows, rows } = await statementResult(engine, sql);
    return {
      snapshot: view.snapshot.snapshotId,
      columns: columns.map(({ name, typeName }) => ({ name, type: typeName })),
      totalRows,
      rows: asynchronous(rows),
    };
  });
}

/** How `query` would answer a statement; it is not run, but what it reads is loaded. @throws LakeError as `query` does */
export async function explainQuery(parts: Parts, sql: string, { snapshot }: AtSnapshot): Promise<QueryPlan> {
  return overTables(parts, sql, snapshot, async (engine, view, reads) => {
    const plan = textsOf(readIpc(await engine.query(`EXPLAIN ${sql}`)), 1);
    return {
      snapshot: view.snapshot.snapshotId,
      tables: reads.map(({ scan, columns }) => ({ ...describeScan(scan), columns })),
      enginePlan: plan.join('\n'),
    };
  });
}

type Answer<Result> = (engine: Engine, view: LakeView, reads: readonly TableRead[]) => Promise<Result>;

/** An engine that has what the statement reads, for as long as the answer takes. It starts while metadata is read. */
async function overTables<Result>(
  parts: Parts,
  sql: string,
  snapshot: string | undefined,
  answer: Answer<Result>,
): Promise<Result> {
  const engine = startDuckDbWasm();
  try {
    const view = await viewAt(parts, snapshot);
    const tables = await openTables(view);
    const reads = await planReads(engine, tables, sql).catch((error: unknown) => missingTable(view, error));
    await makeRelations(engine, tables);
    for (const read of reads) await load(engine, read);
    return await answer(engine, view, reads);
  } finally {
    await engine.close();
  }
}

/** Says of a table that the engine does not know what the lake knows about its name. */
async function missingTable(view: LakeView, error: unknown): Promise<never> {
  const [, name] =
    /^Catalog Error: Table with name (.+?) does not exist!/.exec(String((error as Error).message)) ?? [];
  if (!isLakeError(error, 'invalid-input') || name === undefined) throw error;
  const { name: meant } = await tableNamed(view, name);
  throw new LakeError('not-found', `There is no table of that layer and name. Did you mean ${meant}?`, {
    details: { table: name, snapshot: view.snapshot.snapshotId },
    cause: error,
  });
}

/** Every table without rows, by its name and by its bare name where that means one table. */
async function makeRelations(engine: Engine, tables: TableStates): Promise<void> {
  for (const { name, schema } of tables.values()) await engine.create(name, schema.fields);
  for (const [bare, relation] of bareNames([...tables.keys()]))
    await engine.run(`CREATE VIEW ${quoted(bare)} AS SELECT * FROM ${relation}`);
}

const FILES_AT_ONCE = 64;

/** The rows of the files that are taken; columns that are not asked for stay null. */
async function load(engine: Engine, { state, columns, scan }: TableRead): Promise<void> {
  const read = columns.length > 0 ? columns : narrowest(state);
  for (let at = 0; at < scan.taken.length; at += FILES_AT_ONCE) {
    const part = scan.taken.slice(at, at + FILES_AT_ONCE);
    const files = await Promise.all(part.map((file) => state.read(file)));
    await engine.append(state.name, { kind: 'parquet', files, columns: read });
  }
}

/** Rows that are only counted need some column. */
const narrowest = ({ schema }: TableState): readonly string[] =>
  schema.fields.slice(0, 1).map(({ name }) => name);

async function* asynchronous<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
  await Promise.resolve();
}
