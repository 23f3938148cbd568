// A fold's rows on their way out: data files, and Arrow streams for an engine. Rows are gathered on worker threads.

import { mapAhead } from '../../common/worker-pool.js';
import type { TaskRunner } from '../../common/worker-pool.js';
import type { EncodedDataFile } from '../../format/data-file.js';
import { wantedTexts } from '../../format/wanted-keys.js';
import { partitionRuns, taskRows } from './place-rows.js';
import type {
  BronzeOptions,
  ChangedKeys,
  EncodedPartition,
  EncodeOptions,
  ExistingFile,
  ExistingRows,
  FindOptions,
  Fold,
  ParsedLog,
} from '../log-types.js';
import { rowShape } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import { nowhere, partitionReader, partitionText } from './row-partitions.js';
import type { JudgedUnit } from '../extract/extract-units.js';
import type { ParsedExtract } from '../extract/parse-extract.js';
import type { BronzeTask, EncodeTask, ExtractBronzeTask, FindTask, RowsToIpcTask } from '../worker.js';

/** Rows that a task encodes: a tenth of a second of work, so that what is urgent need not wait long. */
const encodeTaskRows = 16_384;

/** The canonical cut of a partition into files (format §3). */
const canonicalFileRows = 1_000_000;

/**
 * The changed partitions as data files, in ascending order; made in parallel and only a little ahead of the reader.
 * @throws LakeError `check-failed` if a partition's keys are not strictly ascending
 */
export async function* encodePartitions(
  pool: TaskRunner,
  { state, partitions }: Pick<Fold, 'state' | 'partitions'>,
  options: EncodeOptions,
): AsyncGenerator<EncodedPartition> {
  const { shape, key, blocks, order, partitioning } = state;
  const { maxRowsPerFile = canonicalFileRows } = options;
  const rows = { shape, key, blocks, order, partitionName: partitioning.name };
  const common = { ...options, ...rows, maxRowsPerFile };
  const runs = mapAhead(
    partitionRuns(partitions, encodeTaskRows),
    pool.size + 1,
    async ({ first, end, start }) => {
      const task: EncodeTask = { ...common, start, partitions: partitions.slice(first, end) };
      return { task, files: await pool.run<EncodedDataFile[][]>('encode', task) };
    },
  );
  for await (const { task, files } of runs) {
    for (const [p, { value }] of task.partitions.entries()) yield { value, files: files[p]! };
  }
}

/** The batch's bronze files, one per unit of lines, in line order. No lines: no files. */
export async function* encodeBronze(
  pool: TaskRunner,
  { lines }: Pick<ParsedLog, 'lines'>,
  facts: BronzeOptions,
): AsyncGenerator<EncodedDataFile> {
  yield* mapAhead(lines, pool.size + 1, (unit) => {
    const task: BronzeTask = { unit, facts };
    return pool.run<EncodedDataFile>('bronze', task);
  });
}

/** An extract's bronze files: its header and records, whole units of them up to the canonical cut. No rows: no files. */
export async function* encodeExtractBronze(
  pool: TaskRunner,
  { units, header }: Pick<ParsedExtract, 'units' | 'header'>,
  facts: BronzeOptions,
): AsyncGenerator<EncodedDataFile> {
  const files = runsOfUnits(units, canonicalFileRows - 1);
  if (files.length === 0 && header !== undefined) files.push([]);
  yield* mapAhead(files.entries(), pool.size + 1, ([f, own]) => {
    const task: ExtractBronzeTask = { units: own, facts, ...(f === 0 && header && { header }) };
    return pool.run<EncodedDataFile>('extractBronze', task);
  });
}

/** Neighbouring units that have at most so many records together. */
function runsOfUnits(units: readonly JudgedUnit[], most: number): JudgedUnit[][] {
  const runs: JudgedUnit[][] = [];
  let records = Infinity;
  for (const unit of units) {
    if (records + unit.records > most) {
      runs.push([]);
      records = 0;
    }
    runs.at(-1)!.push(unit);
    records += unit.records;
  }
  return runs;
}

/** Arrow IPC streams that together hold the changed partitions' complete rows, sorted within a partition. */
export function rowsOfPartitions(
  pool: TaskRunner,
  fold: Fold,
  columns: readonly string[],
): AsyncIterable<Uint8Array> {
  return streamRows(pool, fold, { order: fold.state.order, columns, match: null });
}

/** Arrow IPC streams of the rows that were added (new keys and new winners). */
export function addedRows(
  pool: TaskRunner,
  fold: Fold,
  columns: readonly string[],
): AsyncIterable<Uint8Array> {
  return streamRows(pool, fold, { order: fold.state.added, columns, match: null });
}

async function* streamRows(
  pool: TaskRunner,
  { state: { shape, key, blocks } }: Fold,
  { order, columns, match }: Pick<RowsToIpcTask, 'order' | 'columns' | 'match'>,
): AsyncGenerator<Uint8Array> {
  const rows = order.byteLength / 4;
  const starts = Array.from({ length: Math.ceil(rows / taskRows) }, (_, i) => i * taskRows);
  const streams = mapAhead(starts, pool.size + 1, (start) => {
    const count = Math.min(taskRows, rows - start);
    const task: RowsToIpcTask = { shape, key, blocks, order, start, rows: count, columns, match };
    return pool.run<Uint8Array | null>('rows', task);
  });
  for await (const stream of streams) if (stream !== null) yield stream;
}

/** The part of a fold that lies in some partitions. Its rows count as added, and as new. */
export function restrictFold(fold: Fold, wants: (partition: string) => boolean): Fold {
  const all = new Uint32Array(fold.state.order);
  const kept: Uint32Array[] = [];
  let start = 0;
  for (const { value, rows } of fold.partitions) {
    if (wants(value)) kept.push(all.subarray(start, start + rows));
    start += rows;
  }
  const rows = kept.reduce((sum, part) => sum + part.length, 0);
  const order = new SharedArrayBuffer(rows * Uint32Array.BYTES_PER_ELEMENT);
  const target = new Uint32Array(order);
  let at = 0;
  for (const part of kept) {
    target.set(part, at);
    at += part.length;
  }
  const addedFrom = new Int32Array(rows).fill(nowhere);
  const partitions = fold.partitions.filter(({ value }) => wants(value));
  return { ...fold, partitions, state: { ...fold.state, order, added: order, addedFrom } };
}

/** The keys of the added rows: where each was, and where it is now. */
export function changedKeys({ state }: Fold): ChangedKeys {
  const store = new RowStore(state.shape, state.key, state.blocks);
  const rows = Array.from(new Uint32Array(state.added));
  const partitionOf = partitionReader(store, state.partitioning);
  const textOf = memoized((partition) => partitionText(state.partitioning, partition));
  return {
    keys: rows.map((row) => store.keyText(row)),
    oldPartitions: Array.from(state.addedFrom, (from) => (from === nowhere ? null : textOf(from))),
    newPartitions: rows.map((row) => textOf(partitionOf(row))),
  };
}

function memoized(answer: (partition: number) => string): (partition: number) => string {
  const known = new Map<number, string>();
  return (partition) => {
    const text = known.get(partition) ?? answer(partition);
    known.set(partition, text);
    return text;
  };
}

/** Arrow IPC streams of the rows, in the state after the fold, whose text column equals one of the keys. */
export async function* findRows<F extends ExistingFile>(
  pool: TaskRunner,
  existing: ExistingRows<F> | null,
  options: FindOptions,
): AsyncGenerator<Uint8Array> {
  const { column, keys, fold, columns } = options;
  if (keys.length === 0) return;
  const match = { column, keys };
  const changed = new Set(fold?.partitions.map(({ value }) => value));
  const candidates = (await existing?.candidates(wantedTexts(keys), column)) ?? [];
  const files = candidates.filter(({ value }) => !changed.has(value));
  const shape = rowShape(options.contract);
  const key = keyColumn(shape, options.contract);
  const old = mapAhead(files, pool.size + 1, async (file) => {
    const bytes = (await existing?.read(file)) ?? new Uint8Array();
    const task: FindTask = { shape, key, bytes, columns, match };
    return pool.run<Uint8Array | null>('find', task);
  });
  for await (const stream of old) if (stream !== null) yield stream;
  if (fold !== null) yield* streamRows(pool, fold, { order: fold.state.order, columns, match });
}
