// Starts DuckDB in WebAssembly in a browser's worker, in place of engine/wasm/open-database.ts.

import { BROWSER_RUNTIME, createDuckDB, VoidLogger, type DuckDBBindings } from 'duckdb-in-browser';
import { parquetReady } from './parquet.js';

/** An empty database in memory, and Parquet ready to be read for it. */
export async function openDatabase(): Promise<DuckDBBindings> {
  const program = { mainModule: new URL('./duckdb.wasm', import.meta.url).href, mainWorker: '' };
  const [database] = await Promise.all([
    createDuckDB({ mvp: program, eh: program }, new VoidLogger(), BROWSER_RUNTIME),
    parquetReady(),
  ]);
  await database.instantiate();
  database.open({ path: ':memory:' });
  return database;
}
