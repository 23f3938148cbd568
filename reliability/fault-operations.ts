// The operations that faults are put into. Each is what a command does: run again after a failure, it does what is
// still to be done, and nothing twice.

import type { Runtime } from '../src/common/runtime.js';
import type { Storage } from '../src/storage/storage.js';
import { commit } from '../src/table/commit.js';
import { compact } from '../src/table/maintenance/compact.js';
import { expire } from '../src/table/maintenance/expire.js';
import { openForWriting } from '../src/table/lake-file.js';
import { listTags } from '../src/table/snapshot-lookup.js';
import { rollback } from '../src/table/history/rollback.js';
import { tagSnapshot, untag } from '../src/table/history/tags.js';
import { vacuum } from '../src/table/maintenance/vacuum.js';
import { openHead, openView, type LakeView } from '../src/table/view.js';
import { announceWriter } from '../src/table/writers.js';
import { isLakeError } from '../src/common/errors.js';
import { addRows, rowsTable } from './row-files.js';
import {
  counterFile,
  counterOf,
  counters,
  days,
  discardReplacements,
  filesOf,
  log,
  logFile,
  readContents,
  writeReplacements,
} from './tables.js';

/** An operation that is run on a failing disk, and how to tell whether it took effect. */
export interface FaultOperation {
  readonly name: string;
  /** Whether there is a lake before. */
  readonly on: 'nothing' | 'lake';
  run(storage: Storage, runtime: Runtime): Promise<void>;
}

/** Every operation that changes a lake, small enough to be run at every call. */
export const faultOperations: readonly FaultOperation[] = [
  { name: 'first ingest', on: 'nothing', run: (storage, runtime) => ingest(storage, runtime, 'first') },
  { name: 'ingest', on: 'lake', run: (storage, runtime) => ingest(storage, runtime, 'next') },
  { name: 'compact', on: 'lake', run: compactRows },
  {
    name: 'tag',
    on: 'lake',
    run: async (storage, runtime) =>
      void (await tagSnapshot(storage, runtime, { name: 'new', snapshotId: 2 })),
  },
  { name: 'untag', on: 'lake', run: takeOff },
  {
    name: 'expire',
    on: 'lake',
    run: async (storage, runtime) =>
      void (await expire(storage, runtime, { keep: 1, olderThanMicros: runtime.now() })),
  },
  {
    name: 'vacuum',
    on: 'lake',
    run: async (storage, runtime) => void (await vacuum(storage, runtime, { graceMs: 0 })),
  },
  { name: 'rollback', on: 'lake', run: rollBack },
];

const commitIds = {
  first: '00000000-0000-4000-8000-00000000000a',
  next: '00000001-0000-4000-8000-00000000000b',
  compact: '00000002-0000-4000-8000-00000000000c',
  rollback: '00000003-0000-4000-8000-00000000000d',
};

/** Appends an id to the log and counts it, unless that has been done: known by the id, as batches are. */
export async function ingest(
  storage: Storage,
  runtime: Runtime,
  id: 'first' | 'next',
  commitId = commitIds[id],
): Promise<void> {
  await openForWriting(storage, runtime);
  const writer = await announceWriter(storage, runtime);
  try {
    const base = await openHead(storage);
    const contents = await readContents(base);
    if (!contents.log.includes(id))
      await commitIngest(storage, runtime, { base, id, commitId, value: counterOf(contents, days[0]) + 1 });
  } finally {
    await writer.release();
  }
}

interface Ingest {
  readonly base: LakeView | null;
  readonly id: string;
  readonly commitId: string;
  readonly value: number;
}

async function commitIngest(
  storage: Storage,
  runtime: Runtime,
  { base, id, commitId, value }: Ingest,
): Promise<void> {
  const old = (await filesOf(base, counters.name)).filter(({ partition }) => partition['day'] === days[0]);
  const changes = await writeReplacements(storage, base, commitId, [
    { definition: log, removed: [], files: [await logFile([id])] },
    {
      definition: counters,
      removed: old.map(({ path }) => path),
      files: [await counterFile(days[0], value)],
    },
  ]);
  try {
    await commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
  } catch (error) {
    if (isLakeError(error, 'conflict')) await discardReplacements(storage, changes);
    throw error;
  }
}

async function compactRows(storage: Storage, runtime: Runtime): Promise<void> {
  const view = (await openHead(storage))!;
  await compact(storage, runtime, { view, tables: [rowsTable.name], commitId: commitIds.compact });
}

async function takeOff(storage: Storage): Promise<void> {
  if ((await listTags(storage)).has('old')) await untag(storage, 'old');
}

async function rollBack(storage: Storage, runtime: Runtime): Promise<void> {
  const [head, to] = [await openHead(storage), await openView(storage, 3)];
  await rollback(storage, runtime, { head: head!, to, commitId: commitIds.rollback });
}

/** A lake with five snapshots, a tag, an expired snapshot, garbage, and rows in several files. */
export async function buildLake(storage: Storage, runtime: Runtime): Promise<void> {
  await openForWriting(storage, runtime);
  await ingest(storage, runtime, 'first');
  for (let i = 0; i < 3; i++) await addRows(storage, runtime, i);
  await tagSnapshot(storage, runtime, { name: 'old', snapshotId: 3 });
  await expire(storage, runtime, { keep: 3, olderThanMicros: runtime.now() });
  await storage.write([
    { path: 'silver/counters/day=2024-01-01/0123456789abcdef-01234567.parquet', bytes: Uint8Array.of(1) },
    { path: 'bronze/log/0123456789abcdef-01234567.parquet.tmp-1-a-0', bytes: Uint8Array.of(1) },
    {
      path: '_manifests/.staging-00000009-0000-4000-8000-000000000000/snapshot.json',
      bytes: Uint8Array.of(1),
    },
  ]);
}
