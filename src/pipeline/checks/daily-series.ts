// Figures per day: which days of a series are not to the week before them what the same weekday was in earlier weeks.
// So growth and the shape of a week are usual, and a day that stands out is not. Pure.

import { daysOfIso, isoOfDays } from '../../common/calendar.js';
import { isUsual, median, rootDistance, usualVolume, type UsualRange, type Volume } from './anomalies.js';
import type { AnomalySettings, Limit } from '../define/spec/check-policy.js';

/** A value and how many things it counts or adds up. */
export interface Observation {
  readonly value: number;
  readonly things: number;
}

/** A series by day, and which of its days are to be judged. */
interface SeriesQuestion {
  readonly kind: 'count' | 'money';
  /** Observations by day (ISO); a day without one within the series is zero. */
  readonly days: ReadonlyMap<string, Observation>;
  /** Days to judge (ISO). */
  readonly judged: Iterable<string>;
  /** The last day of all data: not over yet, so that it is never too low. */
  readonly last: string;
  readonly settings: Pick<AnomalySettings, 'threshold' | 'quietWeeks'>;
  /** Takes the place of what was usual. */
  readonly limit?: Limit;
}

/** A day whose value is not what was usual. */
interface UnusualDay {
  readonly date: string;
  readonly value: number;
  readonly usual: Pick<UsualRange, 'low' | 'high'>;
}

/** Days before a day that say what is usual: what was a year ago need not be today. */
const WINDOW_DAYS = 56;
const WEEK_DAYS = 7;

/** Payments differ in size, so that their sum varies more than their number. */
const CHANCE = { count: 1, money: 2.5 } as const;

/** Added to both sides of a ratio: what a weekday is to a week of a few things cannot be told. */
const FEW_THINGS = 8;

/** In the order of the days. */
export function unusualDays(question: SeriesQuestion): readonly UnusualDay[] {
  const { days, last, limit } = question;
  const first = [...days.keys()].reduce((least, day) => (day < least ? day : least), last);
  const judged = [...new Set(question.judged)].filter((day) => first <= day && day <= last).sort();
  const series = seriesOf(question, first, last);
  return judged.flatMap((date) => {
    const at = (daysOfIso(date) ?? 0) - series.first;
    const usual = limit === undefined ? usualOn(series, at, question) : boundsOf(limit);
    const value = series.values[at] ?? 0;
    if (usual === null) return [];
    const range = date === last && limit === undefined ? { ...usual, low: 0 } : usual;
    return isUsual(value, range) ? [] : [{ date, value, usual: { low: range.low, high: range.high } }];
  });
}

const boundsOf = ({ min = 0, max = Infinity }: Limit): UnusualDay['usual'] => ({ low: min, high: max });

/** A series without holes. */
interface Series {
  /** Days since the epoch. */
  readonly first: number;
  readonly values: readonly number[];
  /** What the week before each day had, by its median; nothing for the first day. */
  readonly levels: readonly number[];
  readonly volume: Volume;
}

function seriesOf({ days, kind }: SeriesQuestion, from: string, to: string): Series {
  const values = daysBetween(from, to).map((day) => days.get(day)?.value ?? 0);
  const week = (at: number): readonly number[] => values.slice(Math.max(0, at - WEEK_DAYS), at);
  return {
    first: daysOfIso(from) ?? 0,
    values,
    levels: values.map((_, at) => (at === 0 ? 0 : median(week(at)))),
    volume: { unit: kind === 'money' ? sizeOfOne([...days.values()]) : 1, chance: CHANCE[kind] },
  };
}

/** What one of the things is worth, as a rule. */
function sizeOfOne(days: readonly Observation[]): number {
  const sizes = days.filter(({ things }) => things > 0).map(({ value, things }) => value / things);
  return sizes.length === 0 ? 1 : Math.max(1, median(sizes));
}

/** Null while too few weeks are known. */
function usualOn(series: Series, at: number, { settings }: SeriesQuestion): UsualRange | null {
  const { values, volume } = series;
  const window = Array.from({ length: Math.min(WINDOW_DAYS, at - 1) }, (_, i) => at - 1 - i);
  if (window.length < settings.quietWeeks * WEEK_DAYS) return null;
  const expected = expectations(series, window);
  const narrowest = usualVolume(expected(at), [], volume, settings.threshold);
  if (isUsual(values[at]!, narrowest)) return narrowest; // and in any wider one
  const distances = window.map((day) => rootDistance(values[day]!, expected(day), volume.unit));
  return usualVolume(expected(at), distances, volume, settings.threshold);
}

/** What a day should have: as much of its level as its weekday has in the window, as a rule. */
function expectations(
  { values, levels, volume }: Series,
  window: readonly number[],
): (day: number) => number {
  const more = FEW_THINGS * volume.unit;
  const ratios = new Map<number, number>();
  const ratioOf = (weekday: number): number =>
    median(
      window
        .filter((day) => day % WEEK_DAYS === weekday)
        .map((day) => (values[day]! + more) / (levels[day]! + more)),
    );
  return (day) => {
    const weekday = day % WEEK_DAYS;
    const ratio = ratios.get(weekday) ?? ratioOf(weekday);
    ratios.set(weekday, ratio);
    return Math.max(0, ratio * (levels[day]! + more) - more);
  };
}

/** The days that follow one (ISO). */
export function daysAfter(day: string, count: number): readonly string[] {
  const from = daysOfIso(day) ?? 0;
  return Array.from({ length: count }, (_, i) => isoOfDays(from + i + 1));
}

/** Every day from one to another, both included (ISO). */
export function daysBetween(first: string, last: string): readonly string[] {
  const [from, to] = [daysOfIso(first) ?? 0, daysOfIso(last) ?? 0];
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => isoOfDays(from + i));
}
