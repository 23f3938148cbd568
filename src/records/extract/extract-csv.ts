// Rows of a CSV file (RFC 4180) with their exact source text: pipeline §1 on lines, §5 on quotes and the header.

import { mayLack, type Contract } from '../contract.js';
import type { Field } from '../field.js';
import { columnHeadings } from './csv-headings.js';
import { brokenAt, countLineFeeds, isBlank, type SourceText } from './source-text.js';
import { lowerAscii, trimAscii } from '../values/values.js';

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

/** A CSV, and what stands between its cells. */
interface CsvText extends SourceText {
  readonly delimiter: string;
  /** The end of a cell, perhaps. */
  readonly stop: RegExp;
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

interface RawRow {
  readonly lineNumber: number;
  readonly raw: string;
  readonly cells: readonly string[];
  /** Something other than a delimiter or the line's end follows a closing quote. */
  readonly isMalformed: boolean;
}

const delimiterOf = ({ csv }: Pick<Contract, 'csv'>): string => csv?.delimiter ?? ',';

/** The heading of a column that a field reads; undefined for what is no column. */
const headingOf = ({ from }: Field): string | undefined =>
  from.kind === 'path' ? String(from.steps[0]) : undefined;

/** The columns that fields read, in the order of the fields. */
const fieldHeadings = ({ fields }: Contract): readonly string[] => [
  ...new Set(fields.flatMap((field) => headingOf(field) ?? [])),
];

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

// ── Header ──────────────────────────────────────────────────────────────────────────────────────────────────────

interface Header {
  readonly width: number;
  /** Rows with fewer cells fit too: they lack the last columns. */
  readonly isOpen: boolean;
  /** Name and position of each of the contract's fields. */
  readonly columns: readonly Column[];
  /** Of the other columns. */
  readonly others: readonly Column[];
}

type Column = readonly [name: string, position: number];

/** What stands in for the header of a file without one. */
function columnsInOrder(contract: Contract): Header {
  const columns = fieldHeadings(contract).map((name, position): Column => [name, position]);
  return { width: columns.length, isOpen: true, columns, others: [] };
}

function readHeader(
  source: CsvText,
  contract: Contract,
  { row, isStored }: { readonly row: RawRow | undefined; readonly isStored: boolean },
): Header {
  const wanted = wantedColumns(contract);
  const found = row === undefined || row.isMalformed ? [] : headings(row.cells, wanted);
  const count = (heading: string): number => found.filter((cell) => cell === heading).length;
  const needed = wanted.filter(({ isNeeded }) => isNeeded && !isStored);
  const isComplete =
    wanted.every(({ heading }) => count(heading) <= 1) && needed.every(({ heading }) => count(heading) === 1);
  const names = wanted.map(({ name }) => name);
  if (!isComplete || found.length === 0) {
    const at = row === undefined ? 0 : source.text.indexOf(row.raw);
    const actual = row === undefined ? 'no header' : JSON.stringify(row.raw.slice(0, 200));
    const reason =
      row === undefined
        ? '. Write a line with the names of the columns before the rows.'
        : (otherLineEnd(row) ??
          otherDelimiter(source, row, needed) ??
          strayQuote(row) ??
          wrongColumns(needed, wanted, count));
    throw brokenAt(
      source,
      at,
      `expected a header with each of ${names.join(', ')} exactly once, found ${actual}${reason}`,
    );
  }
  const others = found.flatMap((heading, position): readonly Column[] =>
    wanted.some((each) => each.heading === heading) ? [] : [[heading, position]],
  );
  const columns = wanted.flatMap(({ name, heading }): readonly Column[] => {
    const position = found.indexOf(heading);
    return position === -1 ? [] : [[name, position]];
  });
  return { width: found.length, isOpen: false, columns, others };
}

/** A column that fields read. */
interface WantedColumn {
  /** As the contract has it. */
  readonly name: string;
  /** As columns are compared by. */
  readonly heading: string;
  /** No record is accepted without it. */
  readonly isNeeded: boolean;
}

function wantedColumns({ fields }: Contract): readonly WantedColumn[] {
  const wanted = new Map<string, WantedColumn>();
  for (const field of fields) {
    const name = headingOf(field);
    if (name === undefined) continue;
    const isNeeded = wanted.get(name)?.isNeeded === true || (!mayLack(field) && field.default === undefined);
    wanted.set(name, { name, heading: lowerAscii(trimAscii(name)), isNeeded });
  }
  return [...wanted.values()];
}

/** Headings as columns are compared by; those of columns that share one have their number where that is wanted. */
function headings(
  cells: readonly string[],
  wanted: readonly Pick<WantedColumn, 'heading'>[] = [],
): readonly string[] {
  return columnHeadings(cells).map(({ heading, numbered }) => {
    const own = lowerAscii(numbered);
    return wanted.some((each) => each.heading === own) ? own : lowerAscii(heading);
  });
}

const delimiters: readonly (readonly [delimiter: string, name: string])[] = [
  [',', 'commas'],
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
  [':', 'colons'],
];

/** Says so where the header is right but for what stands between its columns. */
function otherDelimiter(
  { delimiter: expected }: CsvText,
  row: RawRow,
  needed: readonly WantedColumn[],
): string | undefined {
  const found = delimiters.find(([delimiter]) => {
    const cells = headings(unquoted(row.raw).split(delimiter));
    return (
      delimiter !== expected && cells.length > 1 && needed.every(({ heading }) => cells.includes(heading))
    );
  });
  if (found === undefined) return undefined;
  const [, name = JSON.stringify(expected)] = delimiters.find(([delimiter]) => delimiter === expected) ?? [];
  return `: its columns are separated by ${found[1]}, expected ${name}. Write the file again with ${name}.`;
}

/** A carriage return alone ends no line, so that the whole file is the header. */
const otherLineEnd = ({ raw }: RawRow): string | undefined =>
  raw.includes('\r')
    ? ': its lines end in CR alone, expected LF or CR LF. Write the file again with LF.'
    : undefined;

const strayQuote = ({ isMalformed }: RawRow): string | undefined =>
  isMalformed
    ? ': a closing quote is followed by something else. Correct the line, and run again.'
    : undefined;

/** Which columns are missing, or there more than once. */
function wrongColumns(
  needed: readonly WantedColumn[],
  wanted: readonly WantedColumn[],
  count: (heading: string) => number,
): string {
  const missing = needed.filter(({ heading }) => count(heading) === 0).map(({ name }) => name);
  const doubled = wanted.filter(({ heading }) => count(heading) > 1).map(({ name }) => name);
  const problems = [
    ...(missing.length === 0 ? [] : [`${missing.join(', ')} missing`]),
    ...(doubled.length === 0 ? [] : [`${doubled.join(', ')} more than once`]),
  ];
  return `: ${problems.join('; ')}. The first line that is not blank names the columns: correct it, and run again.`;
}

const unquoted = (text: string): string => text.replaceAll('"', '');

function recordOf(
  { cells, isMalformed }: RawRow,
  { width, isOpen, columns, others }: Header,
): CsvRow['record'] {
  if (isMalformed || cells.length > width || (cells.length < width && !isOpen)) return null;
  const given = others.filter(([, position]) => !isBlank(cells[position] ?? ''));
  const there = columns.filter(([, position]) => position < cells.length);
  return Object.fromEntries([...given, ...there].map(([name, position]) => [name, cells[position] ?? '']));
}
