// A scan plan: which files of a table a reader of some rows must take, and what rules out each of the others. It is
// data, to be followed, tested or printed. Statistics only ever rule out; no data file is read for it.

import type { DataFile } from '../format/data-file.js';
import { monthOf, type PartitionField, type PartitionSpec } from '../format/partition.js';
import type { Field, FieldType } from '../format/schema.js';
import { mightMatch, type Bound, type ColumnPredicate, type ColumnStats } from '../format/stats.js';
import { currentSchema, type ManifestRef, type TableFile } from '../format/table-file.js';

/** Conditions on columns, or on partition fields by their name; a row must meet all of them. */
export type ScanFilter = Readonly<Record<string, ColumnPredicate | readonly ColumnPredicate[]>>;

/** Why no row of a file, or of any file of a manifest, can meet a filter. */
interface RuledOut {
  /** The condition that none meets: on this column or partition field of the filter … */
  readonly on: string;
  readonly predicate: ColumnPredicate;
  /** … by the values of a partition field, or by the bounds of a column. */
  readonly by: 'partition' | 'bounds';
  /** The name of that field or column. */
  readonly field: string;
  /** What is known of its values; bounds may be wider than they are. None where all are null. */
  readonly min?: Bound;
  readonly max?: Bound;
}

/** What a reader need not look at: a data file, or a manifest that was not even read. */
interface LeftOut {
  /** Of the data file, or of the manifest. */
  readonly path: string;
  /** 1 for a data file. */
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly why: RuledOut;
}

/** Every file of the table is in one of the two lists. */
export interface ScanPlan {
  /** `layer.table`. */
  readonly table: string;
  readonly filter: ScanFilter;
  /** Files that may hold rows that meet the filter, in the order of their rows. */
  readonly taken: readonly DataFile[];
  /** In no particular order. */
  readonly leftOut: readonly LeftOut[];
}

/** Which manifests of the table must be read for the filter, told by their partition ranges. */
interface ManifestPlan {
  readonly taken: readonly ManifestRef[];
  readonly leftOut: readonly LeftOut[];
}

/** The first step of a plan: the manifests, of which those that are left out are never read. */
export function planManifests(table: TableFile, filter: ScanFilter): ManifestPlan {
  const [spec] = table.specs;
  const isWhole = table.specs.length === 1; // a range of one spec says nothing about files of another
  const conditions = isWhole ? conditionsOf(table, filter) : [];
  return divide(table.manifests, (ref) =>
    firstOf(conditions, (condition) => byPartition(spec, condition, (field) => ref.partitions[field.name])),
  );
}

/** The second step: each file of the manifests, by its partition and its bounds. */
export function planFiles(
  table: TableFile,
  files: readonly DataFile[],
  filter: ScanFilter,
): Pick<ScanPlan, 'taken' | 'leftOut'> {
  const specs = new Map(table.specs.map((spec) => [spec.specId, spec]));
  const conditions = conditionsOf(table, filter);
  return divide(files, (file) =>
    firstOf(conditions, (condition) => {
      const valueOf = ({ name }: PartitionField): ValueRange | undefined => valueRange(file.partition[name]);
      return byPartition(specs.get(file.specId), condition, valueOf) ?? byBounds(file.columns, condition);
    }),
  );
}

/** What a plan leaves out for one reason. */
interface ScanReason {
  /** `event_date >= 2024-03-05`. */
  readonly condition: string;
  /** `partition event_date` or `bounds of amount`. */
  readonly by: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/** A plan in figures and words, for people. */
export interface ScanSummary {
  readonly table: string;
  /** Of the table. */
  readonly files: number;
  readonly taken: { readonly files: number; readonly rows: number; readonly bytes: number };
  /** The most files first. */
  readonly leftOut: readonly ScanReason[];
}

/** The plan in short: how much is taken, and how much each condition leaves out. */
export function describeScan({ table, taken, leftOut }: ScanPlan): ScanSummary {
  const reasons = new Map<string, ScanReason>();
  for (const { why, files, rows, bytes } of leftOut) {
    const condition = conditionText(why.on, why.predicate);
    const by = why.by === 'partition' ? `partition ${why.field}` : `bounds of ${why.field}`;
    const key = `${condition}\n${by}`;
    const known = reasons.get(key) ?? { condition, by, files: 0, rows: 0, bytes: 0 };
    const sum = { files: known.files + files, rows: known.rows + rows, bytes: known.bytes + bytes };
    reasons.set(key, { ...known, ...sum });
  }
  const total = (of: (file: DataFile) => number): number => taken.reduce((sum, file) => sum + of(file), 0);
  return {
    table,
    files: taken.length + leftOut.reduce((sum, { files }) => sum + files, 0),
    taken: { files: taken.length, rows: total(({ rows }) => rows), bytes: total(({ bytes }) => bytes) },
    leftOut: [...reasons.values()].sort((a, b) => b.files - a.files),
  };
}

/** `amount in (1, 2)`, `refers_to is null`. */
function conditionText(on: string, predicate: ColumnPredicate): string {
  if ('value' in predicate) return `${on} ${predicate.op} ${predicate.value}`;
  return 'values' in predicate ? `${on} in (${predicate.values.join(', ')})` : `${on} ${predicate.op}`;
}

/** One condition of a filter with what the table knows about it, looked up once per plan. */
interface Condition {
  readonly on: string;
  readonly predicate: ColumnPredicate;
  /** The column of that name, if there is one. */
  readonly column: Field | undefined;
  readonly fields: ReadonlyMap<number, Field>;
}

function conditionsOf(table: TableFile, filter: ScanFilter): readonly Condition[] {
  const fields = new Map(currentSchema(table).fields.map((field) => [field.id, field]));
  return Object.entries(filter).flatMap(([on, predicates]) => {
    const column = [...fields.values()].find(({ name }) => name === on);
    return [predicates].flat().map((predicate) => ({ on, predicate, column, fields }));
  });
}

function divide<T extends Omit<LeftOut, 'files' | 'why'> & { readonly files?: number }>(
  items: readonly T[],
  whyOut: (item: T) => RuledOut | undefined,
): { readonly taken: readonly T[]; readonly leftOut: readonly LeftOut[] } {
  const [taken, leftOut]: [T[], LeftOut[]] = [[], []];
  for (const item of items) {
    const why = whyOut(item);
    const { path, files = 1, rows, bytes } = item;
    if (why === undefined) taken.push(item);
    else leftOut.push({ path, files, rows, bytes, why });
  }
  return { taken, leftOut };
}

function firstOf(
  conditions: readonly Condition[],
  whyOut: (condition: Condition) => RuledOut | undefined,
): RuledOut | undefined {
  for (const condition of conditions) {
    const why = whyOut(condition);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The values of a partition field in one file, or in all files of a manifest. */
interface ValueRange {
  readonly min?: string;
  readonly max?: string;
  readonly hasNull: boolean;
}

function valueRange(value: string | null | undefined): ValueRange | undefined {
  if (value === undefined) return undefined;
  return value === null ? { hasNull: true } : { min: value, max: value, hasNull: false };
}

function byPartition(
  spec: PartitionSpec | undefined,
  condition: Condition,
  rangeOf: (field: PartitionField) => ValueRange | undefined,
): RuledOut | undefined {
  for (const field of spec?.fields ?? []) {
    const range = rangeOf(field);
    if (range === undefined || rangeMightMatch(field, range, condition)) continue;
    return ruledOut(condition, 'partition', field.name, range);
  }
  return undefined;
}

function byBounds(columns: DataFile['columns'], condition: Condition): RuledOut | undefined {
  const { column, predicate } = condition;
  if (column === undefined) return undefined;
  const stats = columns[column.id];
  if (mightMatch(stats, column.type, predicate)) return undefined;
  return ruledOut(condition, 'bounds', column.name, stats ?? {});
}

function ruledOut(
  { on, predicate }: Condition,
  by: RuledOut['by'],
  field: string,
  { min, max }: Pick<RuledOut, 'min' | 'max'>,
): RuledOut {
  return { on, predicate, by, field, ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/**
 * Whether a range of a partition field admits a condition on that field, or on the column that it comes from. A column
 * that took the field's name later is neither.
 */
function rangeMightMatch(field: PartitionField, range: ValueRange, condition: Condition): boolean {
  const { on, predicate, column, fields } = condition;
  const source = fields.get(field.sourceId);
  const isSource = on === source?.name;
  const isOtherColumn = !isSource && column !== undefined;
  if (source === undefined || isOtherColumn || (!isSource && on !== field.name)) return true;
  const isOnlyNull = range.hasNull && range.min === undefined;
  if (isOnlyNull && predicate.op !== 'is null') return false;
  const type: FieldType = field.transform === 'month' ? 'string' : source.type;
  const { hasNull, ...bounds } = range;
  const stats: ColumnStats = { nulls: hasNull ? 1 : 0, ...bounds };
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
