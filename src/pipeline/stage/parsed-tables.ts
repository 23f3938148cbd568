// The tables behind the sources: bronze as it arrived, one row per key, conflicts, the quarantine and the batches.

import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import { rowsToTable, type Cell, type Row } from '../../parquet/rows.js';
import {
  encodeBronze,
  encodeExtractBronze,
  encodePartitions,
  foldExtract,
  foldLog,
  refusedLines,
  refusedRecords as refusedOf,
  restrictFold,
  type ExtractFold,
  type Fold,
  type ParsedLog,
} from '../../records/hot-path.js';
import { isoOfDays } from '../../common/calendar.js';
import { compareText } from '../../common/text-order.js';
import { batchCodec, type Batch } from '../books/batch-book.js';
import { toRows } from '../books/codec.js';
import { quarantineCodec, type Quarantined } from '../books/quarantine-book.js';
import type { CheckResult } from '../checks/check-results.js';
import type { ExtractSource, LogSource } from '../define/pipeline.js';
import { deliveryChecks } from '../checks/delivery-checks.js';
import { existingFiles, existingRows, logChange } from './existing-rows.js';
import type { FoldOptions } from './fold-options.js';
import type { Ledger } from '../books/ledger.js';
import type { LogChange } from './log-changes.js';
import { REPLACED } from '../books/corrections.js';
import type { ReadBatch, RefusedElement, RefusedRecord } from '../read/read-batches.js';
import { refusedElementsOf } from '../read/read-fields.js';
import { keyCheck, provenKeyCheck } from '../checks/record-checks.js';
import { deltaOf, type TableDelta } from '../models/spread.js';
import { UNPARTITIONED } from './partitions.js';
import { type StagedTables } from './staged-tables.js';

type LogBatch = Extract<ReadBatch, { kind: 'log' }>;
type ExtractBatch = Extract<ReadBatch, { kind: 'extract' }>;

/** What the batches of logs change. */
export interface FoldedSources {
  readonly changes: readonly LogChange[];
  readonly folds: ReadonlyMap<string, Fold>;
  /** What changed in the parsed tables that models read. */
  readonly deltas: Map<string, TableDelta>;
}

/** Works out what the batches change in the tables of their sources; writes nothing. Extract tables are staged by `stageExtracts`. */
export async function foldLogs(batches: readonly ReadBatch[], options: FoldOptions): Promise<FoldedSources> {
  const changes: LogChange[] = [];
  const folds = new Map<string, Fold>();
  const deltas = new Map<string, TableDelta>();
  for (const source of options.pipeline.sources) {
    if (source.kind !== 'log') continue;
    const parsed = parsedLogs(batches, source);
    if (parsed.length === 0) continue;
    const { contract, table } = source;
    const isFromNothing = options.rebuild?.everything === true;
    const existing = isFromNothing ? null : await existingRows(options.tables, source);
    const whole = await foldLog(options.pool(), {
      contract,
      table,
      parsed,
      existing: options.rebuild === undefined ? existing : null,
    });
    const fold = options.rebuild === undefined ? whole : restrictFold(whole, options.rebuild.wants);
    folds.set(table.name, fold);
    options.tables.plan(table, fold.partitions);
    const write = once(() => writeFold(source, fold, options));
    changes.push({ ...logChange(options, source, fold, existing), written: write });
    if (fold.partitions.length > 0)
      deltas.set(table.name, deltaOf(table, new Set(fold.partitions.map(({ value }) => value))));
  }
  return { changes, folds, deltas };
}

/** Work that is done when it is first asked for, and never again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** Bronze of every new batch, in order; a batch's lines are let go once they are written. */
export async function writeBronze(batches: readonly ReadBatch[], options: FoldOptions): Promise<void> {
  for (const batch of batches) {
    if (batch.kind === 'log') await writeLogBronze(batch, options);
    if (batch.kind === 'extract') await writeExtractBronze(batch, options);
  }
}

async function writeLogBronze(
  { batch, source, parsed }: LogBatch,
  { tables, pool }: FoldOptions,
): Promise<void> {
  const { bronze } = source;
  const ingestDate = isoOfDays(batch.ingestDate);
  const schema = tables.schema(bronze);
  const options = { schema, batchId: batch.batchId, sourceFile: batch.fileName, ingestDate };
  for await (const file of encodeBronze(pool(), parsed, options))
    await tables.add(bronze, ingestDate, [{ ...file, batches: [batch.batchId] }]);
}

async function writeExtractBronze(
  { batch, source, parsed }: ExtractBatch,
  { tables, pool }: FoldOptions,
): Promise<void> {
  const { bronze } = source;
  const ingestDate = isoOfDays(batch.ingestDate);
  const schema = tables.schema(bronze);
  const options = { schema, batchId: batch.batchId, sourceFile: batch.fileName, ingestDate };
  for await (const file of encodeExtractBronze(pool(), parsed, options))
    await tables.add(bronze, ingestDate, [file]);
}

/** Writes a fold's changed partitions and its conflicts. */
async function writeFold(
  source: LogSource,
  fold: Fold,
  { tables, pool, rebuild }: FoldOptions,
): Promise<void> {
  const { table, conflicts } = source;
  const schema = tables.schema(table);
  for await (const { value, files } of encodePartitions(pool(), fold, {
    schema,
    ...indexedKeys(table),
  }))
    await tables.replace(table, value, files);
  const losers = fold.conflicts ?? (rebuild && rowsToTable([], tables.schema(conflicts)));
  if (losers !== undefined)
    await tables.replace(conflicts, UNPARTITIONED, await tables.encode(conflicts, losers));
}

/** What the extracts changed, and the checks of their tables' keys. */
interface StagedExtracts {
  readonly deltas: ReadonlyMap<string, TableDelta>;
  readonly checks: readonly CheckResult[];
}

/** Folds the extracts into their tables and stages those that changed. */
export async function stageExtracts(
  batches: readonly ReadBatch[],
  options: FoldOptions,
): Promise<StagedExtracts> {
  const deltas = new Map<string, TableDelta>();
  const checks: CheckResult[] = [];
  for (const source of options.pipeline.sources) {
    if (source.kind !== 'extract') continue;
    const deliveries = batches.flatMap((batch) =>
      batch.kind === 'extract' && batch.source === source ? [batch] : [],
    );
    if (deliveries.length === 0) continue;
    const { contract, table } = source;
    const fold = await foldExtract(options.pool(), {
      contract,
      table,
      deliveries: deliveries.map(({ parsed }) => parsed),
      existing: options.rebuild === undefined ? await existingFiles(options.tables, table) : null,
    });
    checks.push(provenKeyCheck(table), ...deliveryChecks(source, fold));
    if (await writeExtractFold(source, fold, options))
      deltas.set(table.name, { kind: 'table', firstChanged: new Map() });
  }
  return { deltas, checks };
}

/** Writes a fold's changed partitions; says whether anything changed. */
async function writeExtractFold(
  { table }: ExtractSource,
  fold: ExtractFold,
  { tables, pool, rebuild }: FoldOptions,
): Promise<boolean> {
  let isChanged = false;
  const options = { schema: tables.schema(table), ...indexedKeys(table) };
  for await (const { value, files } of encodePartitions(pool(), fold, options))
    if (await tables.replace(table, value, files)) isChanged = true;
  if (rebuild === undefined) return isChanged;
  const values = new Set(fold.partitions.map(({ value }) => value));
  return (await tables.keepOnly(table, (value) => values.has(value))) || isChanged;
}

/** The new batches, and their refused records in the quarantine of the ingest date. */
export async function stageRecords(
  batches: readonly ReadBatch[],
  ledger: Ledger,
  { pipeline, tables }: FoldOptions,
): Promise<readonly CheckResult[]> {
  const date = batches.find(({ kind }) => kind !== 'known')?.batch.ingestDate;
  if (date === undefined) return [];
  const check = await replaceBatches(ledger.batches, { pipeline, tables });
  const refused = batches.flatMap((read) => [
    ...quarantined(read.batch, refusedRecords(read)),
    ...quarantined(read.batch, refusedElementsOf(read)),
  ]);
  if (refused.length === 0) return [check];
  const { quarantine } = pipeline.books;
  const old = await tables.rows(quarantine, isoOfDays(date));
  const fresh = toRows(quarantineCodec, refused, tables.schema(quarantine));
  const all = [...old, ...fresh].sort(byColumns(quarantine));
  await replaceRows(tables, quarantine, isoOfDays(date), all);
  return [check, keyCheck(quarantine, all)];
}

/** The batches, and the quarantine of every ingest date, made of all batches. */
export async function rebuildRecords(
  batches: readonly Batch[],
  refused: readonly Quarantined[],
  { pipeline, tables }: FoldOptions,
): Promise<readonly CheckResult[]> {
  const { quarantine } = pipeline.books;
  const check = await replaceBatches(batches, { pipeline, tables });
  const schema = tables.schema(quarantine);
  const all: Row[] = [];
  const byDate = new Map<string, Quarantined[]>();
  for (const record of refused) {
    const date = isoOfDays(record.ingestDate);
    const others = byDate.get(date);
    if (others === undefined) byDate.set(date, [record]);
    else others.push(record);
  }
  for (const [date, records] of byDate) {
    const rows = toRows(quarantineCodec, records, schema).toSorted(byColumns(quarantine));
    await replaceRows(tables, quarantine, date, rows);
    for (const row of rows) all.push(row);
  }
  await tables.keepOnly(quarantine, (date) => byDate.has(date));
  return [check, keyCheck(quarantine, all)];
}

async function replaceBatches(
  batches: readonly Batch[],
  { pipeline, tables }: Pick<FoldOptions, 'pipeline' | 'tables'>,
): Promise<CheckResult> {
  const table = pipeline.books.batches;
  const rows = toRows(batchCodec, batches, tables.schema(table));
  await replaceRows(tables, table, UNPARTITIONED, rows);
  return keyCheck(table, rows);
}

/** A batch's records that take no part, in the order of their lines. */
export function refusedRecords(read: ReadBatch): readonly RefusedRecord[] {
  if (read.kind === 'known') return [];
  if (read.kind === 'corrections') return read.refused;
  const { source } = read.batch;
  if (read.kind === 'extract') return Array.from(refusedOf(read.parsed), (record) => ({ source, ...record }));
  return Array.from(refusedLines(read.parsed), ({ lineNumber, reason, raw }) => ({
    source,
    lineNumber,
    raw,
    reason: read.replaced?.has(lineNumber) === true ? REPLACED : reason,
  }));
}

/** A batch's refused records and elements as the quarantine has them; replaced ones have left it. */
export function quarantined(
  { fileName: sourceFile, batchId, ingestDate }: Batch,
  refused: readonly (RefusedRecord & Partial<RefusedElement>)[],
): readonly Quarantined[] {
  return refused
    .filter(({ reason }) => reason !== REPLACED)
    .map(({ source, lineNumber, reason, raw, element = null }) => ({
      source,
      sourceFile,
      batchId,
      lineNumber,
      element,
      reason,
      raw: clip(raw),
      ingestDate,
    }));
}

/** Code points of a refused record that the quarantine shows; bronze has all of it. */
const SHOWN_CODE_POINTS = 4096;

const clip = (raw: string): string =>
  raw.length <= SHOWN_CODE_POINTS ? raw : Array.from(raw).slice(0, SHOWN_CODE_POINTS).join('');

/** The order of a table's sort columns. */
function byColumns(definition: TableDefinition): (a: Row, b: Row) => number {
  const indexes = definition.sortOrder.map((name) =>
    definition.columns.findIndex((column) => column.name === name),
  );
  return (a, b) => {
    for (const index of indexes) {
      const order = compareCells(a[index] ?? null, b[index] ?? null);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function compareCells(a: Cell, b: Cell): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return Number(a) - Number(b);
}

async function replaceRows(
  tables: StagedTables,
  definition: TableDefinition,
  partition: string,
  rows: readonly Row[],
): Promise<boolean> {
  const content = rowsToTable(rows, tables.schema(definition));
  return tables.replace(definition, partition, await tables.encode(definition, content));
}

/** What the batches said for a log, corrections included. */
const parsedLogs = (batches: readonly ReadBatch[], source: LogSource): readonly ParsedLog[] =>
  batches.flatMap((batch) => {
    if (batch.kind === 'log' && batch.source === source) return [batch.parsed];
    const corrected = batch.kind === 'corrections' ? batch.logs.get(source) : undefined;
    return corrected === undefined ? [] : [corrected];
  });
