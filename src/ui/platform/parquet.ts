// The Parquet library's WebAssembly, which a browser has to fetch before the first file is read.

import start from 'parquet-wasm/esm';

let started: Promise<unknown> | undefined;

/** Resolves when Parquet files can be read on this thread. */
export function parquetReady(): Promise<unknown> {
  return (started ??= start({ module_or_path: new URL('./parquet.wasm', import.meta.url) }));
}
