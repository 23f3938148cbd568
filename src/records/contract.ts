// What a source promises, as data: fields, reasons to refuse, rules, columns, the key and the order of winners.
// Two readers are built from one contract: the scanner (bytes that are plainly good) and the record reader (everything else).

import { compareText } from '../common/text-order.js';
import type { FieldType as ColumnType } from '../format/schema.js';
import type { ColumnDefinition } from '../format/table-definition.js';
import type { RuleCondition } from './condition.js';
import type { Field } from './field.js';

/** Days, both inclusive, `YYYY-MM-DD`. */
export interface AcceptedDays {
  readonly from: string;
  readonly to: string;
}

/** What one unit of a currency is worth in the currency that sums are in; above 0, at most 100. */
export type Rates = Readonly<Record<string, number>>;

/** A column that is made of accepted fields. */
export type DerivedColumn =
  /** The day of a timestamp in a zone. */
  | { readonly kind: 'date-of'; readonly name: string; readonly timestamp: string; readonly zone: string }
  /** amount × rate of its currency, rounded half away from zero at the amount's scale; null without a rate. */
  | {
      readonly kind: 'converted';
      readonly name: string;
      readonly amount: string;
      readonly currency: string;
      readonly rates: Rates;
    };

/** A condition that refuses a record. */
export interface RecordRule {
  readonly reason: string;
  readonly condition: RuleCondition;
  /** The field after which it is asked; after all fields unless said. */
  readonly after?: string;
}

/** How numbers stand in the texts of a CSV. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  readonly thousands?: string;
}

/** How the bytes of a file are text. UTF-16 tells its order by a mark at the start. */
export const ENCODINGS = ['utf-8', 'windows-1252', 'latin1', 'utf-16'] as const;
/** How a file's characters are written. */
export type Encoding = (typeof ENCODINGS)[number];

/** How a CSV is written. */
export interface CsvDialect extends NumberStyle {
  /** One character; a comma unless said. */
  readonly delimiter?: string;
  /** UTF-8 unless said. */
  readonly encoding?: Encoding;
  /** Lines before the header that are no part of it. */
  readonly skip?: number;
  /** False: the file has no header, and its columns are the fields in their order; a row with fewer cells lacks the last of them. */
  readonly header?: false;
}

/** What is promised of each record of a source. */
export interface RecordContract {
  /** In the order in which they may refuse a record. */
  readonly fields: readonly Field[];
  readonly rules: readonly RecordRule[];
  readonly derived: readonly DerivedColumn[];
  /** The accepted record's columns, in order: fields and derived ones, by their names. */
  readonly columns: readonly ColumnDefinition[];
  /** Fields that nothing names: kept in bronze and counted, or refused (`unknown_field`). */
  readonly unknown: 'keep' | 'refuse';
  /** Given: records are rows of a CSV, texts by heading. */
  readonly csv?: CsvDialect;
  /** What is made of arrays in the records; none unless said. */
  readonly children?: readonly ChildContract[];
}

/** What a table of accepted records is known by: its columns, their fields, and the columns that tell its rows apart. */
export interface KeyedContract extends RecordContract {
  readonly source: string;
  /** Columns; none: equal records count once. */
  readonly key: readonly string[];
}

/** What is promised of each element of an array in the records of a source; each becomes a row of a table of its own. */
export interface ChildContract extends KeyedContract {
  /** The parent's field, and column, that keeps the array as JSON. */
  readonly array: string;
}

/** A step of the comparison of two variants of one key: the larger wins, null always loses. `has` compares presence only. */
export type WinnerStep = { readonly column: string } | { readonly has: string };

/** A source's records, the files that they come in, and which of them stand. */
export interface Contract extends KeyedContract {
  /** A log grows and its records converge by content; of an extract the newest delivery of a key decides. */
  readonly relation: 'log' | 'extract';
  readonly format: 'ndjson' | 'json-array' | 'csv';
  /** Of `json-array`: keys of the objects in which the array lies, from the outside in; the file is the array unless said. */
  readonly records?: readonly string[];
  /** Patterns of file names (name-pattern.ts), each also with `.gz`. */
  readonly files: readonly string[];
  readonly winner: readonly WinnerStep[];
}

/** The type of the column that a field becomes. */
function columnTypeOf({ type }: Pick<Field, 'type'>): ColumnType {
  switch (type.kind) {
    case 'text':
    case 'json':
      return 'string';
    case 'integer':
      return type.bits === 32 ? 'int' : 'long';
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'double':
    case 'boolean':
    case 'date':
    case 'timestamp':
      return type.kind;
  }
}

/** Whether an accepted record may lack the field. */
export function mayLack(field: Field): boolean {
  const { when, since, reasons } = field;
  if (when.length > 0) return true;
  if (field.default === undefined) return since.length > 0 || reasons.missing === undefined;
  return reasons.missing === undefined && reasons.invalid === undefined;
}

/** The column that a field or a derived column of that name becomes; undefined where there is neither. */
export function columnOf(
  { fields, derived }: Pick<RecordContract, 'fields' | 'derived'>,
  name: string,
): ColumnDefinition | undefined {
  const fieldOf = (of: string): Field | undefined => fields.find((field) => field.name === of);
  const field = fieldOf(name);
  if (field !== undefined) return { name, type: columnTypeOf(field), required: !mayLack(field) };
  const made = derived.find((column) => column.name === name);
  if (made === undefined) return undefined;
  const [from, currency] =
    made.kind === 'date-of'
      ? [fieldOf(made.timestamp), undefined]
      : [fieldOf(made.amount), fieldOf(made.currency)];
  if (from === undefined) return undefined;
  if (made.kind === 'date-of') return { name, type: 'date', required: !mayLack(from) };
  const isSure = !mayLack(from) && currency !== undefined && !mayLack(currency);
  return { name, type: columnTypeOf(from), required: isSure && hasRates(currency, made.rates) };
}

/** Whether every value that the currency may have has a rate. */
function hasRates({ type }: Field, rates: Rates): boolean {
  return type.kind === 'text' && type.oneOf?.every((code) => Object.hasOwn(rates, code)) === true;
}

/** A contract, or a part of one, as one text: equal contracts have equal texts, whoever wrote them. */
export const contractText = (contract: object): string =>
  JSON.stringify(contract, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
  });
