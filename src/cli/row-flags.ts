// Flags of the commands that print rows, and how their rows are printed.

import type { CsvStyle } from '../common/csv.js';
import { LakeError } from '../common/errors.js';
import { switchFlag, valueFlag } from './command.js';
import { parseChoice, parseWholeNumber } from './flags.js';
import { ROW_FORMATS, writeRows } from './output/rows.js';
import type { NamedRowSet, RowFormat } from './output/rows.js';
import type { Session } from './session.js';

/** The snapshot that a command looks at. */
export const snapshotFlag = valueFlag('S', 'as of snapshot S: number, head~2, tag or time (default: head)');

/** How CSV is written. */
export const csvFlags = {
  crlf: switchFlag('lines of CSV end in CR LF instead of LF'),
  'csv-safe': switchFlag("CSV for spreadsheets: ' before cells that would be formulas"),
};

/** Flags of the commands that print rows. */
export const rowFlags = {
  limit: valueFlag('N', 'at most N rows (default: all; in the table format the first few)'),
  format: valueFlag('FORMAT', `${ROW_FORMATS.join(', ')} (default: table)`),
  ...csvFlags,
};

/** Those flags as they were given. */
interface RowFlags extends CsvFlags {
  readonly limit?: string | undefined;
  readonly format?: string | undefined;
}

/** The flags of CSV as they were given. */
interface CsvFlags {
  readonly crlf?: boolean | undefined;
  readonly 'csv-safe'?: boolean | undefined;
}

/** What is to be printed, and how. */
export interface RowRequest {
  readonly format: RowFormat;
  readonly csv: CsvStyle;
  /** Rows to print at most; undefined: all. */
  readonly limit: number | undefined;
  /** They are the last rows, so many at most. */
  readonly tail?: number | undefined;
}

/**
 * Data formats give every row unless told otherwise; a table gives `tableLimit`.
 * @throws LakeError `invalid-input`
 */
export function rowRequest(flags: RowFlags, session: Session, tableLimit: number): RowRequest {
  const format = rowFormat(flags.format, session.isJson);
  const csv = csvStyle(flags, format);
  const asked = flags.limit === undefined ? undefined : parseWholeNumber('--limit', flags.limit, 0);
  return { format, csv, limit: asked ?? (format === 'table' ? tableLimit : undefined) };
}

/** @throws LakeError `invalid-input` where nothing is written as CSV */
export function csvStyle(flags: CsvFlags, format: string): CsvStyle {
  const given = (['crlf', 'csv-safe'] as const).find((flag) => flags[flag] === true);
  if (given !== undefined && format !== 'csv')
    throw new LakeError('invalid-input', `--${given} needs --format csv.`, { details: { flag: given } });
  return { crlf: flags.crlf === true, safe: flags['csv-safe'] === true };
}

function rowFormat(flag: string | undefined, isJson: boolean): RowFormat {
  const asked = flag === undefined ? undefined : parseChoice('--format', flag, ROW_FORMATS);
  if (isJson && (asked === 'table' || asked === 'csv')) {
    throw new LakeError('invalid-input', `--json and --format ${asked} exclude each other.`, {
      details: { flag: '--format', given: asked, expected: 'json or ndjson' },
    });
  }
  return asked ?? (isJson ? 'json' : 'table');
}

/** Prints rows, no more than the request allows. */
export async function printRows(
  session: Session,
  rowSet: NamedRowSet,
  { format, csv, limit = Infinity, tail }: RowRequest,
  total?: number,
): Promise<void> {
  const { output, style } = session;
  const rows = format === 'table' ? rowSet : { ...rowSet, rows: firstOf(rowSet.rows, limit) };
  const isTail = tail !== undefined;
  await writeRows(output, rows, format, {
    style,
    csv,
    limit,
    isTail,
    ...(total === undefined ? {} : { total }),
  });
}

async function* firstOf<Row>(rows: AsyncIterable<Row>, limit: number): AsyncIterable<Row> {
  if (limit === 0) return;
  let given = 0;
  for await (const row of rows) {
    yield row;
    if (++given >= limit) return;
  }
}

/** For commands that change something. */
export const dryRunFlag = switchFlag('show what would be done, change nothing');
