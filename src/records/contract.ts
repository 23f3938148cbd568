// What a source promises, as data: fields, kinds, reasons to refuse, the key and the order of winners.
// Two readers are built from one contract: the scanner (bytes that are plainly good) and the rules (everything else).

import type { ColumnDefinition } from '../format/table-definition.js';

/** Days, both inclusive, `YYYY-MM-DD`. */
export interface AcceptedDays {
  readonly from: string;
  readonly to: string;
}

/** What one unit of a currency is worth in the currency that sums are in; above 0, at most 100. */
export type Rates = Readonly<Record<string, number>>;

/** When a field counts at all: for these values of an enum field, from this version on. Elsewhere the field is null (or `otherwise`). */
export interface FieldCondition {
  readonly enumField?: string;
  readonly values?: readonly string[];
}

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
  /** A JSON number that is one of these. */
  | { readonly kind: 'version'; readonly values: readonly number[] }
  /** UTC, microseconds; the years 2000–2099, or narrower: `within` these days. */
  | { readonly kind: 'timestamp'; readonly within?: AcceptedDays }
  /** `never` names a date that stands for null (no end); where it is given, null and absence are accepted as null too. */
  | { readonly kind: 'date'; readonly never?: string }
  /** A JSON number (or CSV digits) below 10^12 in absolute value, rounded to four places half away from zero. */
  | { readonly kind: 'money' }
  /** A whole number of at most 2^53 in absolute value; in CSV its digits. */
  | { readonly kind: 'integer' }
  /** A finite number; in CSV as JSON writes it. */
  | { readonly kind: 'double' }
  /** A JSON boolean; in CSV `true` or `false`. */
  | { readonly kind: 'boolean' }
  /** Trimmed, upper-cased (A–Z); null or blank is `base`; one that has a rate. */
  | { readonly kind: 'currency'; readonly base: string; readonly rates: Rates };

export type FieldRule = FieldKind & {
  /** The key in the record as it arrives. */
  readonly name: string;
  /** The column it becomes; the same name unless said. */
  readonly as?: string;
  readonly when?: FieldCondition;
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

/** A column computed from accepted fields. */
export type DerivedColumn =
  | { readonly kind: 'date-of'; readonly name: string; readonly timestamp: string }
  /** amount × rate of its currency (by the field of that), rounded to four places half away from zero. */
  | { readonly kind: 'converted'; readonly name: string; readonly amount: string; readonly currency: string };

/** A condition over accepted fields that refuses a record, checked in the place where it stands. */
export type RecordCondition =
  | { readonly refuse: string; readonly kind: 'before'; readonly left: string; readonly right: string }
  | {
      readonly refuse: string;
      readonly kind: 'requires';
      readonly field: string;
      readonly equals: string;
      readonly present: string;
    };

/** A field to be read, or a condition over those that were. */
export type RecordRule = { readonly field: string } | RecordCondition;

/** A step of the comparison of two variants of one key: the larger wins, null always loses. `has` compares presence only. */
export type WinnerStep = { readonly column: string } | { readonly has: string };

export interface Contract {
  readonly source: string;
  /** A log grows and its records converge by content; of an extract the newest delivery of a key decides. */
  readonly relation: 'log' | 'extract';
  readonly format: 'ndjson' | 'json-array' | 'csv';
  /** File names: `prefix*.extension`, each also with `.gz`. */
  readonly files: { readonly prefix: string; readonly extension: string };
  readonly fields: readonly FieldRule[];
  /** Fields and conditions in the order in which they may refuse a record. */
  readonly order: readonly RecordRule[];
  /** Text fields in which U+0000 and lone surrogates refuse the record (`invalid_unicode`). */
  readonly unicodeFields: readonly string[];
  readonly derived: readonly DerivedColumn[];
  /** The accepted record's columns, in order. */
  readonly columns: readonly ColumnDefinition[];
  readonly key: readonly string[];
  readonly winner: readonly WinnerStep[];
  /** Counted in the rule version that a table's contract hash contains; raised when code changes what rows mean. */
  readonly ruleVersion: number;
}

/** The rates of the currency field that becomes a column; none where there is no such field. */
export function ratesOf({ fields }: Pick<Contract, 'fields'>, column: string): Rates {
  const field = fields.find(({ name, as }) => (as ?? name) === column);
  return field?.kind === 'currency' ? field.rates : {};
}
