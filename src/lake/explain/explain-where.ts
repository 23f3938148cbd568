// `--where` as values of a table's key.

import { daysOfIso } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import { microsOfMoment } from '../../common/moment.js';
import { nearMiss } from '../../common/near-miss.js';
import { decimalOf, type FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { decimalText } from '../../parquet/cells.js';
import { decimalParts, scaledMagnitude } from '../../records/values/decimal-value.js';
import { instantText, wholeNumber } from '../read/value-text.js';
import type { RowKey } from './explained.js';

/** Conditions as they were typed: `date=2024-03-05`. */
type Conditions = readonly string[];

/**
 * The values of the table's key, each named once; of a model without one those of any of its columns.
 * @throws LakeError `invalid-input` that names the key, and the column that was probably meant
 */
export function keyOf(definition: TableDefinition, where: Conditions, isModel: boolean): RowKey {
  const { name, columns } = definition;
  const key = definition.key.length === 0 && isModel ? columnsNamed(definition, where) : definition.key;
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

/** @throws LakeError `invalid-input` for a column that the table does not have, and where none is named */
function columnsNamed({ name: table, columns }: TableDefinition, where: Conditions): readonly string[] {
  const names = columns.map(({ name }) => name);
  const named = [...new Set(where.map((condition) => splitCondition(condition, names.slice(0, 1))[0]))];
  const unknown = named.find((each) => !names.includes(each));
  if (named.length > 0 && unknown === undefined) return named;
  const near = unknown === undefined ? undefined : nearMiss(unknown, names);
  throw new LakeError(
    'invalid-input',
    `--where: ${unknown === undefined ? 'no column is named' : `${table} has no column ${unknown}`}; ${table} has no key, so a row goes by any of ${names.join(', ')}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    { details: { flag: '--where', table } },
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

/** A value as results show it, whatever the spelling it was asked for in. */
function valueOf(column: string, type: FieldType, given: string): string | number {
  if (type === 'string') return given;
  const value = valueIn(type, given.trim());
  if (value === undefined) throw badValue(column, given, EXPECTED[type] ?? decimals(type));
  return value;
}

const EXPECTED: Readonly<Partial<Record<FieldType, string>>> = {
  date: 'a day as YYYY-MM-DD, like 2024-03-05',
  timestamp: 'a time, like 2024-03-05T10:00:00Z',
  int: 'a whole number',
  long: 'a whole number',
  boolean: 'true or false',
};

const decimals = (type: FieldType): string =>
  `a number with at most ${decimalOf(type)?.scale ?? 0} digits after the point`;

function valueIn(type: FieldType, text: string): string | number | undefined {
  switch (type) {
    case 'date':
      return daysOfIso(text) === null ? undefined : text;
    case 'timestamp': {
      const micros = microsOfMoment(text);
      return micros === undefined ? undefined : instantText(micros);
    }
    case 'int':
    case 'long':
      return /^-?\d{1,19}$/.test(text) ? wholeNumber(BigInt(text)) : undefined;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    case 'double': // is in no key
    case 'binary':
    case 'string':
      return text;
    default:
      return decimalIn(type, text);
  }
}

/** With the digits of its type; one that has more is no value of the column. */
function decimalIn(type: FieldType, text: string): string | undefined {
  const scale = decimalOf(type)?.scale;
  const parts = decimalParts(text);
  if (scale === undefined || parts === undefined || /[1-9]/.test(parts.fraction.slice(scale)))
    return undefined;
  const magnitude = scaledMagnitude(parts, scale);
  return decimalText(parts.isNegative ? -magnitude : magnitude, scale);
}

const badValue = (column: string, given: string, expected: string): LakeError =>
  new LakeError('invalid-input', `--where ${column}: "${given}" is not ${expected}.`, {
    details: { flag: '--where', column, given },
  });
