// What differs between two snapshots, and why: tables and rows, the batches behind them, the figures that moved.

import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { inOrderOfFlow, resultTables } from '../../pipeline/define/roles.js';
import {
  diffViews,
  rowDiffs,
  type RowDiff,
  type SchemaChange,
  type TableDiff,
} from '../../table/history/diff.js';
import { listTags } from '../../table/snapshot-lookup.js';
import type { LakeView, TableState } from '../../table/view.js';
import { batchesMissing, type BatchListing } from './batches.js';
import { reportOf, type SnapshotReport } from './snapshot-list.js';
import { jsonRecord } from '../read/json-rows.js';
import type { OperationOptions } from '../operation-options.js';
import { figureChanges, headlineAt, type FigureChange } from '../read/headline.js';
import { pipelineOf, tableNamed, viewAt, type Parts } from '../lake-context.js';
import type { RowRecord } from '../read/row-set.js';

/** Which tables, and whether their rows are named. */
export interface DiffOptions extends OperationOptions {
  /** Only this table. */
  readonly table?: string;
  /** Rows to name of each table, the first by key; none unless said. */
  readonly rowLimit?: number;
}

/** What became of one table between two snapshots; rows are counted by key. */
export interface TableDifference {
  readonly table: string;
  readonly change: 'added' | 'dropped' | 'changed';
  readonly schema: readonly SchemaDifference[];
  /** Null where the table was not there. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
  readonly rowsChanged: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  /** Partitions whose files differ. */
  readonly partitions: readonly string[];
}

/** One change of a schema or a partition spec; `text` says it to people. */
interface SchemaDifference {
  readonly kind: 'added' | 'dropped' | 'renamed' | 'widened' | 'narrowed' | 'partition';
  readonly text: string;
  /** Of what was added, dropped, widened or narrowed. */
  readonly column?: string;
  readonly type?: string;
  /** Names, types or partitions; null: no partition. */
  readonly from?: string | null;
  readonly to?: string | null;
}

/** A row by its key, as it was and as it is; for a table without a key the whole row is the key. */
export interface RowDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly key: RowRecord;
  readonly before?: RowRecord;
  readonly after?: RowRecord;
}

/** `lake snapshot diff`. */
export interface DiffReport {
  readonly from: SnapshotReport;
  readonly to: SnapshotReport;
  /** Tables that differ, in the order in which data flows. */
  readonly tables: readonly TableDifference[];
  /** Batches that only the one or the other snapshot holds. */
  readonly batches: { readonly added: readonly BatchListing[]; readonly removed: readonly BatchListing[] };
  /** Figures that differ. */
  readonly headline: readonly FigureChange[];
  /** Of the tables whose rows differ the one to look at first: a result of the pipeline if there is one. */
  readonly firstLook: string | null;
  /** The first rows of each table that differ, in the order of the key. */
  readonly rows?: Readonly<Record<string, readonly RowDifference[]>>;
}

/** Either may be the newer one: the report goes from the first to the second. */
export async function diff(
  parts: Parts,
  fromReference: string,
  toReference: string,
  options: DiffOptions,
): Promise<DiffReport> {
  const [from, to] = await Promise.all([viewAt(parts, fromReference), viewAt(parts, toReference)]);
  const { pipeline } = pipelineOf(parts);
  const sides: Sides = { from, to, keys: await keysIn(pipeline, from, to) };
  const { table } = options;
  const wanted = table === undefined ? undefined : [await nameIn(from, to, table)];
  const tables = await compare(parts, sides, wanted, options);
  const [tags, added, removed, then, now] = await Promise.all([
    listTags(parts.storage),
    batchesMissing(pipeline, to, from),
    batchesMissing(pipeline, from, to),
    headlineAt(parts, from),
    headlineAt(parts, to),
  ]);
  return {
    from: reportOf(from.snapshot, tags),
    to: reportOf(to.snapshot, tags),
    tables,
    firstLook: firstLook(pipeline, tables),
    batches: { added, removed },
    headline: figureChanges(then, now).filter((figure) => figure.then !== figure.now),
    ...(options.rowLimit !== undefined && {
      rows: await rowDifferences(sides, tables, options.rowLimit),
    }),
  };
}

/** Two snapshots that are compared. */
export interface Sides {
  readonly from: LakeView;
  readonly to: LakeView;
  /** The columns of each table's key, by table; none: the whole row. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** The keys of the pipeline's tables, by which rows are compared; a table of snapshots that lacks a column of it has none. */
export async function keysIn(pipeline: Pipeline, from: LakeView, to: LakeView): Promise<Sides['keys']> {
  const keys = new Map<string, readonly string[]>();
  for (const { name, key } of pipeline.definitions) {
    const fields = ((await to.table(name)) ?? (await from.table(name)))?.schema.fields ?? [];
    const hasAll = key.every((column) => fields.some((field) => field.name === column));
    keys.set(name, hasAll ? key : []);
  }
  return keys;
}

async function compare(
  parts: Parts,
  { from, to, keys }: Sides,
  tables: readonly string[] | undefined,
  { signal, onProgress }: OperationOptions,
): Promise<readonly TableDifference[]> {
  const found = await diffViews(
    { from, to },
    {
      keyOf: (name) => keys.get(name) ?? [],
      ...(tables && { tables }),
      ...(signal && { signal }),
      onProgress: (done, total) => onProgress?.({ stage: 'comparing', done, total, unit: 'files' }),
    },
  );
  const differing = new Map(
    found.flatMap((each) => (each.change === 'same' ? [] : [[each.table, difference(each, each.change)]])),
  );
  return inOrderOfFlow(pipelineOf(parts).pipeline, [...differing.keys()]).flatMap(
    (name) => differing.get(name) ?? [],
  );
}

function firstLook(pipeline: Pipeline, tables: readonly TableDifference[]): string | null {
  const names = tables
    .filter(({ rowsAdded, rowsRemoved, rowsChanged }) => rowsAdded + rowsRemoved + rowsChanged > 0)
    .map(({ table }) => table);
  const wished = [pipeline.firstLook, ...resultTables(pipeline)].find((name) => names.includes(name ?? ''));
  return wished ?? names[0] ?? null;
}

/** The full name of a table that at least one of the two has. */
async function nameIn(from: LakeView, to: LakeView, table: string): Promise<string> {
  try {
    return (await tableNamed(to, table)).name;
  } catch (error) {
    const old = await tableNamed(from, table).catch(() => undefined);
    if (old === undefined) throw error;
    return old.name;
  }
}

const difference = (diff: TableDiff, change: TableDifference['change']): TableDifference => ({
  ...diff,
  change,
  schema: diff.schema.map(schemaDifference),
});

/** The first rows of each table that differ, by key. */
export async function rowDifferences(
  { from, to, keys }: Sides,
  tables: readonly { readonly table: string }[],
  limit: number,
): Promise<Readonly<Record<string, readonly RowDifference[]>>> {
  const rows: Record<string, readonly RowDifference[]> = {};
  for (const { table } of tables) {
    const key = keys.get(table) ?? [];
    const [before, after] = await Promise.all([from.table(table), to.table(table)]);
    const found = await first(rowDiffs({ from, to }, { table, key }), limit);
    rows[table] = found.map((row) => rowDifference(row, key, before, after));
  }
  return rows;
}

async function first<Item>(items: AsyncIterable<Item>, limit: number): Promise<readonly Item[]> {
  const found: Item[] = [];
  if (limit === 0) return found;
  for await (const item of items) {
    found.push(item);
    if (found.length === limit) break;
  }
  return found;
}

function rowDifference(
  { kind, before, after }: RowDiff,
  key: readonly string[],
  tableBefore: TableState | undefined,
  tableAfter: TableState | undefined,
): RowDifference {
  const was = before && tableBefore && jsonRecord(before, tableBefore.schema);
  const is = after && tableAfter && jsonRecord(after, tableAfter.schema);
  const whole = is ?? was ?? {};
  const columns = key.length === 0 ? Object.keys(whole) : key;
  return {
    kind,
    key: Object.fromEntries(columns.map((name) => [name, whole[name] ?? null])),
    ...(was && { before: was }),
    ...(is && { after: is }),
  };
}

/** The change in words, beside its members. */
function schemaDifference(change: SchemaChange): SchemaDifference {
  return { ...change, text: schemaText(change) };
}

function schemaText(change: SchemaChange): string {
  switch (change.kind) {
    case 'added':
    case 'dropped':
      return `${change.kind} ${change.column} (${change.type})`;
    case 'renamed':
      return `renamed ${change.from} to ${change.to}`;
    case 'widened':
    case 'narrowed':
      return `${change.kind} ${change.column} from ${change.from} to ${change.to}`;
    case 'partition':
      return `partitioned by ${change.to ?? 'nothing'}, was by ${change.from ?? 'nothing'}`;
  }
}
