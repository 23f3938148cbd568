// Whether every byte that snapshots name is as it was committed (format §5, §7). Damage is reported, all of it, with what
// it touches; nothing is thrown for it and nothing is changed.

import { mapConcurrent } from '../../common/concurrency.js';
import { compareText } from '../../common/text-order.js';
import type { Storage } from '../../storage/storage.js';
import { openSnapshot } from '../snapshot-lookup.js';
import { refuseStopped } from '../maintenance/maintenance-turn.js';
import {
  allNumbers,
  chainFaults,
  expiredSince,
  findAll,
  lakeFileFaults,
  tagFaults,
  type Found,
} from './verify-history.js';
import { checkedBytes, snapshotsNaming, walkTree, type Fault, type TreeFile } from './verify-tree.js';

/** What is to be verified. */
interface VerifyOptions {
  /** `all`: also lake.json, tags, what is left of expired snapshots, and the chain of parents. */
  readonly snapshots: readonly number[] | 'all';
  readonly signal?: AbortSignal;
  /** Of data files and key indexes. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** A file that is not as it was committed. */
export interface Problem {
  readonly path: string;
  readonly kind: 'missing' | 'damaged' | 'unreadable';
  readonly what: string;
  readonly table?: string;
  readonly partition?: string;
  /** The snapshots that name it. */
  readonly snapshots: readonly number[];
  readonly role:
    'lake file' | 'snapshot' | 'expired' | 'tag' | 'table file' | 'manifest' | 'data file' | 'key index';
}

/** What was read, what is wrong with it, and what can be trusted. */
export interface VerifyReport {
  /** That were looked at, without expired ones. */
  readonly snapshots: readonly number[];
  /** That were read, metadata included. */
  readonly files: number;
  readonly bytes: number;
  /** By path. */
  readonly problems: readonly Problem[];
  /** Snapshots of which every row can be read. A lost key index hides none: it is made again. */
  readonly readable: readonly number[];
  readonly damaged: readonly number[];
}

/** Files in work at a time. */
const parallelReads = 4;

/**
 * Reads and hashes each file once, however many snapshots share it.
 * @throws LakeError `not-found` for a snapshot that never was or has expired; `interrupted`. Never for damage.
 */
export async function verify(storage: Storage, options: VerifyOptions): Promise<VerifyReport> {
  const isAll = options.snapshots === 'all';
  const ids = options.snapshots === 'all' ? await allNumbers(storage) : options.snapshots;
  const found = await findAll(storage, ids);
  if (!isAll) await refuseUnknown(storage, found);
  const problems: Problem[] = [
    ...found.flatMap(({ faults }) => faults),
    ...(await lakeFileFaults(storage, found)),
    ...(isAll ? [...chainFaults(found), ...(await tagFaults(storage, found))] : []),
  ];
  const onFault = (file: TreeFile, fault: Fault): void => void problems.push(problemOf(file, fault));
  const snapshots = found.flatMap(({ snapshot }) => snapshot ?? []);
  const tree = await walkTree(storage, snapshots, onFault);
  await checkFiles(storage, tree.files, options, onFault);
  return report(found, await withoutExpired(storage, found, problems), {
    files: 1 + found.length + tree.metadataFiles + tree.files.length,
    bytes: found.reduce((total, { bytes }) => total + bytes, 0) + tree.metadataBytes + bytesOf(tree.files),
  });
}

/** An expired snapshot, or a number that was never given, is a question that has no answer. */
async function refuseUnknown(storage: Storage, found: readonly Found[]): Promise<void> {
  for (const { id, snapshot, faults } of found) {
    const isMissing = snapshot === undefined && faults.every(({ kind }) => kind === 'missing');
    if (!isMissing) continue;
    await openSnapshot(storage, id).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'not-found') throw error;
    });
  }
}

/** What is missing because its snapshots expired while this ran is no damage. */
async function withoutExpired(
  storage: Storage,
  found: readonly Found[],
  problems: readonly Problem[],
): Promise<readonly Problem[]> {
  if (!problems.some(({ kind }) => kind === 'missing')) return problems;
  const gone = await expiredSince(storage, found);
  return problems.flatMap((problem) => {
    const snapshots = problem.snapshots.filter((id) => !gone.has(id));
    const isHarmless = snapshots.length === 0 && problem.snapshots.length > 0;
    return problem.kind === 'missing' && isHarmless ? [] : [{ ...problem, snapshots }];
  });
}

async function checkFiles(
  storage: Storage,
  files: readonly TreeFile[],
  { signal, onProgress }: VerifyOptions,
  onFault: (file: TreeFile, fault: Fault) => void,
): Promise<void> {
  const total = bytesOf(files);
  let done = 0;
  await mapConcurrent(files, parallelReads, async (file) => {
    refuseStopped(signal, 'the verification is not complete');
    const found = await checkedBytes(storage, file);
    if ('kind' in found) onFault(file, found);
    onProgress?.((done += file.bytes ?? 0), total);
  });
}

function bytesOf(files: readonly TreeFile[]): number {
  return files.reduce((total, { bytes = 0 }) => total + bytes, 0);
}

function problemOf(file: TreeFile, { kind, what }: Fault): Problem {
  const { role, path, table, partition } = file;
  const hidden = role === 'manifest' || role === 'table file' ? '; the files below it cannot be checked' : '';
  return {
    path,
    kind,
    what: `${what}${hidden}`,
    table,
    ...(partition !== undefined && { partition }),
    snapshots: snapshotsNaming(file),
    role,
  };
}

function report(
  found: readonly Found[],
  problems: readonly Problem[],
  counts: Pick<VerifyReport, 'files' | 'bytes'>,
): VerifyReport {
  const damaged = new Set(
    problems.filter(({ role }) => role !== 'key index').flatMap(({ snapshots }) => snapshots),
  );
  const ids = found.filter(({ expired, faults }) => expired === undefined && !isLostMark(faults));
  const snapshots = ids.map(({ id }) => id);
  return {
    snapshots,
    ...counts,
    problems: problems.toSorted((a, b) => compareText(a.path, b.path)),
    readable: snapshots.filter((id) => !damaged.has(id)),
    damaged: snapshots.filter((id) => damaged.has(id)),
  };
}

/** Of a snapshot that had expired, as far as anyone can tell. */
function isLostMark(faults: Found['faults']): boolean {
  return faults.some(({ role }) => role === 'expired');
}
