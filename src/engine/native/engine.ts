// DuckDB on the machine as the engine: it reads the files of relations itself, of them only what a statement needs, on
// all processors, within a memory limit beyond which it spills. It reaches no other file, and no network.

import { realpath } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { resolve, sep } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mapConcurrent } from '../../common/concurrency.js';
import { LakeError } from '../../common/errors.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import { engineError } from '../duckdb-errors.js';
import {
  Catalog,
  emptyTables,
  duckDbDialect,
  duckDbType,
  literal,
  quotedRelation,
  type CatalogKind,
} from '../duckdb-sql.js';
import type {
  ArrowSource,
  Capabilities,
  Engine,
  QueryResult,
  RelationFile,
  RelationSource,
  StatementOptions,
} from '../engine.js';
import { scansOfPlan, wholeScans, type RelationColumns, type RelationScan } from '../query-scans.js';
import { relationNames } from '../relation-names.js';
import { quoted } from '../sql-tokens.js';
import { requireQuery, statementHead } from '../statements.js';
import { inTurn, type Turns } from '../turns.js';
import { loadNative, type Api, type Bindings } from './bindings.js';
import { makeEngineFolder, putStreams, type EngineFolder } from '../engine-folder.js';
import { nativeVersion } from './installed.js';
import { openResult } from './result.js';
import { Connections } from './connections.js';

/** What a native engine may read, and how much memory it may take. */
interface NativeDuckDbOptions {
  /**
   * Folders below which files may be registered at any time. Without, those that were registered before the first
   * statement are all that it can read; later ones are copied.
   */
  readonly folders?: readonly string[] | undefined;
  /** A quarter of the machine's memory unless said, between 512 MiB and 8 GiB; more is spilled. */
  readonly memoryLimitBytes?: number | undefined;
}

/** What a relation is made of. */
interface Definition {
  readonly relation: string;
  readonly kind: CatalogKind;
  readonly sql: string;
}

/**
 * Starts DuckDB and returns at once.
 * @throws LakeError `not-found` where the package is not installed
 */
export function startNativeDuckDb(options: NativeDuckDbOptions = {}): Engine {
  return new NativeDuckDb(loadNative(), options);
}

function defaultMemoryBytes(): number {
  return Math.min(Math.max(totalmem() / 4, 512 << 20), 8 * 2 ** 30);
}

/** Files looked at at a time. */
const PARALLEL_FILES = 12;

class NativeDuckDb implements Engine {
  readonly name = `duckdb-native ${nativeVersion} (DuckDB v${nativeVersion.replace(/-.*$/, '')})`;
  readonly dialect = duckDbDialect;
  readonly capabilities: Capabilities;
  readonly #bindings: Bindings;
  readonly #turns: Turns = inTurn();
  readonly #catalog = new Catalog();
  readonly #opening: Promise<Opened>;
  /** Where the content of a path lies for the engine. */
  readonly #places = new Map<string, string>();
  #isClosed = false;

  constructor({ api, bindings }: { api: Api; bindings: Bindings }, options: NativeDuckDbOptions) {
    const memoryLimitBytes = Math.floor(options.memoryLimitBytes ?? defaultMemoryBytes());
    this.capabilities = {
      readsFiles: true,
      threads: availableParallelism(),
      memoryLimitBytes,
      spills: true,
      describes: true,
    };
    this.#bindings = bindings;
    this.#opening = open(api, this.capabilities, options.folders ?? []);
    this.#opening.catch(() => undefined); // every request reports it
  }

  register(relation: string, source: RelationSource): Promise<void> {
    return this.#ask(async (opened) => {
      const sql = await this.#rowsOf(opened, source);
      await this.#define(opened, { relation, kind: 'VIEW', sql });
    });
  }

  /** A source's rows as a SELECT. */
  async #rowsOf(opened: Opened, source: RelationSource): Promise<string> {
    switch (source.kind) {
      case 'select':
        requireQuery(source.sql);
        return source.sql;
      case 'files': {
        const places = await mapConcurrent(source.files, PARALLEL_FILES, (file) => this.#place(opened, file));
        return places.length === 0 ? noRows(source.columns) : scanOf(source.columns, places);
      }
      case 'arrow':
        return streamScans(opened.folder, source);
    }
  }

  keep(relation: string, sql: string, { signal }: StatementOptions = {}): Promise<void> {
    return this.#ask(async (opened) => {
      requireQuery(sql);
      await this.#lock(opened);
      await this.#define(opened, { relation, kind: 'TABLE', sql }, signal);
    });
  }

  reset(): Promise<void> {
    return this.#ask(async (opened) => {
      for (const statement of this.#catalog.clear()) await run(opened.connection, statement);
      this.#places.clear();
    });
  }

  query(sql: string, { signal }: StatementOptions = {}): Promise<QueryResult> {
    return this.#ask(async (opened) => {
      requireQuery(sql);
      await this.#lock(opened);
      return openResult({ connections: opened.connections, bindings: this.#bindings, sql, signal });
    });
  }

  relationsOf(sql: string): Promise<readonly string[]> {
    return this.#ask(async ({ connection }) => {
      requireQuery(sql);
      await connection.extractStatements(sql); // complains of what is no SQL; the next does not
      return relationNames(sql, (text) => connection.getTableNames(text, false));
    });
  }

  scansOf(sql: string, relations: RelationColumns): Promise<readonly RelationScan[]> {
    return this.#ask(async ({ connection }) => {
      requireQuery(sql);
      const whole = wholeScans(sql, relations);
      if (whole !== undefined) return whole;
      await run(connection, 'BEGIN');
      try {
        for (const statement of emptyTables(relations)) await run(connection, statement);
        const explain = `EXPLAIN (FORMAT JSON) ${sql.slice(statementHead(sql).bodyStart)}`;
        const plan = (await connection.runAndReadAll(explain)).getRows()[0]?.[1];
        return scansOfPlan(typeof plan === 'string' ? plan : '[]', relations);
      } finally {
        await run(connection, 'ROLLBACK');
      }
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opening.catch(() => undefined);
    if (opened === undefined) return;
    await opened.connections.close();
    opened.instance.closeSync();
    await opened.folder.remove();
  }

  #ask<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    return this.#turns(async () => {
      const opened = await this.#opening;
      if (this.#isClosed) throw closed();
      try {
        return await work(opened);
      } catch (error) {
        throw this.#isClosed ? closed() : engineError(error);
      }
    });
  }

  async #define(
    { connection, connections }: Opened,
    { relation, kind, sql }: Definition,
    signal?: AbortSignal,
  ): Promise<void> {
    for (const statement of this.#catalog.makeRoom(relation, kind)) await run(connection, statement);
    const statement = `CREATE OR REPLACE ${kind} ${quotedRelation(relation)} AS ${sql}`;
    await connections.stoppable(connection, signal, () => run(connection, statement));
  }

  /** Where the engine can read a file: where it lies, if that is allowed; else a copy. */
  async #place(opened: Opened, file: RelationFile): Promise<string> {
    const known = this.#places.get(file.path);
    if (known !== undefined) return known;
    const location = await file.locate();
    const path = location === undefined ? undefined : await realpath(location); // by which DuckDB judges it
    const isAllowed = path !== undefined && (!opened.isLocked || isBelow(opened.folders, path));
    const place = isAllowed ? path : await opened.folder.put(await file.read());
    this.#places.set(file.path, place);
    return place;
  }

  /** Before the first statement that is not ours: from then on only what was registered can be read, for good. */
  async #lock(opened: Opened): Promise<void> {
    if (opened.isLocked) return;
    opened.isLocked = true;
    const list = (paths: readonly string[]): string => `[${paths.map(literal).join(', ')}]`;
    const alone = [...this.#places.values()].filter((path) => !isBelow(opened.folders, path));
    for (const setting of [
      `SET allowed_directories = ${list([opened.folder.path, ...opened.folders])}`,
      `SET allowed_paths = ${list(alone)}`,
      'SET enable_external_access = false',
      'SET lock_configuration = true',
    ])
      await run(opened.connection, setting);
  }
}

/** A database that is there. */
interface Opened {
  readonly instance: DuckDBInstance;
  /** For whatever needs no connection of its own. */
  readonly connection: DuckDBConnection;
  readonly connections: Connections;
  readonly folder: EngineFolder;
  /** Below them every file may be read. */
  readonly folders: readonly string[];
  isLocked: boolean;
}

const isBelow = (folders: readonly string[], path: string): boolean =>
  folders.some((folder) => path.startsWith(folder + sep));

async function open(
  api: Api,
  { threads, memoryLimitBytes }: Capabilities,
  given: readonly string[],
): Promise<Opened> {
  const folder = await makeEngineFolder();
  const instance = await api.DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connections = new Connections(instance);
  const connection = await connections.open();
  for (const setting of [
    `SET memory_limit = '${memoryLimitBytes} B'`,
    `SET temp_directory = ${literal(folder.spill)}`,
    `SET TimeZone = 'UTC'`, // the lake's timestamps are instants; SQL shows them by this zone
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    'SET parquet_metadata_cache = true', // files never change
    'SET enable_external_file_cache = false', // the system has its own
  ])
    await run(connection, setting);
  const folders = await Promise.all(given.map((path) => realpath(path).catch(() => resolve(path))));
  return { instance, connection, connections, folder, folders, isLocked: false };
}

async function run(connection: DuckDBConnection, sql: string): Promise<void> {
  await connection.run(sql);
}

const closed = (): LakeError => new LakeError('interrupted', 'The SQL engine was closed.');

/** Parquet files that have these columns, in the types that are said; columns beyond `present` are null. */
function scanOf(
  columns: readonly ColumnDefinition[],
  places: readonly string[],
  present: readonly string[] = columns.map(({ name }) => name),
): string {
  const values = columns.map(({ name, type }) => {
    const value = present.includes(name) ? quoted(name) : 'NULL';
    return `CAST(${value} AS ${duckDbType(type)}) AS ${quoted(name)}`;
  });
  return `SELECT ${values.join(', ')} FROM read_parquet([${places.map(literal).join(', ')}], hive_partitioning = false)`;
}

function noRows(columns: readonly ColumnDefinition[]): string {
  const values = columns.map(({ name, type }) => `CAST(NULL AS ${duckDbType(type)}) AS ${quoted(name)}`);
  return `SELECT ${values.join(', ')} WHERE false`;
}

/** Arrow streams as files, since this DuckDB takes no Arrow in JavaScript. */
async function streamScans(folder: EngineFolder, source: ArrowSource): Promise<string> {
  const sets = await putStreams(folder, source);
  const selects = sets.map(({ present, paths }) => scanOf(source.columns, paths, present));
  return selects.length === 0 ? noRows(source.columns) : selects.join(' UNION ALL ');
}
