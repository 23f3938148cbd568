// Extracts, from a file's bytes to the new state of their table: the newest delivery of a key decides (pipeline §4, §5).

import { isLakeError, LakeError } from '../../common/errors.js';
import type { Row } from '../../parquet/rows.js';
import type { Contract } from '../contract.js';
import { parseCsv, type CsvRow } from './extract-csv.js';
import { parseArray } from './extract-json.js';
import {
  type Accepted,
  compareValues,
  compareVariants,
  compileRules,
  type Refused,
  sameRecord,
  type Value,
} from '../values/rules.js';
import { decodeSource, type SourceBytes } from './source-text.js';

/** One record of an extract and what became of it. */
export interface ExtractRow {
  /** Of a CSV row the physical line it starts on, of an array element its position; 1-based. */
  readonly lineNumber: number;
  /** Its exact source text. */
  readonly raw: string;
  readonly result: Accepted | Refused;
}

/** A line of an extract's file, by its number (1-based) and its exact text without the line end. */
export interface SourceLine {
  readonly lineNumber: number;
  readonly raw: string;
}

/** An extract as bronze keeps it. */
export interface StoredExtract {
  /** Of a CSV file. */
  readonly header?: SourceLine;
  readonly records: readonly SourceLine[];
}

/** What an extract said. */
export interface ReadExtract {
  /** Of a CSV file. */
  readonly header?: SourceLine;
  readonly rows: readonly ExtractRow[];
}

/**
 * Every record of an extract, in the order of the file.
 * @throws LakeError `invalid-input` for a file that breaks the contract as a whole, with the place and what was expected
 */
export function readExtract(contract: Contract, file: SourceBytes): ReadExtract {
  const judge = compileRules(contract);
  const source = decodeSource(file);
  if (contract.format === 'csv') {
    const { header, rows } = parseCsv(source, contract);
    return { header, rows: rows.map((row) => judgeCsv(judge, row)) };
  }
  const rows = parseArray(source).map(({ position, raw, value }) => ({
    lineNumber: position,
    raw,
    result: judge(value),
  }));
  return { rows };
}

/**
 * The records of an extract that bronze keeps, judged again; `place` names it in messages.
 * @throws LakeError `corrupt` for records that could not have been read from a file
 */
export function readStoredExtract(
  contract: Contract,
  stored: StoredExtract,
  place: string,
): readonly ExtractRow[] {
  const judge = compileRules(contract);
  return storedExtractRecords(contract, stored, place).map(({ lineNumber, raw, record }) => ({
    ...{ lineNumber, raw },
    result: record === null && contract.format === 'csv' ? malformed : judge(record),
  }));
}

/** A record of an extract before any rule: a JSON value, a CSV row by column, or null for a malformed CSV row. */
export interface ExtractRecord extends SourceLine {
  readonly record: unknown;
}

/** The records of an extract that bronze keeps; see `readStoredExtract`. */
export function storedExtractRecords(
  contract: Contract,
  { header, records }: StoredExtract,
  place: string,
): readonly ExtractRecord[] {
  try {
    if (contract.format !== 'csv')
      return records.map(({ lineNumber, raw }) => ({ lineNumber, raw, record: JSON.parse(raw) as unknown }));
    const names = header?.raw ?? contract.fields.map(({ name }) => name).join();
    const text = [names, ...records.map(({ raw }) => raw)].join('\n');
    const { rows } = parseCsv({ path: place, text }, contract);
    return rows.map((row, i) => ({ ...row, lineNumber: records[i]?.lineNumber ?? 0 }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LakeError('corrupt', `${place}: the records that bronze keeps cannot be read: ${reason}`, {
      cause,
    });
  }
}

type Judge = ReturnType<typeof compileRules>;

/** A record that stands for itself: `text` in the format of the contract, for CSV under the header of a file. */
export function judgeExtractRecord(
  contract: Contract,
  text: string,
  header: string | undefined,
): Accepted | Refused {
  const record = extractRecordOf(contract, text, header);
  if (record !== undefined) return compileRules(contract)(record);
  return contract.format === 'csv' ? malformed : { ok: false, reason: 'invalid_json' };
}

const malformed: Refused = { ok: false, reason: 'malformed_row' };

/** What such a text says; undefined where it is no record, or more than one. */
export function extractRecordOf(contract: Contract, text: string, header: string | undefined): unknown {
  if (contract.format !== 'csv') return parsedJson(text);
  const names = header ?? contract.fields.map(({ name }) => name).join();
  const rows = csvRows(contract, `${names}\n${text}`);
  return rows.length === 1 ? (rows[0]?.record ?? undefined) : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** None for text that is no CSV. */
function csvRows(contract: Contract, text: string): readonly CsvRow[] {
  try {
    return parseCsv({ path: '', text }, contract).rows;
  } catch (error) {
    if (!isLakeError(error, 'invalid-input')) throw error;
    return [];
  }
}

const judgeCsv = (judge: Judge, { lineNumber, raw, record }: CsvRow): ExtractRow => ({
  lineNumber,
  raw,
  result: record === null ? { ok: false, reason: 'malformed_row' } : judge(record),
});

/**
 * The table of an extract after deliveries, oldest first, sorted by its key: of each key the newest delivery that holds it
 * decides, by the largest of its accepted records in the winner order; keys that no delivery holds keep their row.
 * `changed` says whether any row differs from `old` (rows in the order of the contract's columns).
 */
export function foldExtract(
  contract: Contract,
  old: readonly Row[],
  deliveries: readonly (readonly ExtractRow[])[],
): { readonly rows: readonly Row[]; readonly changed: boolean } {
  const keyOf = keyReader(contract);
  const state = new Map(old.map((row) => [keyOf(row), row]));
  let changed = false;
  for (const delivery of deliveries) {
    for (const [key, row] of winnersOf(contract, delivery)) {
      const before = state.get(key);
      changed ||= before === undefined || !sameRecord(before, row);
      state.set(key, row);
    }
  }
  return { rows: [...state.values()].sort(byKey(contract)), changed };
}

/** The largest accepted record of each key. */
function winnersOf(
  contract: Contract,
  delivery: readonly ExtractRow[],
): ReadonlyMap<string, readonly Value[]> {
  const keyOf = keyReader(contract);
  const compare = compareVariants(contract);
  const winners = new Map<string, readonly Value[]>();
  for (const { result } of delivery) {
    if (!result.ok) continue;
    const key = keyOf(result.values);
    const rival = winners.get(key);
    if (rival === undefined || compare(result.values, rival) > 0) winners.set(key, result.values);
  }
  return winners;
}

const keyPositions = ({ key, columns }: Contract): readonly number[] =>
  key.map((name) => columns.findIndex((column) => column.name === name));

/** The key of a row as one text. */
function keyReader(contract: Contract): (row: Row) => string {
  const positions = keyPositions(contract);
  return (row) => JSON.stringify(positions.map((position) => String(row[position])));
}

function byKey(contract: Contract): (a: Row, b: Row) => number {
  const positions = keyPositions(contract);
  return (a, b) => {
    for (const position of positions) {
      // Keys are text, dates and numbers, never bytes.
      const order = compareValues(a[position] as Value, b[position] as Value);
      if (order !== 0) return order;
    }
    return 0;
  };
}
