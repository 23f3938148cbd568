// What must be made again: from what changed in a model's inputs to the part of its output that may differ. Pure.

import type { TableDefinition } from '../../format/table-definition.js';
import type { Model, ModelInput } from '../define/spec/pipeline-spec.js';

/** What changed in a table in this run. Days and months are partition values: `2024-03-05`, `2024-03`. */
export type TableDelta =
  | { readonly kind: 'days'; readonly days: ReadonlySet<string> }
  | { readonly kind: 'months'; readonly months: ReadonlySet<string> }
  | {
      readonly kind: 'table';
      /** For columns that a `from` spread names: the smallest old or new date among the rows that changed in it; null if none did. */
      readonly firstChanged: ReadonlyMap<string, string | null>;
    };

/** The part of a model's output to be made again. */
export type Scope =
  | { readonly kind: 'none' }
  | { readonly kind: 'full' }
  /** Rows whose key is among the changed rows of the log, or refers to one of them. */
  | { readonly kind: 'rows'; readonly log: string }
  | { readonly kind: 'days'; readonly days: ReadonlySet<string> }
  | { readonly kind: 'months'; readonly months: ReadonlySet<string> };

/** The change of a table in these partitions, as models see it. */
export function deltaOf(
  table: TableDefinition,
  partitions: ReadonlySet<string>,
  firstChanged: ReadonlyMap<string, string | null> = new Map(),
): TableDelta {
  const kind = partitionKind(table);
  if (kind === 'day') return { kind: 'days', days: partitions };
  if (kind === 'month') return { kind: 'months', months: partitions };
  return { kind: 'table', firstChanged };
}

/** What a scope depends on beside the changes. */
export interface ScopeFacts {
  /** The keys of logs, by table; of those alone whose changed rows can be told from the others. */
  readonly logKeys: ReadonlyMap<string, readonly string[]>;
  /** The last month in which an input, or the output as it was, has rows; a `from` spread reaches that far. */
  readonly lastMonth: string | undefined;
}

/** How a table is cut: by days, by months, by the values of another column, or not at all. */
type PartitionKind = 'day' | 'month' | 'value' | 'none';

/** How a table lies; `value` for partitions by the value of a column that is no day. */
export function partitionKind({ partition, columns }: TableDefinition): PartitionKind {
  if (partition === undefined) return 'none';
  if (partition.transform === 'month') return 'month';
  const source = columns.find(({ name }) => name === partition.source);
  return source?.type === 'date' ? 'day' : 'value';
}

/** The scope of `model`, given what changed in its inputs. */
export function scopeOf(model: Model, deltas: ReadonlyMap<string, TableDelta>, facts: ScopeFacts): Scope {
  const changed = model.inputs.filter((input) => deltas.has(input.table));
  if (changed.length === 0) return { kind: 'none' };
  if (!['day', 'month'].includes(partitionKind(model.table))) return { kind: 'full' };
  return changed
    .map((input) => inputScope(model, input, deltas.get(input.table), facts))
    .reduce(unite, { kind: 'none' });
}

function inputScope(
  model: Model,
  { table, spread }: ModelInput,
  delta: TableDelta | undefined,
  facts: ScopeFacts,
): Scope {
  if (delta === undefined) return { kind: 'none' };
  switch (spread.kind) {
    case 'rows':
    case 'referenced':
      return hasKeyOf(model, facts.logKeys.get(table)) ? { kind: 'rows', log: table } : { kind: 'full' };
    case 'days':
      return delta.kind === 'table' ? { kind: 'full' } : delta;
    case 'months':
      return delta.kind === 'table'
        ? { kind: 'full' }
        : { kind: 'months', months: reached(monthsOf(delta), -spread.after, spread.before) };
    case 'from':
      return fromScope(spread.column, delta, facts);
    case 'table':
      return { kind: 'full' };
  }
}

/** Whether a model's rows can be told apart by a log's key. */
const hasKeyOf = ({ table }: Model, key: readonly string[] = []): boolean =>
  key.length > 0 && key.every((column) => table.columns.some(({ name }) => name === column));

function fromScope(column: string, delta: TableDelta, { lastMonth }: ScopeFacts): Scope {
  const first = delta.kind === 'table' ? delta.firstChanged.get(column) : undefined;
  if (first === null) return { kind: 'none' };
  if (first === undefined || lastMonth === undefined) return { kind: 'full' };
  return { kind: 'months', months: monthsBetween(first.slice(0, 7), lastMonth) };
}

function unite(a: Scope, b: Scope): Scope {
  if (a.kind === 'none') return b;
  if (b.kind === 'none') return a;
  if (a.kind === 'rows' && b.kind === 'rows' && a.log === b.log) return a;
  if (a.kind === 'days' && b.kind === 'days') return { kind: 'days', days: new Set([...a.days, ...b.days]) };
  if (isOfTime(a) && isOfTime(b))
    return { kind: 'months', months: new Set([...monthsOf(a), ...monthsOf(b)]) };
  return { kind: 'full' };
}

type OfTime = Extract<Scope, { kind: 'days' | 'months' }>;

const isOfTime = (scope: Scope): scope is OfTime => scope.kind === 'days' || scope.kind === 'months';

/** The months of a scope or a change in time. */
export const monthsOf = (time: OfTime): ReadonlySet<string> =>
  time.kind === 'months' ? time.months : new Set([...time.days].map((day) => day.slice(0, 7)));

/** The partitions of an input, by their values, that a scope needs. */
export type Extent = 'all' | ((partition: string) => boolean);

/** The part of an input (of a log: as far as its days go) that the output of a scope is made of. */
export function extentOf({ spread }: ModelInput, input: TableDefinition, scope: Scope): Extent {
  if (!isOfTime(scope) || !['day', 'month'].includes(partitionKind(input))) return 'all';
  if (spread.kind === 'days' && scope.kind === 'days' && partitionKind(input) === 'day')
    return (partition) => scope.days.has(partition);
  const months =
    spread.kind === 'days'
      ? monthsOf(scope)
      : spread.kind === 'months'
        ? reached(monthsOf(scope), -spread.before, spread.after)
        : undefined;
  return months === undefined ? 'all' : (partition) => months.has(partition.slice(0, 7));
}

function reached(months: ReadonlySet<string>, from: number, to: number): ReadonlySet<string> {
  const all = new Set<string>();
  for (const month of months) for (let step = from; step <= to; step++) all.add(addMonths(month, step));
  return all;
}

/** `2024-01` and −1 give `2023-12`. */
export function addMonths(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** Both ends included; empty when `last` is before `first`. */
function monthsBetween(first: string, last: string): ReadonlySet<string> {
  const months = new Set<string>();
  for (let month = first; month <= last; month = addMonths(month, 1)) months.add(month);
  return months;
}

/** The days of a month, in order. */
export function daysOfMonth(month: string): readonly string[] {
  const count = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();
  return Array.from({ length: count }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`);
}
