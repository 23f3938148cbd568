// Contracts and tables of test pipelines, with what every one of them says the same way left out.

import type { ColumnDefinition, TableDefinition } from '../../../src/format/table-definition.js';
import type { FieldType } from '../../../src/format/schema.js';
import type { Contract } from '../../../src/records/contract.js';
import { contractOfKinds, type KindContract } from '../../records/contract-kinds.js';

/** Columns as text: `number long`, `weight double?` (with nulls). */
export const columns = (...names: readonly string[]): readonly ColumnDefinition[] =>
  names.map((text) => {
    const [name = '', type = ''] = text.split(' ');
    return { name, type: type.replace('?', '') as FieldType, required: !type.endsWith('?') };
  });

/** A contract in which fields refuse in their order. */
export const contractOf = (given: KindContract): Contract =>
  contractOfKinds({
    order: given.fields.filter(({ refuse }) => refuse !== undefined).map(({ name }) => ({ field: name })),
    ...given,
  });

/** The table of a source's records. */
export const tableOf = (
  name: string,
  { columns: all, key }: Contract,
  other: Pick<TableDefinition, 'partition' | 'keyIndex'> = {},
): TableDefinition => ({ name, columns: all, sortOrder: key, key, ...other });

/** A table by days of a date column. */
export const byDay = (source: string): NonNullable<TableDefinition['partition']> => ({
  source,
  transform: 'identity',
  name: source,
});

/** A table by months of a date column. */
export const byMonth = (source: string): NonNullable<TableDefinition['partition']> => ({
  source,
  transform: 'month',
  name: `${source}_month`,
});
