// The tables of the snapshot being made: what the base holds, minus what the run takes out, plus what it wrote.

import type { Table } from 'apache-arrow';
import type { DataFile, EncodedDataFile } from '../../format/data-file.js';
import type { Schema } from '../../format/schema.js';
import type { WantedKeys } from '../../format/wanted-keys.js';
import type { Snapshot } from '../../format/snapshot.js';
import { currentSchema } from '../../format/table-file.js';
import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import type { Runtime } from '../../common/runtime.js';
import { encodeDataFile, type EncodedFile } from '../../parquet/encode.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows, type Row } from '../../parquet/rows.js';
import type { Lock, Storage } from '../../storage/storage.js';
import { KeyIndexes } from '../../table/key-probe.js';
import { commit } from '../../table/commit.js';
import { locateCurrent, readCurrent, tableOfFile } from '../../table/read.js';
import type { TableState } from '../../table/view.js';
import { lostParts } from '../../table/verify/restore-file.js';
import { writeDataFiles } from '../../table/write.js';
import { batchCodec } from '../books/batch-book.js';
import { fromRows, type Codec } from '../books/codec.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import { fingerprintOf, modelFingerprint } from '../define/recorded/fingerprint.js';
import type { Batch } from '../books/batch-book.js';
import { partitionValue, type DateRange, noRange, rangeOf, MAX_FILE_ROWS, cutRows } from './partitions.js';
import type { RunSummary, TableWritten } from '../run/summary.js';
import { abandonedTables, changesOf, readsOf } from './staged-changes.js';
import { engineOutput, type EngineOutput } from './engine-folder.js';
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
export class StagedTables {
  readonly #options: StagedOptions;
  readonly #tables: ReadonlyMap<string, Staged>;
  readonly #keyIndexes: KeyIndexes;
  readonly #written: string[] = [];
  readonly #healed: string[] = [];

  private constructor(options: StagedOptions, tables: readonly Staged[]) {
    this.#options = options;
    this.#keyIndexes = new KeyIndexes(options.storage);
    this.#tables = new Map(tables.map((table) => [table.definition.name, table]));
  }

  static async open(options: StagedOptions): Promise<StagedTables> {
    const tables = await Promise.all(
      options.pipeline.definitions.map((definition) => stagedTable(options, definition)),
    );
    return new StagedTables(options, tables);
  }

  definition(table: string): TableDefinition {
    return this.#staged(table).definition;
  }

  /** The schema that new files of a table have. */
  schema(definition: TableDefinition): Schema {
    return currentSchema(this.#staged(definition.name).table);
  }

  /** A table as it is in the base; undefined where there is none. */
  stateBefore(table: string): TableState | undefined {
    return this.#staged(table).state;
  }

  async filesBefore(table: string): Promise<readonly DataFile[]> {
    return (await this.#staged(table).state?.files()) ?? [];
  }

  /** The table's files as the run leaves them, so far. */
  async files(table: string): Promise<readonly DataFile[]> {
    const { removed, added } = this.#staged(table);
    return [...(await this.filesBefore(table)).filter(({ path }) => !removed.has(path)), ...added];
  }

  /** Partitions of a table that the run wrote or took out, so far. */
  changedPartitions(table: string): ReadonlySet<string> {
    return this.#staged(table).partitions;
  }

  /** Files of a table that the run wrote, so far. */
  added(table: string): readonly DataFile[] {
    return this.#staged(table).added;
  }

  /** A file of any table as Parquet in the schema that new files of the table have. */
  read(file: DataFile): Promise<Uint8Array> {
    return readCurrent(this.#options.storage, this.#staged(tableOfFile(file.path)).table, file);
  }

  /** Where such a file lies on this machine's disk, checked; undefined where only `read` gives it. */
  locate(file: DataFile): Promise<string | undefined> {
    return locateCurrent(this.#options.storage, this.#staged(tableOfFile(file.path)).table, file);
  }

  /** All rows of a (small) table, or of one partition of it, in order. */
  async rows(definition: TableDefinition, partition?: string): Promise<readonly Row[]> {
    const files = (await this.files(definition.name)).filter(
      (file) => partition === undefined || partitionValue(definition, file) === partition,
    );
    const contents = await Promise.all(files.map((file) => this.read(file)));
    return contents.flatMap((bytes) => tableToRows(decodeParquet(bytes), this.schema(definition)));
  }

  /** All entries of a book, or of one partition of it, in order. */
  async entries<Entry>(
    definition: TableDefinition,
    codec: Codec<Entry>,
    partition?: string,
  ): Promise<readonly Entry[]> {
    return fromRows(codec, await this.rows(definition, partition), this.schema(definition));
  }

  batches(): Promise<readonly Batch[]> {
    return this.entries(this.#options.pipeline.books.batches, batchCodec);
  }

  /** Files of the base that may hold one of the keys in a column (null: as their whole key). */
  async keyCandidates(
    definition: TableDefinition,
    column: string | null,
    keys: WantedKeys,
  ): Promise<readonly DataFile[]> {
    const { state } = this.#staged(definition.name);
    if (state === undefined) return [];
    const rebuild = async (file: DataFile): Promise<Uint8Array> => {
      const rows = decodeParquet(await this.read(file));
      const encoded = await encodeDataFile(rows, this.schema(definition), indexedKeys(definition));
      return encoded.index?.bytes ?? new Uint8Array();
    };
    return this.#keyIndexes.probe({ table: state, column, keys, rebuild });
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
    const staged = this.#staged(definition.name);
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
    const staged = this.#staged(definition.name);
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
    const staged = this.#staged(definition.name);
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

  fingerprintBefore(table: string): string | undefined {
    return this.#staged(table).state?.file.fingerprint;
  }

  /** Whether every model's table was made by today's program. */
  modelsCurrent(): boolean {
    return this.#options.pipeline.models.every(
      (model) => this.fingerprintBefore(model.table.name)?.startsWith(modelFingerprint(model)) === true,
    );
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
    this.#staged(definition.name).engineWrote = what;
  }

  /** Says that a model made its table again. */
  madeBy(model: Model): void {
    this.#staged(model.table.name).model = model;
  }

  /** Says which partitions of a table will be replaced, and how many rows each will have (0: it goes). */
  plan(
    definition: TableDefinition,
    partitions: readonly { readonly value: string; readonly rows: number }[],
  ): void {
    this.#staged(definition.name).planned = new Map(partitions.map(({ value, rows }) => [value, rows]));
  }

  /** The first and last partition of the pipeline's range table as the run will leave it. */
  async range(): Promise<DateRange> {
    const { range } = this.#options.pipeline;
    if (range === null) return noRange;
    const { planned } = this.#staged(range);
    const kept = (await this.#partitionsBefore()).filter((value) => !planned.has(value));
    return rangeOf([...kept, ...[...planned].filter(([, rows]) => rows > 0).map(([value]) => value)]);
  }

  /** The same in the base. */
  async rangeBefore(): Promise<DateRange> {
    return rangeOf(await this.#partitionsBefore());
  }

  async rangeChanged(): Promise<boolean> {
    const before = await this.rangeBefore();
    const now = await this.range();
    return before.first !== now.first || before.last !== now.last;
  }

  async #partitionsBefore(): Promise<readonly string[]> {
    const { range } = this.#options.pipeline;
    if (range === null) return [];
    const definition = this.definition(range);
    return (await this.filesBefore(range)).map((file) => partitionValue(definition, file));
  }

  /** Rows by partition as the run will leave them, whether or not their files are there. */
  async partitionRows(table: string): Promise<ReadonlyMap<string, number>> {
    const { definition, planned } = this.#staged(table);
    const rows = new Map([...planned].filter(([, count]) => count > 0));
    for (const file of await this.filesBefore(table)) {
      const value = partitionValue(definition, file);
      if (!planned.has(value)) rows.set(value, (rows.get(value) ?? 0) + file.rows);
    }
    return rows;
  }

  /** Rows of a table before the run, and as it leaves it. */
  async rowCounts(table: string): Promise<{ readonly before: number; readonly after: number }> {
    const sum = (files: readonly DataFile[]): number => files.reduce((total, { rows }) => total + rows, 0);
    return { before: sum(await this.filesBefore(table)), after: sum(await this.files(table)) };
  }

  /** Whether the rows of any table came out otherwise than the base has them. */
  get isChanged(): boolean {
    return [...this.#tables.values()].some(({ partitions }) => partitions.size > 0);
  }

  /** What the run wrote, by table; tables that it left alone are not named. */
  written(): Readonly<Record<string, TableWritten>> {
    const touched = [...this.#tables.values()].filter(({ partitions }) => partitions.size > 0);
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
      reads: readsOf([...this.#tables.keys()], pipeline),
      changes: await changesOf([...this.#tables.values()], pipeline, (model) => this.#fingerprint(model)),
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

  #staged(table: string): Staged {
    const staged = this.#tables.get(table);
    if (staged === undefined) throw new Error(`the pipeline has no table ${table}`);
    return staged;
  }
}
