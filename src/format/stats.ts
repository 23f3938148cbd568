// Column statistics of a data file, and what they rule out (format §2). Bounds may be wider than the values, never narrower.

import { compareText } from '../common/text-order.js';
import { decimalOf, type FieldType } from './schema.js';

/**
 * A bound that is missing rules nothing out. Bounds are JSON numbers for int and double, text for long, decimal,
 * date (`2024-03-05`), timestamp (`2024-03-05T10:00:00.000000Z`) and string.
 */
export interface ColumnStats {
  readonly nulls: number;
  /** Only for double, only when there are any; the bounds leave NaN out. */
  readonly nans?: number;
  readonly min?: Bound;
  readonly max?: Bound;
}

/** A value as bounds are written; see `ColumnStats`. */
export type Bound = string | number;

/** What a row must meet in one column. Values are written as bounds are. `<`, `=`, … never hold for null. */
export type ColumnPredicate =
  | { readonly op: '=' | '<' | '<=' | '>' | '>='; readonly value: Bound }
  | { readonly op: 'in'; readonly values: readonly Bound[] }
  | { readonly op: 'is null' }
  | { readonly op: 'is not null' };

/** String bounds are kept to this many code points. */
export const boundCodePoints = 16;

/**
 * Statistics as the format stores them, from the exact extremes of the values that are neither null nor NaN.
 * Bounds that the format does not store (binary, boolean, infinite) are left out, long text is cut.
 */
export function columnStats(
  type: FieldType,
  seen: { nulls: number; nans?: number; min?: Bound | undefined; max?: Bound | undefined },
): ColumnStats {
  const min = storedBound(type, seen.min, (text) => lowerBound(text));
  const max = storedBound(type, seen.max, upperBound);
  return {
    nulls: seen.nulls,
    ...(seen.nans === undefined || seen.nans === 0 ? {} : { nans: seen.nans }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

function storedBound(
  type: FieldType,
  bound: Bound | undefined,
  cut: (text: string) => string | undefined,
): Bound | undefined {
  if (type === 'binary' || type === 'boolean') return undefined;
  if (typeof bound === 'number') return Number.isFinite(bound) ? bound : undefined;
  return type === 'string' && bound !== undefined ? cut(bound) : bound;
}

/** The text, or its first 16 code points: not above any text that starts so. */
export function lowerBound(text: string): string {
  return text.length <= boundCodePoints ? text : [...text].slice(0, boundCodePoints).join('');
}

/** The text, or a short one above every text with its first 16 code points; undefined where there is none. */
export function upperBound(text: string): string | undefined {
  const points = text.length <= boundCodePoints ? [] : Array.from(text, (char) => char.codePointAt(0)!);
  if (points.length <= boundCodePoints) return text;
  const kept = points.slice(0, boundCodePoints);
  while (kept.at(-1) === 0x10ffff) kept.pop();
  const last = kept.pop();
  return last === undefined ? undefined : String.fromCodePoint(...kept, nextCodePoint(last));
}

function nextCodePoint(point: number): number {
  return point === 0xd7ff ? 0xe000 : point + 1;
}

/** False only when no row of the file can meet the predicate. No statistics: true. */
export function mightMatch(
  stats: ColumnStats | undefined,
  type: FieldType,
  predicate: ColumnPredicate,
): boolean {
  if (stats === undefined) return true;
  switch (predicate.op) {
    case 'is null':
      return stats.nulls > 0;
    case 'is not null':
      return true;
    case 'in':
      return predicate.values.some((value) => mightEqual(stats, type, value));
    case '=':
      return mightEqual(stats, type, predicate.value);
    case '<':
      return !isOutside(stats.min, type, predicate.value, (order) => order >= 0);
    case '<=':
      return !isOutside(stats.min, type, predicate.value, (order) => order > 0);
    case '>':
      return hasNans(stats) || !isOutside(stats.max, type, predicate.value, (order) => order <= 0);
    case '>=':
      return hasNans(stats) || !isOutside(stats.max, type, predicate.value, (order) => order < 0);
  }
}

/** SQL engines sort NaN above every number. */
function hasNans(stats: ColumnStats): boolean {
  return (stats.nans ?? 0) > 0;
}

function mightEqual(stats: ColumnStats, type: FieldType, value: Bound): boolean {
  if (hasNans(stats)) return true;
  return (
    !isOutside(stats.min, type, value, (order) => order > 0) &&
    !isOutside(stats.max, type, value, (order) => order < 0)
  );
}

/** Whether the order of bound and value proves that the value lies outside; unknown bounds and odd values prove nothing. */
function isOutside(
  bound: Bound | undefined,
  type: FieldType,
  value: Bound,
  proves: (order: number) => boolean,
): boolean {
  return bound !== undefined && proves(compareBounds(type, bound, value));
}

/** Order of two values written as bounds; NaN when one of them is not of the type. */
export function compareBounds(type: FieldType, left: Bound, right: Bound): number {
  if (type === 'string') return compareText(String(left), String(right));
  if (type === 'date' && isPlainDate(left) && isPlainDate(right)) return compareText(left, right);
  const [a, b] = [comparable(type, left), comparable(type, right)];
  if (a === undefined || b === undefined) return NaN;
  return a < b ? -1 : a > b ? 1 : a === b ? 0 : NaN;
}

/** A date of four digits of year: the order of their texts is the order of the days. */
function isPlainDate(bound: Bound): bound is string {
  return typeof bound === 'string' && /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(bound);
}

function comparable(type: FieldType, bound: Bound): bigint | number | undefined {
  if (type === 'int' || type === 'double') return Number(bound);
  const text = String(bound);
  if (type === 'date') return Date.parse(text);
  if (type === 'timestamp') return microsOf(text);
  if (type === 'long') return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  return decimalOf(type) === undefined ? undefined : unscaled(text);
}

function microsOf(text: string): bigint | undefined {
  const match = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/.exec(text);
  const millis = Date.parse(`${match?.[1] ?? ''}Z`);
  return Number.isNaN(millis)
    ? undefined
    : BigInt(millis) * 1000n + BigInt((match?.[2] ?? '').padEnd(6, '0'));
}

/** Any decimal of up to 38 places as a whole number. */
function unscaled(text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d{1,38}))?$/.exec(text);
  return match === null ? undefined : BigInt(`${match[1]}${match[2]}${(match[3] ?? '').padEnd(38, '0')}`);
}
