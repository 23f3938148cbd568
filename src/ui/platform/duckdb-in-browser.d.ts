// DuckDB's blocking build for browsers, which its package ships and does not export: bundle.mjs finds it.

declare module 'duckdb-in-browser' {
  import type { DuckDBRuntime } from '@duckdb/duckdb-wasm/blocking';
  export { createDuckDB, VoidLogger, type DuckDBBindings } from '@duckdb/duckdb-wasm/blocking';
  export const BROWSER_RUNTIME: DuckDBRuntime;
}
