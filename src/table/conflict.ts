// Whether a run on an old head still holds on a newer one. What it read counts as much as what it replaces (format §4).

import { LakeError } from '../common/errors.js';
import { changedPartitions } from '../format/change.js';
import { tableFor } from '../format/evolve.js';
import type { PartitionValues } from '../format/partition.js';
import type { TableChange } from './change.js';
import type { LakeView, TableState } from './view.js';

/** What a run read: a whole table, or some of its partitions (values of its partition field). */
export interface TableRead {
  readonly table: string;
  readonly partitions?: readonly (string | null)[];
}

/**
 * Refuses when something that was read or replaced is not as it was.
 * @throws LakeError `conflict` naming the table: compute again on the new head
 */
export async function refuseConflict(
  base: LakeView | null,
  head: LakeView,
  request: {
    readonly reads: readonly TableRead[] | 'everything';
    readonly changes: readonly TableChange[];
  },
): Promise<void> {
  const reads = request.reads === 'everything' ? tablesOf(base, head) : request.reads;
  const replaced = await Promise.all(request.changes.map((change) => replacedBy(base, change)));
  for (const read of [...reads, ...replaced]) {
    if (await isUnchanged(base, head, read)) continue;
    throw new LakeError(
      'conflict',
      `${read.table} changed in snapshot ${head.snapshot.snapshotId} or shortly before, after this run had read it.`,
      { details: { table: read.table, snapshot: head.snapshot.snapshotId } },
    );
  }
}

/** Every table that there was or is now. */
function tablesOf(base: LakeView | null, head: LakeView): readonly TableRead[] {
  return [...new Set([...(base?.tables ?? []), ...head.tables])].map((table) => ({ table }));
}

/**
 * What a change rests on. In a sorted table no other file may have come into its partitions; in one that keeps the
 * order of arrival others may come beside it (files that it removes are looked for when the change is made).
 */
async function replacedBy(base: LakeView | null, change: TableChange): Promise<TableRead> {
  const { name: table, sortOrder } = change.definition;
  const before = await base?.table(table);
  if (sortOrder.length === 0) return { table, partitions: [] };
  if (before === undefined || before.spec.fields.length === 0) return { table };
  const { specs } = tableFor(before.file, change.definition, { tableId: '', oldRows: 'replaced' });
  if (specs.length > 1) return { table }; // partitions of one spec overlap those of another
  const touched = changedPartitions(before.file, { removed: new Set(change.removed), added: change.added });
  return { table, partitions: touched.map(valueOf) };
}

async function isUnchanged(base: LakeView | null, head: LakeView, read: TableRead): Promise<boolean> {
  const [before, after] = [base?.snapshot.tables[read.table], head.snapshot.tables[read.table]];
  if (before?.sha256 === after?.sha256) return true;
  const [old, now] = [await base?.table(read.table), await head.table(read.table)];
  if (old === undefined || now === undefined || read.partitions === undefined) return false;
  if (metadataText(old) !== metadataText(now)) return false;
  const partitions = new Set(read.partitions);
  return (await pathsText(old, partitions)) === (await pathsText(now, partitions));
}

/** All that a table file says except which files there are. */
function metadataText(state: TableState): string {
  return JSON.stringify({ ...state.file, manifests: [] });
}

/** Files of an older partition spec may hold rows of any partition. */
async function pathsText(state: TableState, partitions: ReadonlySet<string | null>): Promise<string> {
  if (partitions.size === 0) return '';
  const files = await state.files();
  return files
    .filter(({ partition, specId }) => partitions.has(valueOf(partition)) || specId !== state.spec.specId)
    .map((file) => file.path)
    .join('\n');
}

/** Tables have one partition field at most. */
function valueOf(values: PartitionValues): string | null {
  return Object.values(values)[0] ?? null;
}
