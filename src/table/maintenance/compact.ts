// Compaction: within a partition many small files become few; rows and their order stay, which is proven by what was
// written before anything is published. A second run changes nothing (format §7).

import { isLakeError, LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import type { DataFile } from '../../format/data-file.js';
import { definitionOf } from '../../format/evolve.js';
import { partitionKey } from '../../format/partition.js';
import type { Lock, Storage } from '../../storage/storage.js';
import { commit, type TableChange } from '../commit.js';
import { contentHashes, type ContentHash } from './content-hash.js';
import { fittingFiles, mergeStart } from './merge-files.js';
import { proveRows, type Proof } from './proof.js';
import type { LakeView, TableState } from '../view.js';
import { discardDataFiles, writeDataFiles } from '../write.js';
import { announceWriter } from '../writers.js';

/** Which tables to compact, and how far. */
export interface CompactOptions {
  readonly view: LakeView;
  /** Names of the tables to look at; those that the snapshot lacks are passed over. */
  readonly tables: readonly string[];
  readonly commitId: string;
  readonly targetSizeBytes?: number;
  /** Plan only. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Files that were looked at, of all. */
  readonly onFiles?: (done: number, total: number) => void;
}

/** One table before and after. */
interface TableCompaction {
  readonly filesBefore: number;
  /** For a dry run: at most. */
  readonly filesAfter: number;
  readonly bytesBefore: number;
  /** For a dry run: as before. */
  readonly bytesAfter: number;
  /** Why nothing was to be done. */
  readonly note?: string;
}

/** What came of a compaction. */
export interface Compaction {
  /** Null when nothing was to be done, or for a dry run. */
  readonly snapshot: number | null;
  readonly tables: Readonly<Record<string, TableCompaction>>;
  /** That the tables which changed hold the rows that they held; absent when nothing was written. */
  readonly proof?: Proof;
}

/** 128 MiB. */
export const defaultTargetSizeBytes = 128 * 1024 * 1024;

/**
 * Merges the small files of the tables and publishes that as one snapshot, beside whatever others commit meanwhile.
 * @throws LakeError `conflict` when a merged file is gone by then: do it again on the new head; `corrupt`; `interrupted`;
 *   `check-failed` should what was written not hold the rows of the tables
 */
export async function compact(
  storage: Storage,
  runtime: Runtime,
  options: CompactOptions,
): Promise<Compaction> {
  const startedAt = runtime.now();
  const writer = options.dryRun === true ? undefined : await announceWriter(storage, runtime);
  const claims = writer === undefined ? [] : [writer];
  const run: Run = { storage, options, startedAt, claims, made: [], progress: { done: 0, total: 0 } };
  try {
    const lists = await compactTables(run);
    const tables = Object.fromEntries(lists.map(({ table, after }) => [table.name, report(table, after)]));
    const changed = lists.filter(({ after }) => after.some((file) => file.addedIn === 0));
    if (changed.length === 0) return { snapshot: null, tables };
    const proof = await prove(run, changed);
    return { snapshot: await publish(run, runtime, changed.map(changeOf), { tables, proof }), tables, proof };
  } catch (error) {
    if (!isLakeError(error, 'commit-unknown')) await discardDataFiles(storage, run.made);
    throw error;
  } finally {
    await writer?.release();
  }
}

interface Run {
  readonly storage: Storage;
  readonly options: CompactOptions;
  readonly startedAt: number;
  /** That this writer lives. */
  readonly claims: readonly Lock[];
  /** Everything that was written, to be taken back if it is not published. */
  readonly made: DataFile[];
  readonly progress: { done: number; total: number };
}

async function compactable({ view, tables }: CompactOptions): Promise<readonly TableState[]> {
  const states = await Promise.all(tables.map((name) => view.table(name)));
  return states.filter((state) => state !== undefined);
}

/** A sorted table is in its canonical form already: each run that writes a partition cuts it anew (format §3). */
function isCanonical(table: TableState): boolean {
  return table.file.sortOrder.length > 0;
}

interface TableFiles {
  readonly table: TableState;
  readonly before: readonly DataFile[];
  readonly after: readonly DataFile[];
}

async function compactTables(run: Run): Promise<readonly TableFiles[]> {
  const tables = await compactable(run.options);
  run.progress.total = tables.reduce((total, table) => total + table.ref.files, 0);
  const lists: TableFiles[] = [];
  for (const table of tables) lists.push(await compactTable(run, table));
  return lists;
}

async function compactTable(run: Run, table: TableState): Promise<TableFiles> {
  const before = await table.files();
  if (isCanonical(table)) return { table, before, after: before };
  const after: DataFile[] = [];
  for (const files of partitions(table, before)) after.push(...(await compactPartition(run, table, files)));
  return { table, before, after };
}

/** The files of each partition, in order. */
function partitions(table: TableState, files: readonly DataFile[]): readonly (readonly DataFile[])[] {
  const groups = new Map<string, DataFile[]>();
  for (const file of files) {
    const spec = table.file.specs.find(({ specId }) => specId === file.specId) ?? table.spec;
    const key = partitionKey(spec, file.partition);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()];
}

/** The files of a partition, merged from left to right. */
async function compactPartition(
  run: Run,
  table: TableState,
  files: readonly DataFile[],
): Promise<readonly DataFile[]> {
  const after: DataFile[] = [];
  for (let at = 0; at < files.length;) {
    refuseStopped(run.options.signal);
    const { inputs, file } = await (run.options.dryRun === true ? planStep : mergeStep)(
      run,
      table,
      files.slice(at),
    );
    after.push(file);
    at += inputs;
    run.progress.done += inputs;
    run.options.onFiles?.(run.progress.done, run.progress.total);
  }
  return after;
}

interface Step {
  readonly inputs: number;
  readonly file: DataFile;
}

function targetOf({ options }: Run): number {
  return options.targetSizeBytes ?? defaultTargetSizeBytes;
}

/** What a merge would do, as far as sizes tell. */
function planStep(run: Run, table: TableState, files: readonly DataFile[]): Promise<Step> {
  const targetSizeBytes = targetOf(run);
  const first = files[0]!;
  const inputs = fittingFiles({ table, targetSizeBytes }, files, 1, first.bytes);
  const bytes = files.slice(0, inputs).reduce((total, file) => total + file.bytes, 0);
  return Promise.resolve({ inputs, file: { ...first, bytes } });
}

async function mergeStep(run: Run, table: TableState, files: readonly DataFile[]): Promise<Step> {
  const { storage, options, made } = run;
  const merged = await mergeStart({ storage, table, targetSizeBytes: targetOf(run) }, files);
  if (merged === undefined) return { inputs: 1, file: files[0]! };
  const [file] = await writeDataFiles(storage, {
    commitId: options.commitId,
    table: table.file,
    files: [merged.file],
  });
  made.push(file!);
  return { inputs: merged.inputs, file: file! };
}

/** Reads what was merged and what came of it, from storage, file by file. */
async function prove({ storage, options }: Run, changed: readonly TableFiles[]): Promise<Proof> {
  const contents = new Map<string, readonly [ContentHash, ContentHash]>();
  for (const { table, before, after } of changed) {
    refuseStopped(options.signal);
    contents.set(table.name, await contentHashes(storage, table.file, before, after));
  }
  return proveRows(contents);
}

/** Partitions that changed are listed anew, so that files which others add meanwhile come behind them. */
function changeOf({ table, before, after }: TableFiles): TableChange {
  const changed = new Set(
    after.filter((file) => file.addedIn === 0).map((file) => JSON.stringify(file.partition)),
  );
  const isTouched = (file: DataFile): boolean => changed.has(JSON.stringify(file.partition));
  return {
    definition: definitionOf(table.file),
    removed: before.filter(isTouched).map((file) => file.path),
    added: after.filter(isTouched),
  };
}

function report(table: TableState, after: readonly DataFile[]): TableCompaction {
  const { files: filesBefore, bytes: bytesBefore } = table.ref;
  const bytesAfter = after.reduce((total, file) => total + file.bytes, 0);
  const counts = { filesBefore, filesAfter: after.length, bytesBefore, bytesAfter };
  if (after.length < filesBefore) return counts;
  return { ...counts, note: isCanonical(table) ? 'canonical already' : 'compact already' };
}

async function publish(
  { storage, options, startedAt, claims }: Run,
  runtime: Runtime,
  changes: readonly TableChange[],
  { tables, proof }: Pick<Required<Compaction>, 'tables' | 'proof'>,
): Promise<number> {
  const { view, commitId, signal } = options;
  const request = {
    base: view,
    commitId,
    operation: 'compact',
    summary: { tables: Object.fromEntries(changes.map(writtenBy)), compaction: tables, proof },
    changes,
    reads: [],
    startedAt,
    claims,
  };
  return (await commit(storage, runtime, { ...request, ...(signal && { signal }) })).snapshotId;
}

/** What the change writes and takes out, in the words of every run's summary; no row is added. */
function writtenBy({ definition, added, removed }: TableChange): readonly [string, object] {
  const fresh = added.filter((file) => file.addedIn === 0);
  const listed = new Set(added.map(({ path }) => path));
  const counts = {
    changedPartitions: new Set(fresh.map(({ partition }) => JSON.stringify(partition))).size,
    filesAdded: fresh.length,
    filesRemoved: removed.filter((path) => !listed.has(path)).length,
    rowsAdded: 0,
    bytesAdded: fresh.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return [definition.name, counts];
}

function refuseStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LakeError('interrupted', 'Interrupted; nothing was published.');
}
