// A field as a function from what stands in a record to a value, null, or why it is none. One case a type; this is what the
// rules ask, and what every faster reader must agree with.

import { daysOfIso } from '../../common/calendar.js';
import type { Field, FieldType, TextForm } from '../field.js';
import {
  compareDecimals,
  compareMagnitudes,
  type DecimalParts,
  decimalParts,
  inUnits,
  scaledMagnitude,
} from './decimal-value.js';
import { canonicalJson } from './json-value.js';
import { decimalText, type RawValue, WrittenNumber } from './raw-value.js';
import { dateReader, timestampReader } from './time-value.js';
import { dayMicros, lowerAscii, trimAscii, upperAscii } from './values.js';

/**
 * A value that is kept: text and json as text, integer and decimal (scaled) as bigint, double as number, boolean, date as days
 * and timestamp as microseconds since the epoch.
 */
export type FieldValue = string | number | bigint | boolean;

/** A column's value; integers of 32 bits as numbers. */
export type Value = FieldValue | null;

/** Why there is no value: none stands there, it is not of the type, none of the only values, or out of bounds. */
export type NoValue = 'missing' | 'invalid' | 'unknown' | 'outOfRange';

/** What a field made of a raw value. */
type FieldRead =
  { readonly ok: true; readonly value: FieldValue } | { readonly ok: false; readonly why: NoValue };

/** Fields of the record that were read before. */
type FieldsBefore = ReadonlyMap<string, FieldValue | null>;
/** Reads the value of one field; `before` are the values of the fields ahead of it. */
type FieldReader = (raw: RawValue, before: FieldsBefore) => FieldRead;

const no = (why: NoValue): FieldRead => ({ ok: false, why });
const missing = no('missing');
const invalid = no('invalid');
const unknown = no('unknown');
const outOfRange = no('outOfRange');
const value = (of: FieldValue): FieldRead => ({ ok: true, value: of });

/** The reader of a field, conditions and default aside. Numbers of a CSV come in the plain form (`1299.5`). */
export function fieldReader(field: Field): FieldReader {
  const read = typeReader(field);
  const nulls = new Set(field.nulls);
  const form = field.type.kind === 'text' ? formOf(field.type.form) : trimAscii;
  return (raw, before) => {
    if (raw === null || raw === undefined) return missing;
    if (typeof raw === 'string') {
      if (trimAscii(raw) === '' && !keepsBlank(field)) return field.blank === 'null' ? missing : invalid;
      if (nulls.has(form(raw)) || nulls.has(trimAscii(raw))) return missing;
    }
    return read(raw, before);
  };
}

/** What null becomes, read from its text in units and ISO times; null without one, or where that is no value of the field. */
export function defaultOf(field: Field): FieldValue | null {
  if (field.default === undefined) return null;
  const result = fieldReader({ ...field, nulls: [], isStrict: false, type: writtenType(field.type) })(
    field.default,
    new Map(),
  );
  return result.ok ? result.value : null;
}

function writtenType(type: FieldType): FieldType {
  if (type.kind === 'decimal') return { ...type, minorDigits: 0 };
  if (type.kind !== 'date' && type.kind !== 'timestamp') return type;
  return { ...type, formats: [{ kind: 'iso' }, ...type.formats] };
}

/** Text that is not trimmed: white space is a value of it. */
const keepsBlank = ({ type }: Field): boolean => type.kind === 'text' && !type.form.trim;

function typeReader(field: Field): FieldReader {
  const { type, isStrict } = field;
  switch (type.kind) {
    case 'text':
      return textReader(type, isStrict);
    case 'integer':
      return integerReader(type, isStrict);
    case 'decimal':
      return decimalReader(type, isStrict);
    case 'double':
      return doubleReader(type, isStrict);
    case 'boolean':
      return booleanReader(isStrict);
    case 'date':
      return bounded(dateReader(type.formats, isStrict), dayBounds(type, 1));
    case 'timestamp':
      return bounded(
        timestampReader(type.formats, { zone: type.zone, isStrict }),
        dayBounds(type, dayMicros),
      );
    case 'json':
      return (raw) => value(canonicalJson(raw));
  }
}

/** A text in the form that is kept. */
function formOf({ trim, collapse, case: letters }: TextForm): (text: string) => string {
  const cased = letters === 'lower' ? lowerAscii : letters === 'upper' ? upperAscii : (text: string) => text;
  return (text) => {
    const trimmed = trim ? trimAscii(text) : text;
    return cased(collapse ? trimmed.replace(/[ \t-\r]+/g, ' ') : trimmed);
  };
}

function textReader(type: Extract<FieldType, { kind: 'text' }>, isStrict: boolean): FieldReader {
  const form = formOf(type.form);
  const aliases = new Map(Object.entries(type.aliases ?? {}));
  const only = type.oneOf === undefined ? undefined : new Set(type.oneOf);
  const { min = 0, max = Infinity } = type.length ?? {};
  return (raw) => {
    const written = isStrict && typeof raw !== 'string' ? undefined : textOfRaw(raw);
    if (written === undefined) return invalid;
    const formed = form(written);
    const text = aliases.get(formed) ?? formed;
    if (only !== undefined && !only.has(text)) return unknown;
    const length = codePoints(text);
    return length < min || length > max ? outOfRange : value(text);
  };
}

/** Numbers by the digits that were written, truth values by their words; objects and arrays are no text. */
function textOfRaw(raw: RawValue): string | undefined {
  if (typeof raw === 'string') return raw;
  if (raw instanceof WrittenNumber) return raw.text;
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;
}

const codePoints = (text: string): number => {
  let count = 0;
  for (const character of text) count += character === '' ? 0 : 1;
  return count;
};

/** A number as parts: a JSON number, or (not strict) a text of digits. */
function partsOf(raw: RawValue, isStrict: boolean): DecimalParts | undefined {
  if (isStrict && typeof raw === 'string') return undefined;
  const text = decimalText(raw);
  return text === undefined ? undefined : decimalParts(trimAscii(text));
}

function integerReader(type: Extract<FieldType, { kind: 'integer' }>, isStrict: boolean): FieldReader {
  const only = type.oneOf === undefined ? undefined : new Set(type.oneOf);
  const end = 1n << BigInt(type.bits - 1);
  // The least integer of 32 bits stands for null in a column.
  const least = type.bits === 32 ? 1n - end : -end;
  const { min = least, max = end - 1n } = type;
  return (raw) => {
    const parts = partsOf(raw, isStrict);
    if (parts === undefined || /[1-9]/.test(parts.fraction) || parts.whole.length > 19) return invalid;
    const magnitude = BigInt(parts.whole);
    const integer = parts.isNegative ? -magnitude : magnitude;
    if (integer < least || integer >= end) return invalid;
    if (only !== undefined && !only.has(integer)) return unknown;
    return integer < min || integer > max ? outOfRange : value(integer);
  };
}

function decimalReader(type: Extract<FieldType, { kind: 'decimal' }>, isStrict: boolean): FieldReader {
  const bound = (text: string | undefined): DecimalParts | undefined =>
    text === undefined ? undefined : decimalParts(text);
  const [min, max, below] = [bound(type.min), bound(type.max), bound(type.below)];
  const end = 10n ** BigInt(type.precision);
  const minorDigits = type.minorDigits ?? 0;
  const isAbsolute = absoluteCondition(type);
  return (raw, before) => {
    const written = partsOf(
      type.isDouble === true && raw instanceof WrittenNumber ? Number(raw.text) : raw,
      isStrict,
    );
    if (written === undefined) return invalid;
    const signed = minorDigits === 0 ? written : inUnits(written, minorDigits);
    if (below !== undefined && compareMagnitudes(signed, below) >= 0) return invalid;
    const parts = signed.isNegative && isAbsolute(before) ? { ...signed, isNegative: false } : signed;
    if (min !== undefined && compareDecimals(parts, min) < 0) return outOfRange;
    if (max !== undefined && compareDecimals(parts, max) > 0) return outOfRange;
    const magnitude = scaledMagnitude(parts, type.scale);
    if (magnitude >= end) return invalid;
    return value(parts.isNegative ? -magnitude : magnitude);
  };
}

function absoluteCondition({
  absolute,
}: Extract<FieldType, { kind: 'decimal' }>): (before: FieldsBefore) => boolean {
  if (absolute === undefined) return () => false;
  const wanted = new Set(absolute.values.map(String));
  return (before) => wanted.has(String(before.get(absolute.field) ?? ''));
}

function doubleReader(type: Extract<FieldType, { kind: 'double' }>, isStrict: boolean): FieldReader {
  const { min = -Infinity, max = Infinity } = type;
  return (raw) => {
    if (isStrict && typeof raw === 'string') return invalid;
    const text =
      raw instanceof WrittenNumber ? raw.text : typeof raw === 'string' ? trimAscii(raw) : undefined;
    const number =
      text === undefined
        ? raw
        : /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)
          ? Number(text)
          : undefined;
    if (typeof number !== 'number' || !Number.isFinite(number)) return invalid;
    // One zero: a key must not have two of them.
    return number < min || number > max ? outOfRange : value(number === 0 ? 0 : number);
  };
}

const TRUTH: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
  ['yes', true],
  ['no', false],
]);

function booleanReader(isStrict: boolean): FieldReader {
  return (raw) => {
    if (typeof raw === 'boolean') return value(raw);
    const text = typeof raw === 'number' ? String(raw) : raw;
    const truth = isStrict || typeof text !== 'string' ? undefined : TRUTH.get(lowerAscii(trimAscii(text)));
    return truth === undefined ? invalid : value(truth);
  };
}

/** Bounds of days in the unit of a reader: the first moment, and the first one after the last day. */
function dayBounds(
  { min, max }: { readonly min?: string; readonly max?: string },
  unit: number,
): { readonly first: number; readonly end: number } {
  return {
    first: min === undefined ? -Infinity : (daysOfIso(min) ?? 0) * unit,
    end: max === undefined ? Infinity : ((daysOfIso(max) ?? 0) + 1) * unit,
  };
}

function bounded(
  read: (raw: RawValue) => number | undefined,
  { first, end }: { readonly first: number; readonly end: number },
): FieldReader {
  return (raw) => {
    const time = read(raw);
    if (time === undefined) return invalid;
    return time < first || time >= end ? outOfRange : value(time);
  };
}
