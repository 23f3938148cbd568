// Dates and timestamps by the formats of a field: days and microseconds since 1970-01-01 UTC.

import { daysOf } from '../../common/calendar.js';
import type { TimeFormat } from '../field.js';
import { decimalParts, inUnits, scaledMagnitude } from './decimal-value.js';
import { decimalText, type RawValue } from './raw-value.js';
import { hourOf, monthOf, offsetOf, patternMatcher } from './time-pattern.js';
import { zoneConverter } from './time-zone.js';
import { dayMicros, trimAscii } from './values.js';

/** Reads one value; undefined: not a time in any of the formats. */
type TimeReader = (raw: RawValue) => number | undefined;

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
  const offset = offsetOf(`${sign ?? ''}${zoneHours ?? ''}${zoneMinutes ?? ''}`);
  return offset === undefined ? undefined : { ...clock, offset };
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

const DIGITS_OF_UNIT = { s: 0, ms: 3, us: 6, ns: 9 } as const;

/** A count since 1970: a number, or (not strict) its digits; what is finer than microseconds is cut. */
function epochReader(unit: keyof typeof DIGITS_OF_UNIT, isStrict: boolean): ClockReader {
  return (raw) => {
    if (isStrict && typeof raw === 'string') return undefined;
    const text = decimalText(raw);
    const parts = text === undefined ? undefined : decimalParts(trimAscii(text));
    if (parts === undefined || parts.whole.length > 20) return undefined;
    const seconds = inUnits(parts, DIGITS_OF_UNIT[unit]);
    const magnitude = Number(scaledMagnitude({ ...seconds, fraction: seconds.fraction.slice(0, 6) }, 6));
    const micros = parts.isNegative ? -magnitude : magnitude;
    const days = Math.floor(micros / dayMicros);
    return { days, micros: micros - days * dayMicros, offset: 0 };
  };
}

/** A year of two digits is one of this century. */
function patternReader(pattern: string): ClockReader {
  const match = patternMatcher(pattern);
  return (raw) => {
    const written = typeof raw === 'string' ? match(trimAscii(raw)) : undefined;
    if (written === undefined) return undefined;
    const { YYYY, YY = '', MMM, MM, DD, HH, hh, mm, ss, SSS, SSSSSS, A = '', Z } = written;
    const hour = hh === undefined ? Number(HH ?? 0) : hourOf(hh, A);
    const offset = Z === undefined ? undefined : offsetOf(Z);
    if (hour === undefined || (Z !== undefined && offset === undefined)) return undefined;
    const clock = clockOf({
      year: YYYY ?? `20${YY}`,
      month: MMM === undefined ? MM : String(monthOf(MMM) ?? 0),
      day: DD,
      hour: String(hour),
      minute: mm,
      second: ss,
      fraction: SSSSSS ?? SSS,
    });
    return clock === undefined || offset === undefined ? clock : { ...clock, offset };
  };
}
