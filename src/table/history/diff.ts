// What changed between two snapshots, table by table: schema, rows, files. Files that both name are never read.

import { fileDelta, partitionsOf, type FileDelta } from './file-delta.js';
import { countRowDiffs, listRowDiffs, type RowCounts, type RowDiff, type Versions } from './row-diff.js';
import { schemaChanges, type SchemaChange } from './schema-diff.js';
import type { LakeView, TableState } from '../view.js';

export type { RowDiff } from './row-diff.js';
export type { SchemaChange } from './schema-diff.js';

/** Two snapshots, the older one first as a rule. */
export interface ViewPair {
  readonly from: LakeView;
  readonly to: LakeView;
}

/** What to compare, and by which keys. */
interface DiffOptions {
  /** Names of a table's key columns; none: its rows are compared whole. */
  readonly keyOf: (table: string) => readonly string[];
  /** All tables of either snapshot unless said. */
  readonly tables?: readonly string[];
  readonly signal?: AbortSignal;
  /** Data files that were read, of all that are to be. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What differs in one table between two snapshots. */
export interface TableDiff extends RowCounts {
  readonly table: string;
  readonly change: 'added' | 'dropped' | 'changed' | 'same';
  readonly schema: readonly SchemaChange[];
  /** Null where the table is not there. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  /** Partitions whose files differ, in order. */
  readonly partitions: readonly string[];
}

/**
 * The tables of either snapshot, by name, those without a difference included.
 * @throws LakeError `corrupt`; `not-found` when one of the snapshots expires meanwhile; `invalid-input` for an unknown
 *   key column; `interrupted`
 */
export async function diffViews(views: ViewPair, options: DiffOptions): Promise<readonly TableDiff[]> {
  const names = options.tables ?? [...new Set([...views.from.tables, ...views.to.tables])].sort();
  const progress = { done: 0, total: 0 };
  const onFile = (): void => options.onProgress?.(++progress.done, progress.total);
  const plans = [];
  for (const name of names) {
    const plan = await planTable(views, name, { ...options, onFile });
    const { added, removed } = plan.delta;
    if (added.length > 0 && removed.length > 0) progress.total += added.length + removed.length;
    plans.push(plan);
  }
  const diffs: TableDiff[] = [];
  for (const plan of plans) diffs.push(await diffTable(plan));
  return diffs;
}

/**
 * The rows of one table that differ, sorted by key; `key` as in `DiffOptions.keyOf`.
 * @throws LakeError as `diffViews`
 */
export async function* rowDiffs(
  views: ViewPair,
  { table, key }: { readonly table: string; readonly key: readonly string[] },
): AsyncIterable<RowDiff> {
  yield* await listRowDiffs(await planTable(views, table, { keyOf: () => key }));
}

interface TablePlan extends Versions {
  readonly name: string;
}

async function planTable(
  { from, to }: ViewPair,
  name: string,
  { keyOf, signal, onFile }: Pick<DiffOptions, 'keyOf' | 'signal'> & { readonly onFile?: () => void },
): Promise<TablePlan> {
  const [before, after] = [await from.table(name), await to.table(name)];
  const isSame = before?.ref.sha256 === after?.ref.sha256;
  const delta = isSame ? noDelta : fileDelta((await before?.files()) ?? [], (await after?.files()) ?? []);
  return {
    name,
    from: before,
    to: after,
    delta,
    key: keyOf(name),
    ...(signal && { signal }),
    ...(onFile && { onFile }),
  };
}

const noDelta: FileDelta = { added: [], removed: [] };

async function diffTable(plan: TablePlan): Promise<TableDiff> {
  const { name, from, to, delta } = plan;
  const schema = from && to ? schemaChanges(from.file, to.file) : [];
  const bytesOf = (files: FileDelta['added']): number => files.reduce((total, { bytes }) => total + bytes, 0);
  return {
    table: name,
    change: changeOf(from, to, delta, schema),
    schema,
    rowsBefore: from?.ref.rows ?? null,
    rowsAfter: to?.ref.rows ?? null,
    ...(await countRowDiffs(plan)),
    filesAdded: delta.added.length,
    filesRemoved: delta.removed.length,
    bytesAdded: bytesOf(delta.added),
    bytesRemoved: bytesOf(delta.removed),
    partitions: partitionsOf(delta),
  };
}

function changeOf(
  from: TableState | undefined,
  to: TableState | undefined,
  { added, removed }: FileDelta,
  schema: readonly SchemaChange[],
): TableDiff['change'] {
  if (from === undefined && to !== undefined) return 'added';
  if (from !== undefined && to === undefined) return 'dropped';
  return added.length + removed.length + schema.length > 0 ? 'changed' : 'same';
}
