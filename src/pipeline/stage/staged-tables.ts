// The tables of the snapshot being made: what the base holds, minus what the run takes out, plus what it wrote.

import type { Table } from 'apache-arrow';
import type { DataFile, EncodedDataFile } from '../../format/data-file.js';
import type { Snapshot } from '../../format/snapshot.js';
import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import type { Runtime } from '../../common/runtime.js';
import { encodeDataFile, type EncodedFile } from '../../parquet/encode.js';
import type { Lock, Storage } from '../../storage/storage.js';
import { commit } from '../../table/commit.js';
import { lostParts } from '../../table/verify/restore-file.js';
import { writeDataFiles } from '../../table/write.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import { fingerprintOf } from '../define/recorded/fingerprint.js';
import { partitionValue, MAX_FILE_ROWS, cutRows } from './partitions.js';
import type { RunSummary, TableWritten } from '../run/summary.js';
import { abandonedTables, changesOf, readsOf } from './staged-changes.js';
import { engineOutput, type EngineOutput } from './engine-output.js';
import { StagedFiles } from './staged-files.js';
import { stagedTable, type Staged, type StagedBase } from './staged-table.js';

/** An encoded file; its partition is said beside it. */
export type StagedFile = EncodedFile & Pick<EncodedDataFile, 'batches'>;

/** Who wrote files of a table that did not come by way of this process. */
const writers = { kept: 'engine', 'encoded again': 'engine, encoded again' } as const;

/** What a snapshot says of the run that publishes it. */
interface PublishOptions {
  readonly runtime: Runtime;
  /** Microseconds. */
  readonly startedAt: number;
  readonly operation: string;
  readonly summary: RunSummary & { readonly healed?: readonly string[] };
  readonly signal?: AbortSignal;
}

/** The snapshot that a run begins on, and how it writes. */
interface StagedOptions extends StagedBase {
  readonly storage: Storage;
  readonly commitId: string;
  /** Works out what would change, and writes nothing. */
  readonly dryRun: boolean;
  /** Locks that keep clean-ups from what the run writes. */
  readonly claims?: readonly Lock[];
}

/**
 * The tables of the snapshot that is being made: what the base has, and what the run has put in its place so far.
 */
export class StagedTables extends StagedFiles {
  readonly #options: StagedOptions;
  readonly #written: string[] = [];
  readonly #healed: string[] = [];

  private constructor(options: StagedOptions, tables: readonly Staged[]) {
    super(options, options.storage, tables);
    this.#options = options;
  }

  static async open(options: StagedOptions): Promise<StagedTables> {
    const tables = await Promise.all(
      options.pipeline.definitions.map((definition) => stagedTable(options, definition)),
    );
    return new StagedTables(options, tables);
  }

  /** Rows, in the table's order, as data files of the canonical cut; none for no rows. */
  async encode(definition: TableDefinition, rows: Table): Promise<readonly EncodedFile[]> {
    if (rows.numRows === 0) return [];
    const keys = indexedKeys(definition);
    return Promise.all(
      cutRows(rows, MAX_FILE_ROWS).map((part) => encodeDataFile(part, this.schema(definition), keys)),
    );
  }

  /** Adds files to a partition. */
  async add(definition: TableDefinition, partition: string, files: readonly StagedFile[]): Promise<void> {
    const staged = this.staged(definition.name);
    if (files.length === 0) return;
    staged.partitions.add(partition);
    staged.added.push(...(await this.#write(staged, partition, files)));
  }

  /**
   * Puts files in place of a partition's, and writes them, unless they are what it holds already (equal hashes in order).
   * Says whether anything changed.
   */
  async replace(
    definition: TableDefinition,
    partition: string,
    files: readonly StagedFile[],
  ): Promise<boolean> {
    const staged = this.staged(definition.name);
    const old = (await this.filesBefore(definition.name)).filter(
      (file) => partitionValue(definition, file) === partition,
    );
    const isSame = old.length === files.length && old.every(({ sha256 }, i) => sha256 === files[i]?.sha256);
    if (isSame) {
      if (this.#options.rebuild === true) await this.#heal(old, files);
      return false;
    }
    staged.partitions.add(partition);
    for (const { path } of old) staged.removed.add(path);
    if (files.length > 0) staged.added.push(...(await this.#write(staged, partition, files)));
    return true;
  }

  /** Puts bytes back where the named ones are lost; others of the same hash cannot do harm. */
  async #heal(named: readonly DataFile[], files: readonly StagedFile[]): Promise<void> {
    const { storage, dryRun } = this.#options;
    for (const [i, entry] of named.entries()) {
      const lost = await lostParts(storage, entry, files[i]!);
      if (lost.length > 0 && !dryRun) await storage.write(lost);
      this.#healed.push(...lost.map(({ path }) => path));
    }
  }

  /** Files that were lost or damaged, and lie intact again; for a dry run: that would. */
  get healed(): readonly string[] {
    return this.#healed;
  }

  /**
   * Takes out every partition that is not wanted, and says whether there were any. What the run leaves, its range too, is
   * without them from then on.
   */
  async keepOnly(definition: TableDefinition, wants: (partition: string) => boolean): Promise<boolean> {
    const staged = this.staged(definition.name);
    const values = (await this.filesBefore(definition.name)).map((file) => partitionValue(definition, file));
    const others = [...new Set(values)].filter((value) => !wants(value));
    staged.planned = new Map([...staged.planned, ...others.map((value): [string, number] => [value, 0])]);
    for (const value of others) await this.replace(definition, value, []);
    return others.length > 0;
  }

  async #write(
    { definition, table }: Staged,
    partition: string,
    files: readonly StagedFile[],
  ): Promise<readonly DataFile[]> {
    if (this.#options.dryRun) return [];
    const name = definition.partition?.name;
    const values = name === undefined ? {} : { [name]: partition };
    const written = await writeDataFiles(this.#options.storage, {
      commitId: this.#options.commitId,
      table,
      files: files.map((file): EncodedDataFile => ({ ...file, partition: values })),
    });
    this.#written.push(
      ...written.flatMap(({ path, index }) => (index === undefined ? [path] : [path, index.path])),
    );
    return written;
  }

  /** Where an engine may write files of a table; undefined for a lake on no disk of this machine. */
  async engineOutput(definition: TableDefinition): Promise<EngineOutput | undefined> {
    const { storage, commitId } = this.#options;
    const output = await engineOutput(storage, definition.name, commitId);
    if (output !== undefined) this.#written.push(output.path);
    return output;
  }

  /** Says that files of a table were written by an engine, and what became of them. */
  engineWrote(definition: TableDefinition, what: 'kept' | 'encoded again'): void {
    this.staged(definition.name).engineWrote = what;
  }

  /** Says that a model made its table again. */
  madeBy(model: Model): void {
    this.staged(model.table.name).model = model;
  }

  /** Says which partitions of a table will be replaced, and how many rows each will have (0: it goes). */
  plan(
    definition: TableDefinition,
    partitions: readonly { readonly value: string; readonly rows: number }[],
  ): void {
    this.staged(definition.name).planned = new Map(partitions.map(({ value, rows }) => [value, rows]));
  }

  /** Whether the rows of any table came out otherwise than the base has them. */
  get isChanged(): boolean {
    return [...this.tables.values()].some(({ partitions }) => partitions.size > 0);
  }

  /** What the run wrote, by table; tables that it left alone are not named. */
  written(): Readonly<Record<string, TableWritten>> {
    const touched = [...this.tables.values()].filter(({ partitions }) => partitions.size > 0);
    return Object.fromEntries(
      touched.map(({ definition, partitions, added, removed, engineWrote }) => [
        definition.name,
        {
          ...(engineWrote !== undefined && { writtenBy: writers[engineWrote] }),
          changedPartitions: partitions.size,
          filesAdded: added.length,
          filesRemoved: removed.size,
          rowsAdded: added.reduce((sum, { rows }) => sum + rows, 0),
          bytesAdded: added.reduce((sum, { bytes }) => sum + bytes, 0),
        },
      ]),
    );
  }

  /** Publishes the tables as one snapshot. */
  async publish({ runtime, startedAt, operation, summary, signal }: PublishOptions): Promise<Snapshot> {
    const { storage, base, pipeline, commitId, claims = [] } = this.#options;
    const abandoned = await abandonedTables(base, pipeline);
    for (const table of abandoned)
      runtime.log('warn', `${table} leaves the lake: nothing makes it any more. Earlier snapshots keep it.`);
    return commit(storage, runtime, {
      base,
      commitId,
      operation,
      startedAt,
      claims,
      summary: { ...summary },
      reads: readsOf([...this.tables.keys()], pipeline),
      changes: await changesOf([...this.tables.values()], pipeline, (model) => this.#fingerprint(model)),
      metadata: abandoned.map((table) => ({ table, apply: () => undefined })),
      ...(signal && { signal }),
    });
  }

  /** Of the model and of its inputs as they are now. */
  async #fingerprint(model: Model): Promise<string> {
    const inputs = await Promise.all(model.inputs.map(({ table }) => this.files(table)));
    const { first, last } = await this.range();
    return fingerprintOf(model, inputs, `${first} ${last}`);
  }

  /** Deletes what was written: the run is not published, and nothing else names its files. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#written.map((path) => this.#options.storage.delete(path)));
  }
}
