// Extracts, from a file's bytes to the new state of their table: the newest delivery of a key decides (pipeline §4, §5).

import { isLakeError, LakeError, messageOf } from '../../common/errors.js';
import type { Contract } from '../contract.js';
import { recordJudge, type JudgedRecord } from '../elements.js';
import type { RefusedRecord } from '../record-reader.js';
import { parseRawJson, type RawValue } from '../values/raw-value.js';
import { parseCsv, plainHeader, type CsvRow } from './extract-csv.js';
import { refuseBrokenArray, sliceArray } from './extract-json.js';
import { sliceLines } from './extract-lines.js';
import { unitsOf, type RecordUnit, type SourceLine } from './extract-units.js';
import { decodeSource, type SourceBytes } from './source-text.js';

export type { SourceLine } from './extract-units.js';

/** An extract as bronze keeps it. */
export interface StoredExtract {
  /** Of a CSV file. */
  readonly header?: SourceLine;
  readonly records: readonly SourceLine[];
}

/** A file's records before any rule. */
export interface ExtractSlices {
  /** Of a CSV file. */
  readonly header?: SourceLine;
  readonly units: readonly RecordUnit[];
}

/**
 * Cuts an extract's file into its records, in the order of the file. An element that is no JSON is found when it is read;
 * `refuseBroken` says where it is.
 * @throws LakeError `invalid-input` for a file that breaks the contract as a whole, with the place and what was expected
 */
export function sliceExtract(contract: Contract, file: SourceBytes): ExtractSlices {
  const source = decodeSource(file, contract.csv?.encoding);
  switch (contract.format) {
    case 'csv': {
      const { header, rows } = parseCsv(source, contract, {
        skip: contract.csv?.skip ?? 0,
        hasHeader: contract.csv?.header !== false,
        isStored: false,
      });
      return { ...(header && { header }), units: unitsOf(rows) };
    }
    case 'ndjson':
      return { units: unitsOf(sliceLines(source)) };
    case 'json-array':
      try {
        return { units: unitsOf(sliceArray(source, contract.records)) };
      } catch (error) {
        refuseBrokenArray(source, contract.records); // what is wrong first, be it a bracket or an element
        throw error;
      }
  }
}

/** @throws LakeError `invalid-input` for a file of the contract with an element that is no JSON, as `sliceExtract` does */
export function refuseBroken({ format, records }: Contract, file: SourceBytes): void {
  if (format === 'json-array') refuseBrokenArray(decodeSource(file), records);
}

/** A record of an extract before any rule: a JSON value, a CSV row by column, or null for a malformed CSV row. */
interface ExtractRecord extends SourceLine {
  readonly record: RawValue;
}

/**
 * The records of an extract that bronze keeps; `place` names it in messages.
 * @throws LakeError `corrupt` for records that could not have been read from a file
 */
export function storedExtractRecords(
  contract: Contract,
  { header, records }: StoredExtract,
  place: string,
): readonly ExtractRecord[] {
  try {
    if (contract.format === 'ndjson')
      return records.map((line) => ({ ...line, record: parsedJson(line.raw) }));
    if (contract.format === 'json-array')
      return records.map((line) => ({ ...line, record: parseRawJson(line.raw) }));
    const rows = rowsUnder(
      contract,
      header?.raw,
      place,
      records.map(({ raw }) => raw),
    );
    return rows.map((row, i) => ({ ...row, lineNumber: records[i]?.lineNumber ?? 0 }));
  } catch (cause) {
    const reason = messageOf(cause);
    throw new LakeError('corrupt', `${place}: the records that bronze keeps cannot be read: ${reason}`, {
      cause,
    });
  }
}

/** A record that stands for itself: `text` in the format of the contract, for CSV under the header of a file. */
export function judgeExtractRecord(
  contract: Contract,
  text: string,
  header: string | undefined,
): JudgedRecord {
  const record = extractRecordOf(contract, text, header);
  if (record !== undefined) return recordJudge(contract)(record);
  return contract.format === 'csv' ? malformed : { ok: false, reason: 'invalid_json' };
}

const malformed: RefusedRecord = { ok: false, reason: 'malformed_row' };

/** What such a text says; undefined where it is no record, or more than one. */
export function extractRecordOf(contract: Contract, text: string, header: string | undefined): RawValue {
  if (contract.format !== 'csv') return parsedJson(text);
  const rows = csvRows(contract, header, text);
  return rows.length === 1 ? (rows[0]?.record ?? undefined) : undefined;
}

function parsedJson(text: string): RawValue {
  try {
    return parseRawJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** None for text that is no CSV. */
function csvRows(contract: Contract, header: string | undefined, text: string): readonly CsvRow[] {
  try {
    return rowsUnder(contract, header, '', [text]);
  } catch (error) {
    if (!isLakeError(error, 'invalid-input')) throw error;
    return [];
  }
}

/** Rows under the header that stood over them; without one under none, if files of the contract have none. */
function rowsUnder(
  contract: Contract,
  header: string | undefined,
  path: string,
  lines: readonly string[],
): readonly CsvRow[] {
  const hasHeader = header !== undefined || contract.csv?.header !== false;
  const text = [...(hasHeader ? [header ?? plainHeader(contract)] : []), ...lines].join('\n');
  return parseCsv({ path, text }, contract, { skip: 0, hasHeader, isStored: true }).rows;
}
