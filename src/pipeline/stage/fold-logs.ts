// What a run's batches change in the tables of logs: their rows, and the conflicts between them.

import { indexedKeys } from '../../format/table-definition.js';
import { rowsToTable } from '../../parquet/rows.js';
import {
  encodePartitions,
  figuresOf,
  foldLog,
  foldPortions,
  restrictFold,
  type EncodedPartition,
  type EncodeOptions,
  type FoldFigures,
  type LogPortions,
  type ParsedLog,
} from '../../records/hot-path.js';
import type { LogSource } from '../define/pipeline.js';
import { deltaOf, type TableDelta } from '../models/spread.js';
import type { ReadBatch } from '../read/read-batch.js';
import { existingRows, heldChange, type LogRowsBefore } from './existing-rows.js';
import type { FoldOptions } from './fold-options.js';
import type { HeldChange, LogChange } from './log-changes.js';
import { UNPARTITIONED } from './partitions.js';

/** What the batches of logs change. */
export interface FoldedSources {
  readonly changes: readonly LogChange[];
  readonly folds: ReadonlyMap<string, FoldFigures>;
  /** What changed in the parsed tables that models read. */
  readonly deltas: Map<string, TableDelta>;
}

/** Works out what the batches change in the tables of logs; writes nothing of it yet. */
export async function foldLogs(batches: readonly ReadBatch[], options: FoldOptions): Promise<FoldedSources> {
  const changes: LogChange[] = [];
  const folds = new Map<string, FoldFigures>();
  const deltas = new Map<string, TableDelta>();
  for (const source of options.pipeline.sources) {
    if (source.kind !== 'log') continue;
    const parsed = parsedLogs(batches, source);
    if (parsed.length === 0) continue;
    const { table } = source;
    const isFromNothing = options.rebuild?.everything === true;
    const existing = isFromNothing ? null : await existingRows(options.tables, source);
    const taken = await options.portions.taken(source);
    const fold =
      taken === undefined
        ? await foldHeld(parsed, source, existing, options)
        : await foldTaken(taken, existing, options);
    const { figures, held } = fold;
    folds.set(table.name, figures);
    options.tables.plan(table, figures.partitions);
    const days = new Set(figures.partitions.map(({ value }) => value));
    changes.push({ table, days, held, written: once(() => writeFold(source, fold, options)) });
    if (days.size > 0) deltas.set(table.name, deltaOf(table, days));
  }
  return { changes, folds, deltas };
}

/** The accepted records of a batch. */
type ParsedRows = Pick<ParsedLog, 'rows'>;

/** A fold with its rows, wherever they are. */
interface FoldedLog {
  readonly figures: FoldFigures;
  readonly conflicts: Awaited<ReturnType<typeof foldLog>>['conflicts'];
  /** The changed partitions as files; asked for once. */
  readonly encode: (options: EncodeOptions) => AsyncIterable<EncodedPartition>;
  /** Null where no rows are held in memory. */
  readonly held: HeldChange | null;
}

async function foldHeld(
  parsed: readonly ParsedRows[],
  source: LogSource,
  existing: LogRowsBefore | null,
  { pool, rebuild }: FoldOptions,
): Promise<FoldedLog> {
  const { contract, table } = source;
  const before = rebuild === undefined ? existing : null;
  const whole = await foldLog(pool(), { contract, table, parsed, existing: before });
  const fold = rebuild === undefined ? whole : restrictFold(whole, rebuild.wants);
  return {
    figures: figuresOf(fold),
    conflicts: fold.conflicts,
    encode: (encoding) => encodePartitions(pool(), fold, encoding),
    held: heldChange(pool, contract, fold, existing),
  };
}

async function foldTaken(
  taken: LogPortions,
  existing: LogRowsBefore | null,
  { pipeline, rebuild }: FoldOptions,
): Promise<FoldedLog> {
  const { name } = taken.options.table;
  const fold = await foldPortions(taken, {
    existing: rebuild === undefined ? existing : null,
    wants: rebuild?.wants ?? (() => true),
    countNulls: pipeline.runs.nulls.filter(({ table }) => table === name).map(({ of }) => of),
  });
  return {
    figures: fold,
    conflicts: fold.conflicts,
    encode: (encoding) => fold.encode(encoding),
    held: null,
  };
}

/** Work that is done when it is first asked for, and never again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}

/** Writes a fold's changed partitions and its conflicts. */
async function writeFold(
  { table, conflicts }: LogSource,
  fold: FoldedLog,
  { tables, rebuild }: FoldOptions,
): Promise<void> {
  const encoding = { schema: tables.schema(table), ...indexedKeys(table) };
  for await (const { value, files } of fold.encode(encoding)) await tables.replace(table, value, files);
  const losers = fold.conflicts ?? (rebuild && rowsToTable([], tables.schema(conflicts)));
  if (losers !== undefined)
    await tables.replace(conflicts, UNPARTITIONED, await tables.encode(conflicts, losers));
}

/** What the batches said for a log, corrections included. */
const parsedLogs = (batches: readonly ReadBatch[], source: LogSource): readonly ParsedRows[] =>
  batches.flatMap((batch): readonly ParsedRows[] => {
    if ((batch.kind === 'log' || batch.kind === 'extract') && batch.source === source) return [batch.parsed];
    const corrected = batch.kind === 'corrections' ? batch.logs.get(source) : undefined;
    return corrected === undefined ? [] : [corrected];
  });
