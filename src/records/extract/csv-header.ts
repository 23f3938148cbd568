// The header of a CSV file: which of its columns are the contract's, and what is wrong where they are not all there.

import { mayLack, type Contract } from '../contract.js';
import type { Field } from '../field.js';
import { columnHeadings } from './csv-headings.js';
import { brokenAt, type SourceText } from './source-text.js';
import { lowerAscii, trimAscii } from '../values/values.js';

/** A CSV, and what stands between its cells. */
export interface CsvText extends SourceText {
  readonly delimiter: string;
  /** The end of a cell, perhaps. */
  readonly stop: RegExp;
}

/** A row as it was split. */
export interface RawRow {
  readonly lineNumber: number;
  readonly raw: string;
  readonly cells: readonly string[];
  /** Something other than a delimiter or the line's end follows a closing quote. */
  readonly isMalformed: boolean;
}

/** The heading of a column that a field reads; undefined for what is no column. */
const headingOf = ({ from }: Field): string | undefined =>
  from.kind === 'path' ? String(from.steps[0]) : undefined;

/** The columns that fields read, in the order of the fields. */
export const fieldHeadings = ({ fields }: Contract): readonly string[] => [
  ...new Set(fields.flatMap((field) => headingOf(field) ?? [])),
];

/** Which cell of a row is which column. */
export interface Header {
  readonly width: number;
  /** Rows with fewer cells fit too: they lack the last columns. */
  readonly isOpen: boolean;
  /** Name and position of each of the contract's fields. */
  readonly columns: readonly Column[];
  /** Of the other columns. */
  readonly others: readonly Column[];
}

/** A column's name and its place among the cells. */
type Column = readonly [name: string, position: number];

/** What stands in for the header of a file without one. */
export function columnsInOrder(contract: Contract): Header {
  const columns = fieldHeadings(contract).map((name, position): Column => [name, position]);
  return { width: columns.length, isOpen: true, columns, others: [] };
}

/**
 * The header that a row is.
 * @throws LakeError `invalid-input` for one with a column twice, or without one that every record needs
 */
export function readHeader(
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
