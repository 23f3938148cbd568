// Snapshots as a list and one by one.

import { listSnapshots, listTags } from '../../table/snapshot-lookup.js';
import type { Snapshot } from '../../format/snapshot.js';
import { runFacts, type WrittenTable } from '../../format/summary.js';
import { listTables, type TableListing } from '../read/table-listing.js';
import { viewAt, type Parts } from '../lake-context.js';

/** A snapshot in short: who made it, what it wrote. */
export interface SnapshotReport {
  readonly id: number;
  readonly parent: number | null;
  readonly committedAt: string;
  readonly operation: string;
  readonly tags: readonly string[];
  readonly rowsAdded?: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
}

/** `lake snapshot show`. */
export interface SnapshotDetail extends SnapshotReport {
  /** What the run recorded: batches, counts, checks, engine, durations. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly tables: readonly (TableListing & { readonly changed: boolean })[];
}

/** Newest first. */
export async function snapshots({ storage }: Parts, limit: number): Promise<readonly SnapshotReport[]> {
  const [list, tags] = await Promise.all([listSnapshots(storage, limit), listTags(storage)]);
  return list.map((snapshot) => reportOf(snapshot, tags));
}

/** @throws LakeError `not-found` for a reference that leads nowhere */
export async function snapshot(parts: Parts, reference: string): Promise<SnapshotDetail> {
  const [view, tags] = await Promise.all([viewAt(parts, reference), listTags(parts.storage)]);
  const tables = await listTables(parts, view);
  const { snapshotId, summary } = view.snapshot;
  return {
    ...reportOf(view.snapshot, tags),
    summary,
    tables: tables.map((table) => ({ ...table, changed: table.changedIn === snapshotId })),
  };
}

/** What a snapshot says of itself; what it wrote stands in its summary. */
export function reportOf(snapshot: Snapshot, tags: ReadonlyMap<string, number>): SnapshotReport {
  const written = Object.values(runFacts(snapshot).tables);
  const total = (of: (table: WrittenTable) => number): number =>
    written.reduce((sum, table) => sum + of(table), 0);
  return {
    id: snapshot.snapshotId,
    parent: snapshot.parentId,
    committedAt: snapshot.committedAt,
    operation: snapshot.operation,
    tags: [...tags].filter(([, id]) => id === snapshot.snapshotId).map(([name]) => name),
    rowsAdded: total(({ rowsAdded }) => rowsAdded),
    filesAdded: total(({ filesAdded }) => filesAdded),
    filesRemoved: total(({ filesRemoved }) => filesRemoved),
    bytesAdded: total(({ bytesAdded }) => bytesAdded),
  };
}
