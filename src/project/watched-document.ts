// What a project watches, as `lake.yaml` says it: figures of runs, figures of days, and the settings that decide rows.

import { z } from 'zod';
import { nameShape } from './names.js';

const text = z.string().min(1, 'expected a text that is not empty');
const tableName = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected a table as layer.table');
const columnName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected layer.table.column');
const fieldName = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'expected a field as source.field');

/** A column of the run log: what it counts of the rows that a run added, or what it adds up. */
export const runColumnShape = z.strictObject({
  /** `layer.table.column` of a log: new rows that have no value there. */
  nulls_of: columnName.optional(),
  /** `layer.table.column` of a small table: its sum. */
  sum_of: columnName.optional(),
});

/** A figure of a run. */
export const metricShape = z.strictObject({
  about: text,
  /** The column of the run log. */
  of: nameShape,
  /** Of a rate: the column that it is a share of. */
  by: nameShape.optional(),
  judged: z.enum(['rate', 'volume', 'bounds']),
  limit: z.strictObject({ min: z.number().optional(), max: z.number().optional() }).optional(),
  /** Out of bounds often: told only when it was not before. */
  common: z.boolean().optional(),
  /** The check that judges it; `anomaly_<name>`, or `limit_<name>` of what has bounds alone, unless said. */
  check: nameShape.optional(),
  reason: text,
});

/** A figure of each day, judged against the same weekday before. */
export const seriesShape = z.strictObject({
  kind: z.enum(['count', 'money']),
  reason: text,
  /** The rows of each partition of a table. */
  partitions_of: tableName.optional(),
  /** A statement with the columns `date`, `value` and `things`, how many the value counts or adds up. */
  sql: text.optional(),
});

/** A key of the settings file of a lake without a project's folder, and what it changes. */
export const settingShape = z.strictObject({
  /** A field with `one_of`: words that it takes beside those. */
  adds_to: fieldName.optional(),
  /** A timestamp: `from` and `to`, days that narrow its `min` and `max`. */
  narrows: fieldName.optional(),
});

/** What is asked of a source's own table before each publication. */
export const sourceCheckShape = z.strictObject({
  /** A field with `one_of`: no row has another value. */
  values_of: nameShape.optional(),
  /** Columns: no value lies outside of what the fields say. Told by the statistics of files, without a scan. */
  ranges_of: z.array(nameShape).min(1, 'expected at least one').optional(),
});
