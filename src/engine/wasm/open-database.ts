// Starts DuckDB in WebAssembly on the thread that calls it, in Node.

import { createRequire } from 'node:module';
import { createDuckDB, NODE_RUNTIME, VoidLogger, type DuckDBBindings } from '@duckdb/duckdb-wasm/blocking';

/** An empty database in memory; takes most of a second, and up to 4 GiB in the course of its life. */
export async function openDatabase(): Promise<DuckDBBindings> {
  const { resolve } = createRequire(import.meta.url);
  const bundle = (variant: string) => ({
    mainModule: resolve(`@duckdb/duckdb-wasm/dist/duckdb-${variant}.wasm`),
    mainWorker: '', // the blocking build starts none
  });
  const bundles = { mvp: bundle('mvp'), eh: bundle('eh') };
  const database = await createDuckDB(bundles, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate();
  database.open({ path: ':memory:' });
  return database;
}
