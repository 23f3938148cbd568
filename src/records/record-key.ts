// The key of a record as it arrived, whether or not the rules accept it: the way back from a row to what it was read from.

import { isoOfDays } from '../common/calendar.js';
import type { Contract, FieldRule } from './contract.js';
import { labelOf, parseDate, textOf } from './values/values.js';

/** Values of a contract's key, in its order, as text; dates as `YYYY-MM-DD`. */
export type RecordKey = readonly string[];

/** Two keys are the same exactly if these texts are. */
export const keyText = (key: RecordKey): string => JSON.stringify(key);

/** Reads the key of any JSON value, or of a CSV row as an object of texts; null where it is not whole. */
export function compileKeyReader(contract: Contract): (record: unknown) => RecordKey | null {
  const parts = contract.key.map((column) => partReader(keyField(contract, column)));
  return (record) => {
    if (typeof record !== 'object' || record === null) return null;
    const key = parts.map((read) => read(record));
    return key.every((part) => part !== null) ? key : null;
  };
}

/** The field that becomes a column of the key. */
export function keyField({ fields, source }: Contract, column: string): FieldRule {
  const field = fields.find(({ name, as }) => (as ?? name) === column);
  if (field === undefined) throw new Error(`no field of the contract ${source} becomes ${column}`);
  return field;
}

function partReader(field: FieldRule): (record: object) => string | null {
  const read = valueReader(field);
  return (record) =>
    Object.hasOwn(record, field.name) ? read((record as Record<string, unknown>)[field.name]) : null;
}

function valueReader(field: FieldRule): (value: unknown) => string | null {
  switch (field.kind) {
    case 'text':
      return textOf;
    case 'label': {
      const nulls = new Set(field.nulls);
      return (value) => labelOf(value, nulls);
    }
    case 'date':
      return (value) => {
        const days = typeof value === 'string' ? parseDate(value) : null;
        return days === null ? null : isoOfDays(days);
      };
    case 'enum':
    case 'version':
    case 'timestamp':
    case 'money':
    case 'currency':
      throw new Error(`a ${field.kind} field is no key: ${field.name}`);
  }
}
