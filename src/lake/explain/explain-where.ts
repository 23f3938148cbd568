// `--where` as values of a table's key.

import { daysOfIso } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { RowKey } from './explained.js';

/** Conditions as they were typed: `date=2024-03-05`. */
type Conditions = readonly string[];

/**
 * The values of the table's key, each named once.
 * @throws LakeError `invalid-input` that names the key, and the column that was probably meant
 */
export function keyOf({ name, key, columns }: TableDefinition, where: Conditions): RowKey {
  const given = new Map(where.map((condition) => splitCondition(condition, key)));
  for (const column of given.keys()) if (!key.includes(column)) throw noKeyColumn(name, key, column);
  const missing = key.filter((column) => !given.has(column));
  if (missing.length > 0 || given.size !== where.length) throw otherKey(name, key, missing);
  return Object.fromEntries(
    key.map((column) => {
      const type = columns.find((each) => each.name === column)?.type ?? 'string';
      return [column, valueOf(column, type, given.get(column) ?? '')];
    }),
  );
}

function splitCondition(condition: string, key: readonly string[]): readonly [string, string] {
  const at = condition.indexOf('=');
  if (at > 0) return [condition.slice(0, at).trim(), condition.slice(at + 1)];
  throw new LakeError(
    'invalid-input',
    `--where: "${condition}" is not a condition; expected ${exampleOf(key)}.`,
    { details: { flag: '--where', given: condition } },
  );
}

const exampleOf = (key: readonly string[]): string => key.map((column) => `--where ${column}=…`).join(' ');

function noKeyColumn(table: string, key: readonly string[], column: string): LakeError {
  if (key.length === 0)
    return new LakeError(
      'invalid-input',
      `--where: ${table} has no key, by which a row of it could be named; equal records are one row. "lake query" finds its rows.`,
      { details: { flag: '--where', table, given: column } },
    );
  const near = nearMiss(column, key);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  return new LakeError(
    'invalid-input',
    `--where: ${column} is not in the key of ${table}, which is ${key.join(', ')}.${hint}`,
    { details: { flag: '--where', table, given: column } },
  );
}

function otherKey(table: string, key: readonly string[], missing: readonly string[]): LakeError {
  const problem = missing.length === 0 ? 'a column is given twice' : `${missing.join(', ')} is missing`;
  return new LakeError(
    'invalid-input',
    `--where: a row of ${table} goes by ${key.join(', ')}; ${problem}. Expected ${exampleOf(key)}.`,
    { details: { flag: '--where', table } },
  );
}

function valueOf(column: string, type: string, given: string): string | number {
  const text = given.trim();
  if (type === 'date') {
    if (daysOfIso(text) !== null) return text;
    throw badValue(column, given, 'a day as YYYY-MM-DD, like 2024-03-05');
  }
  if (type === 'long' || type === 'int') {
    if (/^-?\d{1,15}$/.test(text)) return Number(text);
    throw badValue(column, given, 'a whole number');
  }
  return given;
}

const badValue = (column: string, given: string, expected: string): LakeError =>
  new LakeError('invalid-input', `--where ${column}: "${given}" is not ${expected}.`, {
    details: { flag: '--where', column, given },
  });
