// Expiry of old snapshots (format §7), beside whatever others do. Each candidate is marked first; then tags, pins and
// heads are read again; then its `snapshot.json` goes, and last the metadata that nothing retained names. A crash
// anywhere in between leaves what the next expiry finishes or takes back. Data files are left to vacuum. A mark takes a
// few bytes: on a full disk snapshots go one by one, each making room for the next mark, the hint for the first.

import { mapConcurrent } from '../../common/concurrency.js';
import { isLakeError, LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { expiredPath, hintPath, metadataFolder, snapshotIdOf, snapshotPath } from '../../format/paths.js';
import { encodeExpired } from '../../format/snapshot.js';
import type { Storage, StoredFile } from '../../storage/storage.js';
import { planExpire, type ExpirePlan, type ExpireRule, type WhyKept } from './expire-plan.js';
import { expiredBefore, markedId, readLine, type LineEntry } from './all-snapshots.js';
import { listTags } from '../snapshot-lookup.js';
import { healHint } from './clear-leftovers.js';
import { isOutOfSpace, lockMaintenance, refuseStopped } from './maintenance-turn.js';
import { pinnedSnapshots } from './pins.js';
import type { Proof } from './proof.js';
import { proveFiles, reach, refuseAbsent, type NamedFile, type Reached } from './reachable-files.js';

/** What is to expire. */
export interface ExpireOptions extends ExpireRule {
  /** Plan only. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Snapshots that were looked at, of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What expired, what stays, and what that freed. */
export interface ExpireReport {
  /** Oldest first. */
  readonly expired: readonly {
    readonly id: number;
    readonly committedAt: string;
    readonly operation: string;
  }[];
  readonly kept: readonly { readonly id: number; readonly why: WhyKept }[];
  /** What was deleted, leftovers of an expiry that was stopped included. */
  readonly metadataFiles: number;
  readonly metadataBytes: number;
  /** What only the expired snapshots named: vacuum can free it afterwards. */
  readonly dataFiles: number;
  readonly dataBytes: number;
  /** That the retained snapshots name the same files as before. */
  readonly proof: Proof;
}

/**
 * Expires the snapshots that the rule does not keep.
 * @throws LakeError `corrupt` before anything is deleted, when a retained snapshot is damaged; `conflict` while another
 *   process expires or vacuums; `interrupted`; `check-failed` should a retained snapshot have lost a file
 */
export async function expire(
  storage: Storage,
  _runtime: Runtime,
  options: ExpireOptions,
): Promise<ExpireReport> {
  refuseOddRule(options);
  if (options.dryRun === true) return preview(storage, options);
  const lock = await lockMaintenance(storage, options.signal);
  try {
    return await expireInRounds(storage, options);
  } finally {
    await lock?.release();
  }
}

function refuseOddRule({ keep }: ExpireRule): void {
  if (Number.isSafeInteger(keep) && keep >= 0) return;
  throw new LakeError('invalid-input', `Cannot keep ${keep} snapshots: expected a whole number, 0 or more.`);
}

async function preview(storage: Storage, options: ExpireOptions): Promise<ExpireReport> {
  const seen = await lookOut(storage, options, []);
  const decision = decide(seen, seen.plan);
  const retained = await reach(storage, decision.retained);
  await refuseAbsent(storage, retained);
  return {
    ...(await report(storage, decision, retained)),
    proof: await proveFiles(storage, retained, retained),
  };
}

/** One round, unless there is no space for all marks at once: then small ones, growing as space is freed. */
async function expireInRounds(storage: Storage, options: ExpireOptions): Promise<ExpireReport> {
  const reports: ExpireReport[] = [];
  let size = Infinity;
  for (let isDone = false; !isDone;) {
    const seen = await lookOut(storage, options, []);
    const marked = seen.plan.expired.slice(0, size);
    try {
      reports.push(await expireSome(storage, options, seen, marked));
      isDone = marked.length === seen.plan.expired.length;
      size *= 2;
    } catch (error) {
      if (!isOutOfSpace(error) || size === 1) throw error;
      await storage.delete(hintPath); // it only saves looking for the head, and its place is enough for one mark
      size = 1;
    }
  }
  if (reports.length > 1) await healHint(storage).catch(() => undefined);
  return together(reports);
}

/** What rounds did, as one. The last one saw what stays. */
function together(reports: readonly ExpireReport[]): ExpireReport {
  const sum = (of: (report: ExpireReport) => number): number =>
    reports.reduce((all, each) => all + of(each), 0);
  return {
    ...reports.at(-1)!,
    expired: reports.flatMap(({ expired }) => expired).sort((a, b) => a.id - b.id),
    metadataFiles: sum(({ metadataFiles }) => metadataFiles),
    metadataBytes: sum(({ metadataBytes }) => metadataBytes),
    dataFiles: sum(({ dataFiles }) => dataFiles),
    dataBytes: sum(({ dataBytes }) => dataBytes),
  };
}

/** Marks snapshots, looks again, and lets go of those that still may. */
async function expireSome(
  storage: Storage,
  options: ExpireOptions,
  first: Lookout,
  marked: readonly LineEntry[],
): Promise<ExpireReport> {
  const { decision, retained, result } = await undoOnFailure(storage, marked, async () => {
    await mark(storage, marked);
    const decision = decide(await lookOut(storage, options, first.line), { ...first.plan, expired: marked });
    const retained = await reach(storage, decision.retained);
    await refuseAbsent(storage, retained);
    const result = await report(storage, decision, retained);
    refuseStopped(options.signal, 'nothing was expired');
    return { decision, retained, result };
  });
  await storage.delete(decision.marksToTakeBack);
  await deleteSnapshots(storage, decision.expired);
  await storage.delete(leftovers(decision, retained).map(({ path }) => path));
  const after = await reach(storage, decision.retained);
  return { ...result, proof: await proveFiles(storage, retained, after) };
}

/** What is known of the lake at one moment. */
interface Lookout {
  /** Everything in the metadata folder. */
  readonly listed: readonly StoredFile[];
  readonly line: readonly LineEntry[];
  readonly plan: ExpirePlan;
}

/** Reads names before snapshots: whoever names one later sees its mark. Snapshots that are known are not read again. */
async function lookOut(
  storage: Storage,
  options: ExpireOptions,
  known: readonly LineEntry[],
): Promise<Lookout> {
  const [tags, pins] = [await listTags(storage), await pinnedSnapshots(storage)];
  const listed = await storage.list(metadataFolder);
  const line = await readLine(storage, { ...options, listed, known });
  return { listed, line, plan: planExpire(line, new Set([...tags.values(), ...pins]), options) };
}

interface Decision {
  readonly expired: readonly LineEntry[];
  readonly retained: readonly LineEntry[];
  readonly kept: ExpireReport['kept'];
  /** Marks of snapshots that stay: of this expiry, or of one that was stopped. */
  readonly marksToTakeBack: readonly string[];
  readonly listed: readonly StoredFile[];
}

/** Only what was marked before names and heads were read may go. */
function decide({ listed, line, plan }: Lookout, marked: ExpirePlan): Decision {
  const mayGo = new Set(marked.expired.map(({ snapshotId }) => snapshotId));
  const expired = plan.expired.filter(({ snapshotId }) => mayGo.has(snapshotId));
  const going = new Set(expired.map(({ snapshotId }) => snapshotId));
  const retained = line.filter(({ snapshotId }) => !going.has(snapshotId));
  const whys = new Map([...marked.kept, ...plan.kept].map(({ snapshot, why }) => [snapshot.snapshotId, why]));
  const stays = new Set(retained.map(({ snapshotId }) => snapshotId));
  const marks = listed.filter(({ path }) => stays.has(markedId(path) ?? 0));
  return {
    expired,
    retained,
    kept: retained.map(({ snapshotId: id }) => ({ id, why: whys.get(id) ?? 'young' })),
    marksToTakeBack: marks.map(({ path }) => path),
    listed,
  };
}

async function mark(storage: Storage, entries: readonly LineEntry[]): Promise<void> {
  const files = entries.map(async (entry) => ({
    path: expiredPath(entry.snapshotId),
    bytes: await encodeExpired(entry),
  }));
  await storage.write(await Promise.all(files));
}

/** Marks that led to nothing are taken back, as far as that can be done. */
async function undoOnFailure<T>(
  storage: Storage,
  marked: readonly LineEntry[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await storage.delete(marked.map(({ snapshotId }) => expiredPath(snapshotId))).catch(() => undefined);
    throw error;
  }
}

/** Files in work at a time. */
const parallelReads = 8;

/** All at once. A mark that another process took for its own and took back meanwhile is put back: no folder stays empty. */
async function deleteSnapshots(storage: Storage, entries: readonly LineEntry[]): Promise<void> {
  await storage.delete(entries.map(({ snapshotId }) => snapshotPath(snapshotId)));
  const marks = await mapConcurrent(entries, parallelReads, ({ snapshotId }) =>
    storage.stat(expiredPath(snapshotId)),
  );
  const unmarked = entries.filter((_, i) => marks[i] === undefined);
  if (unmarked.length > 0) await mark(storage, unmarked);
}

/** Metadata in the folders of expired snapshots, of now and before, that nothing retained names. */
function leftovers({ expired, listed }: Decision, { metadata }: Reached): readonly StoredFile[] {
  const ids = new Set([...expiredBefore(listed), ...expired.map(({ snapshotId }) => snapshotId)]);
  return listed.filter(({ path }) => {
    const [, folder = '', name = ''] = path.split('/');
    const isKept = name === 'snapshot.json' || name === 'expired.json' || metadata.has(path);
    return ids.has(snapshotIdOf(folder) ?? 0) && !isKept && !name.includes('.tmp-');
  });
}

async function report(
  storage: Storage,
  decision: Decision,
  retained: Reached,
): Promise<Omit<ExpireReport, 'proof'>> {
  const { expired, kept, listed } = decision;
  const snapshots = new Set(expired.map(({ snapshotId }) => snapshotPath(snapshotId)));
  const metadata = [...listed.filter(({ path }) => snapshots.has(path)), ...leftovers(decision, retained)];
  const freed = await onlyReachedBy(storage, expired, retained);
  return {
    expired: expired.map(({ snapshotId, committedAt, operation }) => ({
      id: snapshotId,
      committedAt,
      operation,
    })),
    kept,
    metadataFiles: metadata.length,
    metadataBytes: metadata.reduce((total, { sizeBytes }) => total + sizeBytes, 0),
    dataFiles: freed.length,
    dataBytes: freed.reduce((total, { bytes }) => total + bytes, 0),
  };
}

/** Data files and key indexes that only snapshots which expire name. Those that are damaged are not counted. */
async function onlyReachedBy(
  storage: Storage,
  expired: readonly LineEntry[],
  retained: Reached,
): Promise<readonly NamedFile[]> {
  const reached = await reachAll(storage, expired);
  const files = new Map(reached.flatMap(({ files }) => [...files]));
  return [...files.values()].filter(({ path }) => !retained.files.has(path));
}

async function reachAll(storage: Storage, roots: readonly LineEntry[]): Promise<readonly Reached[]> {
  try {
    return [await reach(storage, roots)];
  } catch (error) {
    if (!isLakeError(error, 'corrupt')) throw error;
    if (roots.length === 1) return [];
    return (await mapConcurrent(roots, parallelReads, (root) => reachAll(storage, [root]))).flat();
  }
}
