// Days as a chart can hold them: by day, or by week, month or year where there are too many, or where the table itself has
// only those. Pure.

import { daysOf, daysOfIso, isoOfDays } from '../../common/calendar.js';
import type { JsonValue, RowRecord } from '../read/row-set.js';

/** How long a period is. */
export type Step = 'day' | 'week' | 'month' | 'year';

/** Points of one chart at most: two years of days and a little. */
export const MAX_POINTS = 740;

/** Days in a step, at least. */
const STEP_DAYS: readonly (readonly [Step, number])[] = [
  ['day', 1],
  ['week', 7],
  ['month', 28],
];

/** The rows of one day, week, month or year. */
export interface Period {
  /** Its first day, ISO. */
  readonly date: string;
  readonly rows: readonly [RowRecord, ...RowRecord[]];
}

/** Days as a chart can hold them. */
interface Series {
  readonly step: Step;
  /** Oldest first; periods without rows are left out. */
  readonly periods: readonly Period[];
  /** Whether any period has rows of several days. */
  readonly isFolded: boolean;
}

/** Rows with the date column `x`, oldest first, in the finest step that stays within `MAX_POINTS` and that the dates have. */
export function seriesOf(rows: readonly RowRecord[], x: string): Series {
  const dated = rows.flatMap((row) => {
    const day = daysOfIso(String(row[x]));
    return day === null ? [] : [{ day, row }];
  });
  const days = [...new Set(dated.map(({ day }) => day))];
  const step = stepFor((dated.at(-1)?.day ?? 0) - (dated[0]?.day ?? 0), days);
  const groups = new Map<number, [RowRecord, ...RowRecord[]]>();
  for (const { day, row } of dated) {
    const start = startOf(day, step);
    const group = groups.get(start);
    if (group === undefined) groups.set(start, [row]);
    else group.push(row);
  }
  const periods = Array.from(groups, ([start, group]) => ({ date: isoOfDays(start), rows: group }));
  return { step, periods, isFolded: periods.length < days.length };
}

/** So many first days of periods, and no other day, are no chance. */
const ENOUGH_STARTS = 2;

function stepFor(span: number, days: readonly number[]): Step {
  const coarse = (['month', 'week'] as const).find((step) => areStarts(days, step));
  const finest = STEP_DAYS.findIndex(([step]) => step === (coarse ?? 'day'));
  return STEP_DAYS.slice(finest).find(([, length]) => span / length < MAX_POINTS - 1)?.[0] ?? 'year';
}

/** Whether days are the first ones of periods. */
const areStarts = (days: readonly number[], step: Step): boolean =>
  days.length >= ENOUGH_STARTS && days.every((day) => startOf(day, step) === day);

/** The first day of a day's period; weeks begin on Monday. */
function startOf(day: number, step: Step): number {
  if (step === 'day') return day;
  // 1970-01-01 was a Thursday.
  if (step === 'week') return day - ((((day + 3) % 7) + 7) % 7);
  const [year = 0, month = 1] = isoOfDays(day).split('-').map(Number);
  return daysOf(year, step === 'month' ? month : 1, 1) ?? day;
}

/** A figure for pictures; accounts are kept in gold, to the last digit. */
export const number = (value: JsonValue | undefined): number =>
  typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;

/** The same where there may be none. */
export const numberOrNull = (value: JsonValue | undefined): number | null =>
  value === null || value === undefined ? null : number(value);

/** The sum of a column; null where every value is. */
export function sumOf(rows: readonly RowRecord[], column: string): number | null {
  const values = rows.map((row) => numberOrNull(row[column])).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

/** To the cent. */
export const cents = (value: number): number => Math.round(value * 100) / 100;

/** How many points a trend looks back over, and what that is called. */
export const TRENDS: Readonly<Record<Step, { readonly points: number; readonly name: string }>> = {
  day: { points: 7, name: '7-day mean' },
  week: { points: 4, name: '4-week mean' },
  month: { points: 12, name: '12-month mean' },
  year: { points: 3, name: '3-year mean' },
};

/** The mean of each value and those before it; null until there are enough. */
export function trailingMeans(values: readonly number[], points: number): readonly (number | null)[] {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= points ? (values[i - points] ?? 0) : 0);
    return i + 1 < points ? null : cents(sum / points);
  });
}
