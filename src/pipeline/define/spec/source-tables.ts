// The tables that follow from a source's own: what arrived, and the losing variants of a log's keys.

import type { TableDefinition } from '../../../format/table-definition.js';

/** The column of a conflicts table that says which variant the log's table has. */
export const IS_WINNER = 'is_winner';

/** Distinct variants of conflicting keys; sorted by key, then the winner order, winner first. */
export const conflictsTable = (name: string, { columns, key }: TableDefinition): TableDefinition => ({
  name,
  columns: [...columns, { name: IS_WINNER, type: 'boolean', required: true }],
  sortOrder: key,
  key: [],
});
