// Pieces that the parsers of several metadata files share.

import { z } from 'zod';
import { isPartitionName } from './partition.js';
import { isLakePath, isTableName } from './paths.js';
import type { FieldType } from './schema.js';

/** How many of something: at most 2⁵³ − 1. */
export const count = z.int().nonnegative();
/** Of a field, a snapshot: 1 and up. */
export const id = z.int().positive();
const hashShape = /^[0-9a-f]{64}$/;
/** SHA-256. */
export const hash = z.string().regex(hashShape, 'expected 64 hex digits');
/** Where a file lies in a lake; never outside. */
export const lakePath = z.string().refine(isLakePath, 'not a path within a lake');
/** `layer.table`. */
export const tableName = z.string().refine(isTableName, 'not a table name like "silver.events"');
/** Of a partition field. */
export const partitionName = z.string().refine(isPartitionName, 'not a name for a partition field');
/** Kept as it is, whatever its keys: "__proto__" too, which a record would leave out. */
export const jsonObject = z.custom<Json>(isObject, 'not an object');
/**
 * An object whose keys are not known beforehand. `__proto__` is refused as a key: a record would leave it out unread, and
 * what is not read must not pass.
 */
export function recordOf<V>(
  key: z.ZodType<string, string>,
  value: z.ZodType<V>,
): z.ZodType<Record<string, V>> {
  const isNamedWell = (found: object): boolean => !Object.hasOwn(found, '__proto__');
  return jsonObject.refine(isNamedWell, '"__proto__" is not allowed as a key').pipe(z.record(key, value));
}

/**
 * A list of very many alike, at most `max`. An element for which `isPlain` holds is taken as it is; only the others are
 * judged by `shape`, which takes ten times as long and says what is wrong. `isPlain` holds for nothing that `shape` refuses.
 */
export function listOf<T>(
  shape: z.ZodType<T>,
  isPlain: (value: Json) => boolean,
  max = Number.MAX_SAFE_INTEGER,
): z.ZodType<T[]> {
  return z
    .custom<readonly unknown[]>(Array.isArray, 'not a list')
    .refine((list) => list.length <= max, `a list of more than ${max}`)
    .transform((list, context) =>
      list.map((value, at) => {
        if (isObject(value) && isPlain(value)) return value as T;
        const { success, data, error } = shape.safeParse(value);
        if (success) return data;
        for (const { message, path } of error.issues)
          context.issues.push({ code: 'custom', input: value, message, path: [at, ...path] });
        return z.NEVER;
      }),
    );
}

/** An object as JSON has it. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object whose own keys and values all are as asked. */
export function isRecord(
  value: unknown,
  isKey: (key: string) => boolean,
  isValue: (value: unknown) => boolean,
): boolean {
  return isObject(value) && Object.keys(value).every((key) => isKey(key) && isValue(value[key]));
}

/** Whether a member that may be left out is, or is as asked. */
export function isMissingOr(value: unknown, isAsked: (value: unknown) => boolean): boolean {
  return value === undefined || isAsked(value);
}

/** Whether a value is text. */
export const isText = (value: unknown): value is string => typeof value === 'string';
/** Whether a value is a `count`. */
export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
/** Whether an object names a file: a `lakePath`, the `hash` of its bytes, and a `count` of them. */
export function isHashedFile({ path, sha256, bytes }: Json): boolean {
  return isText(path) && isLakePath(path) && isText(sha256) && hashShape.test(sha256) && isCount(bytes);
}

/** UTC with microseconds. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'not an instant like 2026-11-23T17:20:01.123456Z');

const plainTypes = ['boolean', 'int', 'long', 'double', 'date', 'timestamp', 'string', 'binary'];
/** Of a column. */
export const fieldType = z.custom<FieldType>(
  (value) => typeof value === 'string' && (plainTypes.includes(value) || isDecimalType(value)),
  'not a type of the format (a decimal has 1 to 38 digits, no more of them after the point)',
);

/** Of at most 38 digits, as many of them behind the point as there are. */
function isDecimalType(text: string): boolean {
  const [, precision, scale] = /^decimal\(([1-9]\d?),(\d\d?)\)$/.exec(text) ?? [];
  return precision !== undefined && Number(precision) <= 38 && Number(scale) <= Number(precision);
}
