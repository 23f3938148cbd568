// Contracts and tables of test pipelines, with what every one of them says the same way left out.

import type { ColumnDefinition, TableDefinition } from '../../../src/format/table-definition.js';
import type { FieldType } from '../../../src/format/schema.js';
import type { Contract } from '../../../src/records/contract.js';

/** Columns as text: `number long`, `weight double?` (with nulls). */
export const columns = (...names: readonly string[]): readonly ColumnDefinition[] =>
  names.map((text) => {
    const [name = '', type = ''] = text.split(' ');
    return { name, type: type.replace('?', '') as FieldType, required: !type.endsWith('?') };
  });

/** A contract in which fields refuse in their order, and no text holds half a character. */
export function contractOf(
  given: Omit<Contract, 'order' | 'unicodeFields' | 'derived' | 'ruleVersion'> &
    Partial<Pick<Contract, 'order' | 'derived'>>,
): Contract {
  const { fields } = given;
  const texts = fields.filter(({ kind }) => ['text', 'label', 'enum', 'date', 'timestamp'].includes(kind));
  return {
    order: fields.filter(({ refuse }) => refuse !== undefined).map(({ name }) => ({ field: name })),
    unicodeFields: texts.map(({ name }) => name),
    derived: [],
    ruleVersion: 1,
    ...given,
  };
}

/** The table of a source's records. */
export const tableOf = (
  name: string,
  { columns: all, key }: Contract,
  other: Pick<TableDefinition, 'partition' | 'keyIndex'> = {},
): TableDefinition => ({ name, columns: all, sortOrder: key, key, ...other });

/** A table by days of a date column. */
export const byDay = (source: string): NonNullable<TableDefinition['partition']> => ({
  ...{ source, transform: 'identity', name: source },
});

/** A table by months of a date column. */
export const byMonth = (source: string): NonNullable<TableDefinition['partition']> => ({
  ...{ source, transform: 'month', name: `${source}_month` },
});
