// The whole line of snapshots at once, for maintenance: all that are there, and those of which only the mark is left.

import { mapConcurrent } from '../../common/concurrency.js';
import { isLakeError } from '../../common/errors.js';
import { damaged } from '../../format/metadata.js';
import {
  expiredPath,
  isCommitName,
  isMetadataName,
  snapshotFolder,
  snapshotIdOf,
  snapshotPath,
} from '../../format/paths.js';
import type { Snapshot } from '../../format/snapshot.js';
import type { Storage, StoredFile } from '../../storage/storage.js';
import { findHead, maxHole, openSnapshot } from '../snapshot-lookup.js';
import { refuseStopped } from './maintenance-turn.js';

/** As much of a snapshot as maintenance needs. */
export type LineEntry = Pick<Snapshot, 'snapshotId' | 'committedAt' | 'operation' | 'tables'> & {
  /** Of its `snapshot.json`. */
  readonly sha256: string;
};

/** How to read the line. */
interface LineOptions {
  /** The metadata folder, listed before. */
  readonly listed: readonly StoredFile[];
  /** Snapshots that need not be read again. */
  readonly known?: readonly LineEntry[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Snapshots in work at a time. */
const parallelReads = 8;

/**
 * The snapshots that are there, oldest first, up to the head as it is now.
 * @throws LakeError `corrupt` for one that is damaged, or missing without having expired; `interrupted`
 */
export async function readLine(storage: Storage, options: LineOptions): Promise<readonly LineEntry[]> {
  const { listed, known = [], signal, onProgress } = options;
  const read = new Map(known.map((entry) => [entry.snapshotId, entry]));
  const gone = expiredBefore(listed);
  const head = await findHead(storage);
  const ids = numbersUpTo(head, listed).filter((id) => !gone.has(id));
  const line = await mapConcurrent(ids, parallelReads, async (id, done) => {
    refuseStopped(signal, 'nothing was deleted');
    onProgress?.(done, ids.length);
    return read.get(id) ?? readEntry(storage, id);
  });
  return line.filter((entry) => entry !== undefined);
}

/**
 * All numbers up to the head.
 * @throws LakeError `corrupt` where most of them have no folder, and for a snapshot beyond the head that lost its
 *   `snapshot.json`: clean-ups must not take what it names for useless
 */
function numbersUpTo(head: number, listed: readonly StoredFile[]): readonly number[] {
  const folders = new Set(listed.flatMap(({ path }) => metadataOf(path) ?? []));
  const [stray] = [...folders].filter((id) => id > head);
  if (stray !== undefined) throw damaged(snapshotPath(stray), 'it is missing beside metadata of its own');
  if (head - folders.size > maxHole)
    throw damaged(snapshotFolder(head), `${head - folders.size} snapshots before it are missing`);
  return Array.from({ length: head }, (_, i) => i + 1);
}

/** The snapshot whose metadata the path must be of: by folder and name. Files of a commit may be of one that never was. */
function metadataOf(path: string): number | undefined {
  const [, folder = '', name = '', ...rest] = path.split('/');
  return rest.length === 0 && isMetadataName(name) && !isCommitName(name) ? snapshotIdOf(folder) : undefined;
}

/** Undefined for a snapshot that has expired since. */
async function readEntry(storage: Storage, id: number): Promise<LineEntry | undefined> {
  try {
    const { snapshot, sha256 } = await openSnapshot(storage, id);
    const { snapshotId, committedAt, operation, tables } = snapshot;
    return { snapshotId, committedAt, operation, tables, sha256 };
  } catch (error) {
    if (isLakeError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** The numbers of snapshots of which only the mark is left, by the files that were listed. */
export function expiredBefore(listed: readonly StoredFile[]): ReadonlySet<number> {
  const paths = new Set(listed.map(({ path }) => path));
  const marked = [...paths].flatMap((path) => markedId(path) ?? []);
  return new Set(marked.filter((id) => !paths.has(snapshotPath(id))));
}

/** The snapshot whose mark lies at the path, or undefined for any other path. */
export function markedId(path: string): number | undefined {
  const id = snapshotIdOf(path.split('/')[1] ?? '');
  return id !== undefined && path === expiredPath(id) ? id : undefined;
}
