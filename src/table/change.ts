// The metadata that a set of table changes makes of a snapshot: which files a new snapshot folder holds.

import type { DataFile } from '../format/data-file.js';
import {
  changeManifests,
  summarizeManifest,
  touchedManifests,
  type FileChange,
  type ManifestAfter,
} from '../format/change.js';
import { tableFor } from '../format/evolve.js';
import { encodeManifest } from '../format/manifest.js';
import { snapshotFolder } from '../format/paths.js';
import type { TableRef } from '../format/snapshot.js';
import type { TableDefinition } from '../format/table-definition.js';
import { encodeTableFile, tableTotals, type ManifestRef, type TableFile } from '../format/table-file.js';
import type { FileToWrite } from '../storage/storage.js';
import type { NewlyNamed } from './named-files.js';
import type { TableState } from './view.js';

/** What a commit does to one table. */
export interface TableChange {
  readonly definition: TableDefinition;
  /** Hash of the rules and settings that made the rows; unsaid: as before. */
  readonly contract?: string;
  /** Of what made the table; unsaid: as before. */
  readonly fingerprint?: string;
  /** Paths of files that leave the table. */
  readonly removed: readonly string[];
  /** Files that come, those of one partition in row order. A file that is in `removed` too only changes its place. */
  readonly added: readonly DataFile[];
}

/** What a commit does to a table without touching a data file: another schema, or the files of an old snapshot. */
export interface MetadataChange {
  readonly table: string;
  /** The table as it is to be, from what it is on the head; undefined: it leaves the snapshot. */
  readonly apply: (before: TableFile | undefined) => TableFile | undefined;
  /** A table file of an old snapshot that may say just that: then it is named where it lies. */
  readonly known?: TableRef;
  /** Data files that come into the table. */
  readonly added?: readonly DataFile[];
}

/** Where the metadata that a snapshot writes lies. */
interface MetadataPlace {
  readonly snapshotId: number;
  /** At the end of its names: what makes them the commit's own, or nothing (see `Storage.publishesInPlace`). */
  readonly suffix: string;
}

/** A table of the new snapshot. */
export interface ChangedTable {
  readonly ref: TableRef;
  /** Metadata files (bare names) that are to be written for it. */
  readonly files: readonly FileToWrite[];
  /** Files that lie elsewhere already, and that the parent does not name. */
  readonly named: readonly NewlyNamed[];
}

/**
 * The table after the change, for the snapshot of that place; its own `ref` and no files when nothing changed.
 * @throws LakeError `conflict` when a file to be removed is gone; `invalid-input` for an impossible evolution
 */
export async function changeTable(
  before: TableState | undefined,
  change: TableChange,
  place: MetadataPlace & { readonly tableId: string },
): Promise<ChangedTable> {
  const table = evolved(before, change, place.tableId);
  checkAdded(table, change.added);
  const fileChange = { removed: new Set(change.removed), added: change.added };
  const plan = await planManifests(before, table, fileChange);
  const written = await writeManifests(table.table, plan, place);
  const after = { ...table, manifests: written.map(({ ref }) => ref) };
  const { ref, files } = await nameTable(after, place, [before?.ref]);
  const named = change.added.filter(({ addedIn }) => addedIn === 0).map(nameOf);
  return { ref, files: [...written.flatMap((each) => each.files), ...files], named };
}

/** The table after a change of metadata alone, or undefined when it leaves the snapshot. */
export async function changeMetadata(
  before: TableState | undefined,
  { apply, known, added = [] }: MetadataChange,
  place: MetadataPlace,
): Promise<ChangedTable | undefined> {
  const after = apply(before?.file);
  if (after === undefined) return undefined;
  const { ref, files } = await nameTable(after, place, [before?.ref, known]);
  const old = new Set(before?.file.manifests.map(({ path }) => path));
  const metadata = [...(ref === known ? [ref] : []), ...after.manifests].filter(({ path }) => !old.has(path));
  return { ref, files, named: [...metadata.map(({ path }) => ({ path })), ...added.map(nameOf)] };
}

function nameOf({ path, bytes }: DataFile): NewlyNamed {
  return { path, bytes };
}

/** One of the known table files, if it says the same, or a new one. */
async function nameTable(
  table: TableFile,
  { snapshotId, suffix }: MetadataPlace,
  known: readonly (TableRef | undefined)[],
): Promise<Omit<ChangedTable, 'named'>> {
  const { bytes, sha256 } = await encodeTableFile(table);
  const same = known.find((ref) => ref?.sha256 === sha256);
  if (same !== undefined) return { ref: same, files: [] };
  const name = `${table.table}${suffix}.json`;
  const path = `${snapshotFolder(snapshotId)}/${name}`;
  return { ref: { path, sha256, ...tableTotals(table) }, files: [{ path: name, bytes }] };
}

function evolved(before: TableState | undefined, change: TableChange, tableId: string): TableFile {
  const oldRows = before !== undefined && replacesAll(before, change) ? 'replaced' : 'kept';
  const table = tableFor(before?.file, change.definition, { tableId, oldRows });
  return {
    ...table,
    ...(change.contract !== undefined && { contract: change.contract }),
    ...(change.fingerprint !== undefined && { fingerprint: change.fingerprint }),
  };
}

/** Whether no file of the table as it was stays. */
function replacesAll(before: TableState, { removed, added }: TableChange): boolean {
  const listedAgain = new Set(added.map((file) => file.path));
  return new Set(removed.filter((path) => !listedAgain.has(path))).size === before.ref.files;
}

function checkAdded(table: TableFile, added: readonly DataFile[]): void {
  const isNew = added.filter((file) => file.addedIn === 0);
  const odd = isNew.find(
    (file) => file.schemaId !== table.currentSchemaId || file.specId !== table.currentSpecId,
  );
  if (odd !== undefined)
    throw new Error(`${odd.path} was written for another schema or spec of ${table.table}.`);
}

async function planManifests(
  before: TableState | undefined,
  table: TableFile,
  change: FileChange,
): Promise<readonly ManifestAfter[]> {
  const touched = touchedManifests(table, change);
  const manifests = await Promise.all(
    table.manifests.map(async (ref, i) =>
      touched[i] === true && before !== undefined ? { ref, files: await before.manifestFiles(ref) } : { ref },
    ),
  );
  return changeManifests(table, manifests, change);
}

async function writeManifests(
  table: string,
  plan: readonly ManifestAfter[],
  { snapshotId, suffix }: MetadataPlace,
): Promise<readonly { ref: ManifestRef; files: readonly FileToWrite[] }[]> {
  let written = 0;
  return Promise.all(
    plan.map(async (each) => {
      if (each.kind === 'kept') return { ref: each.ref, files: [] };
      const name = `${table}.m${written++}${suffix}.json`;
      const files = each.files.map((file) => (file.addedIn === 0 ? { ...file, addedIn: snapshotId } : file));
      const { bytes, sha256 } = await encodeManifest({ table, files });
      const ref = { path: `${snapshotFolder(snapshotId)}/${name}`, sha256, ...summarizeManifest(files) };
      return { ref, files: [{ path: name, bytes }] };
    }),
  );
}
