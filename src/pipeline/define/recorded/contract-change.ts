// What a change of a contract does to records: whether it only lets more of them in, or touches those that are in.

import { compareText } from '../../../common/text-order.js';
import {
  contractText,
  type ChildContract,
  type Contract,
  type KeyedContract,
  type Rates,
  type RecordRule,
} from '../../../records/contract.js';
import type { Field, FieldReasons, FieldType } from '../../../records/field.js';
import { compareDecimals, decimalParts } from '../../../records/values/decimal-value.js';

/** Why accepted records may come out otherwise under the new contract, in words; none: it only accepts more. */
export function touchesAccepted(before: Contract, after: Contract): readonly string[] {
  const changes = [
    ...changesOf(before, after),
    ...(before.children ?? []).flatMap((then) => {
      const now = after.children?.find(({ source }) => source === then.source);
      return now === undefined ? [] : changesOf(then, now);
    }),
  ];
  const isSame = contractText(withoutLimits(before)) === contractText(withoutLimits(after));
  return isSame
    ? changes
    : [...changes, `the rules of ${after.source} changed in more than what they accept`];
}

/** What refuses records, or values of them, that were accepted. */
const changesOf = (before: KeyedContract, after: KeyedContract): readonly string[] => [
  ...before.fields.flatMap((then) => {
    const now = after.fields.find(({ name }) => name === then.name);
    return now === undefined ? [] : narrower(then, now);
  }),
  ...otherRates(ratesOf(before), ratesOf(after)),
  ...newRules(before.rules, after.rules),
];

/** The contract but for what may let more records, or elements of them, in. */
const withoutLimits = (contract: Contract): Contract => ({
  ...unlimitedRecords(contract),
  files: [],
  ...(contract.children && {
    children: contract.children.map((child): ChildContract => unlimitedRecords(child)),
  }),
});

const unlimitedRecords = <C extends KeyedContract>(contract: C): C => ({
  ...contract,
  rules: [],
  fields: contract.fields.map((field) => ({ ...field, type: unlimited(field.type), reasons: {} })),
  derived: contract.derived.map((column) =>
    column.kind === 'converted' ? { ...column, rates: {} } : column,
  ),
});

/** The type without its only values, least and largest. */
function unlimited(type: FieldType): FieldType {
  const hasOnly = (type.kind === 'text' || type.kind === 'integer') && type.oneOf !== undefined;
  const kept = Object.entries(type).filter(([key]) => !['min', 'max', 'length', 'oneOf'].includes(key));
  return { ...(Object.fromEntries(kept) as unknown as FieldType), ...(hasOnly && { oneOf: [] }) };
}

function narrower(then: Field, now: Field): readonly string[] {
  return [...lostValues(then, now), ...otherBounds(then, now), ...newReasons(then, now)];
}

function lostValues({ name, type: then }: Field, { type: now }: Field): readonly string[] {
  const values = (type: FieldType): readonly string[] | undefined =>
    type.kind === 'text' || type.kind === 'integer' ? type.oneOf?.map(String) : undefined;
  const kept = values(now);
  return (values(then) ?? [])
    .filter((value) => kept !== undefined && !kept.includes(value))
    .map((value) => `${name} "${value}" is no longer accepted`);
}

const REASONS: readonly (keyof FieldReasons)[] = ['missing', 'invalid', 'unknown', 'outOfRange'];

function newReasons({ name, reasons: then }: Field, { reasons: now }: Field): readonly string[] {
  return REASONS.filter((key) => then[key] === undefined && now[key] !== undefined).map(
    (key) => `a record is now refused for its ${name} as ${now[key]}`,
  );
}

/** The least and the largest, as texts that are compared by `compare`. */
interface Bounds {
  readonly min: string | undefined;
  readonly max: string | undefined;
  readonly compare: (a: string, b: string) => number;
}

function boundsOf(type: FieldType): Bounds | undefined {
  const text = (bound: number | bigint | undefined): string | undefined =>
    bound === undefined ? undefined : String(bound);
  switch (type.kind) {
    case 'text':
      return { min: text(type.length?.min), max: text(type.length?.max), compare: byNumber };
    case 'double':
    case 'integer':
      return { min: text(type.min), max: text(type.max), compare: byNumber };
    case 'decimal':
      return { min: type.min, max: type.max, compare: byDecimal };
    case 'date':
    case 'timestamp':
      return { min: type.min, max: type.max, compare: compareText };
    case 'boolean':
    case 'json':
      return undefined;
  }
}

const byNumber = (a: string, b: string): number => Number(a) - Number(b);
function byDecimal(a: string, b: string): number {
  const [left, right] = [decimalParts(a), decimalParts(b)];
  return left === undefined || right === undefined ? NaN : compareDecimals(left, right);
}

function otherBounds({ name, type: then }: Field, { type: now }: Field): readonly string[] {
  const [before, after] = [boundsOf(then), boundsOf(now)];
  if (before === undefined || after === undefined) return [];
  const { compare } = before;
  const isLower =
    after.min === undefined || (before.min !== undefined && compare(after.min, before.min) <= 0);
  const isHigher =
    after.max === undefined || (before.max !== undefined && compare(after.max, before.max) >= 0);
  if (isLower && isHigher) return [];
  return [`${name} was accepted ${rangeText(before)} and is ${rangeText(after)}`];
}

const rangeText = ({ min, max }: Bounds): string =>
  [min === undefined ? '' : `from ${min}`, max === undefined ? '' : `to ${max}`].join(' ').trim() ||
  'without bounds';

const newRules = (before: readonly RecordRule[], after: readonly RecordRule[]): readonly string[] =>
  after
    .filter(({ condition }) => !before.some((then) => sameJson(then.condition, condition)))
    .map(({ reason }) => `a record is now refused as ${reason}`);

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const ratesOf = ({ derived }: KeyedContract): Rates =>
  Object.assign({}, ...derived.map((column) => (column.kind === 'converted' ? column.rates : {}))) as Rates;

const otherRates = (before: Rates, after: Rates): readonly string[] =>
  Object.keys(before)
    .sort(compareText)
    .filter((code) => before[code] !== after[code])
    .map((code) =>
      after[code] === undefined
        ? `${code} has no rate any more`
        : `the rate of ${code} was ${before[code]} and is ${after[code]}`,
    );
