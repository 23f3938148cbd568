// The name of a contract: what decides rows, in 64 hex digits. Rows of different contracts never mix (pipeline §8).

import { sha256Now } from '../common/sha256.js';
import { compareText } from '../common/text-order.js';
import type { Contract, FieldRule } from './contract.js';

/**
 * SHA-256 of the contract. Rates and accepted days stand beside the fields, once where all fields share them; rates that
 * differ in the order of their keys alone mean the same.
 */
export function contractHash(contract: Contract): string {
  const { fields } = contract;
  const rates = fields.flatMap((field) => (field.kind === 'currency' ? [sorted(field.rates)] : []));
  const dates = fields.flatMap((field) =>
    field.kind === 'timestamp' && field.within !== undefined ? [field.within] : [],
  );
  const named = { ...contract, fields: fields.map(withoutValues) };
  return sha256Now(JSON.stringify([named, { rates: shared(rates), dates: shared(dates) }]));
}

function withoutValues(field: FieldRule): object {
  if (field.kind === 'timestamp' && field.within !== undefined) return { ...field, within: 'eventDates' };
  return { ...field, rates: undefined };
}

const sorted = (rates: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(rates).sort(([a], [b]) => compareText(a, b));

/** What all agree in, or each one's; null for none. */
function shared<T>(values: readonly T[]): T | readonly T[] | null {
  const distinct = new Set(values.map((value) => JSON.stringify(value)));
  return distinct.size > 1 ? values : (values[0] ?? null);
}
