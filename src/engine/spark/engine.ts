// A Spark as the engine, by Spark Connect: Spark 3.5 and 4, and whatever else speaks that protocol. It reads the files of
// relations itself, so its driver and workers must see them under the paths that this process gives; statements go there as
// SQL, rows come back as Arrow. Everything is of a session, whose zone is UTC, and goes with it.

import { resolve } from 'node:path';
import type * as arrow from 'apache-arrow';
import { mapConcurrent } from '../../common/concurrency.js';
import { isLakeError, LakeError } from '../../common/errors.js';
import { ipcToParquet } from '../../parquet/file.js';
import { withIpc } from '../../parquet/ipc.js';
import {
  makeEngineFolder,
  parquetFilesOf,
  putStreams,
  type EngineFolder,
  type FileSet,
} from '../engine-folder.js';
import type {
  Capabilities,
  Engine,
  FilesSource,
  ProgramRun,
  QueryResult,
  RelationFile,
  RelationSource,
  StatementOptions,
  WriteTarget,
} from '../engine.js';
import { namedScans, type RelationColumns, type RelationScan } from '../query-scans.js';
import { readResult } from '../read-result.js';
import { inTurn, type Turns } from '../turns.js';
import { readSparkAddress, type SparkAddress } from './address.js';
import { prepareSession } from './connect.js';
import { notReachable, sparkError } from './errors.js';
import { openResult } from './result.js';
import { runProgram } from './run-program.js';
import { selectRelation, SparkSession, sqlRelation } from './session.js';
import { inSparkSql, readStatement, sparkDialect, type SparkStatement } from './spark-sql.js';
import { keptColumns, type KeptRows } from './typed-columns.js';
import { SparkViews, urlOf } from './views.js';

/** Where the Spark is. */
interface SparkOptions {
  /** `sc://host:port`. */
  readonly address: string;
  /** The rows of a result from which on it writes them itself; undefined: never. */
  readonly writeFrom?: number | undefined;
  /** Where its machines have the program that parses logs. */
  readonly parseProgram?: string | undefined;
}

/**
 * Connects to a Spark and opens a session.
 * @throws LakeError `invalid-input` for an address that is none; `not-found` where nothing answers; `unsupported-storage`
 *   for a version that is not known, or whose sessions cannot be set as they must be; `out-of-resources` where the user is refused
 */
export async function startSpark({ address: text, ...given }: SparkOptions): Promise<Engine> {
  const address = readSparkAddress(text);
  const session = new SparkSession(address);
  try {
    const version = await prepareSession(session);
    return new Spark({ session, address, version, folder: await makeEngineFolder(), ...given });
  } catch (error) {
    await session.close();
    throw notReachable(error, address);
  }
}

/** Files looked at at a time. */
const PARALLEL_FILES = 12;

interface SparkParts extends Omit<SparkOptions, 'address'> {
  readonly session: SparkSession;
  readonly address: SparkAddress;
  /** Empty where the server does not say. */
  readonly version: string;
  readonly folder: EngineFolder;
}

class Spark implements Engine {
  readonly name: string;
  readonly dialect = sparkDialect;
  readonly capabilities: Capabilities;
  readonly #session: SparkSession;
  readonly #address: SparkAddress;
  readonly #folder: EngineFolder;
  readonly #turns: Turns = inTurn();
  readonly #relations: SparkViews;
  /** Where the content of a path lies for the server. */
  readonly #places = new Map<string, string>();
  readonly #closing = new AbortController();

  constructor({ session, address, version, folder, writeFrom: writesFrom, parseProgram }: SparkParts) {
    this.name = `spark ${version === '' ? '(version not said)' : version}`;
    this.capabilities = {
      readsFiles: true,
      threads: 1,
      memoryLimitBytes: Infinity,
      spills: true,
      describes: false,
      writesFrom,
      parseProgram,
    };
    this.#session = session;
    this.#relations = new SparkViews(session);
    this.#address = address;
    this.#folder = folder;
  }

  register(relation: string, source: RelationSource): Promise<void> {
    return this.#ask(async () => {
      if (source.kind === 'select')
        return this.#relations.defineStatement(relation, readStatement(source.sql));
      const sets =
        source.kind === 'files' ? await this.#located(source) : await putStreams(this.#folder, source);
      return this.#relations.define(relation, await this.#relations.rowsOf(source.columns, sets));
    });
  }

  keep(relation: string, sql: string, { signal }: StatementOptions = {}): Promise<void> {
    return this.#ask(async () => {
      const { columns, paths } =
        this.capabilities.writesFrom === undefined
          ? await this.#fetched(sql, signal)
          : await this.#writtenRows(sql, signal);
      const names = columns.map(({ name }) => name);
      await this.#relations.define(relation, await this.#relations.scan(columns, { present: names, paths }));
    });
  }

  write(sql: string, { folder, columns, folders }: WriteTarget): Promise<void> {
    return this.#ask(async () => {
      const text = await this.#relations.inSparkSql(readStatement(sql));
      const rows = selectRelation(sqlRelation(text), [...columns, ...folders.map((name) => ({ name }))]);
      await this.#session.write(rows, { url: urlOf(folder), folders }, { signal: this.#closing.signal });
    });
  }

  run(given: ProgramRun): Promise<readonly string[] | null> {
    return this.#ask(() => runProgram(given, (sql) => this.#rowsIn(sql, given.signal)));
  }

  /** The rows of a statement of this house in Spark's own words. */
  async #rowsIn(sparkSql: string, signal: AbortSignal | undefined): Promise<arrow.Table> {
    const rows = this.#session.rows(sqlRelation(sparkSql), { signal: this.#stoppedBy(signal) });
    return readResult(await openResult(rows, this.#asLakeError));
  }

  /** The rows of a statement, which pass through this process. */
  async #fetched(sql: string, signal: AbortSignal | undefined): Promise<KeptRows> {
    return this.#put(await readResult(await this.#open(sql, signal)));
  }

  async #put(rows: arrow.Table): Promise<KeptRows> {
    const path = await this.#folder.put(withIpc(rows, ipcToParquet));
    return { columns: keptColumns(rows.schema), paths: [path] };
  }

  /** The rows of a statement, which the server writes itself. */
  async #writtenRows(sql: string, signal: AbortSignal | undefined): Promise<KeptRows> {
    const text = await this.#relations.inSparkSql(readStatement(sql));
    const none = sqlRelation(`SELECT * FROM (${text}) AS kept LIMIT 0`);
    const empty = await readResult(await openResult(this.#session.rows(none), this.#asLakeError));
    const folder = this.#folder.reserve();
    await this.#session.write(sqlRelation(text), { url: urlOf(folder) }, { signal: this.#stoppedBy(signal) });
    const paths = await parquetFilesOf(folder);
    return paths.length === 0 ? this.#put(empty) : { columns: keptColumns(empty.schema), paths };
  }

  #stoppedBy(signal: AbortSignal | undefined): AbortSignal {
    const closing = this.#closing.signal;
    return signal === undefined ? closing : AbortSignal.any([signal, closing]);
  }

  reset(): Promise<void> {
    return this.#ask(() => {
      this.#relations.clear();
      this.#places.clear();
      return Promise.resolve();
    });
  }

  query(sql: string, { signal }: StatementOptions = {}): Promise<QueryResult> {
    return this.#ask(() => this.#open(sql, signal));
  }

  relationsOf(sql: string): Promise<readonly string[]> {
    return this.#ask(async () => {
      const statement = readStatement(sql);
      await this.#requireSyntax(statement);
      return [...new Set(statement.places.map(({ name }) => name))].sort();
    });
  }

  scansOf(sql: string, relations: RelationColumns): Promise<readonly RelationScan[]> {
    return this.#ask(() => {
      const names = readStatement(sql).places.map(({ name }) => name);
      return Promise.resolve(namedScans(names, relations));
    });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await this.#session.close();
    await this.#folder.remove();
  }

  #ask<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns(async () => {
      if (this.#closing.signal.aborted) throw closed();
      try {
        return await work();
      } catch (error) {
        throw this.#asLakeError(error);
      }
    });
  }

  readonly #asLakeError = (cause: unknown): LakeError =>
    this.#closing.signal.aborted ? closed() : sparkError(cause, this.#address);

  async #open(sql: string, signal: AbortSignal | undefined): Promise<QueryResult> {
    const text = await this.#relations.inSparkSql(readStatement(sql));
    const rows = this.#session.rows(sqlRelation(text), { signal: this.#stoppedBy(signal) });
    return openResult(rows, this.#asLakeError);
  }

  async #located({ columns, files }: FilesSource): Promise<readonly FileSet[]> {
    const paths = await mapConcurrent(files, PARALLEL_FILES, (file) => this.#place(file));
    return [{ present: columns.map(({ name }) => name), paths }];
  }

  /** Where the server can read a file: where it lies, or a copy. */
  async #place(file: RelationFile): Promise<string> {
    const known = this.#places.get(file.path);
    if (known !== undefined) return known;
    const location = await file.locate();
    const isPlain = location !== undefined && !/[*?[\]{}\\%]/.test(location); // Spark reads patterns in paths
    const path = isPlain ? resolve(location) : await this.#folder.put(await file.read());
    this.#places.set(file.path, path);
    return path;
  }

  /** The server's parser judges a statement over relations that need not be there. */
  async #requireSyntax(statement: SparkStatement): Promise<void> {
    const views = new Map(statement.places.map(({ name }) => [name.toLowerCase(), NOWHERE]));
    const text = `EXPLAIN ${inSparkSql(statement, views)}`;
    try {
      await readResult(await openResult(this.#session.rows(sqlRelation(text)), this.#asLakeError));
    } catch (error) {
      if (!isLakeError(error, 'invalid-input') || syntax.test(error.message)) throw error;
    }
  }
}

/** The name of no view. */
const NOWHERE = 'lake_nowhere';

/** How Spark and Sail say that a text is no statement. */
const syntax = /PARSE_|SYNTAX|expected/i;

const closed = (): LakeError => new LakeError('interrupted', 'The SQL engine was closed.');
