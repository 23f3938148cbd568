// Records whose arrays have tables of their own: each element is a record under the child's contract. A refused element takes
// nothing from its parent.

import { isoOfDays } from '../common/calendar.js';
import { isoMicros } from '../common/runtime.js';
import { decimalOf } from '../format/schema.js';
import { decimalText } from '../parquet/cells.js';
import { columnOf, type ChildContract, type RecordContract } from './contract.js';
import type { Field } from './field.js';
import {
  recordReader,
  type AcceptedRecord,
  type RecordContext,
  type RecordVerdict,
  type RefusedRecord,
} from './record-reader.js';
import type { FoundField } from './unknown-fields.js';
import type { Value } from './values/field-reader.js';
import { writtenJson } from './values/json-value.js';
import { parseRawJson, valueAt, type RawArray, type RawValue } from './values/raw-value.js';

/** Why an array that is none has no elements. */
const NOT_AN_ARRAY = 'not_an_array';

/** A refused element of an accepted record. */
interface RefusedElement {
  /** The child's source. */
  readonly source: string;
  /** From 1; 0 for what should be an array and is none. */
  readonly place: number;
  readonly reason: string;
  /** JSON in the order in which it was written. */
  readonly raw: string;
}

/** A refused element and the line of its record, 1-based; of an array of records the record's place. */
export interface RefusedLineElement extends RefusedElement {
  readonly lineNumber: number;
}

/** A record that takes part, and the elements of it that do not. */
export type JudgedRecord =
  (AcceptedRecord & { readonly refusedElements: readonly RefusedElement[] }) | RefusedRecord;

const NONE: readonly RefusedElement[] = [];

/** The rules of a contract and of its children: decides a record with all its elements. */
export function recordJudge(contract: RecordContract): (record: RawValue) => JudgedRecord {
  const rules = recordReader(contract);
  const children = (contract.children ?? []).map((child) => childJudge(child, contract));
  return (record) => {
    const verdict = rules(record);
    if (!verdict.ok) return verdict;
    if (children.length === 0) return { ...verdict, refusedElements: NONE };
    const judged = children.map((judge) => judge(record, verdict.values));
    const all = <T>(own: readonly T[], of: (each: ElementsFound) => readonly T[]): readonly T[] => [
      ...own,
      ...judged.flatMap(of),
    ];
    return {
      ...verdict,
      unknownFields: all(verdict.unknownFields, (each) => each.unknownFields),
      nulledFields: all(verdict.nulledFields, (each) => each.nulledFields),
      refusedElements: all(NONE, (each) => each.refused),
    };
  };
}

/** What is worth telling of the elements of one record. Fields are named by their way from the record: `items[].size`. */
interface ElementsFound {
  readonly refused: readonly RefusedElement[];
  readonly unknownFields: readonly FoundField[];
  readonly nulledFields: readonly FoundField[];
}

function childJudge(
  child: ChildContract,
  parent: RecordContract,
): (record: RawValue, values: readonly Value[]) => ElementsFound {
  const { from } = arrayField(child, parent);
  const steps = from.kind === 'path' ? from.steps : [];
  const prefix = `${steps.join('.')}[].`;
  const column = parent.columns.findIndex(({ name }) => name === child.array);
  const elements = elementReader(child, parent);
  const named = ({ field, value }: FoundField): FoundField => ({ field: prefix + field, value });
  return (record, values) => {
    const read = values[column] === null ? [] : elements(valueAt(record, steps), values);
    const accepted = read.flatMap(({ verdict }) => (verdict.ok ? [verdict] : []));
    return {
      refused: read.flatMap(({ verdict, place, raw }) =>
        verdict.ok ? [] : [{ source: child.source, place, reason: verdict.reason, raw: writtenJson(raw) }],
      ),
      unknownFields: accepted.flatMap(({ unknownFields }) => unknownFields.map(named)),
      nulledFields: accepted.flatMap(({ nulledFields }) => nulledFields.map(named)),
    };
  };
}

/** An element of an array and what becomes of it. */
interface ReadElement {
  /** From 1; 0 for what should be an array and is none. */
  readonly place: number;
  readonly raw: RawValue;
  readonly verdict: RecordVerdict;
}

/** Reads what stands where the array should, beside the parent's accepted values in the order of its columns. */
export function elementReader(
  child: ChildContract,
  parent: RecordContract,
): (array: RawValue, values: readonly Value[]) => readonly ReadElement[] {
  const rules = recordReader(child);
  const contextOf = parentReader(child, parent);
  return (array, values) => {
    if (!Array.isArray(array))
      return [{ place: 0, raw: array, verdict: { ok: false, reason: NOT_AN_ARRAY } }];
    const context = contextOf(values);
    return (array as RawArray).map((raw, at) => ({
      place: at + 1,
      raw,
      verdict: rules(raw, { ...context, position: at + 1 }),
    }));
  };
}

/** The field of the parent that keeps a child's array. */
function arrayField({ array, source }: ChildContract, { fields }: RecordContract): Field {
  const field = fields.find(({ name }) => name === array);
  if (field === undefined) throw new Error(`The parent of ${source} has no field ${array}.`);
  return field;
}

/** Columns of the parent that the child's fields read, each once. */
export const parentColumnsOf = ({ fields }: Pick<ChildContract, 'fields'>): readonly string[] => [
  ...new Set(fields.flatMap(({ from }) => (from.kind === 'parent' ? [from.column] : []))),
];

function parentReader(
  child: ChildContract,
  parent: RecordContract,
): (values: readonly Value[]) => RecordContext {
  const readers = parentColumnsOf(child).map((name) => {
    const at = parent.columns.findIndex((column) => column.name === name);
    if (at === -1) throw new Error(`The parent of ${child.source} has no column ${name}.`);
    const read = rawOf(name, parent);
    return (values: readonly Value[]): readonly [string, RawValue] => {
      const value = values[at] ?? null;
      return [name, value === null ? null : read(value)];
    };
  });
  return (values) => ({ parent: new Map(readers.map((read) => read(values))) });
}

/** A column's values as a field of the same type takes them: times, dates and decimals as text. */
function rawOf(column: string, parent: RecordContract): (value: NonNullable<Value>) => RawValue {
  const isJson = parent.fields.some(({ name, type }) => name === column && type.kind === 'json');
  if (isJson) return (value) => parseRawJson(String(value));
  const type = columnOf(parent, column)?.type ?? 'string';
  const scale = decimalOf(type)?.scale;
  if (scale !== undefined) return (value) => decimalText(BigInt(value), scale);
  if (type === 'date') return (value) => isoOfDays(Number(value));
  if (type === 'timestamp') return (value) => isoMicros(Number(value));
  return (value) => (typeof value === 'bigint' ? String(value) : value);
}

/**
 * Why a child's field cannot have the values of a parent's column; undefined: it can. Text takes any value as it is shown, other
 * types only values of their own.
 */
export function parentFault(
  { type }: Pick<Field, 'type'>,
  column: string,
  parent: RecordContract,
): string | undefined {
  const found = columnOf(parent, column);
  if (found === undefined)
    return `the parent has no field ${column}; it has ${parent.columns.map(({ name }) => name).join(', ')}`;
  const kind = parent.fields.find(({ name }) => name === column)?.type.kind ?? kindOfColumn(found.type);
  if (type.kind === kind || (type.kind === 'text' && kind !== 'json')) return undefined;
  return `^${column} is ${kind} in the parent; expected that type${kind === 'json' ? '' : ', or text'}, found ${type.kind}`;
}

/** Of a column that is made of fields: a date, or an amount. */
const kindOfColumn = (type: string): Field['type']['kind'] => (type === 'date' ? 'date' : 'decimal');
