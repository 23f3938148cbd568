// A value as a record holds it, before any field is read: of JSON, with every digit of its numbers; of CSV, a text.

import { parse } from 'lossless-json';

/** A JSON number whose digits a double does not keep, as it was written. */
export class WrittenNumber {
  constructor(readonly text: string) {}
}

/** What stands in a record. Objects have their own keys alone: ask with `Object.hasOwn`. */
export type RawValue = string | number | boolean | null | undefined | WrittenNumber | RawObject | RawArray;
/** A JSON object. */
export interface RawObject {
  readonly [key: string]: RawValue;
}
/** A JSON array. */
export type RawArray = readonly RawValue[];

/** Digits of which a double keeps all. */
const SAFE_DIGITS = 15;
const LONG_NUMBER = /[\d.]{16}/;

/**
 * A JSON text as a value; of a repeated key the last one counts.
 * @throws SyntaxError for what is no JSON
 */
export function parseRawJson(text: string): RawValue {
  const value = JSON.parse(text) as RawValue;
  if (!LONG_NUMBER.test(text)) return value;
  return parse(text, null, { parseNumber: numberOf, onDuplicateKey: ({ newValue }) => newValue }) as RawValue;
}

/** A number as a double where that keeps its digits. */
function numberOf(text: string): number | WrittenNumber {
  const digits = text.replace(/e.*$/i, '').replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length <= SAFE_DIGITS ? Number(text) : new WrittenNumber(text);
}

/** Whether a value is an object, and neither an array nor a number that is kept as written. */
export const isRawObject = (value: RawValue): value is RawObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);

/** The value at the end of a path, undefined where there is none. */
export function valueAt(record: RawValue, steps: readonly (string | number)[]): RawValue {
  let value = record;
  for (const step of steps) {
    if (typeof step === 'number') value = Array.isArray(value) ? (value as RawArray)[step] : undefined;
    else value = isRawObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

/** A number or a text of digits as decimal text without an exponent; undefined for what is no finite number. */
export function decimalText(value: RawValue): string | undefined {
  if (value instanceof WrittenNumber) return plainDecimal(value.text);
  if (typeof value === 'number') return Number.isFinite(value) ? plainDecimal(String(value)) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Places that a number with an exponent may be moved by: what is further out fits no type. */
const MAX_SHIFT = 400;

/** `1.5e3` as `1500`; a text without an exponent stays as it is. */
export function plainDecimal(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^([-+]?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (whole === '') return undefined;
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  if (Math.abs(shift) > MAX_SHIFT) return /[1-9]/.test(whole + fraction) && shift > 0 ? undefined : '0';
  const point = whole.length + shift;
  const digits = `${'0'.repeat(Math.max(-point, 0))}${whole}${fraction}`;
  const at = Math.max(point, 0);
  const padded = digits.padEnd(at, '0');
  const [left, right] = [padded.slice(0, at) || '0', padded.slice(at)];
  return `${sign}${left}${right === '' ? '' : `.${right}`}`;
}
