// Rows of a marketing spend extract: what is refused and why (pipeline §5).

import { parseCsv, UnclosedQuote } from './csv.js';
import type { CsvRecord } from './csv.js';
import { BrokenFile, decodeUtf8, withoutMark } from './records.js';
import type { Outcome, Reading } from './records.js';
import {
  channelOf,
  dateOf,
  decimalOf,
  hasBadUnicode,
  isBlank,
  lowerAscii,
  roundToMoney,
  trim,
} from './values.js';

export interface SpendRecord {
  readonly date: string;
  readonly channel: string;
  readonly spend: bigint;
}

/** The positions of the three columns, and how many a row has. */
interface Header {
  readonly width: number;
  readonly date: number;
  readonly channel: number;
  readonly spend: number;
}

const MAX_DIGITS_BEFORE_POINT = 10n ** 12n;

function onlyPosition(names: readonly string[], name: string, fileName: string): number {
  const first = names.indexOf(name);
  if (first < 0 || names.indexOf(name, first + 1) >= 0) {
    throw new BrokenFile(`${fileName}: expected the column ${name} exactly once in the header`);
  }
  return first;
}

function readHeader(record: CsvRecord | undefined, fileName: string): Header {
  if (record === undefined || record.malformed) throw new BrokenFile(`${fileName}: expected a header`);
  const names = record.fields.map(({ text }) => lowerAscii(trim(text)));
  const position = (name: string): number => onlyPosition(names, name, fileName);
  return {
    width: names.length,
    date: position('date'),
    channel: position('channel'),
    spend: position('spend'),
  };
}

function readSpend(cell: string): Outcome<bigint> {
  const text = trim(cell);
  if (!/^[+-]?\d+(\.\d+)?$/.test(text)) return { reason: 'invalid_spend' };
  const exact = decimalOf(text);
  const magnitude = exact.digits < 0n ? -exact.digits : exact.digits;
  if (magnitude >= MAX_DIGITS_BEFORE_POINT * 10n ** BigInt(exact.scale)) return { reason: 'invalid_spend' };
  return exact.digits < 0n ? { reason: 'negative_spend' } : { record: roundToMoney(exact) };
}

function readRow(row: CsvRecord, header: Header): Outcome<SpendRecord> {
  if (row.malformed || row.fields.length !== header.width) return { reason: 'malformed_row' };
  const [dateCell = '', channelCell = '', spendCell = ''] = [header.date, header.channel, header.spend].map(
    (position) => row.fields[position]?.text,
  );
  if ([dateCell, channelCell, spendCell].some(hasBadUnicode)) return { reason: 'invalid_unicode' };
  const date = dateOf(dateCell);
  if (date === null) return { reason: 'invalid_date' };
  const channel = channelOf(channelCell);
  if (channel === null) return { reason: 'missing_channel' };
  const spend = readSpend(spendCell);
  return 'reason' in spend ? spend : { record: { date, channel, spend: spend.record } };
}

function parse(text: string, fileName: string): readonly CsvRecord[] {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof UnclosedQuote) throw new BrokenFile(`${fileName}: ${error.message}`);
    throw error;
  }
}

/** The records of an extract; the first line that is not blank is its header. */
export function readSpendFile(bytes: Uint8Array, fileName: string): readonly Reading<SpendRecord>[] {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new BrokenFile(`${fileName}: expected UTF-8`);
  const [first, ...rows] = parse(withoutMark(text), fileName).filter(({ raw }) => !isBlank(raw));
  const header = readHeader(first, fileName);
  return rows.map((row) => ({ line: row.line, raw: row.raw, outcome: readRow(row, header) }));
}
