// What the records of a batch hold beyond their contract, and what they lost to it: fields that nothing knows, and fields that
// are null since what stands there is not of their type.

import { sumCounts, type FieldCount } from '../../records/field-counts.js';
import type { ParsedLog } from '../../records/log-types.js';
import type { ReadBatch } from './read-batch.js';

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
