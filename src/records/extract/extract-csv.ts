// Rows of a CSV file (RFC 4180) with their exact source text: pipeline §1 on lines, §5 on quotes and the header.

import type { Contract } from '../contract.js';
import { brokenAt, countLineFeeds, isBlank, type SourceText } from './source-text.js';
import { lowerAscii, trimAscii } from '../values/values.js';

export interface CsvRow {
  /** The physical line on which the row starts, 1-based. */
  readonly lineNumber: number;
  /** As it stands in the file, without its line end. */
  readonly raw: string;
  /**
   * Cells by heading (A–Z lower-cased): those of the contract, and of others those that are not blank. Null when the row
   * does not fit the header (`malformed_row`).
   */
  readonly record: Readonly<Record<string, string>> | null;
}

/** A CSV file: its header line and the rows after it. */
export interface CsvFile {
  readonly header: { readonly lineNumber: number; readonly raw: string };
  readonly rows: readonly CsvRow[];
}

/**
 * The header and the rows after it. Blank lines are no rows.
 * @throws LakeError `invalid-input` for an unclosed quote and for a header without each of the contract's fields exactly once
 */
export function parseCsv(source: SourceText, contract: Contract): CsvFile {
  const [first, ...rows] = [...readRows(source)].filter(({ raw }) => !isBlank(raw));
  const header = readHeader(source, contract, first);
  return {
    header: { lineNumber: first?.lineNumber ?? 1, raw: first?.raw ?? '' },
    rows: rows.map((row) => ({ lineNumber: row.lineNumber, raw: row.raw, record: recordOf(row, header) })),
  };
}

interface RawRow {
  readonly lineNumber: number;
  readonly raw: string;
  readonly cells: readonly string[];
  /** Something other than a comma or the line's end follows a closing quote. */
  readonly isMalformed: boolean;
}

/** All rows, blank lines too. */
function* readRows(source: SourceText): Generator<RawRow> {
  const { text } = source;
  let lineNumber = 1;
  for (let start = 0; start < text.length;) {
    const { cells, isMalformed, end } = readCells(source, start);
    const raw = text.slice(start, end);
    yield { lineNumber, raw, cells, isMalformed };
    lineNumber += countLineFeeds(raw) + 1;
    start = end + lineEndLength(text, end);
  }
}

function readCells(source: SourceText, start: number): Omit<RawRow, 'lineNumber' | 'raw'> & { end: number } {
  const cells: string[] = [];
  let isMalformed = false;
  for (let at = start; ; at++) {
    const cell = source.text[at] === '"' ? quotedCell(source, at) : plainCell(source.text, at);
    cells.push(cell.value);
    isMalformed ||= cell.isMalformed;
    at = cell.end;
    if (source.text[at] !== ',') return { cells, isMalformed, end: at };
  }
}

interface Cell {
  readonly value: string;
  /** The position of the comma or line end after it. */
  readonly end: number;
  readonly isMalformed: boolean;
}

function plainCell(text: string, start: number): Cell {
  const end = cellEnd(text, start);
  return { value: text.slice(start, end), end, isMalformed: false };
}

function quotedCell(source: SourceText, open: number): Cell {
  const { text } = source;
  const close = closingQuote(source, open);
  const end = cellEnd(text, close + 1);
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

function cellEnd(text: string, from: number): number {
  const stop = /[,\r\n]/g;
  for (stop.lastIndex = from; ;) {
    const match = stop.exec(text);
    if (match === null) return text.length;
    if (match[0] === ',' || lineEndLength(text, match.index) > 0) return match.index;
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
  /** Name and position of each of the contract's fields. */
  readonly columns: readonly Column[];
  /** Of the other columns. */
  readonly others: readonly Column[];
}

type Column = readonly [name: string, position: number];

function readHeader(source: SourceText, contract: Contract, row: RawRow | undefined): Header {
  const wanted = contract.fields.map(({ name }) => name);
  const found = row === undefined || row.isMalformed ? [] : headings(row.cells);
  const isComplete = wanted.every((name) => found.filter((cell) => cell === name).length === 1);
  if (!isComplete) {
    const at = row === undefined ? 0 : source.text.indexOf(row.raw);
    const actual = row === undefined ? 'no header' : JSON.stringify(row.raw.slice(0, 200));
    throw brokenAt(
      source,
      at,
      `expected a header with each of ${wanted.join(', ')} exactly once, found ${actual}${otherDelimiter(row, wanted)}.`,
    );
  }
  const others = found.flatMap((name, position): readonly Column[] =>
    wanted.includes(name) ? [] : [[name === '' ? `column ${position + 1}` : name, position]],
  );
  return { width: found.length, columns: wanted.map((name) => [name, found.indexOf(name)]), others };
}

/** As columns are compared by. */
const headings = (cells: readonly string[]): readonly string[] =>
  cells.map((cell) => lowerAscii(trimAscii(cell)));

const delimiters: readonly (readonly [delimiter: string, name: string])[] = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'vertical bars'],
  [':', 'colons'],
];

/** Says so where the header is right but for what stands between its columns. */
function otherDelimiter(row: RawRow | undefined, wanted: readonly string[]): string {
  const found = delimiters.find(([delimiter]) => {
    const cells = headings(unquoted(row?.raw ?? '').split(delimiter));
    return wanted.every((name) => cells.includes(name));
  });
  return found === undefined
    ? ''
    : `: its columns are separated by ${found[1]}, expected commas. Write the file again with commas`;
}

const unquoted = (text: string): string => text.replaceAll('"', '');

function recordOf({ cells, isMalformed }: RawRow, { width, columns, others }: Header): CsvRow['record'] {
  if (isMalformed || cells.length !== width) return null;
  const given = others.filter(([, position]) => !isBlank(cells[position] ?? ''));
  return Object.fromEntries([...given, ...columns].map(([name, position]) => [name, cells[position] ?? '']));
}
