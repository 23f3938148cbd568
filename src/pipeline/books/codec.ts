// Entries of a book as rows of its table, and back: by the names of columns, never by their places. One declaration
// gives both the columns and what goes into them, so that they cannot drift apart.

import type { FieldType, Schema } from '../../format/schema.js';
import type { ColumnDefinition, TableDefinition } from '../../format/table-definition.js';
import type { Cell, Row } from '../../parquet/rows.js';
import type { TableSource } from '../../table/view.js';

/** A column, and what an entry puts into it. */
export interface BookColumn<Entry> extends ColumnDefinition {
  readonly of: (entry: Entry) => Cell;
}

/** A row's cells by the names of their columns; null for a column that the row does not have. */
interface NamedCells {
  cell(column: string): Cell;
  text(column: string): string;
  /** Null stays null. */
  textOrNull(column: string): string | null;
  number(column: string): number;
  numberOrNull(column: string): number | null;
}

/** How entries of one kind lie in their table. */
export interface Codec<Entry> {
  readonly columns: readonly BookColumn<Entry>[];
  readonly entryOf: (cells: NamedCells) => Entry;
}

/** A column without nulls. */
export const required = <Entry>(
  name: string,
  type: FieldType,
  of: (entry: Entry) => Cell,
): BookColumn<Entry> => ({ name, type, required: true, of });

/** A column with nulls. */
export const nullable = <Entry>(
  name: string,
  type: FieldType,
  of: (entry: Entry) => Cell,
): BookColumn<Entry> => ({ name, type, required: false, of });

/** The columns as a table declares them. */
export const columnsOf = <Entry>({ columns }: Pick<Codec<Entry>, 'columns'>): readonly ColumnDefinition[] =>
  columns.map(({ name, type, required: isRequired }) => ({ name, type, required: isRequired }));

/** Entries as rows in the order of the schema's fields. */
export function toRows<Entry>(
  { columns }: Codec<Entry>,
  entries: readonly Entry[],
  { fields }: Pick<Schema, 'fields'>,
): readonly Row[] {
  const writers = fields.map(({ name }) => columns.find((column) => column.name === name)?.of ?? noValue);
  return entries.map((entry) => writers.map((of) => of(entry)));
}

const noValue = (): Cell => null;

/** Rows, whose cells are in the order of the schema's fields, as entries. */
export function fromRows<Entry>(
  { entryOf }: Codec<Entry>,
  rows: readonly Row[],
  { fields }: Pick<Schema, 'fields'>,
): readonly Entry[] {
  const places = new Map(fields.map(({ name }, place) => [name, place]));
  return rows.map((row) => entryOf(namedCells((column) => row[places.get(column) ?? -1] ?? null)));
}

function namedCells(cell: (column: string) => Cell): NamedCells {
  const orNull = <T>(column: string, of: (value: Cell) => T): T | null => {
    const value = cell(column);
    return value === null ? null : of(value);
  };
  return {
    cell,
    text: (column) => String(cell(column)),
    textOrNull: (column) => orNull(column, String),
    number: (column) => Number(cell(column)),
    numberOrNull: (column) => orNull(column, Number),
  };
}

/** All entries of a book, in the order of its table; none where the lake has no such table yet. */
export async function entriesIn<Entry>(
  view: TableSource,
  { name }: Pick<TableDefinition, 'name'>,
  codec: Codec<Entry>,
): Promise<readonly Entry[]> {
  const table = await view.table(name);
  if (table === undefined) return [];
  const { tableToRows } = await import('../../parquet/rows.js'); // definitions alone need no Arrow
  const contents = await Promise.all((await table.files()).map((file) => table.rows(file)));
  return contents.flatMap((rows) => fromRows(codec, tableToRows(rows, table.schema), table.schema));
}
