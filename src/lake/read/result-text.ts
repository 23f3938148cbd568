// Values of results as text, for tables, CSV and the names of JSON members.

import type { ResultValue } from './row-set.js';

/** A value as one cell of a table or a CSV file: nested ones as JSON. */
export function resultText(value: ResultValue): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
