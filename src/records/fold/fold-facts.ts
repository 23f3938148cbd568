// What a fold's added rows say of themselves: how many lie on which day, how many lack a value.

import { daysOfIso } from '../../common/calendar.js';
import type { Fold, FoldFigures } from '../log-types.js';
import { nullCode, nullInt, type ColumnView } from '../rows/row-block.js';
import { blockOf, rowInBlock, RowStore } from '../rows/row-store.js';

/** What is counted of rows that were added. */
interface AddedFigures {
  /** Rows whose date, by which the table is partitioned, is before `day` (ISO); none where nothing partitions it. */
  addedBefore(day: string): number;
  /** Rows without a value in a column. */
  addedNulls(column: string): number;
}

/** The figures of a fold whose rows are in memory. */
export function figuresOf(fold: Fold): FoldFigures {
  const { partitions, addedRows, removedRows, duplicates, conflictingKeys, state } = fold;
  const counted = { partitions, addedRows, removedRows, duplicates, conflictingKeys };
  const store = new RowStore(state.shape, state.key, state.blocks);
  const rows = new Uint32Array(state.added);
  const { column } = state.partitioning;
  return {
    ...counted,
    addedBefore: (day) => before(datesOf(store, rows, column), day),
    addedNulls: (name) => nullsOf(store, rows, name),
  };
}

/** The same figures of rows that are met one portion after the other; only the named columns are looked at. */
export class AddedCounts implements AddedFigures {
  readonly #dateColumn: number;
  readonly #dates = new Map<number, number>();
  readonly #nulls: Map<string, number>;

  /** `dateColumn` is the index of the column that partitions the table; -1 without one. */
  constructor(dateColumn: number, columns: readonly string[]) {
    this.#dateColumn = dateColumn;
    this.#nulls = new Map(columns.map((column) => [column, 0]));
  }

  add(store: RowStore, rows: Uint32Array): void {
    for (const [date, count] of datesOf(store, rows, this.#dateColumn))
      this.#dates.set(date, (this.#dates.get(date) ?? 0) + count);
    for (const [column, count] of this.#nulls) this.#nulls.set(column, count + nullsOf(store, rows, column));
  }

  addedBefore(day: string): number {
    return before(this.#dates, day);
  }

  addedNulls(column: string): number {
    const nulls = this.#nulls.get(column);
    if (nulls === undefined) throw new Error(`Nulls of the column ${column} were not counted.`);
    return nulls;
  }
}

/** How many rows lie on each date; rows without one are left out. */
function datesOf(store: RowStore, rows: Uint32Array, column: number): ReadonlyMap<number, number> {
  const dates = new Map<number, number>();
  if (column === -1) return dates;
  for (const row of rows) {
    const date = store.int(row, column);
    if (date !== nullInt) dates.set(date, (dates.get(date) ?? 0) + 1);
  }
  return dates;
}

function before(dates: ReadonlyMap<number, number>, day: string): number {
  const limit = daysOfIso(day) ?? nullInt;
  let count = 0;
  for (const [date, rows] of dates) if (date < limit) count += rows;
  return count;
}

function nullsOf(store: RowStore, rows: Uint32Array, column: string): number {
  const index = store.shape.findIndex(({ name }) => name === column);
  if (index === -1) throw new Error(`The log has no column ${column}.`);
  let count = 0;
  for (const row of rows) if (isNull(store.view(blockOf(row)).columns[index]!, rowInBlock(row))) count++;
  return count;
}

function isNull(view: ColumnView, row: number): boolean {
  switch (view.kind) {
    case 'text':
      return view.offsets[row] === view.offsets[row + 1];
    case 'code':
      return view.codes[row] === nullCode;
    case 'int':
      return view.ints[row] === nullInt;
    case 'timestamp':
      return Number.isNaN(view.micros[row]);
    case 'decimal':
      return view.words[2 * row + 1] === nullInt;
    case 'boolean':
      return view.flags[row] === nullCode;
    case 'double':
      return Number.isNaN(view.doubles[row]);
    case 'wide':
      return view.words[4 * row + 3] === nullInt;
  }
}
