// The records of one source in bronze under some keys, the corrected ones among them, as they arrived.

import type * as arrow from 'apache-arrow';
import { isoOfDays } from '../../common/calendar.js';
import type { DataFile } from '../../format/data-file.js';
import { bytesOf, isPresent, offsetsOf } from '../../parquet/chunks.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows, type Row } from '../../parquet/rows.js';
import { textAt } from '../../parquet/texts.js';
import { CorrectionSet, parseCorrections, type Correction } from '../../pipeline/books/corrections.js';
import { isLineLog, type LogSource, type Pipeline, type Source } from '../../pipeline/define/pipeline.js';
import type { Field } from '../../records/field.js';
import { extractRecordOf, storedExtractRecords, type SourceLine } from '../../records/extract/extract.js';
import { linesThatMightHold } from '../../records/scan/find-lines.js';
import { recordOfLine } from '../../records/scan/line-record.js';
import { compileKeyReader, keyField, keyText, type RecordKey } from '../../records/record-key.js';
import { recordReader } from '../../records/record-reader.js';
import type { Value } from '../../records/values/field-reader.js';
import type { RawValue } from '../../records/values/raw-value.js';
import type { TableReader, TableSource } from '../../table/view.js';
import { batchesOf } from '../history/batches.js';
import type { FoundRecord } from './found-records.js';

/** What is looked for, and under which rules the records were read. */
interface Search {
  readonly view: TableSource;
  readonly pipeline: Pipeline;
  readonly source: Source;
  /** Keys as `keyText` writes them. */
  readonly wanted: ReadonlySet<string>;
  readonly signal?: AbortSignal;
}

/** A search with what it knows of the lake. */
interface Context extends Search {
  /** The order of each batch. */
  readonly orders: ReadonlyMap<string, number>;
  /** The key of a record if it is asked for, else null. */
  readonly keyOf: (record: RawValue) => RecordKey | null;
  /** The accepted values of a record, or null. */
  readonly valuesOf: (record: RawValue) => readonly Value[] | null;
}

/** In the order of batches and lines. */
export async function searchBronze(search: Search): Promise<readonly FoundRecord[]> {
  const context = await contextOf(search);
  const { source } = search;
  const found = isLineLog(source) ? await searchLog(context, source) : await searchRecords(context, source);
  return found.toSorted((a, b) => orderOf(context, a) - orderOf(context, b) || a.lineNumber - b.lineNumber);
}

const orderOf = ({ orders }: Context, { batchId }: { readonly batchId: string }): number =>
  orders.get(batchId) ?? 0;

async function contextOf(search: Search): Promise<Context> {
  const { contract } = search.source;
  const readKey = compileKeyReader(contract);
  const judge = recordReader(contract);
  const batches = await batchesOf(search.view, search.pipeline);
  return {
    ...search,
    orders: new Map(batches.map(({ batchId, batchOrder }) => [batchId, batchOrder])),
    keyOf: (record) => {
      const key = readKey(record);
      return key !== null && search.wanted.has(keyText(key)) ? key : null;
    },
    valuesOf: (record) => {
      const outcome = judge(record);
      return outcome.ok ? outcome.values : null;
    },
  };
}

/** Where a record stands and what bronze says of it. */
type Standing = Pick<
  FoundRecord,
  'batchId' | 'sourceFile' | 'ingestDate' | 'lineNumber' | 'raw' | 'replaces'
> & { readonly reason: string | null; readonly delivery: number };

/** The record as found, or nothing if its key is not asked for. */
function found(context: Context, record: RawValue, stand: () => Standing): readonly FoundRecord[] {
  const key = context.keyOf(record);
  if (key === null) return [];
  const { reason, ...standing } = stand();
  const values = reason === null ? context.valuesOf(record) : null;
  const verdict = reason ?? 'accepted';
  return [{ source: context.source.contract.source, key, ...standing, verdict, values }];
}

// Logs

async function searchLog(context: Context, source: LogSource): Promise<readonly FoundRecord[]> {
  const all: FoundRecord[] = [];
  await eachFile(context, source.bronze.name, async (state, file) => {
    const table = decodeParquet(await state.read(file), lineColumns);
    for (const { data } of table.batches) all.push(...linesIn(context, source, data));
  });
  const corrections = await correctionsIn(context);
  return [...all, ...corrections.flatMap((correction) => correctedLine(context, correction))];
}

async function eachFile(
  { view, signal }: Context,
  table: string,
  use: (state: TableReader, file: DataFile) => Promise<void>,
): Promise<void> {
  const state = await view.table(table);
  for (const file of (await state?.files()) ?? []) {
    signal?.throwIfAborted();
    await use(state!, file);
  }
}

const lineColumns = ['batch_id', 'source_file', 'line_number', 'raw', 'reject_reason', 'ingest_date'];

function linesIn(context: Context, source: LogSource, chunk: arrow.Data): readonly FoundRecord[] {
  const [ids, files, numbers, raw, reasons, dates] = chunk.children as unknown as LineChunk;
  const starts = offsetsOf(raw);
  const bytes = Buffer.from(bytesOf(raw).buffer, bytesOf(raw).byteOffset, bytesOf(raw).length);
  return candidates(context, source, raw).flatMap((line) => {
    const [start, end] = [starts[line]!, starts[line + 1]!];
    const read = recordOfLine(bytes, start, end);
    if (read?.ok !== true) return [];
    return found(context, read.record, () => ({
      batchId: textAt(ids, line),
      sourceFile: textAt(files, line),
      lineNumber: Number((numbers.values as BigInt64Array)[line]),
      raw: shownText(bytes.subarray(start, end)),
      reason: isPresent(reasons, line) ? textAt(reasons, line) : null,
      ingestDate: isoOfDays((dates.values as Int32Array)[line] ?? 0),
      delivery: context.orders.get(textAt(ids, line)) ?? 0,
    }));
  });
}

/** In the order of `lineColumns`. */
type LineChunk = readonly [arrow.Data, arrow.Data, arrow.Data, arrow.Data, arrow.Data, arrow.Data];

/** Lines to look at: by a search for their key where the key is one text, otherwise all. */
function candidates({ wanted }: Context, { contract }: LogSource, raw: arrow.Data): readonly number[] {
  const fields = contract.key.map((column) => keyField(contract, column));
  const [field] = fields;
  const name = field && fields.length === 1 ? searchedKey(field) : undefined;
  if (name === undefined) return Array.from({ length: raw.length }, (_, i) => i);
  const keys = new Set(Array.from(wanted, (text) => (JSON.parse(text) as RecordKey)[0]!));
  return linesThatMightHold({ bytes: bytesOf(raw), starts: offsetsOf(raw), lines: raw.length }, name, keys);
}

/** The key of the record in which the field's text stands as it is kept; undefined where it may stand in other forms. */
function searchedKey({ from, type, isStrict, default: whenNull }: Field): string | undefined {
  const [name, ...deeper] = from.kind === 'path' ? from.steps : [];
  if (typeof name !== 'string' || deeper.length > 0 || type.kind !== 'text') return undefined;
  const isPlain = type.form.case === undefined && !type.form.collapse && type.form.trim;
  return isPlain && isStrict && type.aliases === undefined && whenNull === undefined ? name : undefined;
}

const decoder = new TextDecoder();

const shownText = (line: Uint8Array): string => decoder.decode(line).replace(/\r?\n$/, '');

// Extracts, and logs that are read whole

async function searchRecords(context: Context, source: Source): Promise<readonly FoundRecord[]> {
  const batches = await storedBatches(context, source);
  const corrections = await correctionsIn(context);
  const all = [...batches].flatMap(([batchId, batch]) => recordsIn(context, source, batchId, batch));
  const corrected = corrections.flatMap((correction) => {
    const header = batches.get(correction.original.batchId)?.header?.raw;
    const record = extractRecordOf(source.contract, correction.text, header);
    return found(context, record, () => standingOf(context, correction));
  });
  return [...all, ...corrected];
}

/** An extract's batch as bronze has it. */
interface StoredBatch {
  readonly sourceFile: string;
  readonly ingestDate: string;
  header?: SourceLine;
  readonly records: SourceLine[];
  readonly reasons: Map<number, string>;
}

async function storedBatches(
  context: Context,
  { bronze }: Source,
): Promise<ReadonlyMap<string, StoredBatch>> {
  const batches = new Map<string, StoredBatch>();
  await eachFile(context, bronze.name, async (state, file) => {
    for (const row of tableToRows(await state.rows(file), state.schema)) addRow(batches, row);
  });
  return batches;
}

function addRow(batches: Map<string, StoredBatch>, row: Row): void {
  const [id, sourceFile, number, raw, isRecord, reason, date] = row;
  const batchId = String(id);
  const batch = batches.get(batchId) ?? {
    sourceFile: String(sourceFile),
    ingestDate: isoOfDays(Number(date)),
    records: [],
    reasons: new Map<number, string>(),
  };
  batches.set(batchId, batch);
  const line = { lineNumber: Number(number), raw: String(raw) };
  if (isRecord !== true) batch.header = line;
  else batch.records.push(line);
  if (reason !== null && reason !== undefined) batch.reasons.set(line.lineNumber, String(reason));
}

function recordsIn(
  context: Context,
  { contract, bronze }: Source,
  batchId: string,
  batch: StoredBatch,
): readonly FoundRecord[] {
  const { sourceFile, ingestDate, reasons } = batch;
  const place = `${bronze.name}, batch ${batchId} (${sourceFile})`;
  return storedExtractRecords(contract, batch, place).flatMap(({ lineNumber, raw, record }) =>
    found(context, record, () => ({
      batchId,
      sourceFile,
      ingestDate,
      lineNumber,
      raw,
      reason: reasons.get(lineNumber) ?? null,
      delivery: context.orders.get(batchId) ?? 0,
    })),
  );
}

// Corrections

/** A corrected record of the source, and the record for which it stands in the end. */
interface HeldCorrection extends Correction {
  readonly sourceFile: string;
  readonly ingestDate: string;
  readonly reason: string | null;
  readonly original: Correction['replaces'];
}

async function correctionsIn(context: Context): Promise<readonly HeldCorrection[]> {
  const { pipeline, source } = context;
  const held: Omit<HeldCorrection, 'original'>[] = [];
  await eachFile(context, pipeline.books.corrections.name, async (state, file) => {
    for (const row of tableToRows(await state.rows(file), state.schema)) held.push(...correctionOf(row));
  });
  held.sort((a, b) => orderOf(context, a) - orderOf(context, b) || a.lineNumber - b.lineNumber);
  const all = new CorrectionSet(held);
  return held
    .filter((correction) => correction.source === source.contract.source)
    .map((correction) => ({ ...correction, original: all.originalOf(correction) }));
}

function correctionOf(row: Row): readonly Omit<HeldCorrection, 'original'>[] {
  const [id, sourceFile, number, raw, isRecord, reason, date] = row;
  if (isRecord !== true) return [];
  const [batchId, lineNumber] = [String(id), Number(number)];
  const [line] = parseCorrections(`batch ${batchId}, line ${lineNumber}`, raw as Uint8Array);
  if (line?.correction === undefined || line.correction === null) return [];
  return [
    {
      batchId,
      lineNumber,
      sourceFile: String(sourceFile),
      ingestDate: isoOfDays(Number(date)),
      ...line.correction,
      reason: typeof reason === 'string' ? reason : null,
    },
  ];
}

function correctedLine(context: Context, correction: HeldCorrection): readonly FoundRecord[] {
  const text = Buffer.from(correction.bytes);
  const read = recordOfLine(text, 0, text.length);
  return read?.ok === true ? found(context, read.record, () => standingOf(context, correction)) : [];
}

function standingOf({ orders }: Context, correction: HeldCorrection): Standing {
  const { batchId, sourceFile, ingestDate, lineNumber, text, replaces, original, reason } = correction;
  return {
    batchId,
    sourceFile,
    ingestDate,
    lineNumber,
    raw: text,
    replaces,
    reason,
    delivery: orders.get(original.batchId) ?? 0,
  };
}
