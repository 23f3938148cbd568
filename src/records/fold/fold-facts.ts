// What a fold's added rows say of themselves: how many lie on which day, how many lack a value.

import { daysOfIso } from '../../common/calendar.js';
import type { Fold } from '../log-types.js';
import { nullCode, nullInt, type ColumnView } from '../rows/row-block.js';
import { blockOf, rowInBlock, RowStore } from '../rows/row-store.js';

/** Added rows whose date, by which the table is partitioned, is before `day` (ISO); none where nothing partitions it. */
export function addedBefore({ state }: Fold, day: string): number {
  const { column } = state.partitioning;
  if (column === -1) return 0;
  const limit = daysOfIso(day) ?? nullInt;
  const store = new RowStore(state.shape, state.key, state.blocks);
  return countAdded(state.added, (row) => {
    const date = store.int(row, column);
    return date !== nullInt && date < limit;
  });
}

/** Added rows without a value in a column. */
export function addedNulls({ state }: Fold, column: string): number {
  const index = state.shape.findIndex(({ name }) => name === column);
  if (index === -1) throw new Error(`The log has no column ${column}.`);
  const store = new RowStore(state.shape, state.key, state.blocks);
  return countAdded(state.added, (row) => isNull(store.view(blockOf(row)).columns[index]!, rowInBlock(row)));
}

function countAdded(added: SharedArrayBuffer, holds: (row: number) => boolean): number {
  let count = 0;
  for (const row of new Uint32Array(added)) if (holds(row)) count++;
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
