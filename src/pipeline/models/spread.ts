// What must be made again: from what changed in a model's inputs to the part of its output that may differ. Pure.

import type { Model, ModelInput } from '../define/spec.js';

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
  /** Rows whose key is among the changed rows of the input or refers to one of them. */
  | { readonly kind: 'rows' }
  | { readonly kind: 'days'; readonly days: ReadonlySet<string> }
  | { readonly kind: 'months'; readonly months: ReadonlySet<string> };

/**
 * The scope of `model`, given what changed in its inputs.
 * `lastMonth`: the last month that any input has rows in; a `from` spread reaches that far.
 */
export function scopeOf(
  model: Model,
  deltas: ReadonlyMap<string, TableDelta>,
  lastMonth: string | undefined,
): Scope {
  const changed = model.inputs.filter((input) => deltas.has(input.table));
  if (changed.length === 0) return { kind: 'none' };
  if (model.table.partition === undefined) return { kind: 'full' };
  return changed
    .map((input) => inputScope(input, deltas.get(input.table), lastMonth))
    .reduce(unite, { kind: 'none' });
}

function inputScope(input: ModelInput, delta: TableDelta | undefined, lastMonth: string | undefined): Scope {
  const { spread } = input;
  if (delta === undefined) return { kind: 'none' };
  if ((spread.kind === 'rows' || spread.kind === 'referenced') && delta.kind === 'days')
    return { kind: 'rows' };
  if (spread.kind === 'days' && delta.kind === 'days') return { kind: 'days', days: delta.days };
  if (spread.kind === 'months' && delta.kind === 'months')
    return { kind: 'months', months: reached(delta.months, -spread.after, spread.before) };
  if (spread.kind === 'from' && delta.kind === 'table') {
    const first = delta.firstChanged.get(spread.column);
    if (first === null) return { kind: 'none' };
    if (first !== undefined && lastMonth !== undefined)
      return { kind: 'months', months: monthsBetween(first.slice(0, 7), lastMonth) };
  }
  return { kind: 'full' };
}

function unite(a: Scope, b: Scope): Scope {
  if (a.kind === 'none') return b;
  if (b.kind === 'none') return a;
  if (a.kind === 'rows' && b.kind === 'rows') return a;
  if (a.kind === 'days' && b.kind === 'days') return { kind: 'days', days: new Set([...a.days, ...b.days]) };
  if (a.kind === 'months' && b.kind === 'months')
    return { kind: 'months', months: new Set([...a.months, ...b.months]) };
  return { kind: 'full' };
}

/** The months of an input that the output months `wanted` need; undefined: all of them. */
export function inputMonths(input: ModelInput, wanted: ReadonlySet<string>): ReadonlySet<string> | undefined {
  return input.spread.kind === 'months'
    ? reached(wanted, -input.spread.before, input.spread.after)
    : undefined;
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
export function monthsBetween(first: string, last: string): ReadonlySet<string> {
  const months = new Set<string>();
  for (let month = first; month <= last; month = addMonths(month, 1)) months.add(month);
  return months;
}

/** The days of a month, in order. */
export function daysOfMonth(month: string): readonly string[] {
  const count = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();
  return Array.from({ length: count }, (_, day) => `${month}-${String(day + 1).padStart(2, '0')}`);
}
