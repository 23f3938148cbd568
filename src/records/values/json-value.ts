// Any JSON value as one text: keys in the order of their UTF-8 bytes, no white space, numbers with all their digits. Equal values
// are equal texts.

import { compareText } from '../../common/text-order.js';
import { isRawObject, type RawArray, type RawValue, WrittenNumber } from './raw-value.js';

/** The canonical text of a value. */
export function canonicalJson(value: RawValue): string {
  if (value instanceof WrittenNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as RawArray).map(canonicalJson).join(',')}]`;
  if (!isRawObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value)
    .sort(compareText)
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(',')}}`;
}

/** A value as JSON, in the order in which it was written. */
export function writtenJson(value: RawValue): string {
  if (value instanceof WrittenNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as RawArray).map(writtenJson).join(',')}]`;
  if (!isRawObject(value)) return JSON.stringify(value ?? null);
  const members = Object.entries(value).map(([key, of]) => `${JSON.stringify(key)}:${writtenJson(of)}`);
  return `{${members.join(',')}}`;
}
