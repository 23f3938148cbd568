// A record as a function of a contract: what it becomes, or why it is refused. This alone decides; whatever is faster leaves
// every doubtful record to it.

import { compileCondition, type Condition } from './condition.js';
import { decimalOf } from '../format/schema.js';
import type { DerivedColumn, RecordContract, RecordRule } from './contract.js';
import type { Field, FieldCondition } from './field.js';
import { defaultOf, fieldReader, type NoValue, type Value } from './values/field-reader.js';
import { type FoundField, unknownFinder } from './unknown-fields.js';
import { plainNumbers } from './values/plain-numbers.js';
import { isRawObject, type RawObject, type RawValue, valueAt } from './values/raw-value.js';
import { zoneClock } from './values/time-zone.js';
import { converter, dayMicros, hasInvalidUnicode } from './values/values.js';

/** A record that takes part. */
export interface AcceptedRecord {
  readonly ok: true;
  /** In the order of the contract's columns. */
  readonly values: readonly Value[];
  /** What nothing names, by its path. */
  readonly unknownFields: readonly FoundField[];
  /** Fields that became null since their value was not of their type. */
  readonly nulledFields: readonly FoundField[];
}

/** A record that the rules refuse, with the first reason. */
export interface RefusedRecord {
  readonly ok: false;
  readonly reason: string;
}

/** What stands around a record: of a child its place in its array (from 1), and what its parent has, by column. */
export interface RecordContext {
  readonly position?: number;
  readonly parent?: ReadonlyMap<string, RawValue>;
}

/** What becomes of a record. */
export type RecordVerdict = AcceptedRecord | RefusedRecord;

/** The rules of a contract: decides one record. It throws nothing, whatever the record is. */
type RecordReader = (record: RawValue, context?: RecordContext) => RecordVerdict;

/** Accepted values by field, filled in the order of the contract. */
type Values = Map<string, Value>;

/** A record on its way through the steps. */
interface Reading {
  readonly record: RawObject;
  readonly context: RecordContext;
  readonly values: Values;
  readonly nulled: FoundField[];
}

/** Reads or asks something; the reason to refuse the record, or null. */
type Step = (reading: Reading) => string | null;

const NONE: readonly FoundField[] = [];

/** The reader of a contract. */
export function recordReader(contract: RecordContract): RecordReader {
  const steps = stepsOf(contract);
  const unicode = unicodeStep(contract);
  const columns = contract.columns.map(({ name }) => columnReader(contract, name));
  const unknownOf = unknownFinder(contract);
  return (record, context = {}) => {
    if (!isRawObject(record)) return { ok: false, reason: 'invalid_json' };
    const reading: Reading = { record, context, values: new Map(), nulled: [] };
    if (unicode(record)) return { ok: false, reason: 'invalid_unicode' };
    const unknownFields = unknownOf(record);
    if (contract.unknown === 'refuse' && unknownFields.length > 0)
      return { ok: false, reason: 'unknown_field' };
    for (const step of steps) {
      const reason = step(reading);
      if (reason !== null) return { ok: false, reason };
    }
    return {
      ok: true,
      values: columns.map((column) => column(reading.values)),
      unknownFields,
      nulledFields: reading.nulled.length === 0 ? NONE : reading.nulled,
    };
  };
}

/** Fields in their order, each followed by the rules that stand behind it; the other rules last. */
function stepsOf(contract: RecordContract): readonly Step[] {
  const rulesAfter = (name: string | undefined): readonly Step[] =>
    contract.rules.filter(({ after }) => after === name).map((rule) => ruleStep(rule, contract.fields));
  return [
    ...contract.fields.flatMap((field) => [fieldStep(field, contract), ...rulesAfter(field.name)]),
    ...rulesAfter(undefined),
    ...contract.derived.map((derived) => derivedStep(derived, contract)),
  ];
}

function ruleStep({ reason, condition }: RecordRule, fields: readonly Field[]): Step {
  const compiled: Condition | string = compileCondition(condition, fields);
  if (typeof compiled === 'string') throw new Error(`The rule ${reason} was not checked: ${compiled}.`);
  return ({ values }) => (compiled((name) => values.get(name) ?? null) === true ? reason : null);
}

const REASON_OF: Readonly<Record<NoValue, keyof Field['reasons']>> = {
  missing: 'missing',
  invalid: 'invalid',
  unknown: 'unknown',
  outOfRange: 'outOfRange',
};

function fieldStep(field: Field, contract: RecordContract): Step {
  const { name, reasons } = field;
  const isText = contract.csv !== undefined || field.from.kind === 'parent';
  const read = fieldReader(isText ? { ...field, isStrict: false } : field);
  const rawOf = rawReader(field, contract);
  const whenNull = defaultOf(field);
  const counts = field.when.map(conditionStep);
  return (reading) => {
    const { values } = reading;
    values.set(name, null);
    if (!counts.every((holds) => holds(values))) return null;
    if (!field.since.every((since) => Number(values.get(since.field) ?? NaN) >= since.value)) {
      values.set(name, whenNull);
      return null;
    }
    const raw = rawOf(reading);
    const result = read(raw, values);
    if (result.ok) {
      values.set(name, result.value);
      return null;
    }
    if (result.why === 'missing' && whenNull !== null) {
      values.set(name, whenNull);
      return null;
    }
    const reason = reasons[REASON_OF[result.why]];
    if (reason !== undefined) return reason;
    if (result.why !== 'missing') reading.nulled.push({ field: name, value: raw });
    // What is required must have a value, whatever it was lost for.
    return reasons.missing ?? null;
  };
}

function conditionStep({ field, values: wanted }: FieldCondition): (values: Values) => boolean {
  const texts = new Set(wanted.map(String));
  return (values) => {
    const value = values.get(field) ?? null;
    return value !== null && texts.has(String(value));
  };
}

function rawReader(field: Field, contract: RecordContract): (reading: Reading) => RawValue {
  const { from } = field;
  switch (from.kind) {
    case 'position':
      return ({ context }) => context.position;
    case 'parent':
      return ({ context }) => context.parent?.get(from.column);
    case 'path': {
      const { steps } = from;
      const [only] = steps;
      const isNumber = ['integer', 'decimal', 'double'].includes(field.type.kind);
      if (contract.csv !== undefined && isNumber) {
        const plain = plainNumbers(contract.csv, field);
        return ({ record }) => plain(valueAt(record, steps));
      }
      return steps.length === 1 && typeof only === 'string'
        ? ({ record }) => (Object.hasOwn(record, only) ? record[only] : undefined)
        : ({ record }) => valueAt(record, steps);
    }
  }
}

/**
 * Texts that hold U+0000 or half of a surrogate pair: of JSON in texts and times, of a CSV in every named column. What stands in
 * the elements of a child is for its own rules.
 */
function unicodeStep({ fields, csv, children = [] }: RecordContract): (record: RawObject) => boolean {
  const textual = new Set(['text', 'date', 'timestamp', 'json']);
  const arrays = new Set(children.map(({ array }) => array));
  const looked = fields.flatMap(({ name, from, type }) =>
    from.kind === 'path' && !arrays.has(name) && (csv !== undefined || textual.has(type.kind))
      ? [from.steps]
      : [],
  );
  const isInvalid = (value: RawValue): boolean => {
    if (typeof value === 'string') return hasInvalidUnicode(value);
    if (Array.isArray(value)) return (value as readonly RawValue[]).some(isInvalid);
    return (
      isRawObject(value) && Object.entries(value).some(([key, of]) => hasInvalidUnicode(key) || isInvalid(of))
    );
  };
  return (record) => looked.some((steps) => isInvalid(valueAt(record, steps)));
}

type ColumnReader = (values: Values) => Value;

function columnReader(contract: RecordContract, column: string): ColumnReader {
  const field = contract.fields.find(({ name }) => name === column);
  if (field === undefined && !contract.derived.some(({ name }) => name === column))
    throw new Error(`No field and no derived column is called ${column}.`);
  // The row's column holds numbers of 32 bits as numbers.
  if (field?.type.kind === 'integer' && field.type.bits === 32)
    return (values) => {
      const value = values.get(column) ?? null;
      return value === null ? null : Number(value);
    };
  return (values) => values.get(column) ?? null;
}

/** Works a derived column out; a number with more digits than its column has refuses the record. */
function derivedStep(derived: DerivedColumn, contract: RecordContract): Step {
  const { name } = derived;
  if (derived.kind === 'date-of') {
    const dayOf = dayReader(derived.zone);
    return ({ values }) => {
      const micros = values.get(derived.timestamp) ?? null;
      values.set(name, micros === null ? null : dayOf(Number(micros)));
      return null;
    };
  }
  const converters = new Map(Object.entries(derived.rates).map(([code, rate]) => [code, converter(rate)]));
  const type = contract.columns.find((column) => column.name === name)?.type ?? 'decimal(18,4)';
  const end = 10n ** BigInt(decimalOf(type)?.precision ?? 18);
  return ({ values }) => {
    const amount = values.get(derived.amount);
    const convert = converters.get(String(values.get(derived.currency) ?? ''));
    const converted = typeof amount === 'bigint' && convert !== undefined ? convert(amount) : null;
    values.set(name, converted);
    return converted !== null && (converted >= end || converted <= -end) ? `out_of_range_${name}` : null;
  };
}

/** The day of a moment on the clock of a zone, from microseconds to days since the epoch. */
export function dayReader(zone: string): (micros: number) => number {
  if (zone === 'UTC') return (micros) => Math.floor(micros / dayMicros);
  const clock = zoneClock(zone);
  return (micros) => Math.floor((clock(Math.floor(micros / 1000)) * 1000) / dayMicros);
}

/** One field of any record, whether or not the record is accepted; null: there is none, or it is not of its type. */
export function singleFieldReader(field: Field, contract: RecordContract): (record: RawValue) => Value {
  const step = fieldStep({ ...field, when: [], since: [] }, contract);
  return (record) => {
    if (!isRawObject(record)) return null;
    const values: Values = new Map();
    step({ record, context: {}, values, nulled: [] });
    const value = values.get(field.name) ?? null;
    const isNumber = field.type.kind === 'integer' && field.type.bits === 32 && value !== null;
    return isNumber ? Number(value) : value;
  };
}
