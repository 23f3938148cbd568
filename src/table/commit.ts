// The commit (format §4): everything that a snapshot names is there first, then one step gives it the next number. Where
// another writer had the number, this run proves that it still holds on what was committed in between, and tries the
// next one, or says that it does not hold.

import { isLakeError, LakeError } from '../common/errors.js';
import { uuid, type Runtime } from '../common/runtime.js';
import { encodeHint, type LakeFile } from '../format/lake-file.js';
import { damaged } from '../format/metadata.js';
import { commitSuffix, hintPath, snapshotFolder } from '../format/paths.js';
import type { Snapshot, Summary } from '../format/snapshot.js';
import type { Lock, Storage } from '../storage/storage.js';
import type { MetadataChange, TableChange } from './change.js';
import { refuseConflict, type TableRead } from './conflict.js';
import { ensureLakeFile } from './lake-file.js';
import { refuseLostGround } from './named-files.js';
import { findHead, folderState } from './snapshot-lookup.js';
import { stageSnapshot, type SnapshotContent, type StagedSnapshot } from './stage-snapshot.js';
import { openView, type LakeView } from './view.js';

export type { MetadataChange, TableChange } from './change.js';
export type { TableRead } from './conflict.js';

/** What a run wants to publish, and what that rests on. */
export interface CommitRequest {
  /** What the run computed on; null where there was no snapshot yet. */
  readonly base: LakeView | null;
  /** A UUID, part of the names of the data files, fixed across retries. */
  readonly commitId: string;
  readonly operation: string;
  /** What the run did, or a function of the number that the snapshot gets. */
  readonly summary: Summary | ((snapshotId: number) => Summary);
  readonly changes: readonly TableChange[];
  /** Changes of other tables, without data files. What they rest on is to be among the reads. */
  readonly metadata?: readonly MetadataChange[];
  /** What the run's outcome depends on besides what it replaces. */
  readonly reads: readonly TableRead[] | 'everything';
  /** When the run began to write, in microseconds: past half the grace period its files may be cleaned up. */
  readonly startedAt?: number;
  /** Locks that keep clean-ups from what the run names (see `announceWriter`, `pinSnapshot`). */
  readonly claims?: readonly Lock[];
  readonly signal?: AbortSignal;
  /** For lost races and back-off; a minute unless said. */
  readonly deadlineMs?: number;
}

/** Unclear outcomes in a row before the question goes to the caller. */
const maxUnclear = 3;
const firstBackoffMs = 5;
const maxBackoffMs = 1000;

/**
 * Publishes the changes as one snapshot; durable when it resolves.
 * @throws LakeError `conflict` (compute again on the new head), `commit-unknown` (look, remove nothing),
 *   `interrupted` (nothing was published), `out-of-resources`, `corrupt`
 */
export async function commit(storage: Storage, runtime: Runtime, request: CommitRequest): Promise<Snapshot> {
  const lake = await ensureLakeFile(storage, runtime);
  const tableIds = new Map(request.changes.map(({ definition }) => [definition.name, uuid(runtime)]));
  const suffix = storage.publishesInPlace === true ? commitSuffix(request.commitId) : '';
  const content = { ...request, lakeId: lake.lakeId, tableIds, suffix };
  const run: Run = { storage, runtime, lake, request, content };
  const deadline = runtime.now() + (request.deadlineMs ?? 60_000) * 1000;
  let state: Attempted = { head: request.base, unclear: [] };
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(run, state);
    if ('snapshotId' in outcome) return outcome;
    state = outcome;
    const isPast = runtime.now() >= deadline;
    const lastUnclear = state.unclear.at(-1);
    if (lastUnclear !== undefined && (isPast || state.unclear.length >= maxUnclear)) throw lastUnclear;
    if (isPast) throw outrun(attempt + 1);
    await backOff(run, attempt, lastUnclear === undefined ? request.signal : undefined);
  }
}

interface Run {
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly lake: LakeFile;
  readonly request: CommitRequest;
  readonly content: SnapshotContent;
}

/** What is known after an attempt that did not publish, as far as anyone can tell. */
interface Attempted {
  readonly head: LakeView | null;
  /** Attempts at the number after `head` whose outcome is unclear. While there are any, no other error may hide them. */
  readonly unclear: readonly LakeError[];
}

/** Catches up with the head and tries the number after it. */
async function tryOnce(run: Run, { head, unclear }: Attempted): Promise<Snapshot | Attempted> {
  const { storage, runtime, request } = run;
  let open = unclear;
  try {
    const found = await catchUp(storage, head, request.commitId);
    if (found.own !== undefined) return await acknowledge(storage, found.own);
    if (found.head !== null && found.head !== head) {
      if (found.unseen && open.length > 0) throw open.at(-1)!; // one that expired may have been ours
      open = []; // another writer has the number: ours did not happen
      await refuseConflictOrLostBase(request, found.head);
    }
    if (open.length === 0) refuseStopped(request.signal);
    const staged = await unlessExpired(stageSnapshot(run.content, found.head, runtime.now()));
    if (staged === undefined) return { head: found.head, unclear: open }; // there is a newer head
    const answer = await publish(run, staged);
    if (answer === 'published') return staged.snapshot;
    return { head: found.head, unclear: answer === 'taken' ? open : [...open, answer] };
  } catch (error) {
    throw open.at(-1) ?? error;
  }
}

/** Full jitter: anywhere up to a bound that doubles. */
function backOff({ runtime }: Run, attempt: number, signal: AbortSignal | undefined): Promise<void> {
  const bound = Math.min(maxBackoffMs, firstBackoffMs * 2 ** attempt);
  return runtime.sleep(runtime.random() * bound, signal);
}

/**
 * The last look, the commit, the hint. An error that is returned leaves the outcome unclear; one after which the snapshot
 * is visible but perhaps not lasting is thrown, as are those of the last look.
 */
async function publish(
  { storage, runtime, lake, request }: Run,
  { snapshot, files, named }: StagedSnapshot,
): Promise<'published' | 'taken' | LakeError> {
  const folder = snapshotFolder(snapshot.snapshotId);
  refuseLate(lake, runtime, request.startedAt);
  await refuseLostGround(storage, { claims: request.claims ?? [], named });
  try {
    // The commit point. Before this call resolves nothing happened that a reader could see; once it says `published`,
    // the snapshot is there for everyone and survives a power cut. Nothing after it may fail the commit.
    if ((await storage.publish(folder, files, request.commitId)) === 'taken')
      return await takenBySnapshot(storage, snapshot.snapshotId);
  } catch (error) {
    if (isLakeError(error, 'commit-unknown') && error.details['step'] !== 'sync') return error;
    throw error;
  }
  await writeHint(storage, snapshot.snapshotId).catch(() => undefined);
  return 'published';
}

/** @throws LakeError `corrupt` where no snapshot has the number, but something that was put there */
async function takenBySnapshot(storage: Storage, snapshotId: number): Promise<'taken'> {
  if ((await folderState(storage, snapshotId)) !== 'stray') return 'taken';
  const what = 'it is in the way of the next snapshot and holds none; move it out of the lake';
  throw damaged(snapshotFolder(snapshotId), what);
}

/** A run whose base has expired cannot show any more that it still holds. */
async function refuseConflictOrLostBase(request: CommitRequest, head: LakeView): Promise<void> {
  try {
    await refuseConflict(request.base, head, request);
  } catch (cause) {
    if (!isLakeError(cause, 'not-found')) throw cause;
    const [base, newest] = [request.base?.snapshot.snapshotId ?? 0, head.snapshot.snapshotId];
    throw new LakeError(
      'conflict',
      `A snapshot between ${base}, which this run was computed on, and ${newest} expired meanwhile: run it again.`,
      { details: { snapshot: base }, cause },
    );
  }
}

/** The newest snapshot, unless one since `from` is ours; `unseen` when some in between had expired. */
async function catchUp(
  storage: Storage,
  from: LakeView | null,
  commitId: string,
): Promise<{ head: LakeView | null; own?: Snapshot; unseen: boolean }> {
  let [head, unseen] = [from, false];
  const newest = await findHead(storage);
  for (let id = (from?.snapshot.snapshotId ?? 0) + 1; id <= newest; id++) {
    const view = await unlessExpired(openView(storage, id));
    if (view?.snapshot.commitId === commitId) return { head, own: view.snapshot, unseen };
    if (view === undefined) unseen = true;
    else head = view;
  }
  return { head, unseen };
}

/** What is read of a snapshot, or undefined when that has expired. */
async function unlessExpired<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isLakeError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** A snapshot that turns out to be ours: writing the hint beside it makes its folder's entry last. */
async function acknowledge(storage: Storage, own: Snapshot): Promise<Snapshot> {
  try {
    await writeHint(storage, own.snapshotId);
    return own;
  } catch (cause) {
    const message = `Snapshot ${own.snapshotId} is ours and visible, but the disk did not confirm it. Look at it after the next start; remove nothing.`;
    throw new LakeError('commit-unknown', message, { details: { snapshot: own.snapshotId }, cause });
  }
}

function writeHint(storage: Storage, snapshotId: number): Promise<void> {
  return storage.write([{ path: hintPath, bytes: encodeHint(snapshotId) }]);
}

function refuseStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LakeError('interrupted', 'Interrupted; nothing was published.');
}

/** @throws LakeError `conflict` for a run whose data files a clean-up may have taken */
function refuseLate(lake: LakeFile, runtime: Runtime, startedAt: number | undefined): void {
  const tookMs = startedAt === undefined ? 0 : (runtime.now() - startedAt) / 1000;
  if (tookMs <= lake.vacuumGraceMs / 2) return;
  const [took, limit] = [tookMs, lake.vacuumGraceMs / 2].map((ms) => `${Math.round(ms / 1000)} s`);
  throw new LakeError(
    'conflict',
    `The run took ${took}, more than half the clean-up's grace period (${limit}): run it again.`,
  );
}

function outrun(attempts: number): LakeError {
  const message = `Other writers won ${attempts} times in a row until the deadline; run again when there are fewer.`;
  return new LakeError('conflict', message, { details: { attempts } });
}
