// Arrow tables as Parquet files and back. The one home of parquet-wasm.
// Equal rows, schema and settings give equal bytes, whatever the batches of the table.

import type * as arrow from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  readParquet,
  Table as WasmTable,
  type WriterProperties,
  WriterPropertiesBuilder,
  writeParquet,
} from 'parquet-wasm';
import { LakeError } from '../common/errors.js';
import { readIpc, writeIpc } from './ipc.js';

/** What decides a file's bytes besides its rows (format §3). */
export interface WriterSettings {
  readonly compression: 'zstd' | 'snappy' | 'none';
  readonly rowGroupRows: number;
}

/** A file has at most this many rows, and so exactly one row group. */
export const defaultWriterSettings: WriterSettings = { compression: 'zstd', rowGroupRows: 1_000_000 };

const codecs: Readonly<Record<WriterSettings['compression'], Compression>> = {
  zstd: Compression.ZSTD,
  snappy: Compression.SNAPPY,
  none: Compression.UNCOMPRESSED,
};

/** Rows per Arrow batch when a file is read: one batch for every file that this module writes by default. */
const readBatchRows = 1_000_000;

/**
 * The Parquet file of a table: no dictionaries, statistics for every column, field ids from the schema's metadata.
 * @throws LakeError `out-of-resources` when the writer's memory (at most 4 GiB) is out
 */
export function encodeParquet(
  table: arrow.Table,
  settings: WriterSettings = defaultWriterSettings,
): Uint8Array {
  try {
    // Both arguments are moved into the call, so nothing stays behind in WebAssembly memory.
    return writeParquet(WasmTable.fromIPCStream(writeIpc(table)), writerProperties(settings));
  } catch (cause) {
    throw new LakeError(
      'out-of-resources',
      `Cannot encode a Parquet file of ${table.numRows} rows: ${reasonOf(cause)}.`,
      { cause },
    );
  }
}

function writerProperties(settings: WriterSettings): WriterProperties {
  return new WriterPropertiesBuilder()
    .setCompression(codecs[settings.compression])
    .setDictionaryEnabled(false)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(settings.rowGroupRows)
    .build();
}

/**
 * The rows of a Parquet file; of `columns` only, in the file's order, if they are given.
 * @throws LakeError `corrupt` for bytes that are no Parquet file with these columns
 */
export const decodeParquet = (bytes: Uint8Array, columns?: readonly string[]): arrow.Table =>
  readIpc(parquetToIpc(bytes, columns));

/** Like `decodeParquet`, as an Arrow IPC stream: no column passes through JavaScript. */
export function parquetToIpc(bytes: Uint8Array, columns?: readonly string[]): Uint8Array {
  const options = { batchSize: readBatchRows, ...(columns === undefined ? {} : { columns: [...columns] }) };
  try {
    return readParquet(bytes, options).intoIPCStream();
  } catch (cause) {
    const wanted = columns === undefined ? '' : ` with the columns ${columns.join(', ')}`;
    const message = `Expected a Parquet file${wanted}, found ${bytes.length} bytes that cannot be read as one: ${reasonOf(cause)}.`;
    throw new LakeError('corrupt', message, { cause });
  }
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
