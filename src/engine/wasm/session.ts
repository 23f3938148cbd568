// DuckDB in WebAssembly on the thread that calls it: every call blocks until it is done. It reads and writes no file,
// and loads no extension: the settings that would let it are off and locked. Meant for a worker thread.

import type { DuckDBBindings, DuckDBConnection } from '@duckdb/duckdb-wasm/blocking';
import { LakeError } from '../../common/errors.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import { parquetToIpc } from '../../parquet/file.js';
import { readIpc } from '../../parquet/ipc.js';
import { textsOf } from '../../parquet/texts.js';
import { streamColumns, streamOf } from '../arrow-stream.js';
import { engineError } from '../duckdb-errors.js';
import { Catalog, columnList, emptyTables, quotedRelation, relationParts } from '../duckdb-sql.js';
import { scansOfPlan, wholeScans, type RelationColumns, type RelationScan } from '../query-scans.js';
import { relationNames } from '../relation-names.js';
import { quoted } from '../sql-tokens.js';
import { requireQuery, statementHead } from '../statements.js';

/** Autoloading comes first: with it on, a missing extension would be waited for for ever (duckdb-wasm issue 2252). */
const lockedSettings = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET enable_external_file_cache = false', // files are in memory, or in the system's own cache
  'SET enable_external_access = false',
  'SET lock_configuration = true',
];

const staging = 'append_staging';

/** A part of a result is handed on when it has this many bytes. */
const PORTION_BYTES = 1 << 20;

/** Rows for a table: an Arrow IPC stream, or whole Parquet files of which `columns` are taken. */
export type Rows =
  | { readonly kind: 'arrow'; readonly ipc: Uint8Array }
  | { readonly kind: 'parquet'; readonly files: readonly Uint8Array[]; readonly columns: readonly string[] };

/** Shared with the thread that asks; anything but 0 in it stops a statement. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

/** A part of a result as an Arrow IPC stream; `isLast`: there is no more, and the result is closed. */
export interface Portion {
  readonly ipc: Uint8Array;
  readonly isLast: boolean;
}

/** What a session is opened with. */
export interface SessionOptions {
  readonly memoryLimitBytes?: number | undefined;
  /** Relations lie compressed in memory. */
  readonly packs?: boolean | undefined;
}

/** The database of compressed relations: DuckDB compresses none of those of the one that it opens with. */
const packed = 'packed';

/** Relations and results of one database; every failure is a LakeError. */
export class DuckDbSession {
  readonly #database: DuckDBBindings;
  readonly #packs: boolean;
  readonly #connection: DuckDBConnection;
  readonly #catalog = new Catalog();
  readonly #results = new Map<number, OpenResult>();
  #nextResult = 1;

  constructor(database: DuckDBBindings, { memoryLimitBytes, packs = false }: SessionOptions = {}) {
    this.#database = database;
    this.#packs = packs;
    if (packs) attachPacked(database);
    this.#connection = this.#connect();
    if (memoryLimitBytes !== undefined) this.#execute(`SET memory_limit = '${memoryLimitBytes} B'`);
    for (const setting of lockedSettings) this.#execute(setting);
  }

  get version(): string {
    return this.#database.getVersion();
  }

  #connect(): DuckDBConnection {
    const connection = this.#database.connect();
    if (this.#packs) connection.useUnsafe((bindings, id) => bindings.runQuery(id, `USE ${packed}`));
    return connection;
  }

  /** Makes an empty table. */
  create(relation: string, columns: readonly ColumnDefinition[]): void {
    this.#makeRoom(relation, 'TABLE');
    this.#execute(`CREATE OR REPLACE TABLE ${quotedRelation(relation)} (${columnList(columns)})`);
  }

  append(relation: string, rows: Rows): void {
    if (rows.kind === 'arrow') return this.#appendStream(relation, rows.ipc);
    for (const file of rows.files) this.#appendStream(relation, parquetToIpc(file, rows.columns));
  }

  /** A relation whose rows are found anew whenever it is read. */
  show(relation: string, sql: string): void {
    requireQuery(sql);
    this.#makeRoom(relation, 'VIEW');
    this.#execute(`CREATE OR REPLACE VIEW ${quotedRelation(relation)} AS ${sql}`);
  }

  /** A relation of the rows as they are now. */
  keep(relation: string, sql: string, flag?: StopFlag): void {
    requireQuery(sql);
    this.#makeRoom(relation, 'TABLE');
    this.#execute(`CREATE OR REPLACE TABLE ${quotedRelation(relation)} AS ${sql}`, flag);
  }

  clear(): void {
    for (const statement of this.#catalog.clear()) this.#execute(statement);
  }

  /** Begins a query and answers its number, by which its rows are fetched, with the first of them. */
  open(sql: string, flag?: StopFlag): { readonly result: number; readonly portion: Portion } {
    requireQuery(sql);
    const result = this.#nextResult++;
    this.#results.set(result, openResult(this.#connect(), sql, flag));
    return { result, portion: this.fetch(result) };
  }

  fetch(result: number): Portion {
    const open = this.#results.get(result);
    if (open === undefined) throw new Error(`there is no result ${result}`);
    try {
      const portion = nextPortion(open);
      if (portion.isLast) this.leave(result);
      return portion;
    } catch (error) {
      this.leave(result);
      throw engineError(error);
    }
  }

  /** Ends a result, whatever of it was fetched. */
  leave(result: number): void {
    this.#results.get(result)?.connection.close();
    this.#results.delete(result);
  }

  relationsOf(sql: string): readonly string[] {
    requireQuery(sql);
    return this.#attempt((bindings, connection) =>
      relationNames(sql, (text) => bindings.getTableNames(connection, text)),
    );
  }

  scansOf(sql: string, relations: RelationColumns): readonly RelationScan[] {
    requireQuery(sql);
    const whole = wholeScans(sql, relations);
    if (whole !== undefined) return whole;
    this.#execute('BEGIN');
    try {
      for (const statement of emptyTables(relations)) this.#execute(statement);
      const explain = `EXPLAIN (FORMAT JSON) ${sql.slice(statementHead(sql).bodyStart)}`;
      const [plan = '[]'] = textsOf(readIpc(this.#answer(explain)), 1);
      return scansOfPlan(plan, relations);
    } finally {
      this.#execute('ROLLBACK');
    }
  }

  /** A small result, whole, on the session's own connection: it sees what a transaction has made so far. */
  #answer(sql: string): Uint8Array {
    return this.#attempt((bindings, connection) => {
      const messages = [begin(bindings, connection, sql)];
      for (let batch; (batch = nextBatch(bindings, connection)) !== null;) messages.push(batch);
      return streamOf(messages);
    });
  }

  #makeRoom(relation: string, kind: 'TABLE' | 'VIEW'): void {
    for (const statement of this.#catalog.makeRoom(relation, kind)) this.#execute(statement);
  }

  /** DuckDB inserts by position: a stream of other columns than the relation's goes through a table of its own. */
  #appendStream(relation: string, ipc: Uint8Array): void {
    const columns = streamColumns(ipc);
    if (columns.join('\n') === this.#columnsOf(relation).join('\n')) {
      return this.#insertStream(relationParts(relation), ipc, false);
    }
    const names = columns.map(quoted).join(', ');
    this.#insertStream({ schema: 'main', name: staging }, ipc, true);
    try {
      this.#execute(
        `INSERT INTO ${quotedRelation(relation)} (${names}) SELECT ${names} FROM main.${staging}`,
      );
    } finally {
      this.#execute(`DROP TABLE main.${staging}`);
    }
  }

  #columnsOf(relation: string): readonly string[] {
    return streamColumns(this.#answer(`SELECT * FROM ${quotedRelation(relation)} LIMIT 0`));
  }

  /** On a connection of its own, since one that choked on a stream takes no other. */
  #insertStream(
    table: { readonly schema: string; readonly name: string },
    ipc: Uint8Array,
    create: boolean,
  ): void {
    const connection = this.#connect();
    try {
      connection.insertArrowFromIPCStream(ipc, { ...table, create });
    } catch (error) {
      throw engineError(error);
    } finally {
      connection.close();
    }
  }

  #execute(sql: string, flag?: StopFlag): void {
    this.#attempt((bindings, connection) => {
      begin(bindings, connection, sql, flag);
      while (nextBatch(bindings, connection, flag) !== null);
    });
  }

  #attempt<Result>(work: (bindings: DuckDBBindings, connection: number) => Result): Result {
    try {
      return this.#connection.useUnsafe(work);
    } catch (error) {
      throw engineError(error);
    }
  }
}

/** A result that is not read to its end, on a connection of its own: other statements do not disturb it. */
interface OpenResult {
  readonly connection: DuckDBConnection;
  readonly schema: Uint8Array;
  readonly flag: StopFlag | undefined;
}

function attachPacked(database: DuckDBBindings): void {
  const connection = database.connect();
  connection.useUnsafe((bindings, id) => bindings.runQuery(id, `ATTACH ':memory:' AS ${packed} (COMPRESS)`));
  connection.close();
}

function openResult(connection: DuckDBConnection, sql: string, flag?: StopFlag): OpenResult {
  try {
    const schema = connection.useUnsafe((bindings, id) => {
      bindings.runQuery(id, 'BEGIN TRANSACTION READ ONLY');
      return begin(bindings, id, sql, flag);
    });
    return { connection, schema, flag };
  } catch (error) {
    connection.close();
    throw engineError(error);
  }
}

/** Batches until they are enough for a portion. */
function nextPortion({ connection, schema, flag }: OpenResult): Portion {
  const batches: Uint8Array[] = [];
  for (let bytes = 0; bytes < PORTION_BYTES; bytes += batches.at(-1)!.length) {
    const batch = connection.useUnsafe((bindings, id) => nextBatch(bindings, id, flag));
    if (batch === null) return { ipc: streamOf([schema, ...batches]), isLast: true };
    batches.push(batch);
  }
  return { ipc: streamOf([schema, ...batches]), isLast: false };
}

/** Runs a statement until its schema is there; the rows may come later. */
function begin(bindings: DuckDBBindings, connection: number, sql: string, flag?: StopFlag): Uint8Array {
  let schema = bindings.startPendingQuery(connection, sql, true);
  while (schema === null) {
    stopIfAsked(bindings, connection, flag);
    schema = bindings.pollPendingQuery(connection);
  }
  return schema;
}

/** The next record batch, or null at the end. The result is never whole in the engine's memory. */
function nextBatch(bindings: DuckDBBindings, connection: number, flag?: StopFlag): Uint8Array | null {
  for (;;) {
    stopIfAsked(bindings, connection, flag);
    const batch = bindings.fetchQueryResults(connection);
    if (batch !== null) return batch.length === 0 ? null : batch;
  }
}

function stopIfAsked(bindings: DuckDBBindings, connection: number, flag: StopFlag | undefined): void {
  if (flag === undefined || Atomics.load(flag, 0) === 0) return;
  bindings.cancelPendingQuery(connection);
  throw new LakeError('interrupted', 'The statement was stopped.');
}
