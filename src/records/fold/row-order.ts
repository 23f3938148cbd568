// Orders of rows that lie in columns: by key bytes, and by a contract's winner order.

import type { Contract } from '../contract.js';
import { nullCode, nullInt } from '../rows/row-block.js';
import type { ColumnKind, RowShape, TextView } from '../rows/row-block.js';
import { blockOf, rowInBlock } from '../rows/row-store.js';
import type { RowStore } from '../rows/row-store.js';

/** Below, equal to or above 0. */
export type RowComparison = (a: number, b: number) => number;

/** Order of the bytes of two texts; no text (null) comes first. */
export function compareTexts(left: TextView, a: number, right: TextView, b: number): number {
  const leftStart = left.offsets[a]!;
  const rightStart = right.offsets[b]!;
  const leftLength = left.offsets[a + 1]! - leftStart;
  const rightLength = right.offsets[b + 1]! - rightStart;
  const shared = Math.min(leftLength, rightLength);
  for (let i = 0; i < shared; i++) {
    const difference = left.bytes[leftStart + i]! - right.bytes[rightStart + i]!;
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}

/** Order of a text column's bytes over a store. */
export function textOrder(store: RowStore, column: number): RowComparison {
  return (a, b) =>
    compareTexts(
      store.column(blockOf(a), column, 'text'),
      rowInBlock(a),
      store.column(blockOf(b), column, 'text'),
      rowInBlock(b),
    );
}

/**
 * The winner order of a contract over a store: the larger row wins, null loses. Columns that the contract does not
 * name come last, so that rows compare as 0 only if they agree in every column.
 */
export function winnerOrder(contract: Pick<Contract, 'winner'>, store: RowStore): RowComparison {
  const { shape } = store;
  const indexOf = (name: string): number => shape.findIndex((column) => column.name === name);
  const steps = contract.winner.map((step) =>
    'has' in step ? presenceOrder(store, indexOf(step.has)) : columnOrder(store, indexOf(step.column)),
  );
  const all = [...steps, ...shape.map((_, column) => columnOrder(store, column))];
  return (a, b) => {
    for (const compare of all) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

const kindOf = (shape: RowShape, column: number): ColumnKind => {
  const kind = shape[column]?.kind;
  if (kind === undefined) throw new Error('The winner order names a column that the contract lacks.');
  return kind;
};

function presenceOrder(store: RowStore, column: number): RowComparison {
  const rank = rankOf(store, column);
  return (a, b) => Number(rank(a) !== -Infinity) - Number(rank(b) !== -Infinity);
}

function columnOrder(store: RowStore, column: number): RowComparison {
  const kind = kindOf(store.shape, column);
  if (kind === 'text') return textOrder(store, column);
  if (kind === 'decimal') return decimalOrder(store, column);
  if (kind === 'wide') return wideOrder(store, column);
  const rank = rankOf(store, column);
  return (a, b) => {
    const left = rank(a);
    const right = rank(b);
    return left === right ? 0 : left < right ? -1 : 1;
  };
}

function decimalOrder(store: RowStore, column: number): RowComparison {
  return (a, b) => {
    const left = store.column(blockOf(a), column, 'decimal').words;
    const right = store.column(blockOf(b), column, 'decimal').words;
    const atLeft = 2 * rowInBlock(a);
    const atRight = 2 * rowInBlock(b);
    const high = left[atLeft + 1]! - right[atRight + 1]!;
    return high !== 0 ? high : (left[atLeft]! >>> 0) - (right[atRight]! >>> 0);
  };
}

function wideOrder(store: RowStore, column: number): RowComparison {
  return (a, b) => {
    const left = store.column(blockOf(a), column, 'wide').words;
    const right = store.column(blockOf(b), column, 'wide').words;
    const atLeft = 4 * rowInBlock(a);
    const atRight = 4 * rowInBlock(b);
    const highest = left[atLeft + 3]! - right[atRight + 3]!;
    if (highest !== 0) return highest;
    for (let word = 2; word >= 0; word--) {
      const order = (left[atLeft + word]! >>> 0) - (right[atRight + word]! >>> 0);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** A number that orders a column's values (texts, decimals and wide ones: presence only); -Infinity for null. */
function rankOf(store: RowStore, column: number): (row: number) => number {
  const rank = (value: number, isNull: boolean): number => (isNull ? -Infinity : value);
  switch (kindOf(store.shape, column)) {
    case 'text':
      return (row) => {
        const { offsets } = store.column(blockOf(row), column, 'text');
        return rank(0, offsets[rowInBlock(row)] === offsets[rowInBlock(row) + 1]);
      };
    case 'code':
      return (row) => {
        const code = store.column(blockOf(row), column, 'code').codes[rowInBlock(row)]!;
        return rank(code, code === nullCode);
      };
    case 'int':
      return (row) => {
        const value = store.int(row, column);
        return rank(value, value === nullInt);
      };
    case 'timestamp':
      return (row) => {
        const micros = store.column(blockOf(row), column, 'timestamp').micros[rowInBlock(row)]!;
        return rank(micros, Number.isNaN(micros));
      };
    case 'decimal':
      return (row) => {
        const { words } = store.column(blockOf(row), column, 'decimal');
        return rank(0, words[2 * rowInBlock(row) + 1] === nullInt);
      };
    case 'wide':
      return (row) => {
        const { words } = store.column(blockOf(row), column, 'wide');
        return rank(0, words[4 * rowInBlock(row) + 3] === nullInt);
      };
    case 'boolean':
      return (row) => {
        const flag = store.column(blockOf(row), column, 'boolean').flags[rowInBlock(row)]!;
        return rank(flag, flag === nullCode);
      };
    case 'double':
      return (row) => {
        const double = store.column(blockOf(row), column, 'double').doubles[rowInBlock(row)]!;
        return rank(double, Number.isNaN(double));
      };
  }
}
