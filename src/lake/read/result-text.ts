// Values of results as text, for tables, CSV and the names of JSON members.

import type { JsonValue, ResultValue } from './row-set.js';

/** A value for one cell: of a nested one the text of its JSON. */
export const cellOf = (value: ResultValue): JsonValue =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** A value as text; null is `null`. */
export const resultText = (value: ResultValue): string => String(cellOf(value));
