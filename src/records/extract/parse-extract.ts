// An extract from its file, or from bronze, to judged records: cut and judged on worker threads.

import { isLakeError } from '../../common/errors.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { Contract } from '../contract.js';
import type { RefusedLineElement } from '../elements.js';
import { sumCounts, type FieldCount } from '../field-counts.js';
import { rowShape, type RowBlock } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowWriter } from '../rows/row-writer.js';
import type { AcceptedRecord } from '../record-reader.js';
import type { SliceTask } from '../worker.js';
import type { ExtractSlices } from './extract.js';
import { lineReader, type JudgedUnit, type SourceLine } from './extract-units.js';
import type { UnitOutcome, UnitTask } from './read-unit.js';

/** What an extract said: counts, the records themselves for bronze and the quarantine, the accepted ones as columns. */
export interface ParsedExtract {
  /** Of a CSV file. */
  readonly header?: SourceLine;
  readonly units: readonly JudgedUnit[];
  readonly records: number;
  readonly accepted: number;
  /** By reason, reasons that occur only, in the order of their names. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly rows: readonly RowBlock[];
  /** Refused records whose key is whole, as rows with nothing but their keys. */
  readonly refusedKeys: readonly RowBlock[];
  /** Of accepted records: fields that the contract does not know; bronze keeps them. */
  readonly unknownFields: readonly FieldCount[];
  /** Of accepted records: fields whose value was not of their type. */
  readonly nulledFields: readonly FieldCount[];
  /** Of accepted records, in the order of the file. */
  readonly refusedElements: readonly RefusedLineElement[];
}

/** What parsing an extract takes. */
interface ParseExtractOptions {
  readonly contract: Contract;
  /** For messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads an extract's file.
 * @throws LakeError `invalid-input` for a file that breaks the contract as a whole, with the place and what was expected
 */
export async function parseExtract(pool: WorkerPool, options: ParseExtractOptions): Promise<ParsedExtract> {
  const { contract, path, bytes } = options;
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  const task: SliceTask = { contract, path, bytes: buffer };
  const slices = await pool.run<ExtractSlices>('slice', task);
  try {
    return await judgeExtract(pool, { contract, place: path, slices });
  } catch (error) {
    if (isLakeError(error, 'corrupt')) await pool.run('refuseBroken', task);
    throw error;
  }
}

/** Records that were cut before, and what they are judged by. */
interface JudgeOptions extends Pick<UnitTask, 'contract' | 'place' | 'replaced'> {
  readonly slices: ExtractSlices;
}

/**
 * Judges records that were cut before, by whoever wrote bronze.
 * @throws LakeError `corrupt` for records that could not have been read from a file
 */
export async function judgeExtract(pool: WorkerPool, options: JudgeOptions): Promise<ParsedExtract> {
  const { slices, ...common } = options;
  const { header, units } = slices;
  const outcomes = await Promise.all(
    units.map((unit) => {
      const task: UnitTask = { ...common, unit, ...(header && { header }) };
      return pool.run<UnitOutcome>('judge', task);
    }),
  );
  const rejected = countReasons(outcomes);
  const records = units.reduce((sum, unit) => sum + unit.records, 0);
  return {
    ...(header && { header }),
    units: units.map((unit, u) => ({ ...unit, status: outcomes[u]!.status, reasons: outcomes[u]!.reasons })),
    records,
    accepted: records - Object.values(rejected).reduce((sum, count) => sum + count, 0),
    rejected,
    rows: outcomes.map(({ rows }) => rows),
    refusedKeys: outcomes.map(({ refusedKeys }) => refusedKeys),
    unknownFields: sumCounts(outcomes.map(({ unknownFields }) => unknownFields)),
    nulledFields: sumCounts(outcomes.map(({ nulledFields }) => nulledFields)),
    refusedElements: outcomes.flatMap(({ refusedElements }) => refusedElements),
  };
}

/** Single accepted records as rows beside those of a unit. */
export function acceptedRows(contract: Contract, records: readonly AcceptedRecord[]): RowBlock {
  const shape = rowShape(contract);
  const writer = new RowWriter(shape, keyColumn(shape, contract), records.length);
  for (const { values } of records) writer.append(values);
  return writer.take();
}

function countReasons(outcomes: readonly UnitOutcome[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { reasons, counts: byStatus } of outcomes)
    reasons.forEach((reason, r) => counts.set(reason, (counts.get(reason) ?? 0) + (byStatus[1 + r] ?? 0)));
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A refused record, with its exact text. */
interface RefusedExtractRecord extends SourceLine {
  readonly reason: string;
}

/** The refused records in their order, decoded as they are asked for. */
export function* refusedRecords({ units }: Pick<ParsedExtract, 'units'>): Generator<RefusedExtractRecord> {
  for (const unit of units) {
    const read = lineReader(unit);
    const status = new Uint8Array(unit.status);
    for (let record = 0; record < unit.records; record++) {
      const reason = unit.reasons[status[record]! - 1];
      if (reason !== undefined) yield { ...read(record), reason };
    }
  }
}
