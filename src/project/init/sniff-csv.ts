// The dialect of a CSV text: which character parts its fields, where its header is, how it writes numbers.

import { columnHeadings } from '../../records/extract/csv-headings.js';
import { type NumberStyle, numberStyle } from './number-style.js';

/** How a CSV file seems to be written. */
export interface CsvDialect extends NumberStyle {
  readonly delimiter: string;
  /** Lines before the header, or before the rows of a text without one. */
  readonly skip: number;
  /** False: its first row is data. */
  readonly header?: false;
}

/** A CSV text taken apart: trimmed headings, and rows of as many cells. Columns without a header are `column_1` and so on. */
interface CsvTable {
  readonly dialect: CsvDialect;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Rows at the end that sum up those above them. */
  readonly totals: readonly (readonly string[])[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
/** Titles and notes that exports put before a header. */
const MAX_SKIP = 20;
/** Of a header's fields. */
const MOST_NAMED = 0.6;

/** Takes a text apart by the delimiter and the header that fit it best; undefined when no line has two fields. */
export function sniffCsv(text: string): CsvTable | undefined {
  const candidates = DELIMITERS.map((delimiter) => ({ delimiter, rows: splitCsv(text, delimiter) })).map(
    (each) => ({ ...each, width: commonWidth(each.rows.map(({ cells }) => cells.length)) }),
  );
  const best = candidates.toSorted((a, b) => score(b) - score(a))[0]!;
  const lines = best.rows.filter(({ cells }) => !(cells.length === 1 && cells[0]?.trim() === ''));
  const begin = lines.slice(0, MAX_SKIP + 1);
  const start = begin.findIndex(({ cells }) => isHeader(cells, best.width));
  // Titles of another width may stand above it.
  const whole = begin.findIndex(({ cells }) => cells.length === best.width);
  const below = lines.slice(whole + 1, whole + 1 + COMPARED).map(({ cells }) => cells);
  const firstRow = isData(begin[whole]?.cells ?? [], below, best.width) ? whole : -1;
  const hasHeader = start !== -1 && (firstRow === -1 || start < firstRow);
  if (!hasHeader && firstRow === -1) return undefined;
  const header = hasHeader
    ? columnHeadings(lines[start]!.cells).map(({ numbered }) => numbered)
    : lines[firstRow]!.cells.map((_, at) => `column_${at + 1}`);
  const all = lines
    .slice(hasHeader ? start + 1 : firstRow)
    .map(({ cells }) => cells)
    .filter((cells) => cells.length === header.length && cells.some((cell) => cell.trim() !== ''));
  const totals = totalRows(all);
  const rows = all.slice(0, all.length - totals);
  const { line: skip } = lines[hasHeader ? start : firstRow]!;
  const style = numberStyle(rows.flat(), best.delimiter);
  return {
    dialect: { delimiter: best.delimiter, skip, ...(hasHeader ? {} : { header: false as const }), ...style },
    header,
    rows,
    totals: all.slice(rows.length),
  };
}

const TOTAL =
  /^(grand[ -]?total|sub-?total|totals?|summe|gesamt|gesamtsumme|insgesamt|sum|somme|total g.n.ral|totaal|suma|totale)\b/i;
const MAX_TOTALS = 5;

/** How many rows at the end are sums of those above. */
function totalRows(rows: readonly (readonly string[])[]): number {
  const isTotal = (cells: readonly string[] = []): boolean =>
    TOTAL.test(cells.find((cell) => cell.trim() !== '')?.trim() ?? '');
  let count = 0;
  while (count < MAX_TOTALS && isTotal(rows[rows.length - 1 - count])) count++;
  return count < rows.length ? count : 0;
}

interface Candidate {
  readonly rows: readonly { readonly cells: readonly string[] }[];
  readonly width: number;
}

/** How well a delimiter fits: lines of the most common width, wider being better. */
const score = ({ rows, width }: Candidate): number =>
  width < 2 ? 0 : rows.filter(({ cells }) => cells.length === width).length * (1 + Math.log2(width));

/** The number of fields that most lines have. */
function commonWidth(widths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 1;
}

/** A header has names in most of its fields, and no numbers and days. */
function isHeader(cells: readonly string[], width: number): boolean {
  const names = cells.map((cell) => cell.trim()).filter((name) => name !== '');
  return (
    cells.length === Math.max(width, 1) &&
    names.length > 0 &&
    names.length >= width * MOST_NAMED &&
    new Set(names).size * 2 > names.length &&
    !names.some(isValue)
  );
}

/** A row has values in most of its fields, each of the kind that most of its column has below, and one that no heading is. */
function isData(cells: readonly string[], below: readonly (readonly string[])[], width: number): boolean {
  const values = cells.map((cell) => cell.trim()).filter((value) => value !== '');
  return (
    width > 1 &&
    cells.length === width &&
    values.length >= width * MOST_NAMED &&
    values.some((value) => isValue(value) && !/^(19|20)\d\d$/.test(value)) &&
    cells.every((cell, at) => {
      const kinds = below.flatMap((other) => kindOf(other[at] ?? '') ?? []);
      const same = kinds.filter((kind) => kind === kindOf(cell)).length;
      return kindOf(cell) === undefined || same * 2 > kinds.length;
    })
  );
}

/** Rows that a first row is compared with. */
const COMPARED = 50;

/** What a cell seems to be; undefined for an empty one. */
function kindOf(cell: string): 'number' | 'day' | 'text' | undefined {
  const value = cell.trim();
  if (value === '') return undefined;
  if (!isValue(value)) return 'text';
  return /^[-+]?[\d.,]+$/.test(value) ? 'number' : 'day';
}

/** Whether a text is a number or begins with a day, as no heading does. */
const isValue = (text: string): boolean =>
  /^[-+]?[\d.,]+$|^\d{4}-\d\d-\d\d|^\d{1,2}[./]\d{1,2}[./]\d{2,4}/.test(text);

/** RFC 4180 without its refusals: quotes may hold delimiters and line ends; a stray one is data. */
function splitCsv(
  text: string,
  delimiter: string,
): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  const rows: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  let line = 0;
  let startLine = 0;
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    rows.push({ line: startLine, cells });
    cells = [];
    startLine = line;
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\n') line += 1;
    if (quoted && character === '"' && text[i + 1] === '"') {
      cell += character;
      i += 1;
    } else if (character === '"' && (quoted || cell === '')) quoted = !quoted;
    else if (quoted) cell += character;
    else if (character === delimiter) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r' || text[i + 1] !== '\n') cell += character;
  }
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}
