// Pieces that the parsers of several metadata files share.

import { z } from 'zod';
import { isPartitionName } from './partition.js';
import { isLakePath, isTableName } from './paths.js';
import type { FieldType } from './schema.js';

export const count = z.int().nonnegative();
export const id = z.int().positive();
export const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits');
export const lakePath = z.string().refine(isLakePath, 'not a path within a lake');
export const tableName = z.string().refine(isTableName, 'not a table name like "silver.events"');
export const partitionName = z.string().refine(isPartitionName, 'not a name for a partition field');
/** Kept as it is, whatever its keys: "__proto__" too, which a record would leave out. */
export const jsonObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'not an object',
);
/** UTC with microseconds. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/, 'not an instant like 2026-11-23T17:20:01.123456Z');

const plainTypes = ['boolean', 'int', 'long', 'double', 'date', 'timestamp', 'string', 'binary'];
export const fieldType = z.custom<FieldType>(
  (value) => typeof value === 'string' && (plainTypes.includes(value) || /^decimal\(\d+,\d+\)$/.test(value)),
  'not a type of the format',
);
