// Moments as people write them. What is no day of the calendar, or no time of a day, is none: nothing rolls over.

import { daysOfIso } from './calendar.js';

const pattern = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Microseconds since the epoch of `2024-06-01` (its first moment), `2024-06-01 12:00` or `2024-06-01T12:00:00.5+02:00`,
 * in UTC unless it says otherwise; undefined for anything else, `2024-02-30`, `24:00` and `23:60` among them.
 */
export function microsOfMoment(text: string): bigint | undefined {
  const [whole, date = '', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    pattern.exec(text) ?? [];
  const day = daysOfIso(date);
  const time = secondsOf(Number(hour), Number(minute), Number(second));
  const east = zone === 'Z' ? 0 : zoneSeconds(zone);
  if (whole === undefined || day === null || time === undefined || east === undefined) return undefined;
  const seconds = day * 86_400 + time - east;
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** Seconds east of UTC of `+05:30` or `-0300`. */
function zoneSeconds(zone: string): number | undefined {
  const seconds = secondsOf(Number(zone.slice(1, 3)), Number(zone.slice(-2)), 0);
  return seconds === undefined || !zone.startsWith('-') ? seconds : -seconds;
}

function secondsOf(hour: number, minute: number, second: number): number | undefined {
  return hour < 24 && minute < 60 && second < 60 ? (hour * 60 + minute) * 60 + second : undefined;
}
