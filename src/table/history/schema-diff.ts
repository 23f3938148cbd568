// How a table's columns and partition differ between two snapshots: by field id, so that a new name is no new column.

import { isWidening } from '../../format/evolve.js';
import type { Field, FieldType, Schema } from '../../format/schema.js';
import { currentSchema, currentSpec, type TableFile } from '../../format/table-file.js';

/** One difference of columns or partition. */
export type SchemaChange =
  | { readonly kind: 'added' | 'dropped'; readonly column: string; readonly type: FieldType }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  /** `narrowed`: seen from the newer snapshot to the older one. */
  | {
      readonly kind: 'widened' | 'narrowed';
      readonly column: string;
      readonly from: FieldType;
      readonly to: FieldType;
    }
  /** `event_date`, `month(event_date)`; null for none. */
  | { readonly kind: 'partition'; readonly from: string | null; readonly to: string | null };

/** Every difference from the older table to the newer one: dropped columns first, then the others in order. */
export function schemaChanges(from: TableFile, to: TableFile): readonly SchemaChange[] {
  const [before, after] = [fieldsAs(from, to), currentSchema(to).fields];
  const dropped = before.filter(({ id }) => !after.some((field) => field.id === id));
  const [was, is] = [partitionOf(from), partitionOf(to)];
  return [
    ...dropped.map(({ name, type }) => ({ kind: 'dropped', column: name, type }) as const),
    ...after.flatMap((field) =>
      fieldChanges(
        before.find(({ id }) => id === field.id),
        field,
      ),
    ),
    ...(was === is ? [] : [{ kind: 'partition', from: was, to: is } as const]),
  ];
}

/** The fields of `from` by the ids of `to`: its own, or by name and type where the table was made again meanwhile. */
export function fieldsAs(from: TableFile, to: TableFile): readonly Field[] {
  const { fields } = currentSchema(from);
  if (from.tableId === to.tableId) return fields;
  const known = currentSchema(to).fields;
  return fields.map((field, i) => ({
    ...field,
    id: known.find(({ name, type }) => name === field.name && type === field.type)?.id ?? -1 - i,
  }));
}

function fieldChanges(before: Field | undefined, { name, type }: Field): readonly SchemaChange[] {
  if (before === undefined) return [{ kind: 'added', column: name, type }];
  const kind = isWidening(before.type, type) ? 'widened' : 'narrowed';
  return [
    ...(before.name === name ? [] : [{ kind: 'renamed', from: before.name, to: name } as const]),
    ...(before.type === type ? [] : [{ kind, column: name, from: before.type, to: type } as const]),
  ];
}

function partitionOf(table: TableFile): string | null {
  const [field] = currentSpec(table).fields;
  if (field === undefined) return null;
  const source = currentSchema(table).fields.find(({ id }) => id === field.sourceId)?.name ?? field.name;
  return field.transform === 'identity' ? source : `${field.transform}(${source})`;
}

/** A schema in which the rows of both can be compared: the columns of `to`, each wide enough, none required. */
export function comparableSchema(from: TableFile, to: TableFile): Schema {
  const before = fieldsAs(from, to);
  const fields = currentSchema(to).fields.map((field): Field => {
    const old = before.find(({ id }) => id === field.id);
    const type = old !== undefined && isWidening(field.type, old.type) ? old.type : field.type;
    return { ...field, type, required: false };
  });
  return { schemaId: -1, fields };
}
