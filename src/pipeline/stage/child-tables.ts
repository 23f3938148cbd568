// The tables of children, made of the records that stand after the run: those of the parent's partitions that changed, or of all.

import type { DataFile } from '../../format/data-file.js';
import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import { encodePartitions, foldElements } from '../../records/hot-path.js';
import type { CheckResult } from '../checks/check-results.js';
import { elementKeyCheck } from '../checks/record-checks.js';
import type { Child, Pipeline, Source } from '../define/pipeline.js';
import { deltaOf, type TableDelta } from '../models/spread.js';
import type { FoldOptions } from './fold-options.js';
import type { LogChange } from './log-changes.js';
import { partitionValue } from './partitions.js';

/** What became of the tables of children, and the checks of their keys. */
interface StagedChildren {
  readonly deltas: ReadonlyMap<string, TableDelta>;
  readonly checks: readonly CheckResult[];
}

/** Whether tables of children are made of the log that changed: they are made of its files. */
export const hasChildren = (
  { sources }: Pick<Pipeline, 'sources'>,
  { table }: Pick<LogChange, 'table'>,
): boolean => sources.some((source) => source.table.name === table.name && source.children.length > 0);

/** Makes the tables of children again whose parents changed; the parents' files are there. */
export async function stageChildren(options: FoldOptions): Promise<StagedChildren> {
  const deltas = new Map<string, TableDelta>();
  const checks: CheckResult[] = [];
  for (const source of options.pipeline.sources)
    for (const child of source.children) {
      const extent = extentOf(source, child, options);
      if (extent === 'none') continue;
      const { changed, check } = await stageChild(source, child, extent, options);
      checks.push(check);
      if (changed.size > 0) deltas.set(child.table.name, deltaOf(child.table, changed));
    }
  return { deltas, checks };
}

/** What a run would change in the tables of children, at most. */
export const plannedChildren = (
  { sources }: Pick<Pipeline, 'sources'>,
  deltas: ReadonlyMap<string, TableDelta>,
): readonly (readonly [table: string, delta: TableDelta])[] =>
  sources
    .filter(({ table }) => deltas.has(table.name))
    .flatMap(({ children }) =>
      children.map(({ table }) => [table.name, { kind: 'table', firstChanged: new Map() }] as const),
    );

/** The partitions, of parent and child, whose rows are made again. */
type Extent = 'all' | ((partition: string) => boolean);

function extentOf(source: Source, child: Child, { tables, rebuild }: FoldOptions): Extent | 'none' {
  const length = sharedLength(source, child);
  if (rebuild?.everything === true || tables.stateBefore(child.table.name) === undefined) return 'all';
  const cut = (partition: string): string => partition.slice(0, length);
  if (rebuild !== undefined && source.kind === 'extract') return 'none';
  if (rebuild !== undefined) return length === 0 ? 'all' : (partition) => rebuild.wants(cut(partition));
  const changed = tables.changedPartitions(source.table.name);
  if (changed.size === 0) return 'none';
  if (length === 0) return 'all';
  const touched = new Set([...changed].map(cut));
  return (partition) => touched.has(cut(partition));
}

/**
 * The length of days or months by which a child's rows lie where their records do; 0: they lie otherwise. No record of another
 * partition can have a key of theirs then.
 */
function sharedLength({ contract, table: parent }: Source, { contract: child, table }: Child): number {
  const [from, to] = [parent.partition, table.partition];
  if (from === undefined || to === undefined) return 0;
  const takes = (column: string, name: string): boolean =>
    child.fields.some(
      (each) => each.name === name && each.from.kind === 'parent' && each.from.column === column,
    );
  const isAside = takes(from.source, to.source);
  const holdsKey = contract.key.every((column) => child.key.some((name) => takes(column, name)));
  if (!isAside || !holdsKey || contract.key.length === 0) return 0;
  const isByDay = from.transform === 'identity' && to.transform === 'identity';
  return isByDay ? 'YYYY-MM-DD'.length : 'YYYY-MM'.length;
}

async function stageChild(
  source: Source,
  { contract, table }: Child,
  extent: Extent,
  { tables, pool }: FoldOptions,
): Promise<{ readonly changed: ReadonlySet<string>; readonly check: CheckResult }> {
  const isWanted = ofExtent(extent);
  const { table: parent } = source;
  const files = (await tables.files(parent.name)).filter((file) => isWanted(parent, file));
  const fold = await foldElements(pool(), {
    child: contract,
    parent: source.contract,
    table,
    schema: tables.schema(parent),
    files: files.map((file) => () => tables.read(file)),
  });
  const changed = new Set<string>();
  const encoding = { schema: tables.schema(table), ...indexedKeys(table) };
  for await (const { value, files: made } of encodePartitions(pool(), fold, encoding))
    if (await tables.replace(table, value, made)) changed.add(value);
  const left = new Set(fold.partitions.map(({ value }) => value));
  for (const file of await tables.filesBefore(table.name)) {
    const value = partitionValue(table, file);
    if (isWanted(table, file) && !left.has(value) && (await tables.replace(table, value, [])))
      changed.add(value);
  }
  return { changed, check: elementKeyCheck(table, fold.repeated) };
}

const ofExtent =
  (extent: Extent) =>
  (table: TableDefinition, file: DataFile): boolean =>
    extent === 'all' || extent(partitionValue(table, file));
