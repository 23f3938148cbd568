// A Parquet file that an engine wrote as a data file of a table, made on a worker thread.

import type { TaskRunner } from '../../common/worker-pool.js';
import { sha256 } from '../../common/sha256.js';
import type { Schema } from '../../format/schema.js';
import { fieldIdsOf } from '../../parquet/arrow-schema.js';
import { conform } from '../../parquet/conform.js';
import { encodeDataFile, type EncodedFile } from '../../parquet/encode.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableStats } from '../../parquet/statistics.js';

/** The bytes of a Parquet file with rows in the table's order. */
export interface TakeFileTask {
  readonly bytes: Uint8Array;
  readonly schema: Schema;
}

/** The data file that became of it. */
export interface TakenFile {
  readonly file: EncodedFile;
  /** Its bytes are the engine's own; otherwise it had no field ids, and our writer wrote its rows again. */
  readonly isKept: boolean;
}

/**
 * Reads a file whole: its rows are to be of the schema, and what the metadata says of them comes from what lies there. The
 * bytes are given away.
 * @throws LakeError `check-failed` when the rows are not of the schema; `corrupt` for bytes that are no Parquet file
 */
export function takeFile(pool: TaskRunner, task: TakeFileTask): Promise<TakenFile> {
  return pool.run('takeFile', task, [task.bytes.buffer as ArrayBuffer]);
}

/** The worker's side of `takeFile`. */
export async function takeFileHere({ bytes, schema }: TakeFileTask): Promise<TakenFile> {
  const rows = decodeParquet(bytes);
  const found = fieldIdsOf(rows.schema);
  if (schema.fields.some(({ name, id }) => found.get(name) !== id))
    return { file: await encodeDataFile(rows, schema), isKept: false };
  const table = conform(rows, schema);
  const columns = tableStats(table, schema);
  return { file: { bytes, sha256: await sha256(bytes), rows: table.numRows, columns }, isKept: true };
}
