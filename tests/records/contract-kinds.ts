// Contracts as a program writes them: each field one of a few kinds, one reason to refuse a record for it. What such a contract
// promises is a contract like any other.

import type { RuleCondition } from '../../src/records/condition.js';
import type { AcceptedDays, Contract, DerivedColumn, Rates, RecordRule } from '../../src/records/contract.js';
import type { Field, FieldCondition, FieldReasons, FieldType } from '../../src/records/field.js';

/** When a field counts at all: for these values of an enum field. Elsewhere the field is null (or `otherwise`). */
interface KindCondition {
  readonly enumField: string;
  readonly values: readonly string[];
}

/** What a field is, with what goes without saying for such a field. */
export type FieldKind =
  /** Trimmed; blank, null, absent or of another JSON type is null. */
  | { readonly kind: 'text' }
  /** Text whose runs of ASCII white space become one space, lower-cased (A–Z); the words in `nulls` count as null. */
  | { readonly kind: 'label'; readonly nulls: readonly string[] }
  /** Text, lower-cased (A–Z), renamed by `aliases`, one of `values`. */
  | {
      readonly kind: 'enum';
      readonly values: readonly string[];
      readonly aliases?: Readonly<Record<string, string>>;
    }
  /** A JSON number that is one of these, of 32 bits. */
  | { readonly kind: 'version'; readonly values: readonly number[] }
  /** UTC, microseconds; the years 2000–2099, or narrower: `within` these days. */
  | { readonly kind: 'timestamp'; readonly within?: AcceptedDays }
  /** The years 2000–2099. `never` names a date that stands for null (no end); where it is given, null is accepted too. */
  | { readonly kind: 'date'; readonly never?: string }
  /** A JSON number (or CSV digits) below 10^12 in absolute value, rounded to four places half away from zero. */
  | { readonly kind: 'money' }
  /** A whole number of 64 bits. */
  | { readonly kind: 'integer' }
  /** A finite number. */
  | { readonly kind: 'double' }
  | { readonly kind: 'boolean' }
  /** Trimmed, upper-cased (A–Z); null or blank is `base`; one that has a rate. */
  | { readonly kind: 'currency'; readonly base: string; readonly rates: Rates };

/** A field of a kind. */
export type KindField = FieldKind & {
  /** The key in the record as it arrives. */
  readonly name: string;
  /** The column it becomes; the same name unless said. */
  readonly as?: string;
  readonly when?: KindCondition;
  /** The field is ignored below this version (of the contract's `version` field); a currency is then the base. */
  readonly sinceVersion?: number;
  /** Reason to refuse a record in which the field (where it counts) is null or not of its kind. Without it: null. */
  readonly refuse?: string;
  /** Money below zero (before rounding): refused with this reason for these enum values, made absolute for others, or null. */
  readonly negative?: {
    readonly refuse?: string;
    readonly refuseFor?: readonly string[];
    readonly otherwise: 'absolute' | 'null';
  };
};

/** A column computed from the columns of fields. */
type KindDerived =
  | { readonly kind: 'date-of'; readonly name: string; readonly timestamp: string }
  /** amount × rate of its currency, by the currency field. */
  | { readonly kind: 'converted'; readonly name: string; readonly amount: string; readonly currency: string };

/** A field to be read, by its name, or a condition over the columns of those that were. */
type KindRule = { readonly field: string } | { readonly refuse: string; readonly condition: RuleCondition };

/** A contract of fields of kinds. */
export interface KindContract
  extends
    Pick<Contract, 'source' | 'relation' | 'format' | 'files' | 'columns' | 'key' | 'winner'>,
    Partial<Pick<Contract, 'csv' | 'records'>> {
  readonly fields: readonly KindField[];
  /** Fields and conditions in the order in which they may refuse a record; fields in their order unless said. */
  readonly order?: readonly KindRule[];
  readonly derived?: readonly KindDerived[];
}

/** The contract that is meant. */
export function contractOfKinds(written: KindContract): Contract {
  const { source, relation, format, files, columns, key, winner } = written;
  return {
    source,
    relation,
    format,
    files,
    columns,
    key,
    winner,
    fields: readingOrder(written).map((field) => fieldOf(written, field)),
    rules: rulesOf(written),
    derived: (written.derived ?? []).map((column) => derivedOf(written, column)),
    unknown: 'keep',
    ...(format === 'csv' && { csv: written.csv ?? { decimal: '.' } }),
    ...(written.records && { records: written.records }),
  };
}

const columnOf = ({ name, as }: KindField): string => as ?? name;

/** Fields that may refuse in the order of that, then the others. */
function readingOrder({ fields, order = [] }: KindContract): readonly KindField[] {
  const named = order.flatMap((rule) => ('field' in rule ? [rule.field] : []));
  const first = named.flatMap((name) => fields.filter((field) => field.name === name));
  return [...first, ...fields.filter((field) => !first.includes(field))];
}

/** Each condition stands after the field before it. */
function rulesOf({ fields, order = [] }: KindContract): readonly RecordRule[] {
  let after: string | undefined;
  return order.flatMap((rule): readonly RecordRule[] => {
    if (!('field' in rule))
      return [{ reason: rule.refuse, condition: rule.condition, ...(after && { after }) }];
    const field = fields.find(({ name }) => name === rule.field);
    after = field && columnOf(field);
    return [];
  });
}

function derivedOf({ fields }: KindContract, derived: KindDerived): DerivedColumn {
  if (derived.kind === 'date-of') return { ...derived, zone: 'UTC' };
  const currency = fields.find((field) => columnOf(field) === derived.currency);
  return { ...derived, rates: currency?.kind === 'currency' ? currency.rates : {} };
}

function fieldOf(contract: KindContract, field: KindField): Field {
  const { name, when, sinceVersion, refuse } = field;
  const version = contract.fields.find(({ kind }) => kind === 'version');
  const asked = contract.fields.find((each) => each.name === when?.enumField);
  const condition: readonly FieldCondition[] =
    when === undefined ? [] : [{ field: asked ? columnOf(asked) : when.enumField, values: when.values }];
  return {
    name: columnOf(field),
    from: { kind: 'path', steps: [name] },
    type: typeOf(field, condition),
    isStrict: contract.format !== 'csv' || field.kind === 'money',
    blank: field.kind === 'date' && field.never !== undefined ? 'invalid' : 'null',
    nulls: nullsOf(field),
    ...(field.kind === 'currency' && { default: field.base }),
    when: condition,
    since:
      sinceVersion === undefined ? [] : [{ field: version ? columnOf(version) : '', value: sinceVersion }],
    reasons: reasonsOf(field, refuse),
  };
}

function nullsOf(field: KindField): readonly string[] {
  if (field.kind === 'label') return field.nulls;
  return field.kind === 'date' && field.never !== undefined ? [field.never] : [];
}

function reasonsOf(field: KindField, refuse: string | undefined): FieldReasons {
  const outOfRange = field.kind === 'money' ? field.negative?.refuse : refuse;
  const mayBeNull = field.kind === 'currency' || (field.kind === 'date' && field.never !== undefined);
  return {
    ...(refuse !== undefined && { invalid: refuse, unknown: refuse, ...(!mayBeNull && { missing: refuse }) }),
    ...(outOfRange !== undefined && { outOfRange }),
  };
}

/** Pipeline §2. */
const YEARS = { min: '2000-01-01', max: '2099-12-31' };
const ISO = [{ kind: 'iso' }] as const;

function typeOf(field: KindField, condition: readonly FieldCondition[]): FieldType {
  const text = { kind: 'text', form: { trim: true, collapse: false } } as const;
  switch (field.kind) {
    case 'text':
      return text;
    case 'label':
      return { ...text, form: { trim: true, collapse: true, case: 'lower' } };
    case 'enum':
      return {
        ...text,
        form: { ...text.form, case: 'lower' },
        oneOf: field.values,
        ...(field.aliases && { aliases: field.aliases }),
      };
    case 'currency': {
      const oneOf = [...new Set([...Object.keys(field.rates), field.base])];
      return { ...text, form: { ...text.form, case: 'upper' }, oneOf };
    }
    case 'version':
      return { kind: 'integer', bits: 32, oneOf: field.values.map(BigInt) };
    case 'integer':
      return { kind: 'integer', bits: 64 };
    case 'timestamp':
      return {
        kind: 'timestamp',
        formats: ISO,
        zone: 'UTC',
        min: laterOf(field.within?.from, YEARS.min),
        max: earlierOf(field.within?.to, YEARS.max),
      };
    case 'date':
      return { kind: 'date', formats: ISO, ...YEARS };
    case 'money':
      return moneyType(field, condition);
    case 'double':
    case 'boolean':
      return { kind: field.kind };
  }
}

const laterOf = (day: string | undefined, other: string): string =>
  day !== undefined && day > other ? day : other;
const earlierOf = (day: string | undefined, other: string): string =>
  day !== undefined && day < other ? day : other;

function moneyType({ negative }: KindField, [condition]: readonly FieldCondition[]): FieldType {
  const refused = negative?.refuseFor ?? [];
  const absolute =
    negative?.otherwise === 'absolute' && condition !== undefined
      ? { ...condition, values: condition.values.filter((value) => !refused.includes(String(value))) }
      : undefined;
  return {
    kind: 'decimal',
    precision: 18,
    scale: 4,
    below: '1000000000000',
    isDouble: true,
    ...(negative && { min: '0' }),
    ...(absolute && { absolute }),
  };
}
