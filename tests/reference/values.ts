// Field values as the reference reads them (pipeline §2). Dates and timestamps are ISO texts of fixed width, so that they
// compare as texts; money is a bigint of ten-thousandths. Nothing here shares code with the product.

/** A value that has a place in an order. */
export type Scalar = string | number | bigint | boolean | null;

const ASCII_SPACE = new Set([' ', '\t', '\n', '\r', '\v', '\f']);

export function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ASCII_SPACE.has(text.charAt(start))) start++;
  while (end > start && ASCII_SPACE.has(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

export function isBlank(text: string): boolean {
  return trim(text) === '';
}

export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function upperAscii(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && !isBlank(value) ? trim(value) : null;
}

export function lowerTextOf(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : lowerAscii(text);
}

/** The name of the total row; no channel may be called so. */
export const ALL_CHANNELS = '(all channels)';

export function channelOf(value: unknown): string | null {
  const text = lowerTextOf(value);
  if (text === null) return null;
  const channel = text.replace(/[ \t\n\r\v\f]+/g, ' ');
  return channel === ALL_CHANNELS ? null : channel;
}

/** Whether a value is a string that holds U+0000 or half of a surrogate pair. */
export function hasBadUnicode(value: unknown): boolean {
  return typeof value === 'string' && /[\0\p{Surrogate}]/u.test(value);
}

const dayMillis = 86_400_000;

function isCalendarTime(iso: string): boolean {
  const millis = Date.parse(`${iso}Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().slice(0, 19) === iso;
}

function inReportedYears(iso: string): boolean {
  return iso.startsWith('20') && iso.charAt(4) === '-';
}

export function dateOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const date = trim(value);
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !inReportedYears(date)) return null;
  return isCalendarTime(`${date}T00:00:00`) ? date : null;
}

const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)|([+-])(\d\d)(\d\d))?$/;

function offsetMinutes(sign: string, hours: string, minutes: string): number | null {
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 14 * 60) return null;
  return sign === '-' ? -total : total;
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, or null for anything that is no timestamp. */
export function timestampOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const match = TIMESTAMP.exec(trim(value));
  if (match === null) return null;
  const local = `${match[1] ?? ''}T${match[2] ?? ''}`;
  const offset = offsetMinutes(
    match[4] ?? match[7] ?? '+',
    match[5] ?? match[8] ?? '0',
    match[6] ?? match[9] ?? '0',
  );
  if (offset === null || !isCalendarTime(local)) return null;
  const utc = new Date(Date.parse(`${local}Z`) - offset * 60_000).toISOString();
  const micros = (match[3] ?? '').padEnd(6, '0').slice(0, 6);
  return inReportedYears(utc) ? `${utc.slice(0, 19)}.${micros}Z` : null;
}

/** `digits` × 10^−`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/;

/** The exact value of a decimal text, such as `String(number)` gives. */
export function decimalOf(text: string): Decimal {
  const match = DECIMAL.exec(text);
  if (match === null) throw new Error(`not a decimal number: ${text}`);
  const fraction = match[3] ?? '';
  const magnitude = BigInt((match[2] ?? '') + fraction);
  const scale = fraction.length - Number(match[4] ?? 0);
  const digits = match[1] === '-' ? -magnitude : magnitude;
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

const MONEY_SCALE = 4;

/** Four places, half away from zero. */
export function roundToMoney({ digits, scale }: Decimal): bigint {
  if (scale <= MONEY_SCALE) return digits * 10n ** BigInt(MONEY_SCALE - scale);
  const unit = 10n ** BigInt(scale - MONEY_SCALE);
  const magnitude = digits < 0n ? -digits : digits;
  const rounded = (2n * magnitude + unit) / (2n * unit);
  return digits < 0n ? -rounded : rounded;
}

/** Whether a value is a number that may be an amount of money, whatever its sign. */
export function isMoney(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < 1e12;
}

export function moneyOf(value: number): bigint {
  return roundToMoney(decimalOf(String(value)));
}

/** `12.5000` for 125000n. */
export function moneyText(money: bigint): string {
  const digits = (money < 0n ? -money : money).toString().padStart(MONEY_SCALE + 1, '0');
  return `${money < 0n ? '-' : ''}${digits.slice(0, -MONEY_SCALE)}.${digits.slice(-MONEY_SCALE)}`;
}

/** Money as the nearest double. */
export const asDouble = (money: bigint): number => Number(moneyText(money));

/** Null without a divisor. */
export function ratio(dividend: number, divisor: number | null): number | null {
  return divisor === null || divisor === 0 ? null : dividend / divisor;
}

export type Rates = Readonly<Record<string, number>>;

export const defaultRates: Rates = {
  USD: 1,
  EUR: 1.08,
  GBP: 1.27,
  CAD: 0.74,
  AUD: 0.66,
  JPY: 0.0067,
  BRL: 0.18,
  INR: 0.012,
};

/** The currency, `USD` where none is said, or undefined for one that is unknown. */
export function currencyOf(value: unknown, rates: Rates): string | undefined {
  if (value === undefined || value === null) return 'USD';
  if (typeof value !== 'string') return undefined;
  const currency = isBlank(value) ? 'USD' : upperAscii(trim(value));
  return Object.hasOwn(rates, currency) ? currency : undefined;
}

export function inUsd(amount: bigint, currency: string, rates: Rates): bigint {
  const rate = decimalOf(String(rates[currency]));
  return roundToMoney({ digits: amount * rate.digits, scale: MONEY_SCALE + rate.scale });
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMillis).toISOString().slice(0, 10);
}

export function daysFrom(first: string, last: string): number {
  return (Date.parse(last) - Date.parse(first)) / dayMillis;
}

/** Every day from the first to the last, both inclusive; none when the last is before the first. */
export function daySeries(first: string, last: string): readonly string[] {
  return Array.from({ length: Math.max(0, daysFrom(first, last) + 1) }, (_, day) => addDays(first, day));
}

/** The Monday on or before a date. */
export function mondayOf(date: string): string {
  return addDays(date, -((new Date(date).getUTCDay() + 6) % 7));
}

export function isMonthEnd(date: string): boolean {
  return addDays(date, 1).endsWith('-01');
}

/** Texts by their UTF-8 bytes, null below everything. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

/** Compares by the first key that differs. */
export function compareBy<T>(...keys: readonly ((row: T) => Scalar)[]): (a: T, b: T) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compareScalars(key(a), key(b));
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The largest of at least one row. */
export function largest<T>(rows: readonly T[], compare: (a: T, b: T) => number): T {
  return rows.reduce((best, row) => (compare(row, best) > 0 ? row : best));
}

export function groupBy<K, T>(rows: Iterable<T>, keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
