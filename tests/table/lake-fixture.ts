// Small tables and data files whose content does not matter, for tests of the metadata.

import { systemRuntime } from '../../src/common/system-runtime.js';
import { uuid, type Runtime } from '../../src/common/runtime.js';
import { sha256 } from '../../src/common/sha256.js';
import type { DataFile, EncodedDataFile } from '../../src/format/data-file.js';
import { tableFor } from '../../src/format/evolve.js';
import type { Snapshot } from '../../src/format/snapshot.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit, type CommitRequest, type TableChange } from '../../src/table/commit.js';
import { openHead, type LakeView } from '../../src/table/view.js';
import { writeDataFiles } from '../../src/table/write.js';

export const runtime: Runtime = systemRuntime();

/** Sorted, partitioned by day. */
export const events: TableDefinition = {
  name: 'silver.events',
  columns: [
    { name: 'id', type: 'string', required: true },
    { name: 'day', type: 'date', required: true },
    { name: 'amount', type: 'long', required: false },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['id'],
  key: ['id'],
};

/** In order of arrival, partitioned by day. */
export const raw: TableDefinition = { ...events, name: 'bronze.events', sortOrder: [], key: [] };

/** Sorted, not partitioned. */
export const totals: TableDefinition = {
  name: 'gold.totals',
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: ['id'],
  key: ['id'],
};

/** A file of one day whose ids run from `first` to `last`; its bytes are their text. */
export async function dayFile(day: string, first: string, last = first, rows = 1): Promise<EncodedDataFile> {
  const bytes = new TextEncoder().encode(`${day} ${first} ${last}`);
  return {
    bytes,
    sha256: await sha256(bytes),
    rows,
    columns: {
      1: { nulls: 0, min: first, max: last },
      2: { nulls: 0, min: day, max: day },
      3: { nulls: rows },
    },
    partition: { day },
  };
}

/** A file of a table without partitions. */
export async function plainFile(id: string): Promise<EncodedDataFile> {
  const bytes = new TextEncoder().encode(id);
  return {
    bytes,
    sha256: await sha256(bytes),
    rows: 1,
    columns: { 1: { nulls: 0, min: id, max: id } },
    partition: {},
  };
}

/** Writes files for a change of `definition` on `base`. */
export async function written(
  storage: Storage,
  base: LakeView | null,
  definition: TableDefinition,
  files: readonly EncodedDataFile[],
  commitId: string,
): Promise<readonly DataFile[]> {
  const table = tableFor((await base?.table(definition.name))?.file, definition, { tableId: 'unused' });
  return writeDataFiles(storage, { commitId, table, files });
}

/** A request that adds files to one table of `base`, not sent yet. */
export async function adding(
  storage: Storage,
  base: LakeView | null,
  definition: TableDefinition,
  files: readonly EncodedDataFile[],
  options: Partial<CommitRequest> & { readonly removed?: readonly string[] } = {},
): Promise<CommitRequest> {
  const { removed = [], ...rest } = options;
  const commitId = rest.commitId ?? uuid(runtime);
  const change: TableChange = {
    definition,
    removed,
    added: await written(storage, base, definition, files, commitId),
  };
  return { base, commitId, operation: 'ingest', summary: {}, changes: [change], reads: [], ...rest };
}

/** Adds files to one table of the head. */
export async function add(
  storage: Storage,
  definition: TableDefinition,
  files: readonly EncodedDataFile[],
  removed: readonly string[] = [],
): Promise<Snapshot> {
  const base = await openHead(storage);
  return commit(storage, runtime, await adding(storage, base, definition, files, { removed }));
}

/** The paths of a table's files at the head, in order, without folder and commit: `2024-03-05 a1`. */
export async function idsOf(storage: Storage, definition: TableDefinition): Promise<readonly string[]> {
  const state = await (await openHead(storage))?.table(definition.name);
  return ((await state?.files()) ?? []).map((file) => {
    const day = file.partition['day'];
    return `${day === undefined ? '' : `${day} `}${file.columns['1']?.min}`;
  });
}
