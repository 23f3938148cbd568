// An engine's result as data files, made on a worker thread.

import type { TaskRunner } from '../../common/worker-pool.js';
import type { Schema } from '../../format/schema.js';
import { encodeDataFile, type EncodedFile } from '../../parquet/encode.js';
import { readIpc } from '../../parquet/ipc.js';

/** Rows of one partition in the table's order, as an Arrow IPC stream. */
export interface EncodeRowsTask {
  readonly ipc: Uint8Array;
  readonly schema: Schema;
  readonly maxRowsPerFile: number;
}

/**
 * The rows as data files of the canonical cut; none for no rows. The stream is given away.
 * @throws LakeError `check-failed` when they are not of the schema
 */
export function encodeRows(pool: TaskRunner, task: EncodeRowsTask): Promise<readonly EncodedFile[]> {
  return pool.run('encodeRows', task, [task.ipc.buffer as ArrayBuffer]);
}

/** The worker's side of `encodeRows`. */
export async function encodeRowsHere({
  ipc,
  schema,
  maxRowsPerFile,
}: EncodeRowsTask): Promise<readonly EncodedFile[]> {
  const table = readIpc(ipc);
  const files: EncodedFile[] = [];
  for (let start = 0; start < table.numRows; start += maxRowsPerFile)
    files.push(await encodeDataFile(table.slice(start, start + maxRowsPerFile), schema));
  return files;
}
