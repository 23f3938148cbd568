// The rules of a contract as a function on one record: what it becomes, or why it is refused.
// The rules alone decide; whatever is faster than them leaves every doubtful record to them.

import {
  type AcceptedDays,
  type Contract,
  type DerivedColumn,
  type FieldRule,
  ratesOf,
  type RecordRule,
  type WinnerStep,
} from '../contract.js';
import {
  compareUtf8,
  converter,
  dayOfTimestamp,
  daysOfIso,
  hasInvalidUnicode,
  labelOf,
  lowerAscii,
  moneyOf,
  type Money,
  parseDate,
  parseSpend,
  parseTimestamp,
  textOf,
  trimAscii,
  upperAscii,
} from './values.js';

/** Text; money as ten-thousandths (bigint); timestamps in µs and dates in days since the epoch, versions (number); null. */
export type Value = string | number | bigint | boolean | null;

/** Values in the order of the contract's columns. */
export interface Accepted {
  readonly ok: true;
  readonly values: readonly Value[];
  /** Keys of the record that the contract does not know. */
  readonly unknownFields: number;
}

export interface Refused {
  readonly ok: false;
  readonly reason: string;
}

/** A record as it arrived. Its keys are data: `__proto__` and `constructor` are keys like any other. */
type RawRecord = Readonly<Record<string, unknown>>;
/** Accepted values by field, filled in the order of the contract. */
type Fields = Map<string, Value>;
/** Reads one field. Undefined: null where that is no answer, or not of its kind; null: rightly nothing. */
type Reader = (raw: unknown, fields: Fields) => Value | undefined;
/** Reads or checks something; returns the reason to refuse the record, or null. */
type Step = (record: RawRecord, fields: Fields) => string | null;
type Condition = (fields: Fields) => boolean;

const always: Condition = () => true;

/**
 * The rules of a contract, for any JSON value or for a CSV row as an object of strings.
 * Reasons are tried in the contract's order; `invalid_json` (no object) and `invalid_unicode` come first.
 */
export function compileRules(contract: Contract): (record: unknown) => Accepted | Refused {
  const steps = [unicodeStep(contract), ...orderedSteps(contract)];
  const columns = contract.columns.map((column) => columnReader(contract, column.name));
  const known = new Set(contract.fields.map((field) => field.name));
  return (record) => {
    if (!isRecord(record)) return { ok: false, reason: 'invalid_json' };
    const fields: Fields = new Map();
    for (const step of steps) {
      const reason = step(record, fields);
      if (reason !== null) return { ok: false, reason };
    }
    const values = columns.map((column) => column(fields));
    return { ok: true, values, unknownFields: Object.keys(record).filter((key) => !known.has(key)).length };
  };
}

const isRecord = (value: unknown): value is RawRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldOf = (record: RawRecord, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function unicodeStep({ unicodeFields }: Contract): Step {
  const isInvalid = (value: unknown): boolean => typeof value === 'string' && hasInvalidUnicode(value);
  return (record) =>
    unicodeFields.some((name) => isInvalid(fieldOf(record, name))) ? 'invalid_unicode' : null;
}

/** The contract's order first, then the fields it does not name (they cannot refuse). */
function orderedSteps(contract: Contract): readonly Step[] {
  const named = new Set(contract.order.map((rule) => ('kind' in rule ? undefined : rule.field)));
  const rest = contract.fields.filter((field) => !named.has(field.name)).map(({ name }) => ({ field: name }));
  return [...contract.order, ...rest].map((rule) => stepOf(contract, rule));
}

function stepOf(contract: Contract, rule: RecordRule): Step {
  if (!('kind' in rule)) return fieldStep(contract, fieldNamed(contract, rule.field));
  switch (rule.kind) {
    case 'before':
      return (_, fields) => (isBefore(fields.get(rule.left), fields.get(rule.right)) ? rule.refuse : null);
    case 'requires':
      return (_, fields) =>
        fields.get(rule.field) === rule.equals && (fields.get(rule.present) ?? null) === null
          ? rule.refuse
          : null;
  }
}

const isBefore = (left: Value | undefined, right: Value | undefined): boolean =>
  typeof left === 'number' && typeof right === 'number' && left < right;

function fieldNamed(contract: Contract, name: string): FieldRule {
  const field = contract.fields.find((candidate) => candidate.name === name);
  if (field === undefined) throw new Error(`The contract ${contract.source} has no field ${name}.`);
  return field;
}

// ── One field ───────────────────────────────────────────────────────────────────────────────────────────────────

function fieldStep(contract: Contract, field: FieldRule): Step {
  const { name, refuse = null } = field;
  const isWanted = enumCondition(field);
  const isKnown = versionCondition(contract, field);
  const unknown = field.kind === 'currency' ? field.base : null;
  const read = field.kind === 'money' ? null : readerOf(field, contract.format);
  const readMoney: MoneyReader = contract.format === 'csv' ? spendOf : moneyOf;
  return (record, fields) => {
    fields.set(name, null);
    if (!isWanted(fields)) return null;
    if (!isKnown(fields)) return settle(fields, name, unknown, null);
    const raw = fieldOf(record, name);
    return read === null
      ? moneyStep(field, readMoney(raw), fields)
      : settle(fields, name, read(raw, fields), refuse);
  };
}

/** Stores what was read; without it, the reason if there is one. */
function settle(
  fields: Fields,
  name: string,
  value: Value | undefined,
  refuse: string | null,
): string | null {
  if (value === undefined) return refuse;
  fields.set(name, value);
  return null;
}

function enumCondition({ when }: FieldRule): Condition {
  const { enumField, values = [] } = when ?? {};
  if (enumField === undefined) return always;
  const wanted = new Set<unknown>(values);
  return (fields) => wanted.has(fields.get(enumField));
}

function versionCondition(contract: Contract, { sinceVersion }: FieldRule): Condition {
  const version = contract.fields.find((field) => field.kind === 'version');
  if (sinceVersion === undefined || version === undefined) return always;
  return (fields) => Number(fields.get(version.name)) >= sinceVersion;
}

type MoneyReader = (raw: unknown) => Money | null;
const spendOf: MoneyReader = (raw) => (typeof raw === 'string' ? parseSpend(raw) : null);

function moneyStep(field: FieldRule, money: Money | null, fields: Fields): string | null {
  if (money === null) return field.refuse ?? null;
  if (!money.isNegative || field.negative === undefined) {
    return settle(fields, field.name, money.scaled, null);
  }
  const { refuse, refuseFor, otherwise } = field.negative;
  const isRefused =
    refuseFor === undefined || refuseFor.some((word) => word === fields.get(field.when?.enumField ?? ''));
  if (refuse !== undefined && isRefused) return refuse;
  return settle(fields, field.name, otherwise === 'absolute' ? -money.scaled : null, null);
}

function readerOf(field: Exclude<FieldRule, { kind: 'money' }>, format: Contract['format']): Reader {
  const jsonOf = format === 'csv' ? jsonOfText : (raw: unknown): unknown => raw;
  switch (field.kind) {
    case 'text':
      return (raw) => textOf(raw) ?? undefined;
    case 'label': {
      const nulls = new Set(field.nulls);
      return (raw) => labelOf(raw, nulls) ?? undefined;
    }
    case 'enum':
      return enumReader(field.values, field.aliases ?? {});
    case 'version': {
      const versions = new Set<unknown>(field.values);
      return (raw) => (typeof raw === 'number' && versions.has(raw) ? raw : undefined);
    }
    case 'timestamp':
      return timestampReader(field.within);
    case 'date':
      return dateReader(field.never);
    case 'integer':
      return (raw) => wholeNumber(jsonOf(raw));
    case 'double':
      return (raw) => finiteNumber(jsonOf(raw));
    case 'boolean':
      return (raw) => flagOf(jsonOf(raw));
    case 'currency':
      return currencyReader(field.base, new Set(Object.keys(field.rates)));
  }
}

/** What a cell of a CSV says as JSON would; undefined where it is none. */
function jsonOfText(raw: unknown): unknown {
  const text = typeof raw === 'string' ? trimAscii(raw) : '';
  const isPlain = /^(?:true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text);
  return isPlain ? (JSON.parse(text) as unknown) : undefined;
}

const wholeNumber = (value: unknown): Value | undefined =>
  Number.isSafeInteger(value) ? (value as number) + 0 : undefined;
const finiteNumber = (value: unknown): Value | undefined =>
  Number.isFinite(value) ? (value as number) + 0 : undefined;
const flagOf = (value: unknown): Value | undefined => (typeof value === 'boolean' ? value : undefined);

/** One field of any record, whether or not the rules accept that; null: there is none, or it is not of its kind. */
export function fieldReader(contract: Contract, field: FieldRule): (record: object) => Value {
  const step = fieldStep(contract, field);
  return (record) => {
    const fields: Fields = new Map();
    step(record as RawRecord, fields);
    return fields.get(field.name) ?? null;
  };
}

function enumReader(values: readonly string[], aliases: Readonly<Record<string, string>>): Reader {
  const meaning = new Map([...values.map((value) => [value, value] as const), ...Object.entries(aliases)]);
  return (raw) => meaning.get(lowerAscii(textOf(raw) ?? ''));
}

function timestampReader(days: AcceptedDays | undefined): Reader {
  const first = daysOfIso(days?.from ?? '') ?? -Infinity;
  const last = daysOfIso(days?.to ?? '') ?? Infinity;
  return (raw) => {
    const micros = typeof raw === 'string' ? parseTimestamp(raw) : null;
    if (micros === null) return undefined;
    const day = dayOfTimestamp(micros);
    return day >= first && day <= last ? micros : undefined;
  };
}

function dateReader(never: string | undefined): Reader {
  return (raw) => {
    if (never !== undefined && (raw === null || raw === undefined)) return null;
    if (typeof raw !== 'string') return undefined;
    return trimAscii(raw) === never ? null : (parseDate(raw) ?? undefined);
  };
}

function currencyReader(base: string, currencies: ReadonlySet<string>): Reader {
  return (raw) => {
    if (raw === null || raw === undefined) return base;
    if (typeof raw !== 'string') return undefined;
    const code = upperAscii(trimAscii(raw));
    if (code === '') return base;
    return currencies.has(code) ? code : undefined;
  };
}

// ── Columns ─────────────────────────────────────────────────────────────────────────────────────────────────────

type ColumnReader = (fields: Fields) => Value;

function columnReader(contract: Contract, column: string): ColumnReader {
  const derived = contract.derived.find(({ name }) => name === column);
  if (derived !== undefined) return derivedReader(contract, derived);
  const { name } = fieldOfColumn(contract, column);
  return (fields) => fields.get(name) ?? null;
}

function fieldOfColumn(contract: Contract, column: string): FieldRule {
  const field = contract.fields.find(({ name, as }) => (as ?? name) === column);
  if (field === undefined) throw new Error(`No field of the contract ${contract.source} becomes ${column}.`);
  return field;
}

function derivedReader(contract: Contract, derived: DerivedColumn): ColumnReader {
  if (derived.kind === 'date-of') {
    const { name } = fieldOfColumn(contract, derived.timestamp);
    return (fields) => {
      const micros = fields.get(name);
      return typeof micros === 'number' ? dayOfTimestamp(micros) : null;
    };
  }
  const amountField = fieldOfColumn(contract, derived.amount).name;
  const currencyField = fieldOfColumn(contract, derived.currency).name;
  const converters = new Map<unknown, (amount: bigint) => bigint>(
    Object.entries(ratesOf(contract, derived.currency)).map(([code, rate]) => [code, converter(rate)]),
  );
  return (fields) => {
    const amount = fields.get(amountField);
    const convertAmount = converters.get(fields.get(currencyField));
    return typeof amount === 'bigint' && convertAmount !== undefined ? convertAmount(amount) : null;
  };
}

// ── Variants of one key ─────────────────────────────────────────────────────────────────────────────────────────

/** Order of two values of one column; null comes before everything, text goes by UTF-8 bytes. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  return a < b ? -1 : 1;
}

/**
 * The winner order of a contract: the larger of two variants of one key wins, so a positive answer means that `a` does.
 * Variants that agree in every column of the order compare as 0.
 */
export function compareVariants(contract: Contract): (a: readonly Value[], b: readonly Value[]) => number {
  const steps = contract.winner.map((step) => winnerStep(contract, step));
  return (a, b) => {
    for (const step of steps) {
      const order = step(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function winnerStep(
  contract: Contract,
  step: WinnerStep,
): (a: readonly Value[], b: readonly Value[]) => number {
  const name = 'has' in step ? step.has : step.column;
  const column = contract.columns.findIndex((candidate) => candidate.name === name);
  const valueOf = (values: readonly Value[]): Value => values[column] ?? null;
  if ('has' in step) return (a, b) => Number(valueOf(a) !== null) - Number(valueOf(b) !== null);
  return (a, b) => compareValues(valueOf(a), valueOf(b));
}

/** Whether two records agree in every column: exact duplicates. */
export const sameRecord = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, column) => value === b[column]);
