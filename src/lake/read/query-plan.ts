// How a statement is answered from a snapshot, as data that can be printed: which files of which tables it takes, which
// columns of them, and what leaves out the others. Files are left out only by conditions that every row must meet.

import type { Engine } from '../../engine/engine.js';
import type { RelationScan } from '../../engine/query-scans.js';
import { bareName } from '../../engine/relation-names.js';
import type { DataFile } from '../../format/data-file.js';
import { planFiles, type ScanFilter, type ScanPlan } from '../../table/scan.js';
import type { LakeView, TableState } from '../../table/view.js';

/** What is read of one table. */
export interface TableRead {
  readonly state: TableState;
  /** In the table's order; none where only rows are counted. */
  readonly columns: readonly string[];
  readonly scan: ScanPlan;
}

/** What a statement may read: tables of a snapshot by name, in the snapshot's order. */
export type TableStates = ReadonlyMap<string, TableState>;

/** Statements that ask which tables there are. */
const asksForTables = /\b(show|desc|describe|information_schema|(duckdb|pg|pragma|sqlite)_\w+)\b/i;

/**
 * The tables that a statement may mean, told by its text alone: those whose bare name occurs in it, or all where it may ask
 * which there are. A statement that makes up a name (`query_table('a' || 'b')`) means more.
 */
export function tablesNamed(sql: string, tables: readonly string[]): readonly string[] {
  const text = sql.toLowerCase();
  return asksForTables.test(sql)
    ? tables
    : tables.filter((name) => text.includes(bareName(name).toLowerCase()));
}

/** Tables of a snapshot, read at once. */
export async function openTables(view: LakeView, names: readonly string[]): Promise<TableStates> {
  const states = await Promise.all(names.map((name) => view.table(name)));
  return new Map(states.flatMap((state) => (state === undefined ? [] : [[state.name, state]])));
}

/**
 * The tables that a statement reads, as the engine plans it.
 * @throws LakeError `invalid-input` for a statement that the engine refuses
 */
export async function planReads(
  engine: Engine,
  tables: TableStates,
  sql: string,
): Promise<readonly TableRead[]> {
  const columns = Object.fromEntries([...tables].map(([name, { schema }]) => [name, schema.fields]));
  const scans = await engine.scansOf(sql, columns);
  const reads = [...tables.values()].map((state) =>
    readOf(
      state,
      scans.filter(({ relation }) => relation === state.name),
    ),
  );
  return (await Promise.all(reads)).filter((read) => read !== undefined);
}

async function readOf(state: TableState, scans: readonly RelationScan[]): Promise<TableRead | undefined> {
  const [first, ...more] = scans;
  if (first === undefined) return undefined;
  const wanted = new Set(scans.flatMap(({ columns }) => columns));
  const columns = state.schema.fields.map(({ name }) => name).filter((name) => wanted.has(name));
  const filters = scans.map(({ conditions }) => conditions);
  const scan = more.length === 0 ? await state.plan(first.conditions) : await joinedPlan(state, filters);
  return { state, columns, scan };
}

/** The files that any of the filters takes. What none takes is left out for the reason that the first filter gives. */
async function joinedPlan(state: TableState, filters: readonly ScanFilter[]): Promise<ScanPlan> {
  const files = await state.files();
  const plans = filters.map((filter) => planFiles(state.file, files, filter));
  const taken = new Set(plans.flatMap((plan) => plan.taken));
  const takenPaths = new Set(Array.from(taken, ({ path }) => path));
  return {
    table: state.name,
    filter: filters[0] ?? {},
    taken: files.filter((file: DataFile) => taken.has(file)),
    leftOut: (plans[0]?.leftOut ?? []).filter(({ path }) => !takenPaths.has(path)),
  };
}
