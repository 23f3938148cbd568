// Numbers and days as charts write them.

import type { DrawnFigure } from '../../lake/report/charts/drawn.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** `1,234,567`. */
export const wholeText = (value: number): string => whole.format(value);

/** `12K`; small amounts in full. */
export const shortAmount = (value: number): string =>
  Math.abs(value) < 1000 ? String(Math.round(value * 1e6) / 1e6) : short.format(value);

/** `12%`, for what is counted in tenths or more. */
export const shortPercent = (rate: number): string => `${Math.round(rate * 1000) / 10}%`;

/** `12.3%`. */
export const percentText = (rate: number): string => `${(rate * 100).toFixed(1)}%`;

/** A figure's number as the table has it; what went is below zero, nothing is a dash. */
export function writtenFigure({ format, role }: DrawnFigure, value: number | null): string {
  if (value === null) return '–';
  const signed = role === 'down' ? 0 - value : value;
  switch (format) {
    case 'whole':
      return whole.format(signed);
    case 'money':
      return money.format(signed);
    case 'percent':
      return percentText(signed);
  }
}

/** `2024-03-05`. */
export const isoDay = (date: Date): string => date.toISOString().slice(0, 10);

/** `March 2024`. */
export const monthName = (date: Date): string =>
  date.toLocaleDateString('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A text cut to that many code points, the last of which says so. */
export function clipped(text: string, length: number): string {
  const points = Array.from(text);
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}
