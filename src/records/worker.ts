// The program of a worker thread: the hot path's tasks. Messages carry shared memory, so rows are never copied between threads.

import type * as arrow from 'apache-arrow';
import type { TaskAnswer } from '../common/worker-pool.js';
import { serveTasks } from '../common/worker-pool.js';
import type { EncodedDataFile } from '../format/data-file.js';
import type { Schema } from '../format/schema.js';
import type { IndexedKeys } from '../format/table-definition.js';
import { bytesOf, offsetsOf } from '../parquet/chunks.js';
import { encodeDataFile } from '../parquet/encode.js';
import { decodeParquet } from '../parquet/file.js';
import { writeIpc } from '../parquet/ipc.js';
import { readElements, type ElementsTask } from './read-elements.js';
import { bronzeFile } from './rows/bronze-file.js';
import type { BronzeFacts } from './rows/bronze-rows.js';
import { contractText, type Contract } from './contract.js';
import { refuseBroken, sliceExtract } from './extract/extract.js';
import type { JudgedUnit, SourceLine } from './extract/extract-units.js';
import { readRecordUnit, type UnitTask } from './extract/read-unit.js';
import type { SourceBytes } from './extract/source-text.js';
import { extractBronzeTable } from './rows/extract-bronze.js';
import { blocksOfTable } from './rows/decode-rows.js';
import { encodeRowsHere, type EncodeRowsTask } from './rows/encode-rows.js';
import { takeFileHere, type TakeFileTask } from './rows/take-file.js';
import { gatherBlock } from './rows/gather-block.js';
import { gatherTable, gatherTexts, pickRows, schemaOf } from './rows/pick-rows.js';
import type { GatheredTexts } from './rows/pick-rows.js';
import type { LineUnit, SourceUnit } from './scan/line-units.js';
import { UnitReader } from './scan/read-unit.js';
import type { RowBlock, RowShape } from './rows/row-block.js';
import { RowStore } from './rows/row-store.js';
import { matchRows, rowsWithHashes } from './fold/match-rows.js';
import { assertAscending, sortByKey } from './fold/sort-rows.js';

/** Lines to be parsed. */
export interface ParseTask {
  readonly contract: Contract;
  readonly unit: SourceUnit;
}

/** A data file whose rows are wanted in memory. */
export interface DecodeTask {
  readonly shape: RowShape;
  readonly key: number;
  readonly bytes: Uint8Array;
}

/** Rows in shared memory, and a run of row numbers in `order`. */
interface RowsTask {
  readonly shape: RowShape;
  readonly key: number;
  readonly blocks: readonly RowBlock[];
  readonly order: SharedArrayBuffer;
  /** Place in `order` of the first row. */
  readonly start: number;
}

/** Rows to be put in the order of their table, partition by partition. */
export interface SortTask extends RowsTask {
  /** Rows of the partitions, one after the other. */
  readonly counts: readonly number[];
}

/** Sorted rows to be written as data files. */
export interface EncodeTask extends RowsTask, IndexedKeys {
  readonly partitions: readonly { readonly value: string; readonly rows: number }[];
  /** '' where nothing partitions the table; a value of '' is null elsewhere. */
  readonly partitionName: string;
  readonly schema: Schema;
  readonly maxRowsPerFile: number;
}

/** Rows that become a block of their own. */
export interface GatherTask extends RowsTask {
  readonly rows: number;
}

/** A data file of which only rows with one of some hashes of keys are wanted in memory. */
export interface DecodeSomeTask extends DecodeTask {
  /** Ascending (Uint32). */
  readonly hashes: SharedArrayBuffer;
}

/** Rows that an engine is to be given. */
export interface RowsToIpcTask extends RowsTask {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Only rows whose text column equals one of the keys. */
  readonly match: { readonly column: string; readonly keys: readonly string[] } | null;
}

/** A whole data file, narrowed to matching rows and columns. */
export interface FindTask extends DecodeTask {
  readonly columns: readonly string[];
  readonly match: { readonly column: string; readonly keys: readonly string[] };
}

/** Lines of a log to be written to bronze. */
export interface BronzeTask {
  readonly unit: LineUnit;
  readonly facts: BronzeFacts;
}

/** Records of an extract to be written to bronze. */
export interface ExtractBronzeTask {
  readonly units: readonly JudgedUnit[];
  readonly header?: SourceLine;
  readonly facts: BronzeFacts;
}

/** An extract's whole file, decompressed. */
export interface SliceTask {
  readonly contract: Contract;
  /** For messages. */
  readonly path: string;
  readonly bytes: SharedArrayBuffer;
}

const storeOf = ({ shape, key, blocks }: RowsTask): RowStore => new RowStore(shape, key, blocks);

/** The reader used last: the units of a run have one contract. */
let reader: { readonly key: string; readonly reader: UnitReader } | undefined;

function readerFor({ contract }: ParseTask): UnitReader {
  const key = contractText(contract);
  if (reader?.key !== key) reader = { key, reader: new UnitReader(contract) };
  return reader.reader;
}

function sortRuns(task: SortTask): null {
  const store = storeOf(task);
  let { start } = task;
  for (const rows of task.counts) {
    sortByKey(store, new Uint32Array(task.order, 4 * start, rows));
    start += rows;
  }
  return null;
}

async function encodeRuns(task: EncodeTask): Promise<TaskAnswer> {
  const store = storeOf(task);
  const files: EncodedDataFile[][] = [];
  let { start } = task;
  for (const { value, rows } of task.partitions) {
    files.push(await encodePartition(task, store, value, new Uint32Array(task.order, 4 * start, rows)));
    start += rows;
  }
  const transfer = files
    .flat()
    .flatMap(({ bytes, index }) => [bytes.buffer, ...(index ? [index.bytes.buffer] : [])]);
  return { value: files, transfer: transfer as ArrayBuffer[] };
}

async function encodePartition(
  task: EncodeTask,
  store: RowStore,
  value: string,
  rows: Uint32Array,
): Promise<EncodedDataFile[]> {
  const { schema, maxRowsPerFile, partitionName } = task;
  const where = partitionName === '' ? 'the table' : `partition ${partitionName}=${value}`;
  const partition = partitionName === '' ? {} : { [partitionName]: value === '' ? null : value };
  const files: EncodedDataFile[] = [];
  for (let start = 0; start < rows.length; start += maxRowsPerFile) {
    const table = gatherTable(store, rows.subarray(start, start + maxRowsPerFile), schema);
    assertAscending(keysOf(table, store, rows.subarray(start, start + maxRowsPerFile)), where);
    if (start > 0)
      assertAscending(gatherTexts(pickRows(store, rows.subarray(start - 1, start + 1)), store.key), where);
    files.push({ ...(await encodeDataFile(table, schema, task)), partition });
  }
  return files;
}

/** The keys of a table that was gathered from these rows. */
function keysOf(table: arrow.Table, store: RowStore, rows: Uint32Array): GatheredTexts {
  const { name, keyOf } = store.shape[store.key]!;
  if (keyOf !== undefined) return gatherTexts(pickRows(store, rows), store.key);
  const at = table.schema.fields.findIndex((field) => field.name === name);
  const keys = table.batches[0]?.data.children[at];
  if (keys === undefined) throw new Error('The schema lacks the key.');
  return { offsets: offsetsOf(keys), bytes: bytesOf(keys) };
}

/** An IPC stream, or null when no row matches. */
function ipcOf(store: RowStore, rows: Uint32Array, columns: readonly string[]): TaskAnswer {
  if (rows.length === 0) return { value: null };
  const ipc = writeIpc(gatherTable(store, rows, schemaOf(store, columns)));
  return { value: ipc, transfer: [ipc.buffer as ArrayBuffer] };
}

function rowsToIpc(task: RowsToIpcTask): TaskAnswer {
  const store = storeOf(task);
  const rows = new Uint32Array(task.order, 4 * task.start, task.rows);
  return ipcOf(store, task.match === null ? rows : matchRows(store, rows, task.match), task.columns);
}

const gather = (task: GatherTask): RowBlock =>
  gatherBlock(storeOf(task), new Uint32Array(task.order, 4 * task.start, task.rows));

/** Rows with other hashes have other keys. */
function decodeSome({ shape, key, bytes, hashes }: DecodeSomeTask): readonly RowBlock[] {
  const wanted = new Uint32Array(hashes);
  const store = new RowStore(shape, key, blocksOfTable(shape, key, decodeParquet(bytes)));
  return store.blocks.flatMap((_, block) => {
    const rows = rowsWithHashes(store, block, wanted);
    return rows.length === 0 ? [] : [gatherBlock(store, rows)];
  });
}

function findInFile(task: FindTask): TaskAnswer {
  const blocks = blocksOfTable(task.shape, task.key, decodeParquet(task.bytes));
  const store = new RowStore(task.shape, task.key, blocks);
  return ipcOf(store, matchRows(store, null, task.match), task.columns);
}

async function encodeBronzeUnit({ unit, facts }: BronzeTask): Promise<TaskAnswer> {
  const file = await bronzeFile(unit, facts);
  return { value: file, transfer: [file.bytes.buffer as ArrayBuffer] };
}

async function encodeExtractBronze({ units, header, facts }: ExtractBronzeTask): Promise<TaskAnswer> {
  const file = await encodeDataFile(extractBronzeTable(units, header, facts), facts.schema);
  const partition = { ingest_date: facts.ingestDate };
  return {
    value: { ...file, partition, batches: [facts.batchId] },
    transfer: [file.bytes.buffer as ArrayBuffer],
  };
}

const fileOf = ({ path, bytes }: SliceTask): SourceBytes => ({ path, bytes: new Uint8Array(bytes) });

serveTasks({
  parse: (task: ParseTask) => ({ value: readerFor(task).read(task.unit) }),
  decode: ({ shape, key, bytes }: DecodeTask) => ({ value: blocksOfTable(shape, key, decodeParquet(bytes)) }),
  decodeSome: (task: DecodeSomeTask) => ({ value: decodeSome(task) }),
  gather: (task: GatherTask) => ({ value: gather(task) }),
  sort: (task: SortTask) => ({ value: sortRuns(task) }),
  encode: encodeRuns,
  rows: rowsToIpc,
  find: findInFile,
  bronze: encodeBronzeUnit,
  slice: (task: SliceTask) => ({ value: sliceExtract(task.contract, fileOf(task)) }),
  refuseBroken: (task: SliceTask) => ({ value: refuseBroken(task.contract, fileOf(task)) }),
  judge: (task: UnitTask) => ({ value: readRecordUnit(task) }),
  extractBronze: encodeExtractBronze,
  elements: (task: ElementsTask) => ({ value: readElements(task) }),
  encodeRows: async (task: EncodeRowsTask) => ({ value: await encodeRowsHere(task) }),
  takeFile: async (task: TakeFileTask) => ({ value: await takeFileHere(task) }),
});
