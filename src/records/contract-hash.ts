// The name of a contract: what decides rows, in 64 hex digits. Rows of different contracts never mix (pipeline §8).

import { sha256Now } from '../common/sha256.js';
import { compareText } from '../common/text-order.js';
import { contractText, type Contract } from './contract.js';
import type { Field } from './field.js';

/** Raised when the program changes what rows a contract means. */
const RULE_VERSION = 2;

/** What stands for the names of files, as lakes have it in their hashes. */
const NO_FILES = { prefix: '', extension: '' };

/** SHA-256 of the contract but for the names of its files. Rates and only values that differ in their order alone mean the same. */
export function contractHash(contract: Contract): string {
  const { fields, children } = contract;
  const named = {
    ...contract,
    files: NO_FILES,
    fields: fields.map(ordered),
    ...(children && { children: children.map((child) => ({ ...child, fields: child.fields.map(ordered) })) }),
  };
  return sha256Now(`${RULE_VERSION} ${contractText(named)}`);
}

function ordered(field: Field): Field {
  const { type } = field;
  if (type.kind !== 'text' || type.oneOf === undefined) return field;
  return { ...field, type: { ...type, oneOf: [...type.oneOf].sort(compareText) } };
}
