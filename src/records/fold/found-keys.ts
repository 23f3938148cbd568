// Keys that are worth telling of.

import type { KeyedContract } from '../contract.js';
import { keyPart, type RecordKey } from '../record-key.js';
import type { RowStore } from '../rows/row-store.js';
import { sortByKey } from './sort-rows.js';

/** Some keys of a table: how many, and the first of them in its order. */
export interface FoundKeys {
  readonly count: number;
  readonly sample: readonly RecordKey[];
}

const sampleKeys = 100;

/** The keys of some rows. */
export function foundKeys(
  store: RowStore,
  contract: Pick<KeyedContract, 'key'>,
  found: readonly number[],
): FoundKeys {
  const rows = Uint32Array.from(found);
  sortByKey(store, rows);
  const columns = contract.key.map((name) => store.shape.findIndex((column) => column.name === name));
  const sample = Array.from(rows.subarray(0, sampleKeys), (row) =>
    columns.map((column) => keyPart(store.shape[column]!.type, store.value(row, column))),
  );
  return { count: rows.length, sample };
}
