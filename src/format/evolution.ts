// Changes of a table's columns and partition that its old rows survive without being rewritten (format §2): add a nullable
// column, drop, rename, widen, partition otherwise from now on.

import { LakeError } from '../common/errors.js';
import { definitionOf, evolveTable, isWidening } from './evolve.js';
import type { PartitionSpec } from './partition.js';
import type { Field, FieldType, Schema } from './schema.js';
import type { ColumnDefinition, TableDefinition } from './table-definition.js';
import { currentSchema, currentSpec, type TableFile } from './table-file.js';

/** One change of a table. */
export type Evolution =
  /** Null in all rows that there are. */
  | { readonly kind: 'add'; readonly column: { readonly name: string; readonly type: FieldType } }
  | { readonly kind: 'drop'; readonly column: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  /** int to long, or a decimal to more digits. */
  | { readonly kind: 'widen'; readonly column: string; readonly type: FieldType }
  /** For files from now on; old ones stay where they are. Null: none. */
  | { readonly kind: 'partition'; readonly by: NonNullable<TableDefinition['partition']> | null };

/**
 * The table after the changes, one after the other: the same files, one schema and one spec more at most.
 * @throws LakeError `invalid-input` for a change that cannot be made
 */
export function applyEvolutions(table: TableFile, evolutions: readonly Evolution[]): TableFile {
  const evolved = evolutions.reduce(applyEvolution, table);
  const schema = settledSchema(table.schemas, currentSchema(evolved));
  const spec = settledSpec(table.specs, currentSpec(evolved));
  return {
    ...evolved,
    currentSchemaId: schema.schemaId,
    schemas: table.schemas.includes(schema) ? table.schemas : [...table.schemas, schema],
    currentSpecId: spec.specId,
    specs: table.specs.includes(spec) ? table.specs : [...table.specs, spec],
  };
}

/** The known schema with these fields, or they under the next number: schemas that came in between are forgotten. */
function settledSchema(known: readonly Schema[], { fields }: Schema): Schema {
  const schemaId = Math.max(...known.map((schema) => schema.schemaId)) + 1;
  return known.find(sameFields(fields)) ?? { schemaId, fields };
}

function settledSpec(known: readonly PartitionSpec[], { fields }: PartitionSpec): PartitionSpec {
  const specId = Math.max(...known.map((spec) => spec.specId)) + 1;
  return known.find(sameFields(fields)) ?? { specId, fields };
}

function sameFields(fields: readonly object[]): (other: { readonly fields: readonly object[] }) => boolean {
  const text = JSON.stringify(fields);
  return (other) => JSON.stringify(other.fields) === text;
}

function applyEvolution(table: TableFile, evolution: Evolution): TableFile {
  const definition = definitionOf(table);
  switch (evolution.kind) {
    case 'add':
      refuseTaken(table, evolution.column.name);
      return withColumns(table, [...definition.columns, { ...evolution.column, required: false }]);
    case 'drop':
      return dropColumn(table, fieldNamed(table, evolution.column));
    case 'rename':
      fieldNamed(table, evolution.from);
      refuseTaken(table, evolution.to);
      return renameColumn(table, evolution.from, evolution.to);
    case 'widen':
      return widenColumn(table, fieldNamed(table, evolution.column), evolution.type);
    case 'partition':
      return partitionBy(table, evolution.by);
  }
}

function withColumns(table: TableFile, columns: readonly ColumnDefinition[]): TableFile {
  return evolveTable(table, { ...definitionOf(table), columns }, 'kept');
}

function dropColumn(table: TableFile, { id, name }: Field): TableFile {
  const isUsed = [...table.sortOrder, ...currentSpec(table).fields].some(({ sourceId }) => sourceId === id);
  if (isUsed) throw refused(table, name, 'the table is sorted or partitioned by it');
  const columns = definitionOf(table).columns.filter((column) => column.name !== name);
  if (columns.length === 0) throw refused(table, name, 'it is the last column');
  return withColumns(table, columns);
}

function renameColumn(table: TableFile, from: string, to: string): TableFile {
  const { fields } = currentSchema(table);
  const schemaId = Math.max(...table.schemas.map((schema) => schema.schemaId)) + 1;
  const renamed = fields.map((field) => (field.name === from ? { ...field, name: to } : field));
  return {
    ...table,
    schemas: [...table.schemas, { schemaId, fields: renamed }],
    currentSchemaId: schemaId,
  };
}

function widenColumn(table: TableFile, { name, type: old }: Field, type: FieldType): TableFile {
  if (!isWidening(old, type)) throw refused(table, name, `${old} cannot become ${type}`);
  const { columns } = definitionOf(table);
  return withColumns(
    table,
    columns.map((column) => (column.name === name ? { ...column, type } : column)),
  );
}

function partitionBy(table: TableFile, by: Extract<Evolution, { kind: 'partition' }>['by']): TableFile {
  const { name, columns, sortOrder, key } = definitionOf(table);
  const rest = { name, columns, sortOrder, key };
  if (by === null) return evolveTable(table, rest, 'kept');
  const { type } = fieldNamed(table, by.source);
  if (by.transform === 'month' && type !== 'date')
    throw refused(table, by.source, `only dates have months, it is ${type}`);
  return evolveTable(table, { ...rest, partition: by }, 'kept');
}

function fieldNamed(table: TableFile, name: string): Field {
  const { fields } = currentSchema(table);
  const field = fields.find((each) => each.name === name);
  if (field !== undefined) return field;
  throw refused(table, name, `there is no such column; it has ${fields.map((each) => each.name).join(', ')}`);
}

function refuseTaken(table: TableFile, name: string): void {
  if (name === '' || currentSchema(table).fields.some((field) => field.name === name))
    throw refused(table, name, name === '' ? 'a column needs a name' : 'there is such a column already');
}

function refused({ table }: TableFile, column: string, why: string): LakeError {
  return new LakeError('invalid-input', `${table}.${column}: ${why}. Nothing was changed.`, {
    details: { table, column },
  });
}
