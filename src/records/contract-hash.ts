// The name of a contract: what decides rows, in 64 hex digits. Rows of different contracts never mix (pipeline §8).

import { createHash } from 'node:crypto';
import { compareText } from '../common/text-order.js';
import type { Contract, ContractSettings } from './contract.js';

/** SHA-256 of the contract and of the settings that its rows depend on. */
export function contractHash(contract: Contract, settings: ContractSettings): string {
  const kinds = new Set(contract.fields.map(({ kind }) => kind));
  const dates = contract.fields.some((field) => 'within' in field && field.within !== undefined);
  const decisive = {
    rates: kinds.has('currency') ? sorted(settings.rates) : null,
    dates: dates ? settings.eventDates : null,
  };
  return createHash('sha256')
    .update(JSON.stringify([contract, decisive]))
    .digest('hex');
}

/** Settings that differ in the order of their keys alone mean the same. */
const sorted = (rates: Readonly<Record<string, number>>): readonly (readonly [string, number])[] =>
  Object.entries(rates).sort(([a], [b]) => compareText(a, b));
