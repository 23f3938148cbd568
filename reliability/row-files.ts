// A table of real Parquet files, for operations that read and write rows.

import { uuid, type Runtime } from '../src/common/runtime.js';
import type { EncodedDataFile } from '../src/format/data-file.js';
import { makeTable } from '../src/format/evolve.js';
import { currentSchema } from '../src/format/table-file.js';
import type { TableDefinition } from '../src/format/table-definition.js';
import { encodeDataFile } from '../src/parquet/encode.js';
import { rowsToTable } from '../src/parquet/rows.js';
import type { Storage } from '../src/storage/storage.js';
import { commit } from '../src/table/commit.js';
import { openHead } from '../src/table/view.js';
import { writeReplacements } from './tables.js';

/** A table of real rows. */
export const rowsTable: TableDefinition = {
  name: 'bronze.rows',
  columns: [
    { name: 'batch', type: 'string', required: true },
    { name: 'line', type: 'long', required: true },
  ],
  sortOrder: [],
  key: [],
};

const schema = currentSchema(makeTable(rowsTable, 'table'));

/** Encoded once: the bytes are the same each time. */
const encoded = new Map<number, Promise<EncodedDataFile>>();

async function encode(batch: number): Promise<EncodedDataFile> {
  const rows = [0n, 1n].map((line) => [`batch-${batch}`, line]);
  return {
    ...(await encodeDataFile(rowsToTable(rows, schema), schema)),
    partition: {},
    batches: [`batch-${batch}`],
  };
}

/** Commits a file with two rows. */
export async function addRows(storage: Storage, runtime: Runtime, batch: number): Promise<void> {
  const file = encoded.get(batch) ?? encode(batch);
  encoded.set(batch, file);
  const base = await openHead(storage);
  const commitId = uuid(runtime);
  const changes = await writeReplacements(storage, base, commitId, [
    { definition: rowsTable, removed: [], files: [await file] },
  ]);
  await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
}
