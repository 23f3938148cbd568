// Rows that the engine holds become the files of a table's partitions: ordered there, encoded by our own writer here, so
// that every engine's files have the same bytes; or written by the engine, where there are too many (engine-files.ts).

import * as arrow from 'apache-arrow';
import { mapStream } from '../../common/worker-pool.js';
import type { EncodedFile } from '../../parquet/encode.js';
import { writeIpc } from '../../parquet/ipc.js';
import { encodeRows } from '../../records/rows/encode-rows.js';
import { partitionRuns, type PartitionRun } from './partition-runs.js';
import { engineFiles } from './engine-files.js';
import { orderOf, rowsToPlace } from './partition-sql.js';
import type { EncodedPartition, PlaceOptions } from './place-options.js';

/** Runs of rows that wait for a worker or are with one: bounds what is held of a large table. */
const RUNS_AHEAD = 64;

/** What becomes of the rows. */
export interface Placed {
  /** The engine has given all rows and can do other work. */
  readonly read: Promise<void>;
  /** The partitions whose files changed, when all are written. */
  readonly changed: Promise<ReadonlySet<string>>;
}

/** Puts the relation's rows in place of the partitions'. */
export function placeRows(options: PlaceOptions): Placed {
  let done = (): void => undefined;
  const read = new Promise<void>((resolve) => (done = resolve));
  const changed = place(options, done).finally(done);
  return { read, changed };
}

async function place(options: PlaceOptions, onRead: () => void): Promise<ReadonlySet<string>> {
  const { tables, table, partitions } = options;
  const written = new Map<string, Promise<boolean>>();
  const replace = (partition: string, files: readonly EncodedFile[]): void => {
    const replaced = tables.replace(table, partition, files);
    replaced.catch(() => undefined); // looked at below, when nothing writes any more
    written.set(partition, replaced);
  };
  try {
    for await (const { partition, files } of encodedPartitions(options, onRead)) replace(partition, files);
    for (const partition of partitions) if (!written.has(partition)) replace(partition, []);
  } finally {
    await Promise.allSettled(written.values());
  }
  const changed = await Promise.all(
    [...written].map(async ([partition, replaced]) => ((await replaced) ? [partition] : [])),
  );
  return new Set(changed.flat());
}

/** The partitions with all their files, in order. */
async function* encodedPartitions(
  options: PlaceOptions,
  onRead: () => void,
): AsyncGenerator<EncodedPartition> {
  const written = await engineFiles(options);
  if (written !== undefined) {
    onRead();
    yield* written;
    return;
  }
  let current: { partition: string; files: EncodedFile[] } | undefined;
  for await (const { run, files } of mapStream(runsOf(options, onRead), RUNS_AHEAD, (each) =>
    encodeRun(options, each),
  )) {
    for (const [at, { partition }] of run.files.entries()) {
      if (current?.partition !== partition) {
        if (current !== undefined) yield current;
        current = { partition, files: [] };
      }
      current.files.push(files[at]!);
    }
  }
  if (current !== undefined) yield current;
}

async function* runsOf(options: PlaceOptions, onRead: () => void): AsyncGenerator<PartitionRun> {
  const { engine, table } = options;
  yield* partitionRuns(table, await engine.query(selectOrdered(options)));
  onRead();
}

async function encodeRun(
  { pool, tables, table }: PlaceOptions,
  run: PartitionRun,
): Promise<{ readonly run: PartitionRun; readonly files: readonly EncodedFile[] }> {
  const ipc = writeIpc(new arrow.Table([...run.batches]));
  const files = await encodeRows(pool, {
    ipc,
    schema: tables.schema(table),
    files: run.files.map(({ start, rows }) => ({ start, rows })),
  });
  return { run, files };
}

function selectOrdered({ engine: { dialect }, table, ...placed }: PlaceOptions): string {
  const columns = table.columns.map(({ name }) => dialect.quoted(name)).join(', ');
  const { relation, where } = rowsToPlace(dialect, { table, ...placed });
  return `SELECT ${columns} FROM ${relation}${where} ORDER BY ${orderOf(dialect, table)}`;
}
