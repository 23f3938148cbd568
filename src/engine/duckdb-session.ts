// DuckDB in WebAssembly on the thread that calls it: every call blocks until it is done. It reads and writes no file,
// and loads no extension: the settings that would let it are off and locked. Meant for a worker thread.

import { createRequire } from 'node:module';
import {
  createDuckDB,
  NODE_RUNTIME,
  VoidLogger,
  type DuckDBBindings,
  type DuckDBConnection,
} from '@duckdb/duckdb-wasm/blocking';
import type { ColumnDefinition } from '../format/table-definition.js';
import { parquetToIpc } from '../parquet/file.js';
import { readIpc } from '../parquet/ipc.js';
import { textsOf } from '../parquet/texts.js';
import { streamColumns, streamOf } from './arrow-stream.js';
import { engineError } from './duckdb-errors.js';
import { columnList, emptyTables, quotedRelation, relationParts } from './duckdb-types.js';
import type { RelationRows } from './engine.js';
import { scansOfPlan, wholeScans, type RelationColumns, type RelationScan } from './query-scans.js';
import { relationNames } from './relation-names.js';
import { quoted } from './sql-tokens.js';
import { requireChange, requireQuery, statementHead } from './statements.js';

/** Autoloading comes first: with it on, a missing extension would be waited for for ever (duckdb-wasm issue 2252). */
const lockedSettings = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET enable_external_access = false',
  'SET lock_configuration = true',
];

const staging = 'append_staging';

/** Opens an empty database in memory; takes most of a second, and up to 4 GiB in the course of its life. */
export async function openDuckDb(memoryLimitBytes?: number): Promise<DuckDbSession> {
  const { resolve } = createRequire(import.meta.url);
  const bundle = (variant: string) => ({
    mainModule: resolve(`@duckdb/duckdb-wasm/dist/duckdb-${variant}.wasm`),
    mainWorker: '', // the blocking build starts none
  });
  const bundles = { mvp: bundle('mvp'), eh: bundle('eh') };
  const database = await createDuckDB(bundles, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate();
  database.open({ path: ':memory:' });
  return new DuckDbSession(database, memoryLimitBytes);
}

/** The operations of `Engine`, blocking; every failure is a LakeError. */
export class DuckDbSession {
  readonly #database: DuckDBBindings;
  readonly #connection: DuckDBConnection;

  constructor(database: DuckDBBindings, memoryLimitBytes?: number) {
    this.#database = database;
    this.#connection = database.connect();
    if (memoryLimitBytes !== undefined) this.#execute(`SET memory_limit = '${memoryLimitBytes} B'`);
    for (const setting of lockedSettings) this.#execute(setting);
  }

  get version(): string {
    return this.#database.getVersion();
  }

  create(relation: string, columns: readonly ColumnDefinition[]): void {
    this.#execute(`CREATE SCHEMA IF NOT EXISTS ${quoted(relationParts(relation).schema)}`);
    this.#execute(`CREATE OR REPLACE TABLE ${quotedRelation(relation)} (${columnList(columns)})`);
  }

  append(relation: string, rows: RelationRows): void {
    if (rows.kind === 'arrow') return this.#appendStream(relation, rows.ipc);
    for (const file of rows.files) this.#appendStream(relation, parquetToIpc(file, rows.columns));
  }

  run(sql: string): void {
    requireChange(sql);
    this.#execute(sql);
  }

  query(sql: string): Uint8Array {
    requireQuery(sql);
    return streamOf(this.#attempt((bindings, connection) => [...resultMessages(bindings, connection, sql)]));
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
      const { bodyStart } = statementHead(sql);
      const [plan = '[]'] = textsOf(readIpc(this.query(`EXPLAIN (FORMAT JSON) ${sql.slice(bodyStart)}`)), 1);
      return scansOfPlan(plan, relations);
    } finally {
      this.#execute('ROLLBACK');
    }
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
    return streamColumns(this.query(`SELECT * FROM ${quotedRelation(relation)} LIMIT 0`));
  }

  /** On a connection of its own, since one that choked on a stream takes no other. */
  #insertStream(
    table: { readonly schema: string; readonly name: string },
    ipc: Uint8Array,
    create: boolean,
  ): void {
    const connection = this.#database.connect();
    try {
      connection.insertArrowFromIPCStream(ipc, { ...table, create });
    } catch (error) {
      throw engineError(error);
    } finally {
      connection.close();
    }
  }

  #execute(sql: string): void {
    this.#attempt((bindings, connection) => bindings.runQuery(connection, sql));
  }

  #attempt<Result>(work: (bindings: DuckDBBindings, connection: number) => Result): Result {
    try {
      return this.#connection.useUnsafe(work);
    } catch (error) {
      throw engineError(error);
    }
  }
}

/** Schema and record batches, each as soon as it is there: the result is never whole in the engine's memory. */
function* resultMessages(bindings: DuckDBBindings, connection: number, sql: string): Generator<Uint8Array> {
  let schema = bindings.startPendingQuery(connection, sql, true);
  while (schema === null) schema = bindings.pollPendingQuery(connection);
  yield schema;
  for (;;) {
    const batch = bindings.fetchQueryResults(connection);
    if (batch?.length === 0) return;
    if (batch !== null) yield batch;
  }
}
