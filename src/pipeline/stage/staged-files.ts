// What the tables of the snapshot being made hold at any moment of a run: files, rows, keys and days, before the run and as it
// leaves them. It changes nothing.

import type { DataFile } from '../../format/data-file.js';
import type { Schema } from '../../format/schema.js';
import type { WantedKeys } from '../../format/wanted-keys.js';
import { currentSchema } from '../../format/table-file.js';
import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import { encodeDataFile } from '../../parquet/encode.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows, type Row } from '../../parquet/rows.js';
import type { Storage } from '../../storage/storage.js';
import { KeyIndexes } from '../../table/key-probe.js';
import { locateCurrent, readCurrent, tableOfFile } from '../../table/read.js';
import type { TableState } from '../../table/view.js';
import { batchCodec, type Batch } from '../books/batch-book.js';
import { fromRows, type Codec } from '../books/codec.js';
import { modelFingerprint } from '../define/recorded/fingerprint.js';
import { partitionValue, type DateRange, noRange, rangeOf } from './partitions.js';
import type { Staged, StagedBase } from './staged-table.js';

/** The reading half of `StagedTables`. */
export class StagedFiles {
  protected readonly tables: ReadonlyMap<string, Staged>;
  readonly #base: StagedBase;
  readonly #storage: Storage;
  readonly #keyIndexes: KeyIndexes;

  protected constructor(base: StagedBase, storage: Storage, tables: readonly Staged[]) {
    this.#base = base;
    this.#storage = storage;
    this.#keyIndexes = new KeyIndexes(storage);
    this.tables = new Map(tables.map((table) => [table.definition.name, table]));
  }

  definition(table: string): TableDefinition {
    return this.staged(table).definition;
  }

  /** The schema that new files of a table have. */
  schema(definition: TableDefinition): Schema {
    return currentSchema(this.staged(definition.name).table);
  }

  /** A table as it is in the base; undefined where there is none. */
  stateBefore(table: string): TableState | undefined {
    return this.staged(table).state;
  }

  async filesBefore(table: string): Promise<readonly DataFile[]> {
    return (await this.staged(table).state?.files()) ?? [];
  }

  /** The table's files as the run leaves them, so far. */
  async files(table: string): Promise<readonly DataFile[]> {
    const { removed, added } = this.staged(table);
    return [...(await this.filesBefore(table)).filter(({ path }) => !removed.has(path)), ...added];
  }

  /** Partitions of a table that the run wrote or took out, so far. */
  changedPartitions(table: string): ReadonlySet<string> {
    return this.staged(table).partitions;
  }

  /** Files of a table that the run wrote, so far. */
  added(table: string): readonly DataFile[] {
    return this.staged(table).added;
  }

  /** A file of any table as Parquet in the schema that new files of the table have. */
  read(file: DataFile): Promise<Uint8Array> {
    return readCurrent(this.#storage, this.staged(tableOfFile(file.path)).table, file);
  }

  /** Where such a file lies on this machine's disk, checked; undefined where only `read` gives it. */
  locate(file: DataFile): Promise<string | undefined> {
    return locateCurrent(this.#storage, this.staged(tableOfFile(file.path)).table, file);
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
    return this.entries(this.#base.pipeline.books.batches, batchCodec);
  }

  /** Files of the base that may hold one of the keys in a column (null: as their whole key). */
  async keyCandidates(
    definition: TableDefinition,
    column: string | null,
    keys: WantedKeys,
  ): Promise<readonly DataFile[]> {
    const { state } = this.staged(definition.name);
    if (state === undefined) return [];
    const rebuild = async (file: DataFile): Promise<Uint8Array> => {
      const rows = decodeParquet(await this.read(file));
      const encoded = await encodeDataFile(rows, this.schema(definition), indexedKeys(definition));
      return encoded.index?.bytes ?? new Uint8Array();
    };
    return this.#keyIndexes.probe({ table: state, column, keys, rebuild });
  }

  fingerprintBefore(table: string): string | undefined {
    return this.staged(table).state?.file.fingerprint;
  }

  /** Whether every model's table was made by today's program. */
  modelsCurrent(): boolean {
    return this.#base.pipeline.models.every(
      (model) => this.fingerprintBefore(model.table.name)?.startsWith(modelFingerprint(model)) === true,
    );
  }

  /** The first and last partition of the pipeline's range table as the run will leave it. */
  async range(): Promise<DateRange> {
    const { range } = this.#base.pipeline;
    if (range === null) return noRange;
    const { planned } = this.staged(range);
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
    const { range } = this.#base.pipeline;
    if (range === null) return [];
    const definition = this.definition(range);
    return (await this.filesBefore(range)).map((file) => partitionValue(definition, file));
  }

  /** Rows by partition as the run will leave them, whether or not their files are there. */
  async partitionRows(table: string): Promise<ReadonlyMap<string, number>> {
    const { definition, planned } = this.staged(table);
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

  /** @throws Error for a table that the pipeline does not have */
  protected staged(table: string): Staged {
    const staged = this.tables.get(table);
    if (staged === undefined) throw new Error(`the pipeline has no table ${table}`);
    return staged;
  }
}
