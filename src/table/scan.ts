// A scan plan: which files of a table may hold rows that meet a filter. Statistics only ever rule out; nothing is read.

import type { DataFile } from '../format/data-file.js';
import { monthOf, type PartitionField } from '../format/partition.js';
import type { FieldType, Schema } from '../format/schema.js';
import { mightMatch, type Bound, type ColumnPredicate } from '../format/stats.js';
import { currentSchema, type ManifestRef, type TableFile } from '../format/table-file.js';

/** Conditions on columns, or on partition fields by their name; a row must meet all of them. */
export type ScanFilter = Readonly<Record<string, ColumnPredicate | readonly ColumnPredicate[]>>;

/** Whether rows of the file may meet the filter, by its partition and its bounds. */
export function fileMightMatch(table: TableFile, file: DataFile, filter: ScanFilter): boolean {
  const spec = table.specs.find((each) => each.specId === file.specId);
  const schema = currentSchema(table);
  return conditions(filter).every(([name, predicate]) => {
    const byPartition = (spec?.fields ?? []).every((field) => {
      const value = file.partition[field.name];
      return value === undefined || rangeMightMatch(schema, field, { ...valueRange(value) }, name, predicate);
    });
    const column = schema.fields.find((field) => field.name === name);
    return (
      byPartition && (column === undefined || mightMatch(file.columns[column.id], column.type, predicate))
    );
  });
}

/** Whether files of the manifest may match, by its partition ranges. */
export function manifestMightMatch(table: TableFile, ref: ManifestRef, filter: ScanFilter): boolean {
  const fields = table.specs.flatMap((spec) => spec.fields);
  return conditions(filter).every(([name, predicate]) =>
    fields.every((field) => {
      const range = ref.partitions[field.name];
      const isWhole = table.specs.length === 1;
      return (
        range === undefined ||
        !isWhole ||
        rangeMightMatch(currentSchema(table), field, range, name, predicate)
      );
    }),
  );
}

interface ValueRange {
  readonly min?: string;
  readonly max?: string;
  readonly hasNull: boolean;
}

function valueRange(value: string | null): ValueRange {
  return value === null ? { hasNull: true } : { min: value, max: value, hasNull: false };
}

function conditions(filter: ScanFilter): readonly (readonly [string, ColumnPredicate])[] {
  return Object.entries(filter).flatMap(([name, predicates]) =>
    [predicates].flat().map((predicate) => [name, predicate] as const),
  );
}

/**
 * Whether a range of a partition field admits a predicate on that field, or on the column that it comes from. A column
 * that took the field's name later is neither.
 */
function rangeMightMatch(
  schema: Schema,
  field: PartitionField,
  range: ValueRange,
  name: string,
  predicate: ColumnPredicate,
): boolean {
  const source = schema.fields.find((each) => each.id === field.sourceId);
  const isSource = name === source?.name;
  const isOtherColumn = !isSource && schema.fields.some((each) => each.name === name);
  if (source === undefined || isOtherColumn || (!isSource && name !== field.name)) return true;
  const type: FieldType = field.transform === 'month' ? 'string' : source.type;
  const isOnlyNull = range.hasNull && range.min === undefined;
  if (isOnlyNull && predicate.op !== 'is null') return false;
  const { hasNull, ...bounds } = range;
  const stats = { nulls: hasNull ? 1 : 0, ...bounds };
  return mightMatch(stats, type, isSource ? throughTransform(field, predicate) : predicate);
}

/** What a predicate on the column means for the partition value: months lose the day, so bounds become inclusive. */
function throughTransform(field: PartitionField, predicate: ColumnPredicate): ColumnPredicate {
  if (field.transform === 'identity') return predicate;
  const month = (value: Bound): string => monthOf(String(value));
  switch (predicate.op) {
    case 'is null':
    case 'is not null':
      return predicate;
    case 'in':
      return { op: 'in', values: predicate.values.map(month) };
    case '<':
    case '<=':
      return { op: '<=', value: month(predicate.value) };
    case '>':
    case '>=':
      return { op: '>=', value: month(predicate.value) };
    case '=':
      return { op: '=', value: month(predicate.value) };
  }
}
