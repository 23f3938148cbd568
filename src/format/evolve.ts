// A table's metadata from its definition: made once, evolved by field id ever after (format §2).

import { LakeError } from '../common/errors.js';
import { isPartitionName, type PartitionField, type PartitionSpec } from './partition.js';
import { isTableName } from './paths.js';
import { decimalOf, type Field, type FieldType, type Schema } from './schema.js';
import type { ColumnDefinition, TableDefinition } from './table-definition.js';
import { currentSchema, currentSpec, type SortField, type TableFile } from './table-file.js';

/** Whether rows of the table as it was stay in it: then columns can only be added (nullable), dropped or widened. */
type OldRows = 'kept' | 'replaced';

const firstSpecFieldId = 1000;

/**
 * A new table without files. Field ids follow the position.
 * @throws LakeError `invalid-input` for a name that no table can have
 */
export function makeTable(definition: TableDefinition, tableId: string): TableFile {
  if (!isTableName(definition.name))
    throw new LakeError(
      'invalid-input',
      `"${definition.name}" cannot be a table: expected a name like "silver.events".`,
    );
  const fields = definition.columns.map((column, i) => ({ id: i + 1, ...plain(column) }));
  return {
    table: definition.name,
    tableId,
    lastFieldId: fields.length,
    currentSchemaId: 0,
    schemas: [{ schemaId: 0, fields }],
    currentSpecId: 0,
    specs: [{ specId: 0, fields: specFields(definition, fields, firstSpecFieldId) }],
    sortOrder: sortFields(definition, fields),
    manifests: [],
  };
}

/**
 * The table as the definition wants it: the same files, and a new schema or partition spec where they differ.
 * Columns keep their id by name; a name that was dropped earlier gets a new one.
 * @throws LakeError `invalid-input` for a change that rows of the table do not survive
 */
export function evolveTable(table: TableFile, definition: TableDefinition, oldRows: OldRows): TableFile {
  const old = currentSchema(table);
  let lastFieldId = table.lastFieldId;
  const fields = definition.columns.map((column): Field => {
    const before = fieldBefore(old, definition, column.name);
    const fits = before !== undefined && isWidening(before.type, column.type);
    if (oldRows === 'kept') refuseLoss(table.table, before, column, fits);
    return { id: before !== undefined && fits ? before.id : ++lastFieldId, ...plain(column) };
  });
  const schema = reuse(table.schemas, { schemaId: nextId(table.schemas, 'schemaId'), fields }, 'schemaId');
  const spec = evolveSpec(table, definition, fields);
  return {
    ...table,
    lastFieldId,
    currentSchemaId: schema.schemaId,
    schemas: table.schemas.includes(schema) ? table.schemas : [...table.schemas, schema],
    currentSpecId: spec.specId,
    specs: table.specs.includes(spec) ? table.specs : [...table.specs, spec],
    sortOrder: sortFields(definition, fields),
  };
}

/** The field that a column was: of its own name, or of the one that it had before and no other column has. */
function fieldBefore(
  { fields }: Schema,
  { columns, renamed = {} }: TableDefinition,
  name: string,
): Field | undefined {
  const own = fields.find((field) => field.name === name);
  const former = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
  if (own !== undefined || former === undefined) return own;
  const isTaken = columns.some((column) => column.name === former);
  return isTaken ? undefined : fields.find((field) => field.name === former);
}

/** The definition that a table is true to now; its key is not part of the metadata. For operations that change no schema. */
export function definitionOf(table: TableFile): TableDefinition {
  const { fields } = currentSchema(table);
  const nameOf = (id: number): string => fields.find((field) => field.id === id)!.name;
  const [partition] = currentSpec(table).fields.map(({ sourceId, transform, name }) => ({
    source: nameOf(sourceId),
    transform,
    name,
  }));
  return {
    name: table.table,
    columns: fields.map(({ name, type, required }) => ({ name, type, required })),
    ...(partition && { partition }),
    sortOrder: table.sortOrder.map(({ sourceId }) => nameOf(sourceId)),
    key: [],
  };
}

/** The table that a writer's files belong to: evolved from what is there, or new. */
export function tableFor(
  table: TableFile | undefined,
  definition: TableDefinition,
  options: { readonly tableId: string; readonly oldRows?: OldRows },
): TableFile {
  if (table === undefined) return makeTable(definition, options.tableId);
  return evolveTable(
    table,
    definition,
    table.manifests.length === 0 ? 'replaced' : (options.oldRows ?? 'kept'),
  );
}

/**
 * The table as `old` says, in a lake whose table is `now`: files, schema, spec, order and fingerprints are the old ones;
 * `lastFieldId`, schemas and specs are those of now, since they only grow. Where the two are no longer of one history
 * (the table was dropped and made again) the old lists stay whole, for the files refer to them.
 */
export function restoreTable(old: TableFile, now: TableFile | undefined): TableFile {
  if (now === undefined) return old;
  const lastFieldId = Math.max(old.lastFieldId, now.lastFieldId);
  const isGrown =
    old.tableId === now.tableId && includesAll(now.schemas, old.schemas) && includesAll(now.specs, old.specs);
  return isGrown ? { ...old, lastFieldId, schemas: now.schemas, specs: now.specs } : { ...old, lastFieldId };
}

function includesAll<T extends Schema | PartitionSpec>(all: readonly T[], some: readonly T[]): boolean {
  const texts = new Set(all.map((each) => JSON.stringify(each)));
  return some.every((each) => texts.has(JSON.stringify(each)));
}

function plain({ name, type, required }: ColumnDefinition): Omit<Field, 'id'> {
  return { name, type, required };
}

function refuseLoss(table: string, before: Field | undefined, column: ColumnDefinition, fits: boolean): void {
  const refuse = (change: string): never => {
    throw new LakeError(
      'invalid-input',
      `${table}.${column.name}: ${change} while older rows stay. Add nullable columns, drop or widen; or make the table again.`,
      { details: { table, column: column.name } },
    );
  };
  if (before === undefined && column.required) refuse('a column without nulls cannot be added');
  if (before !== undefined && !fits) refuse(`${before.type} cannot become ${column.type}`);
  if (before !== undefined && !before.required && column.required) refuse('nulls cannot become forbidden');
}

/** Whether every value of the old type is one of the new type. */
export function isWidening(from: FieldType, to: FieldType): boolean {
  if (from === to || (from === 'int' && to === 'long')) return true;
  const [old, wide] = [decimalOf(from), decimalOf(to)];
  return (
    old !== undefined && wide !== undefined && old.scale === wide.scale && old.precision <= wide.precision
  );
}

function evolveSpec(table: TableFile, definition: TableDefinition, fields: readonly Field[]): PartitionSpec {
  const known = table.specs.flatMap((spec) => spec.fields);
  const nextFieldId = Math.max(firstSpecFieldId - 1, ...known.map((field) => field.id)) + 1;
  const wanted = specFields(definition, fields, nextFieldId).map(
    (field) => known.find(sameExceptId(field)) ?? field,
  );
  const current = currentSpec(table);
  if (JSON.stringify(current.fields) === JSON.stringify(wanted)) return current;
  return reuse(table.specs, { specId: nextId(table.specs, 'specId'), fields: wanted }, 'specId');
}

function sameExceptId(left: PartitionField): (right: PartitionField) => boolean {
  return (right) =>
    left.sourceId === right.sourceId && left.transform === right.transform && left.name === right.name;
}

function specFields(
  { partition }: TableDefinition,
  fields: readonly Field[],
  id: number,
): readonly PartitionField[] {
  if (partition === undefined) return [];
  const { source, transform, name } = partition;
  if (!isPartitionName(name))
    throw new LakeError(
      'invalid-input',
      `"${name}" cannot be a partition field: expected a name like "event_date".`,
    );
  return [{ id, sourceId: idOf(fields, source), transform, name }];
}

function sortFields({ sortOrder }: TableDefinition, fields: readonly Field[]): readonly SortField[] {
  return sortOrder.map((name) => ({ sourceId: idOf(fields, name), direction: 'asc', nulls: 'last' }));
}

function idOf(fields: readonly Field[], name: string): number {
  const field = fields.find((each) => each.name === name);
  if (field === undefined)
    throw new LakeError('invalid-input', `The table has no column ${name} to sort or partition by.`);
  return field.id;
}

/** The one of `known` that equals `wanted` in all but its id, or `wanted`. */
function reuse<T extends Schema | PartitionSpec>(known: readonly T[], wanted: T, id: keyof T): T {
  const text = (each: T): string => JSON.stringify({ ...each, [id]: 0 });
  return known.find((each) => text(each) === text(wanted)) ?? wanted;
}

function nextId<K extends string>(known: readonly Readonly<Record<K, number>>[], key: K): number {
  return Math.max(...known.map((each) => each[key])) + 1;
}
