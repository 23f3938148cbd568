// The tables behind the sources: bronze as it arrived, one row per key, conflicts, the quarantine and the batches.

import { indexedKeys, type TableDefinition } from '../../format/table-definition.js';
import { rowsToTable, type Cell, type Row } from '../../parquet/rows.js';
import {
  encodeBronze,
  encodeExtractBronze,
  encodePartitions,
  foldExtract,
  refusedLines,
  refusedRecords as refusedOf,
  type ExtractFold,
} from '../../records/hot-path.js';
import { isoOfDays } from '../../common/calendar.js';
import { compareText } from '../../common/text-order.js';
import { batchCodec, type Batch } from '../books/batch-book.js';
import { toRows } from '../books/codec.js';
import { quarantineCodec, type Quarantined } from '../books/quarantine-book.js';
import type { CheckResult } from '../checks/check-results.js';
import type { ExtractSource } from '../define/pipeline.js';
import { deliveryChecks } from '../checks/delivery-checks.js';
import { existingFiles } from './existing-rows.js';
import type { FoldOptions } from './fold-options.js';
import type { Ledger } from '../books/ledger.js';
import { REPLACED } from '../books/corrections.js';
import type { ReadBatch, RefusedElement, RefusedRecord } from '../read/read-batch.js';
import { refusedElementsOf } from '../read/read-fields.js';
import { keyCheck, provenKeyCheck } from '../checks/record-checks.js';
import type { TableDelta } from '../models/spread.js';
import { UNPARTITIONED } from './partitions.js';
import { bronzeOf } from './portions.js';
import { type StagedTables } from './staged-tables.js';

type LogBatch = Extract<ReadBatch, { kind: 'log' }>;
type ExtractBatch = Extract<ReadBatch, { kind: 'extract' }>;

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
  for await (const file of encodeBronze(pool(), parsed, bronzeOf({ ...batch, source }, tables)))
    await tables.add(source.bronze, isoOfDays(batch.ingestDate), [file]);
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
