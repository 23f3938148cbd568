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
  /** Of the names of its metadata (see `MetadataPlace`). */
  readonly suffix: string;
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

/** By name; undefined for a table that leaves the snapshot. Each is read and changed beside the others. */
async function changedTables(
  { changes, metadata = [], tableIds, suffix }: SnapshotContent,
  parent: LakeView | null,
  snapshotId: number,
): Promise<ReadonlyMap<string, ChangedTable | undefined>> {
  const place = { snapshotId, suffix };
  const changed = await Promise.all([
    ...changes.map(async (change) => {
      const { name } = change.definition;
      const before = await parent?.table(name);
      return [name, await changeTable(before, change, { ...place, tableId: tableIds.get(name)! })] as const;
    }),
    ...metadata.map(async (change) => {
      const before = await parent?.table(change.table);
      return [change.table, await changeMetadata(before, change, place)] as const;
    }),
  ]);
  return new Map(changed);
}

/** Now, or a microsecond after the parent when the clock is behind. */
function laterThan(parent: string | undefined, now: number): string {
  if (parent === undefined || isoMicros(now) > parent) return isoMicros(now);
  return isoMicros(microsOfIso(parent) + 1);
}
