// Rows in the format that was asked for, written as they arrive. Only the table for people holds rows back, a bounded number.

import { cellOf, resultText } from '../../lake/read/result-text.js';
import type { ResultValue, RowSet } from '../../lake/read/row-set.js';
import { csvRecord, type CsvStyle } from '../../common/csv.js';
import { count, countOf } from './figures.js';
import type { Style } from './style.js';
import type { TextOutput } from './text-output.js';
import { displayWidth, fit } from './terminal-text.js';
import { tableWidth, textTable, type TextColumn } from './text-table.js';

/** A table for people, and formats for programs. */
export const ROW_FORMATS = ['table', 'csv', 'json', 'ndjson'] as const;
/** One of them. */
export type RowFormat = (typeof ROW_FORMATS)[number];

/** How rows are written. */
interface RowsLayout {
  readonly style: Style;
  readonly csv?: CsvStyle;
  /** Rows that a table shows at most. */
  readonly limit: number;
  /** Rows that there are, if known. */
  readonly total?: number;
  /** The rows are the last ones. */
  readonly isTail?: boolean;
}

/** Rows, perhaps of a table. */
export type NamedRowSet = RowSet & { readonly table?: string };

/** Writes all rows; as a table, the first `layout.limit` of them. */
export async function writeRows(
  output: TextOutput,
  rowSet: NamedRowSet,
  format: RowFormat,
  layout: RowsLayout,
): Promise<void> {
  switch (format) {
    case 'table':
      return writeTable(output, rowSet, layout);
    case 'csv':
      return writeCsv(output, rowSet, layout.csv);
    case 'json':
      return writeJson(output, rowSet);
    case 'ndjson':
      return writeNdjson(output, rowSet);
  }
}

async function writeCsv(
  output: TextOutput,
  { columns, rows }: NamedRowSet,
  csv: CsvStyle | undefined,
): Promise<void> {
  const names = columns.map(({ name }) => name);
  await output.write(csvRecord(names, csv));
  for await (const row of rows) await output.write(csvRecord(row.map(cellOf), csv));
}

async function writeJson(output: TextOutput, { table, snapshot, columns, rows }: NamedRowSet): Promise<void> {
  const head = JSON.stringify({ ...(table === undefined ? {} : { table }), snapshot, columns });
  let separator = '\n';
  for await (const row of rows) {
    // Written with the first row, so that a read that fails at once can still answer with an error document.
    const start = separator === '\n' ? `${head.slice(0, -1)},"rows":[` : '';
    await output.write(`${start}${separator}${JSON.stringify(row)}`);
    separator = ',\n';
  }
  await output.write(separator === '\n' ? `${head.slice(0, -1)},"rows":[]}\n` : '\n]}\n');
}

async function writeNdjson(output: TextOutput, { columns, rows }: NamedRowSet): Promise<void> {
  const keys = distinctNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name));
  for await (const row of rows) {
    const members = row.map((value, at) => `${keys[at] ?? '""'}:${JSON.stringify(value)}`);
    await output.write(`{${members.join(',')}}\n`);
  }
}

/** A column name that comes again gets a number: `a`, `a_1`. */
function distinctNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let distinct = name;
    for (let number = 1; taken.has(distinct); number++) distinct = `${name}_${number}`;
    taken.add(distinct);
    return distinct;
  });
}

async function writeTable(output: TextOutput, rowSet: NamedRowSet, layout: RowsLayout): Promise<void> {
  const { rows, hasMore } = await firstRows(rowSet.rows, layout.limit);
  const { style } = layout;
  const shown = fittingColumns(rowSet, rows, style.width);
  const cells = rows.map((row) => shown.positions.map((at) => resultText(row[at] ?? null)));
  await output.lines(textTable(shown.columns, cells, { style, indent: 0, underline: true }));
  await output.lines(['', style.faint(rowsNote(rows.length, hasMore, layout))]);
  const hidden = rowSet.columns.length - shown.columns.length;
  if (hidden === 0) return;
  const note = `${countOf(hidden, 'more column')} (--format csv): ${hiddenNames(rowSet, shown.positions)}`;
  await output.lines([style.faint(fit(note, style.width))]);
}

async function firstRows(
  rows: AsyncIterable<readonly ResultValue[]>,
  limit: number,
): Promise<{ rows: readonly (readonly ResultValue[])[]; hasMore: boolean }> {
  const first: (readonly ResultValue[])[] = [];
  for await (const row of rows) {
    if (first.length === limit) return { rows: first, hasMore: true };
    first.push(row);
  }
  return { rows: first, hasMore: false };
}

function rowsNote(shown: number, hasMore: boolean, { total = shown, isTail = false }: RowsLayout): string {
  if (isTail && total > shown) return `the last ${count(shown)} of ${countOf(total, 'row')}`;
  if (total > shown) return `${count(shown)} of ${countOf(total, 'row')} (--limit N shows more)`;
  return hasMore ? `the first ${countOf(shown, 'row')} (--limit N shows more)` : countOf(shown, 'row');
}

const NUMERIC = /^(DECIMAL|BIGINT|INTEGER|DOUBLE|HUGEINT|SMALLINT|TINYINT|U[A-Z]*INT|FLOAT)/;
const MAX_CELL_WIDTH = 40;

interface ShownColumns {
  readonly columns: readonly TextColumn[];
  readonly positions: readonly number[];
}

/** As many of the first columns as the width has room for, at least one; long cells are cut only on a terminal. */
function fittingColumns(
  { columns }: NamedRowSet,
  rows: readonly (readonly ResultValue[])[],
  width: number,
): ShownColumns {
  const maxWidth = Number.isFinite(width) ? Math.min(MAX_CELL_WIDTH, width) : Infinity;
  const widths = columns.map(({ name }, at) => {
    const texts = [name, ...rows.map((row) => resultText(row[at] ?? null))];
    return Math.min(maxWidth, Math.max(...texts.map((text) => displayWidth(text))));
  });
  let fitting = columns.length;
  while (fitting > 1 && tableWidth(widths.slice(0, fitting)) > width) fitting--;
  return {
    positions: Array.from({ length: fitting }, (_, at) => at),
    columns: columns.slice(0, fitting).map(({ name, type }) => ({
      header: name,
      align: NUMERIC.test(type) ? 'right' : 'left',
      maxWidth,
      alignWidth: MAX_CELL_WIDTH,
    })),
  };
}

function hiddenNames({ columns }: NamedRowSet, positions: readonly number[]): string {
  return columns
    .slice(positions.length)

    .map(({ name }) => name)
    .join(', ');
}
