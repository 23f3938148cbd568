// Dates and timestamps by the formats of a field: days and microseconds since 1970-01-01 UTC.

import { daysOf } from '../../common/calendar.js';
import type { TimeFormat } from '../field.js';
import { decimalParts, inUnits, scaledMagnitude } from './decimal-value.js';
import { decimalText, type RawValue } from './raw-value.js';
import { zoneConverter } from './time-zone.js';
import { dayMicros, trimAscii } from './values.js';

/** Reads one value; undefined: not a time in any of the formats. */
export type TimeReader = (raw: RawValue) => number | undefined;

/** Moments whose microseconds a double counts exactly: the years 1700 to 2199. */
const FIRST_MICROS = -8_520_336_000_000_000;
const END_MICROS = 7_258_118_400_000_000;

interface Clock {
  readonly days: number;
  /** Into the day. */
  readonly micros: number;
  /** Minutes east of UTC; absent where none is named. */
  readonly offset?: number;
}

/** A reader of timestamps: microseconds. Times that name no zone are local times of `zone`. */
export function timestampReader(
  formats: readonly TimeFormat[],
  { zone, isStrict }: { readonly zone: string; readonly isStrict: boolean },
): TimeReader {
  const readers = formats.map((format) => clockReader(format, isStrict));
  const toUtc = zoneConverter(zone);
  return (raw) => {
    for (const read of readers) {
      const clock = read(raw);
      if (clock === undefined) continue;
      const micros = utcMicros(clock, toUtc);
      if (micros >= FIRST_MICROS && micros < END_MICROS) return micros;
    }
    return undefined;
  };
}

function utcMicros({ days, micros, offset }: Clock, toUtc: (localMs: number) => number): number {
  const local = days * dayMicros + micros;
  if (offset !== undefined) return local - offset * 60_000_000;
  const rest = ((local % 1000) + 1000) % 1000;
  return toUtc((local - rest) / 1000) * 1000 + rest;
}

/** A reader of dates: days. */
export function dateReader(formats: readonly TimeFormat[], isStrict: boolean): TimeReader {
  const readers = formats.map((format) => (format.kind === 'iso' ? isoDay : clockReader(format, isStrict)));
  return (raw) => {
    for (const read of readers) {
      const clock = read(raw);
      if (clock !== undefined) return clock.days;
    }
    return undefined;
  };
}

type ClockReader = (raw: RawValue) => Clock | undefined;

function clockReader(format: TimeFormat, isStrict: boolean): ClockReader {
  switch (format.kind) {
    case 'iso':
      return isoClock;
    case 'epoch':
      return epochReader(format.unit, isStrict);
    case 'pattern':
      return patternReader(format.pattern);
  }
}

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d{2}):?(\d{2}))?$/;

const isoDay: ClockReader = (raw) => {
  const match = typeof raw === 'string' ? ISO_DAY.exec(trimAscii(raw)) : null;
  return match === null ? undefined : clockOf({ year: match[1], month: match[2], day: match[3] });
};

const isoClock: ClockReader = (raw) => {
  const match = typeof raw === 'string' ? ISO_TIME.exec(trimAscii(raw)) : null;
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, utc, sign, zoneHours, zoneMinutes] = match;
  const clock = clockOf({ year, month, day, hour, minute, second, fraction });
  if (clock === undefined || (utc === undefined && sign === undefined)) return clock;
  const offset = Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0);
  if (Number(zoneMinutes ?? 0) > 59 || offset > 14 * 60) return undefined;
  return { ...clock, offset: sign === '-' ? -offset : offset };
};

/** Digits of the parts of a time, as they were written. */
type Parts = Readonly<
  Partial<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction', string | undefined>>
>;

/** A real day and a real time of day: no 30 February, no 24:00:00, no leap second. */
function clockOf({ year, month, day, hour, minute, second, fraction }: Parts): Clock | undefined {
  const days = Number(year) === 0 ? null : daysOf(Number(year), Number(month), Number(day));
  const [h, m, s] = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)];
  if (days === null || h > 23 || m > 59 || s > 59) return undefined;
  const part = Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
  return { days, micros: ((h * 60 + m) * 60 + s) * 1_000_000 + part };
}

const DIGITS_OF_UNIT = { s: 0, ms: 3, us: 6 } as const;

/** A count since 1970: a number, or (not strict) its digits; what is finer than microseconds is cut. */
function epochReader(unit: keyof typeof DIGITS_OF_UNIT, isStrict: boolean): ClockReader {
  return (raw) => {
    if (isStrict && typeof raw === 'string') return undefined;
    const text = decimalText(raw);
    const parts = text === undefined ? undefined : decimalParts(trimAscii(text));
    if (parts === undefined || parts.whole.length > 17) return undefined;
    const seconds = inUnits(parts, DIGITS_OF_UNIT[unit]);
    const magnitude = Number(scaledMagnitude({ ...seconds, fraction: seconds.fraction.slice(0, 6) }, 6));
    const micros = parts.isNegative ? -magnitude : magnitude;
    const days = Math.floor(micros / dayMicros);
    return { days, micros: micros - days * dayMicros, offset: 0 };
  };
}

const PART_NAMES = {
  YYYY: 'year',
  MM: 'month',
  DD: 'day',
  HH: 'hour',
  mm: 'minute',
  ss: 'second',
  SSS: 'fraction',
} as const;

/** A pattern as a regular expression: literals as they are, day, month and hour with one or two digits. */
function patternReader(pattern: string): ClockReader {
  const names: (keyof Parts)[] = [];
  const source = pattern
    .split(/(YYYY|MM|DD|HH|mm|ss|SSS)/)
    .map((piece) => {
      if (!(piece in PART_NAMES)) return piece.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
      names.push(PART_NAMES[piece as keyof typeof PART_NAMES]);
      if (piece === 'YYYY') return '(\\d{4})';
      if (piece === 'SSS') return '(\\d{3})';
      return piece === 'mm' || piece === 'ss' ? '(\\d{2})' : '(\\d{1,2})';
    })
    .join('');
  const expression = new RegExp(`^${source}$`);
  return (raw) => {
    const match = typeof raw === 'string' ? expression.exec(trimAscii(raw)) : null;
    if (match === null) return undefined;
    return clockOf(Object.fromEntries(names.map((name, i) => [name, match[i + 1]])));
  };
}
