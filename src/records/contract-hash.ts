// The name of a contract: what decides rows, in 64 hex digits. Rows of different contracts never mix (pipeline §8).

import { sha256Now } from '../common/sha256.js';
import { compareText } from '../common/text-order.js';
import { contractText, type Contract } from './contract.js';
import type { Field } from './field.js';

/** Raised when the program changes what rows a contract means. */
const RULE_VERSION = 2;

/** What stands for the names of files, as lakes have it in their hashes. */
const NO_FILES = { prefix: '', extension: '' };

/**
 * SHA-256 of the contract but for the names of its files. What differs in order alone means the same: rates, only values, and
 * fields that refuse nothing, since the others decide by their order which reason comes first.
 */
export function contractHash(contract: Contract): string {
  const { fields, children } = contract;
  const named = {
    ...contract,
    files: NO_FILES,
    fields: unordered(fields),
    ...(children && { children: children.map((child) => ({ ...child, fields: unordered(child.fields) })) }),
  };
  return sha256Now(`${RULE_VERSION} ${contractText(named)}`);
}

/** Those that refuse something first; the others do not depend on where they stand. */
function unordered(fields: readonly Field[]): readonly Field[] {
  const refuses = ({ reasons }: Field): boolean => Object.keys(reasons).length > 0;
  return [...fields.filter(refuses), ...fields.filter((field) => !refuses(field))].map(ordered);
}

function ordered(field: Field): Field {
  const { type } = field;
  if (type.kind !== 'text' || type.oneOf === undefined) return field;
  return { ...field, type: { ...type, oneOf: [...type.oneOf].sort(compareText) } };
}
