// Which of two variants of one key wins, on values: the order that the fold has on rows (fold/row-order.ts).

import type { Contract, WinnerStep } from './contract.js';
import type { Value } from './values/field-reader.js';
import { compareUtf8 } from './values/values.js';

/** Order of two values of one column; null comes before everything, text goes by UTF-8 bytes. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  return a < b ? -1 : 1;
}

/** Below, equal to or above 0. */
type CompareVariants = (a: readonly Value[], b: readonly Value[]) => number;

/**
 * The winner order of a contract: the larger of two variants of one key wins, so a positive answer means that `a` does.
 * After the steps that the contract names all columns are compared, so that variants compare as 0 only where they agree in each.
 */
export function compareVariants(contract: Pick<Contract, 'winner' | 'columns'>): CompareVariants {
  const steps = [
    ...contract.winner.map((step) => winnerStep(contract, step)),
    ...contract.columns.map((_, column) => columnStep(column)),
  ];
  return (a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function winnerStep({ columns }: Pick<Contract, 'columns'>, step: WinnerStep): CompareVariants {
  const name = 'has' in step ? step.has : step.column;
  const column = columns.findIndex((candidate) => candidate.name === name);
  if (!('has' in step)) return columnStep(column);
  return (a, b) => Number((a[column] ?? null) !== null) - Number((b[column] ?? null) !== null);
}

const columnStep =
  (column: number): CompareVariants =>
  (a, b) =>
    compareValues(a[column] ?? null, b[column] ?? null);

/** Whether two records agree in every column: exact duplicates. */
export const sameRecord = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, column) => value === b[column]);
