// The key of a record as it arrived, whether or not the rules accept it: the way back from a row to what it was read from.

import { isoOfDays } from '../common/calendar.js';
import { isoMicros } from '../common/runtime.js';
import { decimalOf, type FieldType } from '../format/schema.js';
import { decimalText } from '../parquet/cells.js';
import type { Cell } from '../parquet/rows.js';
import type { Contract } from './contract.js';
import type { Field } from './field.js';
import { singleFieldReader } from './record-reader.js';
import type { FieldValue } from './values/field-reader.js';
import type { RawValue } from './values/raw-value.js';

/** Values of a contract's key, in its order, as text (`keyPart`). */
export type RecordKey = readonly string[];

/** Two keys are the same exactly if these texts are. */
export const keyText = (key: RecordKey): string => JSON.stringify(key);

/** Reads the key of any record; null where it is not whole. */
export function compileKeyReader(contract: Contract): (record: RawValue) => RecordKey | null {
  const types = contract.key.map(
    (column) => contract.columns.find(({ name }) => name === column)?.type ?? 'string',
  );
  const readValues = compileKeyValues(contract);
  return (record) => readValues(record)?.map((value, part) => keyPart(types[part]!, value)) ?? null;
}

/** The same as the values of the key's columns, in its order. */
export function compileKeyValues(contract: Contract): (record: RawValue) => readonly FieldValue[] | null {
  const parts = contract.key.map((column) => singleFieldReader(keyField(contract, column), contract));
  return (record) => {
    const key: FieldValue[] = [];
    for (const read of parts) {
      const part = read(record);
      if (part === null) return null;
      key.push(part);
    }
    return key;
  };
}

/** The field that becomes a column of the key. */
export function keyField({ fields, source }: Contract, column: string): Field {
  const field = fields.find(({ name }) => name === column);
  if (field === undefined) throw new Error(`no field of the contract ${source} becomes ${column}`);
  return field;
}

/** A value of a key as text, as results show it: `2024-03-05`, `2024-03-05T10:00:00.000000Z`, `12.5000`, `true`. */
export function keyPart(type: FieldType, value: Exclude<Cell, null>): string {
  const scale = decimalOf(type)?.scale;
  if (scale !== undefined) return decimalText(BigInt(value as bigint), scale);
  if (type === 'date') return isoOfDays(Number(value));
  return type === 'timestamp' ? isoMicros(Number(value)) : String(value);
}
