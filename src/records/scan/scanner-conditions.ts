// Conditions between fields, over the columns that the scanner has just filled: where one may hold, the rules decide.

import type { RecordCondition } from '../contract.js';
import { nullCode, nullInt } from '../rows/row-block.js';
import type { GrowingColumn } from '../rows/growing-columns.js';
import type { Cell } from './scanner-cells.js';

/** Fills nothing; false in rows of which the condition holds. `columnOf` gives the column that a field becomes. */
export function conditionCell(rule: RecordCondition, columnOf: (field: string) => GrowingColumn): Cell {
  if (rule.kind === 'before') {
    const [left, right] = [orderOf(columnOf(rule.left)), orderOf(columnOf(rule.right))];
    return { fill: (_, row) => !(left(row) < right(row)) };
  }
  const [field, present] = [columnOf(rule.field), columnOf(rule.present)];
  if (field.kind !== 'code') return { fill: () => false };
  const code = field.codeOf.get(rule.equals);
  return { fill: (_, row) => field.codes[row] !== code || !isNull(present, row) };
}

/** A number that orders dates or times; NaN, which is before nothing, for null and for other kinds. */
function orderOf(column: GrowingColumn): (row: number) => number {
  if (column.kind === 'timestamp') return (row) => column.micros[row]!;
  if (column.kind === 'int') return (row) => (column.ints[row] === nullInt ? NaN : column.ints[row]!);
  return () => NaN;
}

function isNull(column: GrowingColumn, row: number): boolean {
  switch (column.kind) {
    case 'text':
      return column.offsets[row] === column.offsets[row + 1];
    case 'code':
      return column.codes[row] === nullCode;
    case 'boolean':
      return column.flags[row] === nullCode;
    case 'timestamp':
      return Number.isNaN(column.micros[row]);
    case 'double':
      return Number.isNaN(column.doubles[row]);
    case 'int':
      return column.ints[row] === nullInt;
    case 'decimal':
      return column.words[2 * row + 1] === nullInt;
    case 'wide':
      return column.words[4 * row + 3] === nullInt;
  }
}
