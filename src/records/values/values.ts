// One value at a time, as pipeline §2 reads it: text, calendar, money, labels. Pure; nothing here knows a record.
// The rules use these for JSON and CSV alike; the byte scanner is tested against them.

import { daysOf, daysOfIso } from '../../common/calendar.js';

export { daysOfIso, isoOfDays } from '../../common/calendar.js';
/** Order of the UTF-8 bytes of two well-formed strings: below, equal to or above 0. */
export { compareText as compareUtf8 } from '../../common/text-order.js';

/** Microseconds of a day. */
export const dayMicros = 86_400_000_000;

// ── Text ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** ASCII white space (space, `\t \n \v \f \r`), the only kind that is ever trimmed. */
export const isAsciiSpace = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** `text` without leading and trailing ASCII white space. */
export function trimAscii(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isAsciiSpace(text.charCodeAt(start))) start++;
  while (end > start && isAsciiSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Lower case of A–Z; every other character stays. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (run) => run.toLowerCase());

/** Upper case of a–z; every other character stays. */
export const upperAscii = (text: string): string => text.replace(/[a-z]+/g, (run) => run.toUpperCase());

/** A JSON string, trimmed; null for a blank one and for everything that is no string. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = trimAscii(value);
  return text === '' ? null : text;
}

/** Text with runs of ASCII white space as one space, lower-cased (A–Z); null for null text and for the words in `nulls`. */
export function labelOf(value: unknown, nulls: ReadonlySet<string>): string | null {
  const text = textOf(value);
  if (text === null) return null;
  const label = lowerAscii(text.replace(/[ \t-\r]+/g, ' '));
  return nulls.has(label) ? null : label;
}

/** Whether `text` holds U+0000 or half of a surrogate pair. */
export const hasInvalidUnicode = (text: string): boolean =>
  text.includes('\0') || /\p{Surrogate}/u.test(text);

// ── Calendar ────────────────────────────────────────────────────────────────────────────────────────────────────

/** 2000-01-01 and 2100-01-01 in days: every accepted date and timestamp lies in between, the second excluded. */
export const firstDay = 10_957;
/** The day after the last one that dates may have, 2100-01-01, as days since the epoch. */
export const lastDayEnd = 47_482;

/** A date in the years 2000–2099, trimmed, as days since the epoch; null for anything else. */
export function parseDate(text: string): number | null {
  const days = daysOfIso(trimAscii(text));
  return days !== null && days >= firstDay && days < lastDayEnd ? days : null;
}

const timestampPattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):?(\d{2}))?$/;

/** Seconds into the day, or null: no 24:00:00, no leap second. */
function secondsOf(hour: number, minute: number, second: number): number | null {
  return hour > 23 || minute > 59 || second > 59 ? null : (hour * 60 + minute) * 60 + second;
}

/** Seconds to take off a local time; 0 without a zone, null beyond 14:00. */
function offsetOf(sign: string | undefined, hours: number, minutes: number): number | null {
  if (sign === undefined) return 0;
  const seconds = (hours * 60 + minutes) * 60;
  if (minutes > 59 || seconds > 14 * 3600) return null;
  return sign === '-' ? -seconds : seconds;
}

/** A timestamp of pipeline §2, trimmed, as microseconds since the epoch in UTC (a safe integer); null for anything else. */
export function parseTimestamp(text: string): number | null {
  const match = timestampPattern.exec(trimAscii(text));
  if (match === null) return null;
  const days = daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
  const seconds = secondsOf(Number(match[4]), Number(match[5]), Number(match[6]));
  const offset = offsetOf(match[8], Number(match[9]), Number(match[10]));
  if (days === null || seconds === null || offset === null) return null;
  const fraction = Number((match[7] ?? '').slice(0, 6).padEnd(6, '0'));
  const micros = days * dayMicros + (seconds - offset) * 1_000_000 + fraction;
  return micros >= firstDay * dayMicros && micros < lastDayEnd * dayMicros ? micros : null;
}

// ── Money ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Digits after the point that money keeps: a scaled amount counts ten-thousandths. */
const moneyScale = 4;

/** An amount of money, exactly. */
export interface Money {
  /** Ten-thousandths, rounded half away from zero. */
  readonly scaled: bigint;
  /** Below zero before rounding: -0.00001 is, though it rounds to nothing. */
  readonly isNegative: boolean;
}

/** Half away from zero looks at one digit only, so any number of digits is read without long arithmetic. */
function scaledOf(whole: string, fraction: string): bigint {
  const kept = BigInt(whole + fraction.slice(0, moneyScale).padEnd(moneyScale, '0'));
  return fraction.charAt(moneyScale) >= '5' ? kept + 1n : kept;
}

/** A JSON number below 10¹² in absolute value, by its shortest decimal text; null for anything else. */
export function moneyOf(value: unknown): Money | null {
  if (typeof value !== 'number' || !(Math.abs(value) < 1e12)) return null;
  const text = String(Math.abs(value));
  // Below 10⁻⁶ the shortest text has an exponent; that rounds to nothing.
  const [whole = '0', fraction = ''] = text.includes('e') ? ['0'] : text.split('.');
  const scaled = scaledOf(whole, fraction);
  return { scaled: value < 0 ? -scaled : scaled, isNegative: value < 0 };
}

/** `[+-]?digits[.digits]`, trimmed, below 10¹² in absolute value, exact whatever its length; null for anything else. */
export function parseSpend(text: string): Money | null {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(trimAscii(text));
  const [, sign = '', digits = '', fraction = ''] = match ?? [];
  const whole = digits.replace(/^0+/, '');
  if (match === null || whole.length > 12) return null;
  const isNegative = sign === '-' && /[1-9]/.test(whole + fraction);
  const scaled = scaledOf(whole, fraction);
  return { scaled: isNegative ? -scaled : scaled, isNegative };
}

/** `unscaled` × 10^-`scale`, exactly the shortest decimal text of a positive number. */
function exactDecimal(value: number): { unscaled: bigint; scale: number } {
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const scale = fraction.length - Number(exponent);
  const unscaled = BigInt(whole + fraction);
  return scale >= 0 ? { unscaled, scale } : { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 };
}

/** Multiplies scaled money by `rate` (its shortest decimal text), rounded to four places half away from zero. */
export function converter(rate: number): (amount: bigint) => bigint {
  const { unscaled, scale } = exactDecimal(rate);
  const divisor = 10n ** BigInt(scale);
  const half = divisor / 2n;
  return (amount) => {
    const product = amount * unscaled;
    return (product + (product < 0n ? -half : half)) / divisor;
  };
}

/** `converter(rate)(amount)`, for a single amount. */
export const convert = (amount: bigint, rate: number): bigint => converter(rate)(amount);
