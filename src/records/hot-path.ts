// Logs and extracts, from bytes to the table's new partitions: parse → fold → encode, on worker threads over typed arrays.
// This file is the whole interface of the hot path; the pipeline imports nothing else of it.

import { threadProgram } from '../common/compiled-url.js';
import { startWorkerPool } from '../common/worker-pool.js';
import type { WorkerPool } from '../common/worker-pool.js';

export { acceptedRows, judgeExtract, parseExtract, refusedRecords } from './extract/parse-extract.js';
export type { ParsedExtract } from './extract/parse-extract.js';
export { unitsOf } from './extract/extract-units.js';
export { foldLog } from './fold/fold.js';
export { foldExtract } from './fold/fold-extract.js';
export type { ExtractFold } from './fold/fold-extract.js';
export { foldElements } from './fold/fold-elements.js';
export type { ElementsFold } from './fold/fold-elements.js';
export type { FoundKeys } from './fold/found-keys.js';
export {
  addedRows,
  changedKeys,
  encodeBronze,
  encodeExtractBronze,
  encodePartitions,
  findRows,
  restrictFold,
  rowsOfPartitions,
} from './fold/fold-output.js';
export { figuresOf } from './fold/fold-facts.js';
export { foldPortions, type PortionedFold } from './fold/fold-portions.js';
export { LogPortions } from './fold/log-portions.js';
export type { ScratchFile } from './fold/spilled-blocks.js';
export type * from './log-types.js';
export { RangeCutter, type CutLog, type LogStart } from './ranges/log-ranges.js';
export type { RangesTask } from './ranges/parse-range.js';
export { rangeProgram, RANGE_PROGRAM } from './ranges/program-file.js';
export { decodeRange, type ParsedRange } from './ranges/range-file.js';
export { lineOfRange, rangeFile, TASK_FILE, type RangeAnswer } from './ranges/range-lines.js';
export { takeRanges } from './ranges/take-ranges.js';
export { parseLog, refusedLines } from './scan/parse-log.js';

/** Worker threads that run this module's tasks; as many as there are cores, at most two, unless said. Close it in the end. */
export function startLogWorkers(size?: number): WorkerPool {
  return startWorkerPool(threadProgram(import.meta.url, './worker.js'), size);
}

/**
 * Bytes of memory that a run over that much log takes at most, beside the SQL engine: the source, its rows as columns,
 * keys and order, and two threads with their buffers and WebAssembly memory.
 */
export function estimateBytes(inputBytes: number): number {
  return Math.ceil(fixedBytes + inputBytes * bytesPerInputByte);
}

const fixedBytes = 350e6;
const bytesPerInputByte = 3;
