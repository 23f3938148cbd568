// Pieces that the parsers of several metadata files share.

import { z } from 'zod';
import { isPartitionName } from './partition.js';
import { isLakePath, isTableName } from './paths.js';
import type { FieldType } from './schema.js';

/** How many of something: at most 2⁵³ − 1. */
export const count = z.int().nonnegative();
/** Of a field, a snapshot: 1 and up. */
export const id = z.int().positive();
/** SHA-256. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');
/** Where a file lies in a lake; never outside. */
export const lakePath = z.string().refine(isLakePath, 'not a path within a lake');
/** `layer.table`. */
export const tableName = z.string().refine(isTableName, 'not a table name like "silver.events"');
/** Of a partition field. */
export const partitionName = z.string().refine(isPartitionName, 'not a name for a partition field');
/** Kept as it is, whatever its keys: "__proto__" too, which a record would leave out. */
export const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);
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
