// Fields about which something is worth telling, counted over many records, with the first record of each.

import { compareText } from '../common/text-order.js';
import type { FoundField } from './unknown-fields.js';
import { writtenJson } from './values/json-value.js';
import type { RawValue } from './values/raw-value.js';

/** How many records have it, and the first of them. */
export interface FieldCount {
  /** The field's name; `OTHER_FIELDS` for those beyond the most that are told apart. */
  readonly field: string;
  readonly records: number;
  /** Of the first record: its line, and what stands in the field there, as JSON of at most 100 characters. */
  readonly lineNumber: number;
  readonly example: string;
}

/** Keys of records are data, and there may be as many as records: these are told apart, the rest is counted together. */
const MOST_FIELDS = 200;
const LONGEST_TEXT = 100;

/** Under this name the fields are counted that are too many to be told apart. */
const OTHER_FIELDS = '(other fields)';

/** Counts fields record by record, in the order of the records. */
export class FieldTally {
  readonly #counts = new Map<string, { records: number; lineNumber: number; example: string }>();

  add({ field, value }: FoundField, lineNumber: number): void {
    const name = clip(field);
    const known = this.#counts.get(name) ?? this.#counts.get(this.#nameOf(name));
    if (known !== undefined) known.records++;
    else this.#counts.set(this.#nameOf(name), { records: 1, lineNumber, example: exampleOf(value) });
  }

  /** By name. */
  counts(): readonly FieldCount[] {
    return [...this.#counts]
      .map(([field, count]) => ({ field, ...count }))
      .sort((a, b) => compareText(a.field, b.field));
  }

  #nameOf(field: string): string {
    return this.#counts.size < MOST_FIELDS || this.#counts.has(field) ? field : OTHER_FIELDS;
  }
}

const clip = (text: string): string =>
  text.length <= LONGEST_TEXT ? text : `${Array.from(text.slice(0, LONGEST_TEXT)).slice(0, -1).join('')}…`;

const exampleOf = (value: RawValue): string => clip(value === undefined ? '' : writtenJson(value));

/** The counts of parts of something as the counts of the whole; the parts come in the order of their records. */
export function sumCounts(parts: readonly (readonly FieldCount[])[]): readonly FieldCount[] {
  const sums = new Map<string, FieldCount>();
  for (const count of parts.flat()) {
    const field = sums.has(count.field) || sums.size < MOST_FIELDS ? count.field : OTHER_FIELDS;
    const { records = 0, ...first } = sums.get(field) ?? { ...count, records: 0, field };
    sums.set(field, { ...first, records: records + count.records });
  }
  return [...sums.values()].sort((a, b) => compareText(a.field, b.field));
}

/** Fields of all records. */
export const totalOf = (counts: readonly FieldCount[]): number =>
  counts.reduce((sum, { records }) => sum + records, 0);
