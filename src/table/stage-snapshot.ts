// A snapshot on its way: what its folder will hold, computed from the head that it comes after. Nothing is written here.

import { isoMicros, microsOfIso } from '../common/runtime.js';
import { encodeSnapshot, type Snapshot, type Summary, type TableRef } from '../format/snapshot.js';
import { lastingFacts } from '../format/summary.js';
import type { FileToWrite } from '../storage/storage.js';
import {
  changeMetadata,
  changeTable,
  type ChangedTable,
  type MetadataChange,
  type TableChange,
} from './change.js';
import type { NewlyNamed } from './named-files.js';
import type { LakeView } from './view.js';

/** What a snapshot says beside its place in the line. */
export interface SnapshotContent {
  readonly lakeId: string;
  readonly commitId: string;
  readonly operation: string;
  /** What the run did, or a function of the number that the snapshot gets. */
  readonly summary: Summary | ((snapshotId: number) => Summary);
  readonly changes: readonly TableChange[];
  readonly metadata?: readonly MetadataChange[];
  /** Of tables that this snapshot may make, by name. */
  readonly tableIds: ReadonlyMap<string, string>;
}

/** A snapshot that is ready to be published. */
export interface StagedSnapshot {
  readonly snapshot: Snapshot;
  /** Everything that its folder will hold, by bare names. */
  readonly files: readonly FileToWrite[];
  /** What it names besides, and the parent does not. */
  readonly named: readonly NewlyNamed[];
}

/**
 * The snapshot after `parent` (null: the first), committed at `nowMicros` unless the parent is later.
 * @throws LakeError `conflict` when a file to be removed is gone; `invalid-input`; `not-found` when the parent expires
 */
export async function stageSnapshot(
  content: SnapshotContent,
  parent: LakeView | null,
  nowMicros: number,
): Promise<StagedSnapshot> {
  const snapshotId = (parent?.snapshot.snapshotId ?? 0) + 1;
  const changed = await changedTables(content, parent, snapshotId);
  const tables: Record<string, TableRef> = { ...parent?.snapshot.tables };
  for (const [name, table] of changed) {
    if (table === undefined) delete tables[name];
    else tables[name] = table.ref;
  }
  const { lakeId, commitId, operation, summary } = content;
  const snapshot: Snapshot = {
    lakeId,
    snapshotId,
    parentId: parent?.snapshot.snapshotId ?? null,
    parentSha256: parent?.sha256 ?? null,
    commitId,
    committedAt: laterThan(parent?.snapshot.committedAt, nowMicros),
    operation,
    tables,
    summary: {
      ...(parent && lastingFacts(parent.snapshot)),
      ...(typeof summary === 'function' ? summary(snapshotId) : summary),
    },
  };
  const files = [...changed.values()].flatMap((table) => table?.files ?? []);
  return {
    snapshot,
    files: [...files, { path: 'snapshot.json', bytes: await encodeSnapshot(snapshot) }],
    named: [...changed.values()].flatMap((table) => table?.named ?? []),
  };
}

/** By name; undefined for a table that leaves the snapshot. */
async function changedTables(
  { changes, metadata = [], tableIds }: SnapshotContent,
  parent: LakeView | null,
  snapshotId: number,
): Promise<ReadonlyMap<string, ChangedTable | undefined>> {
  const changed = new Map<string, ChangedTable | undefined>();
  for (const change of changes) {
    const { name } = change.definition;
    const before = await parent?.table(name);
    changed.set(name, await changeTable(before, change, snapshotId, tableIds.get(name)!));
  }
  for (const change of metadata)
    changed.set(change.table, await changeMetadata(await parent?.table(change.table), change, snapshotId));
  return changed;
}

/** Now, or a microsecond after the parent when the clock is behind. */
function laterThan(parent: string | undefined, now: number): string {
  if (parent === undefined || isoMicros(now) > parent) return isoMicros(now);
  return isoMicros(microsOfIso(parent) + 1);
}
