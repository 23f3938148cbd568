// A table and the contract of its rows: the same columns, one key, and rows in the order of that.

import type { ColumnDefinition, TableDefinition } from '../../../format/table-definition.js';
import type { KeyedContract } from '../../../records/contract.js';
import { checkTable } from './check-tables.js';
import type { Place, Problems } from './problems.js';

/** Says what is wrong with a table of accepted records, by itself and beside its contract. */
export function checkTableAgrees(
  table: TableDefinition,
  contract: Pick<KeyedContract, 'columns' | 'key'>,
  place: Place,
  problems: Problems,
): void {
  checkTable(table, place, problems);
  problems.expect(
    sameColumns(table.columns, contract.columns),
    [...place, 'columns'],
    'expected the columns of the contract, in its order',
  );
  problems.expect(
    table.key.join() === contract.key.join(),
    [...place, 'key'],
    `expected the key of the contract, ${contract.key.join(', ')}, found ${table.key.join(', ') || 'none'}`,
  );
  const sorted = table.key.length > 0 ? table.key : table.columns.map(({ name }) => name);
  problems.expect(
    table.sortOrder.join() === sorted.join(),
    [...place, 'sortOrder'],
    `rows of a source are sorted by their key, or by all columns without one, ${sorted.join(', ')}; found ${table.sortOrder.join(', ') || 'none'}`,
  );
}

const sameColumns = (a: readonly ColumnDefinition[], b: readonly ColumnDefinition[]): boolean => {
  const facts = (columns: readonly ColumnDefinition[]): string =>
    JSON.stringify(columns.map(({ name, type, required }) => [name, type, required]));
  return facts(a) === facts(b);
};
