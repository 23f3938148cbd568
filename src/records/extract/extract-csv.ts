// Rows of a CSV file (RFC 4180) with their exact source text: pipeline §1 on lines, §5 on quotes and the header.

import type { Contract } from '../contract.js';
import {
  columnsInOrder,
  fieldHeadings,
  readHeader,
  type CsvText,
  type Header,
  type RawRow,
} from './csv-header.js';
import { brokenAt, countLineFeeds, isBlank, type SourceText } from './source-text.js';

/** A row of a CSV file with its place. */
export interface CsvRow {
  /** The physical line on which the row starts, 1-based. */
  readonly lineNumber: number;
  /** As it stands in the file, without its line end. */
  readonly raw: string;
  /**
   * Cells by column: those of the contract by its names, and of others those that are not blank, by their headings. Null when the row
   * does not fit the header (`malformed_row`).
   */
  readonly record: Readonly<Record<string, string>> | null;
}

/** A CSV file: its header line, where it has one, and the rows after it. */
interface CsvFile {
  readonly header?: { readonly lineNumber: number; readonly raw: string };
  readonly rows: readonly CsvRow[];
}

/** How a text is to be read. */
interface CsvReading {
  /** Lines to leave out at the start. */
  readonly skip: number;
  /** Whether the first line that is not blank names the columns; without it they are the contract's, in its order. */
  readonly hasHeader: boolean;
  /** Columns that the contract needs may be missing: the rows were taken in under another one. */
  readonly isStored: boolean;
}

/**
 * The header and the rows after it. Blank lines are no rows.
 * @throws LakeError `invalid-input` for an unclosed quote, and for a header with a field's column twice or without one that
 *   every record needs
 */
export function parseCsv(source: SourceText, contract: Contract, reading: CsvReading): CsvFile {
  const { skip, hasHeader, isStored } = reading;
  const delimiter = delimiterOf(contract);
  const text: CsvText = {
    ...source,
    delimiter,
    stop: new RegExp(`[${delimiter.replace(/[\\\]^-]/, '\\$&')}\\r\\n]`, 'g'),
  };
  const all = [...readRows(text, skip)].filter(({ raw }) => !isBlank(raw));
  if (!hasHeader) return { rows: placed(all, columnsInOrder(contract)) };
  const [first, ...rows] = all;
  const header = readHeader(text, contract, { row: first, isStored });
  return {
    header: { lineNumber: first?.lineNumber ?? 1, raw: first?.raw ?? '' },
    rows: placed(rows, header),
  };
}

const placed = (rows: readonly RawRow[], header: Header): readonly CsvRow[] =>
  rows.map((row) => ({ lineNumber: row.lineNumber, raw: row.raw, record: recordOf(row, header) }));

const delimiterOf = ({ csv }: Pick<Contract, 'csv'>): string => csv?.delimiter ?? ',';

/** The header that a row has which stands for itself: a column a field. */
export function plainHeader(contract: Contract): string {
  return fieldHeadings(contract)
    .map((heading) => `"${heading.replaceAll('"', '""')}"`)
    .join(delimiterOf(contract));
}

/** All rows after some lines, blank ones too. */
function* readRows(source: CsvText, skip: number): Generator<RawRow> {
  const { text } = source;
  let lineNumber = 1 + skip;
  let first = 0;
  for (let line = 0; line < skip && first < text.length; line++)
    first = text.indexOf('\n', first) + 1 || text.length;
  for (let start = first; start < text.length;) {
    const { cells, isMalformed, end } = readCells(source, start);
    const raw = text.slice(start, end);
    yield { lineNumber, raw, cells, isMalformed };
    lineNumber += countLineFeeds(raw) + 1;
    start = end + lineEndLength(text, end);
  }
}

function readCells(source: CsvText, start: number): Omit<RawRow, 'lineNumber' | 'raw'> & { end: number } {
  const cells: string[] = [];
  let isMalformed = false;
  for (let at = start; ; at++) {
    const cell = source.text[at] === '"' ? quotedCell(source, at) : plainCell(source, at);
    cells.push(cell.value);
    isMalformed ||= cell.isMalformed;
    at = cell.end;
    if (source.text[at] !== source.delimiter) return { cells, isMalformed, end: at };
  }
}

interface Cell {
  readonly value: string;
  /** The position of the delimiter or line end after it. */
  readonly end: number;
  readonly isMalformed: boolean;
}

function plainCell(source: CsvText, start: number): Cell {
  const end = cellEnd(source, start);
  return { value: source.text.slice(start, end), end, isMalformed: false };
}

function quotedCell(source: CsvText, open: number): Cell {
  const { text } = source;
  const close = closingQuote(source, open);
  const end = cellEnd(source, close + 1);
  const value = text.slice(open + 1, close).replaceAll('""', '"');
  return { value, end, isMalformed: end > close + 1 };
}

/** The first quote after `open` that is not one of a pair. */
function closingQuote(source: SourceText, open: number): number {
  const { text } = source;
  let at = text.indexOf('"', open + 1);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  if (at >= 0) return at;
  throw brokenAt(source, open, 'expected a closing quote for the one here, found none: close or double it.');
}

function cellEnd({ text, delimiter, stop }: CsvText, from: number): number {
  for (stop.lastIndex = from; ;) {
    const match = stop.exec(text);
    if (match === null) return text.length;
    if (match[0] === delimiter || lineEndLength(text, match.index) > 0) return match.index;
  }
}

/** Lines end in LF, CR LF or the file's end, and a CR before the last belongs to it; any other CR is data. */
function lineEndLength(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  if (text[at] !== '\r') return 0;
  if (text[at + 1] === '\n') return 2;
  return at + 1 === text.length ? 1 : 0;
}

function recordOf(
  { cells, isMalformed }: RawRow,
  { width, isOpen, columns, others }: Header,
): CsvRow['record'] {
  if (isMalformed || cells.length > width || (cells.length < width && !isOpen)) return null;
  const given = others.filter(([, position]) => !isBlank(cells[position] ?? ''));
  const there = columns.filter(([, position]) => position < cells.length);
  return Object.fromEntries([...given, ...there].map(([name, position]) => [name, cells[position] ?? '']));
}
