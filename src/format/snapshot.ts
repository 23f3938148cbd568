// A snapshot: every table of the lake at one moment. Immutable; its hash vouches for all that it names (format §2).

import { z } from 'zod';
import { damaged, encodeChecked, formatVersion, parseChecked } from './metadata.js';
import { count, hash, id, instant, jsonObject, lakePath, recordOf, tableName } from './json-shapes.js';
import { expiredPath, snapshotPath } from './paths.js';
import { compareText } from '../common/text-order.js';

/** JSON that a run leaves about itself; untrusted and unchecked as it is (see `summary.ts`). */
export type Summary = Readonly<Record<string, unknown>>;

/** A table file by name, with the table's totals. */
export interface TableRef {
  readonly path: string;
  readonly sha256: string;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
}

/** All tables at one moment, as its `snapshot.json` says. */
export interface Snapshot {
  readonly lakeId: string;
  /** 1, 2, 3 … */
  readonly snapshotId: number;
  /** Null for the first. */
  readonly parentId: number | null;
  /** Of the parent's `snapshot.json`. */
  readonly parentSha256: string | null;
  /** Fixed across the retries of one commit. */
  readonly commitId: string;
  /** Strictly later than the parent's, as UTC text with microseconds. */
  readonly committedAt: string;
  /** ingest, backfill, replay, compact, rollback, evolve, … */
  readonly operation: string;
  /** By table name, sorted. */
  readonly tables: Readonly<Record<string, TableRef>>;
  /** What the run did. Times and facts of the host live here only, never in a data file. */
  readonly summary: Summary;
}

/** What is left of a snapshot that was expired: its number is never free again. */
export interface ExpiredSnapshot {
  readonly snapshotId: number;
  readonly committedAt: string;
  readonly operation: string;
  /** Of the `snapshot.json` that was there. */
  readonly sha256: string;
}

const tableRef = z.object({ path: lakePath, sha256: hash, rows: count, files: count, bytes: count });
const snapshot = z.object({
  lakeId: z.string(),
  snapshotId: id,
  parentId: id.nullable(),
  parentSha256: hash.nullable(),
  commitId: z.string(),
  committedAt: instant,
  operation: z.string(),
  tables: recordOf(tableName, tableRef),
  summary: jsonObject,
});
const expired = z.object({ snapshotId: id, committedAt: instant, operation: z.string(), sha256: hash });

/** The snapshot that the bytes say. @throws LakeError `corrupt` (also when the file lies in another snapshot's folder), `unsupported-storage` */
export async function parseSnapshot(bytes: Uint8Array, snapshotId: number): Promise<Snapshot> {
  const path = snapshotPath(snapshotId);
  const parsed = await parseChecked(snapshot, bytes, path);
  if (parsed.snapshotId !== snapshotId) throw damaged(path, `it is snapshot ${parsed.snapshotId}`);
  const parentId = snapshotId === 1 ? null : snapshotId - 1;
  if (parsed.parentId !== parentId)
    throw damaged(path, `its parent is ${parsed.parentId ?? 'none'}, expected ${parentId ?? 'none'}`);
  return parsed;
}

/** The bytes of a `snapshot.json`: equal snapshots, equal bytes. */
export function encodeSnapshot(snapshot: Snapshot): Promise<Uint8Array> {
  const { lakeId, snapshotId, parentId, parentSha256, commitId, committedAt, operation, summary } = snapshot;
  const tables = Object.fromEntries(
    Object.entries(snapshot.tables)
      .sort(([left], [right]) => compareText(left, right))
      .map(([name, { path, sha256, rows, files, bytes }]) => [name, { path, sha256, rows, files, bytes }]),
  );
  return encodeChecked({
    formatVersion,
    lakeId,
    snapshotId,
    parentId,
    parentSha256,
    commitId,
    committedAt,
    operation,
    tables,
    summary,
  });
}

/** The mark that the bytes say. @throws LakeError `corrupt`, also when the file lies in another snapshot's folder */
export async function parseExpired(bytes: Uint8Array, snapshotId: number): Promise<ExpiredSnapshot> {
  const path = expiredPath(snapshotId);
  const parsed = await parseChecked(expired, bytes, path, 'unversioned');
  if (parsed.snapshotId !== snapshotId) throw damaged(path, `it is of snapshot ${parsed.snapshotId}`);
  return parsed;
}

/** The bytes of an `expired.json`. */
export function encodeExpired({
  snapshotId,
  committedAt,
  operation,
  sha256,
}: ExpiredSnapshot): Promise<Uint8Array> {
  return encodeChecked({ snapshotId, committedAt, operation, sha256 });
}
