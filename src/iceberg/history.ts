// A table through the snapshots that are retained: what Iceberg metadata is made of. Reads only what our commits wrote.

import { mapConcurrent } from '../common/concurrency.js';
import type { DataFile } from '../format/data-file.js';
import { metadataFolder } from '../format/paths.js';
import type { TableRef } from '../format/snapshot.js';
import type { TableFile } from '../format/table-file.js';
import { readLine, type LineEntry } from '../table/maintenance/all-snapshots.js';
import { listTags } from '../table/snapshot-lookup.js';
import { readManifest, readTableFile } from '../table/hashed-files.js';
import type { Storage } from '../storage/storage.js';

/** What is retained of a lake. */
export interface LakeLine {
  /** Oldest first; the last is the head. */
  readonly snapshots: readonly LineEntry[];
  readonly tags: ReadonlyMap<string, number>;
}

/** The table in a snapshot that changed it, or in the oldest that is retained. */
export interface TableVersion {
  readonly entry: LineEntry;
  readonly ref: TableRef;
  readonly file: TableFile;
}

/** @throws LakeError `corrupt` */
export async function readLakeLine(storage: Storage): Promise<LakeLine> {
  const snapshots = await readLine(storage, { listed: await storage.list(metadataFolder) });
  return { snapshots, tags: await listTags(storage) };
}

/**
 * The versions of a table of the head, oldest first: since it was made, and since its ids mean what they mean now (a table
 * that was rolled back to an old schema may have given an id away a second time).
 */
export async function tableVersions(
  storage: Storage,
  { snapshots }: LakeLine,
  table: string,
): Promise<readonly TableVersion[]> {
  const changed = snapshots.filter(
    ({ tables }, at) =>
      tables[table] !== undefined && tables[table].sha256 !== snapshots[at - 1]?.tables[table]?.sha256,
  );
  const versions = await mapConcurrent(changed, 8, async (entry): Promise<TableVersion> => {
    const ref = entry.tables[table]!;
    return { entry, ref, file: await readTableFile(storage, table, ref, entry.snapshotId) };
  });
  return newestThatAgree(versions);
}

function newestThatAgree(versions: readonly TableVersion[]): readonly TableVersion[] {
  const known = new Map<string, string>();
  const agrees = ({ file }: TableVersion): boolean =>
    idsOf(file).every(([id, meaning]) => {
      const before = known.get(id) ?? meaning;
      known.set(id, before);
      return before === meaning;
    });
  const from = versions.findLastIndex((version) => !agrees(version));
  return versions.slice(from + 1);
}

/** Everything that has an id, and what it stands for. */
const idsOf = ({ tableId, schemas, specs }: TableFile): readonly (readonly [string, string])[] => [
  ['table', tableId],
  ...schemas.map(({ schemaId, fields }) => [`schema ${schemaId}`, JSON.stringify(fields)] as const),
  ...specs.map(({ specId, fields }) => [`spec ${specId}`, JSON.stringify(fields)] as const),
];

/** The data files of a version, by the manifests that list them. */
export function manifestsOf(
  storage: Storage,
  { entry, file }: TableVersion,
): Promise<readonly (readonly DataFile[])[]> {
  return mapConcurrent(file.manifests, 8, (ref) => readManifest(storage, file.table, ref, entry.snapshotId));
}
