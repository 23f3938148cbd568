// An engine's rows as data files, made on a worker thread.

import type { TaskRunner } from '../../common/worker-pool.js';
import type { Schema } from '../../format/schema.js';
import { encodeDataFile, type EncodedFile } from '../../parquet/encode.js';
import { readIpc } from '../../parquet/ipc.js';

/** Consecutive rows that become one file. */
export interface RowRange {
  readonly start: number;
  readonly rows: number;
}

/** Rows in the table's order, as an Arrow IPC stream, and the files that they become. */
export interface EncodeRowsTask {
  readonly ipc: Uint8Array;
  readonly schema: Schema;
  readonly files: readonly RowRange[];
}

/**
 * The rows as data files. The stream is given away.
 * @throws LakeError `check-failed` when they are not of the schema
 */
export function encodeRows(pool: TaskRunner, task: EncodeRowsTask): Promise<readonly EncodedFile[]> {
  return pool.run('encodeRows', task, [task.ipc.buffer as ArrayBuffer]);
}

/** The worker's side of `encodeRows`. */
export async function encodeRowsHere({
  ipc,
  schema,
  files,
}: EncodeRowsTask): Promise<readonly EncodedFile[]> {
  const table = readIpc(ipc);
  const encoded: EncodedFile[] = [];
  for (const { start, rows } of files)
    encoded.push(await encodeDataFile(table.slice(start, start + rows), schema));
  return encoded;
}
