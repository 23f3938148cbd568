// What the records of a batch hold beyond their contract, and what they lost to it: fields that nothing knows, fields that are
// null since what stands there is not of their type, and elements that are refused.

import type { RefusedLineElement } from '../../records/elements.js';
import { sumCounts, type FieldCount } from '../../records/field-counts.js';
import type { ParsedLog } from '../../records/log-types.js';
import type { ReadBatch, RefusedElement } from './read-batches.js';

type Kind = 'unknownFields' | 'nulledFields';

/** Of accepted records: fields that the contract does not know; bronze keeps them. None of a known batch. */
export const unknownFieldsOf = (read: ReadBatch): readonly FieldCount[] => fieldsOf(read, 'unknownFields');

/** Of accepted records: fields whose value was not of their type. None of a known batch. */
export const nulledFieldsOf = (read: ReadBatch): readonly FieldCount[] => fieldsOf(read, 'nulledFields');

function fieldsOf(read: ReadBatch, kind: Kind): readonly FieldCount[] {
  switch (read.kind) {
    case 'known':
      return [];
    case 'log':
      return read.parsed[kind];
    case 'corrections':
      return sumCounts([...read.logs.values()].map((parsed: ParsedLog) => parsed[kind]));
    case 'extract':
      return read.parsed[kind];
  }
}

/** A refused element as the quarantine has it. */
export const refusedElement = ({ place, ...element }: RefusedLineElement): RefusedElement => ({
  ...element,
  element: place,
});

/** Elements of accepted records that take no part, in the order of their lines. None of a known batch. */
export function refusedElementsOf(read: ReadBatch): readonly RefusedElement[] {
  if (read.kind === 'known') return [];
  return read.kind === 'corrections' ? read.refusedElements : read.parsed.refusedElements.map(refusedElement);
}
