// Days of the Gregorian calendar as whole days since 1970-01-01, the form in which dates are stored.

const dayMillis = 86_400_000;

/** Days to a real day of the calendar, or null. */
export function daysOf(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return new Date(0).setUTCFullYear(year, month - 1, day) / dayMillis;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days to exactly `YYYY-MM-DD`, in any year from 0000 to 9999; null for what is no real day. */
export function daysOfIso(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match === null ? null : daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** `YYYY-MM-DD` for days since the epoch, at most 10⁸ of them. */
export const isoOfDays = (days: number): string =>
  new Date(days * dayMillis).toISOString().split('T')[0] ?? '';
