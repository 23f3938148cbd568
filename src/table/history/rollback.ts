// A new snapshot whose tables' contents are those of an old one (format §7). Only metadata is written: the old files are
// named again, and what came since stays in the snapshots that name it.

import type { Runtime } from '../../common/runtime.js';
import { restoreTable } from '../../format/evolve.js';
import { encodeTableFile, type TableFile } from '../../format/table-file.js';
import type { Storage } from '../../storage/storage.js';
import { commit, type CommitRequest, type MetadataChange } from '../commit.js';
import { fileDelta, writtenIn, type FileDelta } from './file-delta.js';
import { refuseStopped } from '../maintenance/maintenance-turn.js';
import { pinSnapshot } from '../maintenance/pins.js';
import type { Proof } from '../maintenance/proof.js';
import { proveFiles, reach, reachManifests, refuseAbsent } from '../maintenance/reachable-files.js';
import { expiring, isExpiring } from './tags.js';
import type { LakeView, TableState } from '../view.js';

/** From which snapshot, to which. */
export interface RollbackOptions {
  /** The newest snapshot. */
  readonly head: LakeView;
  /** The one whose contents are wanted. */
  readonly to: LakeView;
  readonly commitId: string;
  /** Plan only. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** One table before and after. */
interface TableRollback {
  /** Null where there is no such table. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  readonly changed: boolean;
}

/** What came of a rollback. */
export interface Rollback {
  /** Null for a dry run, or when nothing differs. */
  readonly snapshot: number | null;
  /** Of either snapshot, by name. */
  readonly tables: Readonly<Record<string, TableRollback>>;
  /** That the tables will have the files of the old snapshot. */
  readonly proof: Proof;
}

/**
 * Publishes the tables of an old snapshot as the newest.
 * @throws LakeError `conflict` when anything was committed meanwhile: do it again on the new head; `not-found` when the
 *   old snapshot expires; `corrupt` when a file of it is missing; `interrupted`
 */
export async function rollback(
  storage: Storage,
  runtime: Runtime,
  options: RollbackOptions,
): Promise<Rollback> {
  if (options.dryRun === true) return (await prepare(storage, options)).result;
  const { snapshotId } = options.to.snapshot;
  const pin = await pinSnapshot(storage, runtime, snapshotId);
  try {
    if (await isExpiring(storage, snapshotId)) throw expiring(snapshotId);
    const { plan, result } = await prepare(storage, options);
    refuseStopped(options.signal);
    const changed = plan.filter((table) => table.changed);
    if (changed.length === 0) return result;
    const request = await requestOf(options, changed, result.proof);
    const { snapshotId: made } = await commit(storage, runtime, { ...request, claims: [pin] });
    return { ...result, snapshot: made };
  } finally {
    await pin.release();
  }
}

interface TablePlan {
  readonly name: string;
  readonly now: TableState | undefined;
  readonly old: TableState | undefined;
  /** The old table with the lists of now. */
  readonly after: TableFile | undefined;
  readonly changed: boolean;
}

async function prepare(
  storage: Storage,
  { head, to }: RollbackOptions,
): Promise<{ readonly plan: readonly TablePlan[]; readonly result: Rollback }> {
  const names = [...new Set([...head.tables, ...to.tables])].sort();
  const plan = await Promise.all(names.map((name) => planTable(name, head, to)));
  const before = await reach(storage, [to.snapshot]);
  await refuseAbsent(storage, before);
  const manifests = plan.flatMap(({ name, after }) =>
    (after?.manifests ?? []).map((ref) => ({ table: name, snapshotId: to.snapshot.snapshotId, ref })),
  );
  const proof = await proveFiles(storage, before, await reachManifests(storage, manifests));
  const tables = Object.fromEntries(plan.map((table) => [table.name, reportOf(table)]));
  return { plan, result: { snapshot: null, tables, proof } };
}

async function planTable(name: string, head: LakeView, to: LakeView): Promise<TablePlan> {
  const [now, old] = [await head.table(name), await to.table(name)];
  const after = old && restoreTable(old.file, now?.file);
  const sha256 = after && (await encodeTableFile(after)).sha256;
  return { name, now, old, after, changed: sha256 !== now?.ref.sha256 };
}

function reportOf({ now, old, changed }: TablePlan): TableRollback {
  return { rowsBefore: now?.ref.rows ?? null, rowsAfter: old?.ref.rows ?? null, changed };
}

async function requestOf(
  { head, to, commitId, signal }: RollbackOptions,
  changed: readonly TablePlan[],
  proof: Proof,
): Promise<CommitRequest> {
  const deltas = await Promise.all(
    changed.map(async ({ now, old }) => fileDelta((await now?.files()) ?? [], (await old?.files()) ?? [])),
  );
  const written = changed.map(({ name }, i) => [name, writtenIn(deltas[i]!)] as const);
  return {
    base: head,
    commitId,
    operation: 'rollback',
    summary: { to: to.snapshot.snapshotId, tables: Object.fromEntries(written), proof },
    changes: [],
    metadata: changed.map((table, i) => changeOf(table, deltas[i]!)),
    reads: 'everything',
    ...(signal && { signal }),
  };
}

function changeOf({ name, old, after }: TablePlan, { added }: FileDelta): MetadataChange {
  return { table: name, apply: () => after, added, ...(old && { known: old.ref }) };
}
