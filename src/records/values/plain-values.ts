// Values in their plain forms, straight from bytes. "No" (NaN) means: not plain, ask the rules; it never means wrong.

import { dayMicros } from './values.js';

const daysBeforeMonth = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const daysInMonth = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Two digits as a number; NaN unless both are digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const ones = bytes[at + 1]! - 48;
  return tens >>> 0 > 9 || ones >>> 0 > 9 ? NaN : tens * 10 + ones;
}

/** Days since the epoch of the ten bytes `YYYY-MM-DD` in the years 2000–2099, or NaN. */
export function plainDate(bytes: Uint8Array, at: number): number {
  if (twoDigits(bytes, at) !== 20 || bytes[at + 4] !== 0x2d || bytes[at + 7] !== 0x2d) return NaN;
  const year = twoDigits(bytes, at + 2);
  const month = twoDigits(bytes, at + 5);
  const day = twoDigits(bytes, at + 8);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1)) return NaN;
  // 2000 is a leap year, and so is every fourth year after it up to 2099.
  const isLeapYear = (year & 3) === 0;
  if (day > daysInMonth[month]! + (isLeapYear && month === 2 ? 1 : 0)) return NaN;
  const leapDay = isLeapYear && month > 2 ? 1 : 0;
  return 10_957 + year * 365 + ((year + 3) >> 2) + daysBeforeMonth[month]! + leapDay + day - 1;
}

/** Microseconds since the epoch of `YYYY-MM-DD`, `T` or a space, `HH:MM:SS[.digits][Z]` in bytes[start, end), or NaN. */
export function plainTimestamp(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 19) return NaN;
  const separator = bytes[start + 10];
  if (
    (separator !== 0x54 && separator !== 0x20) ||
    bytes[start + 13] !== 0x3a ||
    bytes[start + 16] !== 0x3a
  ) {
    return NaN;
  }
  const hour = twoDigits(bytes, start + 11);
  const minute = twoDigits(bytes, start + 14);
  const second = twoDigits(bytes, start + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  const days = plainDate(bytes, start);
  const seconds = (hour * 60 + minute) * 60 + second;
  return days * dayMicros + seconds * 1_000_000 + plainFraction(bytes, start + 19, end);
}

/** Microseconds of `[.1–9 digits][Z]`, cut, or NaN. */
function plainFraction(bytes: Uint8Array, start: number, end: number): number {
  const digitsEnd = bytes[end - 1] === 0x5a ? end - 1 : end;
  if (digitsEnd === start) return 0;
  const digits = digitsEnd - start - 1;
  if (bytes[start] !== 0x2e || digits < 1 || digits > 9) return NaN;
  let micros = 0;
  let unit = 100_000;
  for (let at = start + 1; at < digitsEnd; at++) {
    const digit = bytes[at]! - 48;
    if (digit >>> 0 > 9) return NaN;
    micros += digit * unit;
    unit = Math.floor(unit / 10);
  }
  return micros;
}

/**
 * Multiplies money in ten-thousandths by a rate and rounds half away from zero, in doubles that stay exact.
 * The function answers NaN where they would not. `rate` is above 0.
 */
export function plainConverter(rate: number): (scaled: number) => number {
  const text = String(rate);
  const places = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
  const divisor = 10 ** places;
  const factor = Math.round(rate * divisor);
  if (text.includes('e') || places > 8 || factor / divisor !== rate) return () => NaN;
  const limit = 2 ** 51 / factor;
  const half = divisor / 2;
  return (scaled) => {
    if (scaled < 0 || scaled > limit) return NaN;
    return divisor === 1 ? scaled * factor : Math.floor((scaled * factor + half) / divisor);
  };
}
