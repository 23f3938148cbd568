// Arrow tables as IPC streams and back, the form in which rows cross into WebAssembly.

import * as arrow from 'apache-arrow';

/**
 * The stream of a table. Its buffers are written whole: slice a table's rows by building new buffers (`conform` does),
 * since a slice in Arrow's sense is written with all of its parent.
 */
export const writeIpc = (table: arrow.Table): Uint8Array => arrow.tableToIPC(table, 'stream');

/** The table in a stream; it keeps views of the bytes. */
export const readIpc = (ipc: Uint8Array): arrow.Table => arrow.tableFromIPC(ipc);
