// How single values are shown (cli.md, "Values in JSON and CSV"): dates, instants, bytes, and numbers too large to be safe.

import { isoMicros } from '../../common/runtime.js';
import type { JsonValue } from './row-set.js';

const SECOND = 1_000_000_000n;
const DAY = 86_400n;

/** A day since the epoch as SQL shows it: `2024-02-29`, `12024-01-01`, `0044-03-15 (BC)`, `infinity`. */
export function dateText(days: number): string {
  if (Math.abs(days) >= 2 ** 31 - 1) return days > 0 ? 'infinity' : '-infinity';
  const { year, monthDay } = civilDay(days);
  return year > 0 ? `${padded(year)}-${monthDay}` : `${padded(1 - year)}-${monthDay} (BC)`;
}

/** The largest and smallest instants stand for the infinities. */
const INFINITE = 2n ** 63n - 1n;

/**
 * An instant as ISO text, in UTC: `2024-02-29T12:00:00.000000Z`, years of more than four digits with a sign.
 * @param unitsPerSecond of `units` since the epoch: 1, 10³, 10⁶ or 10⁹; nanoseconds are shown as such
 */
export function instantText(units: bigint, unitsPerSecond = 1_000_000n): string {
  const micros = Number(units);
  if (unitsPerSecond === 1_000_000n && Number.isSafeInteger(micros)) return isoMicros(micros);
  if (units >= INFINITE || units <= -INFINITE) return units > 0n ? 'infinity' : '-infinity';
  const seconds = floorDivide(units, unitsPerSecond);
  const nanos = (units - seconds * unitsPerSecond) * (SECOND / unitsPerSecond);
  const days = floorDivide(seconds, DAY);
  const { year, monthDay } = civilDay(Number(days));
  const isPlain = year >= 0 && year <= 9999;
  const shownYear = isPlain ? padded(year) : `${year < 0 ? '-' : '+'}${padded(Math.abs(year), 6)}`;
  const fraction = String(nanos)
    .padStart(9, '0')
    .slice(0, unitsPerSecond === SECOND ? 9 : 6);
  return `${shownYear}-${monthDay}T${timeOfDay(Number(seconds - days * DAY))}.${fraction}Z`;
}

/** `HH:MM:SS` */
function timeOfDay(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => padded(part, 2)).join(':');
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return quotient * by > value ? quotient - 1n : quotient;
}

/** The calendar repeats after 400 years, which are so many days. */
const ERA_DAYS = 146_097;

/** A day of the Gregorian calendar, however far; year 0 is 1 BC. */
function civilDay(days: number): { readonly year: number; readonly monthDay: string } {
  const era = Math.floor(days / ERA_DAYS);
  const date = new Date((days - era * ERA_DAYS) * 86_400_000);
  const monthDay = `${padded(date.getUTCMonth() + 1, 2)}-${padded(date.getUTCDate(), 2)}`;
  return { year: date.getUTCFullYear() + era * 400, monthDay };
}

const padded = (value: number, width = 4): string => String(value).padStart(width, '0');

/** A whole number where JSON readers can keep it, else its digits. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** A number; those that JSON cannot say are the texts that DuckDB prints: `nan`, `inf`, `-inf`. */
export function plainNumber(value: number): JsonValue {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// eslint-disable-next-line no-control-regex -- these are what text does not hold
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Bytes as the text that they are, such as the lines of bronze; bytes that are none as SQL shows them, `\xAA\x00abc`.
 * `lake export` and `lake restore` give any bytes exactly.
 */
export function bytesText(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    if (!controls.test(text)) return text;
  } catch {
    // no UTF-8
  }
  return Array.from(bytes, byteText).join('');
}

function byteText(byte: number): string {
  const char = String.fromCharCode(byte);
  const isPlain = byte >= 0x20 && byte < 0x7f && !`"'\\`.includes(char);
  return isPlain ? char : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
