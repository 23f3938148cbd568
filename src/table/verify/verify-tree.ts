// What snapshots name, as a tree that is walked even where it is damaged: each file once, knowing who names it.

import { mapConcurrent } from '../../common/concurrency.js';
import { isLakeError, messageOf } from '../../common/errors.js';
import { sha256 } from '../../common/sha256.js';
import { summarizeManifest } from '../../format/change.js';
import type { DataFile } from '../../format/data-file.js';
import type { Snapshot, TableRef } from '../../format/snapshot.js';
import type { Manifest } from '../../format/manifest.js';
import { damaged } from '../../format/metadata.js';
import { partitionFault } from '../../format/partition-fault.js';
import type { ManifestRef, TableFile } from '../../format/table-file.js';
import { readPastCache, type Storage } from '../../storage/storage.js';
import { namedManifest, namedTableFile } from '../hashed-files.js';
import { partitionText } from '../history/file-delta.js';

/** What is wrong with one file. */
export interface Fault {
  readonly kind: 'missing' | 'damaged' | 'unreadable';
  readonly what: string;
}

/** What a file is to the snapshot that names it. */
type Role = 'table file' | 'manifest' | 'data file' | 'key index';

/** A file that a snapshot names, directly or through others. */
export interface TreeFile {
  readonly role: Role;
  readonly table: string;
  readonly path: string;
  readonly sha256: string;
  /** As it is named; metadata is named without. */
  readonly bytes?: number;
  readonly partition?: string;
  /** Snapshots by number, or the files above. */
  readonly namedBy: (number | TreeFile)[];
}

/** Metadata files in work at a time. */
const parallelReads = 8;

/** What was found below snapshots. */
interface Tree {
  /** Table files and manifests that were read, and their bytes. */
  readonly metadataFiles: number;
  readonly metadataBytes: number;
  /** Data files and key indexes, not read yet. */
  readonly files: readonly TreeFile[];
}

/** Reads the metadata below the snapshots; `report` hears of what is wrong, and the rest is gone through. */
export async function walkTree(
  storage: Storage,
  snapshots: readonly Snapshot[],
  report: (file: TreeFile, fault: Fault) => void,
): Promise<Tree> {
  let [metadataFiles, metadataBytes] = [0, 0];
  const open = async <T>(file: TreeFile, parse: (bytes: Uint8Array) => T): Promise<T | undefined> => {
    metadataFiles++;
    const found = await checkedBytes(storage, file);
    if ('kind' in found) return void report(file, found);
    metadataBytes += found.bytes.length;
    const parsed = faultOr(() => parse(found.bytes));
    if ('kind' in parsed) return void report(file, parsed);
    return parsed.value;
  };
  const tables = new FileSet<TableRef>();
  const manifests = new FileSet<ManifestRef & Pick<TableFile, 'specs'>>();
  const files = new FileSet<undefined>();
  for (const { snapshotId, tables: refs } of snapshots)
    for (const [table, ref] of Object.entries(refs)) tables.add(tableNode(table, ref), ref, snapshotId);
  await mapConcurrent(tables.all(), parallelReads, async ({ file, ref }) => {
    const table = await open(file, (bytes) => namedTableFile(bytes, file.table, ref));
    if (table === undefined) return;
    const { specs } = table;
    for (const each of table.manifests)
      manifests.add(manifestNode(file.table, each), { ...each, specs }, file);
  });
  await mapConcurrent(manifests.all(), parallelReads, async ({ file, ref }) => {
    const manifest = await open(file, (bytes) => partitionedManifest(bytes, file.table, ref));
    for (const each of manifest?.files ?? [])
      for (const node of dataNodes(file.table, each)) files.add(node, undefined, file);
  });
  return { metadataFiles, metadataBytes, files: files.all().map(({ file }) => file) };
}

/** A manifest whose files are of the partitions that it says. @throws LakeError `corrupt` */
function partitionedManifest(
  bytes: Uint8Array,
  table: string,
  ref: ManifestRef & Pick<TableFile, 'specs'>,
): Manifest {
  const manifest = namedManifest(bytes, table, ref);
  for (const each of manifest.files) {
    const fault = partitionFault({ table, specs: ref.specs }, each);
    if (fault !== undefined) throw damaged(ref.path, fault);
  }
  const [named, found] = [ref.partitions, summarizeManifest(manifest.files).partitions].map(rangesText);
  if (named !== found)
    throw damaged(ref.path, `it lists files of ${found || 'no partition'}, expected ${named || 'none'}`);
  return manifest;
}

/** Ranges of partition values, equal for equal ones. */
const rangesText = (ranges: ManifestRef['partitions']): string =>
  Object.entries(ranges)
    .map(
      ([name, { min, max, hasNull }]) => `${name} ${min ?? ''} to ${max ?? ''}${hasNull ? ' and null' : ''}`,
    )
    .toSorted()
    .join(', ');

type Node = Omit<TreeFile, 'namedBy'>;

/** What a file is named with besides its hash. */
type Totals = { readonly files: number; readonly rows: number; readonly bytes: number } | undefined;

/** Files by all that they are named with, the table among it, each once. */
class FileSet<Ref extends Totals> {
  readonly #files = new Map<string, { readonly file: TreeFile; readonly ref: Ref }>();

  add(node: Node, ref: Ref, namedBy: number | TreeFile): void {
    const key = [node.table, node.path, node.sha256, ref?.files, ref?.rows, ref?.bytes].join(' ');
    const known = this.#files.get(key);
    if (known === undefined) this.#files.set(key, { file: { ...node, namedBy: [namedBy] }, ref });
    else known.file.namedBy.push(namedBy);
  }

  all(): readonly { readonly file: TreeFile; readonly ref: Ref }[] {
    return [...this.#files.values()];
  }
}

function tableNode(table: string, { path, sha256 }: TableRef): Node {
  return { role: 'table file', table, path, sha256 };
}

function manifestNode(table: string, { path, sha256, partitions }: ManifestRef): Node {
  const [range] = Object.values(partitions);
  const { min, max } = range ?? {};
  const partition = min === max ? min : `${min ?? ''} to ${max ?? ''}`;
  return { role: 'manifest', table, path, sha256, ...(partition !== undefined && { partition }) };
}

function dataNodes(table: string, file: DataFile): readonly Node[] {
  const partition = partitionText(file.partition);
  const place = { table, ...(partition !== undefined && { partition }) };
  const { path, sha256, bytes, index } = file;
  const data: Node = { role: 'data file', ...place, path, sha256, bytes };
  if (index === undefined) return [data];
  return [data, { role: 'key index', ...place, path: index.path, sha256: index.sha256, bytes: index.bytes }];
}

/** The snapshots that name a file, ascending. */
export function snapshotsNaming(file: TreeFile): readonly number[] {
  const found = new Set<number>();
  for (const by of file.namedBy) {
    if (typeof by === 'number') found.add(by);
    else for (const id of snapshotsNaming(by)) found.add(id);
  }
  return [...found].sort((a, b) => a - b);
}

/** The bytes of a file that are as they are named, or what is wrong with them. */
export async function checkedBytes(
  storage: Storage,
  file: Pick<TreeFile, 'path' | 'sha256' | 'bytes'>,
): Promise<{ readonly bytes: Uint8Array } | Fault> {
  const found = await readOrFault(storage, file.path);
  if ('kind' in found) return found;
  const { bytes } = found;
  if (file.bytes !== undefined && bytes.length !== file.bytes)
    return { kind: 'damaged', what: `expected ${file.bytes} bytes, found ${bytes.length}` };
  const actual = await sha256(bytes);
  if (actual === file.sha256) return found;
  return { kind: 'damaged', what: `expected sha256 ${file.sha256}, found ${actual}` };
}

/** The bytes of a file, or why there are none. */
export async function readOrFault(
  storage: Storage,
  path: string,
): Promise<{ readonly bytes: Uint8Array } | Fault> {
  try {
    return { bytes: await readPastCache(storage, path) };
  } catch (error) {
    if (isLakeError(error, 'not-found')) return { kind: 'missing', what: 'it is missing' };
    if (isLakeError(error, 'interrupted')) throw error;
    return { kind: 'unreadable', what: messageOf(error) };
  }
}

function faultOr<T>(work: () => T): { readonly value: T } | Fault {
  try {
    return { value: work() };
  } catch (error) {
    return faultOf(error);
  }
}

/** What an error of a parser says is wrong. Anything else is thrown on. */
export function faultOf(error: unknown): Fault {
  if (!isLakeError(error)) throw error;
  const { reason } = error.details;
  return { kind: 'damaged', what: typeof reason === 'string' ? reason : error.message };
}
