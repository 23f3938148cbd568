// Single records as they arrived, found in bronze by their place.

import * as arrow from 'apache-arrow';
import { bytesOf, offsetsOf } from '../../parquet/chunks.js';
import { decodeParquet } from '../../parquet/file.js';
import { textAt } from '../../parquet/texts.js';
import { textEnd } from '../../records/scan/line-units.js';
import type { TableReader, TableSource } from '../../table/view.js';
import type { Pipeline } from '../define/pipeline.js';
import { parseCorrections, placeKey, type RecordPlace } from '../books/corrections.js';

/** Where records may lie. */
interface BronzeTables {
  /** Of all sources. */
  readonly sources: readonly string[];
  readonly corrections: string;
}

/** The names of a pipeline's tables of what arrived. */
export const bronzeTables = ({ sources, books: { corrections } }: Pipeline): BronzeTables => ({
  sources: sources.map(({ bronze }) => bronze.name),
  corrections: corrections.name,
});

/**
 * The exact bytes of records by `placeKey`, without their line ends; of a corrected record those of the correction.
 * Places that bronze does not have are left out.
 */
export async function recordsAt(
  view: TableSource,
  places: readonly RecordPlace[],
  { sources, corrections }: BronzeTables,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = new Map<string, Set<number>>();
  for (const { batchId, lineNumber } of places)
    wanted.set(batchId, (wanted.get(batchId) ?? new Set()).add(lineNumber));
  const found = new Map<string, Uint8Array>();
  for (const name of [...sources, corrections]) {
    const bronze = await view.table(name);
    if (bronze !== undefined)
      for await (const [place, record] of recordsIn(bronze, wanted, signal))
        found.set(placeKey(place), name === corrections ? correctedRecord(record) : record);
  }
  return found;
}

/** The records of a bronze table that are wanted, by batch and line; without their line ends where they are lines. */
async function* recordsIn(
  bronze: TableReader,
  wanted: ReadonlyMap<string, ReadonlySet<number>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly [RecordPlace, Uint8Array]> {
  for (const file of await bronze.files()) {
    signal?.throwIfAborted();
    if (file.batches?.some((batch) => wanted.has(batch)) === false) continue;
    const table = decodeParquet(await bronze.read(file), ['batch_id', 'line_number', 'raw']);
    for (const { data } of table.batches) yield* recordsOf(data, wanted);
  }
}

function* recordsOf(
  { length, children }: arrow.Data,
  wanted: ReadonlyMap<string, ReadonlySet<number>>,
): Generator<readonly [RecordPlace, Uint8Array]> {
  const [ids, numbers, raws] = children as [arrow.Data, arrow.Data, arrow.Data];
  const [offsets, bytes] = [offsetsOf(raws), bytesOf(raws)];
  for (let row = 0; row < length; row++) {
    const batchId = textAt(ids, row);
    const lineNumber = Number((numbers.values as BigInt64Array)[row]);
    if (wanted.get(batchId)?.has(lineNumber) !== true) continue;
    const [start, end] = [offsets[row]!, offsets[row + 1]!];
    const recordEnd = arrow.DataType.isBinary(raws.type) ? textEnd(bytes, start, end) : end;
    yield [{ batchId, lineNumber }, bytes.slice(start, recordEnd)];
  }
}

const correctedRecord = (line: Uint8Array): Uint8Array =>
  parseCorrections('bronze', line)[0]?.correction?.bytes ?? line;
