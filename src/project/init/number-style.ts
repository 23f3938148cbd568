// How numbers are written in a CSV: the sign before the fraction, the one between groups of digits, what stands around them.

import { groupMark } from '../../records/values/plain-numbers.js';

/** How numbers seem to be written. */
export interface NumberStyle {
  readonly decimal: '.' | ',';
  readonly thousands: '.' | ',' | ' ' | "'" | undefined;
}

const SPACE = groupMark(' ');
const QUOTE = groupMark("'");

/** A reader of numbers' texts in a style: the plain form, or undefined for what is no number. */
export function numberReader({ decimal, thousands }: NumberStyle): (value: string) => string | undefined {
  const mark = thousands === undefined ? undefined : groupMark(thousands);
  const whole = mark === undefined ? '\\d+' : `(?:\\d+|\\d{1,3}(?:${mark}\\d{3})+)`;
  const shape = new RegExp(`^[-+]?(?:${whole}(?:\\${decimal}\\d*)?|\\${decimal}\\d+)(?:[eE][-+]?\\d{1,3})?$`);
  const marks = mark === undefined ? undefined : new RegExp(mark, 'g');
  return (value) => {
    if (!shape.test(value)) return undefined;
    return (marks === undefined ? value : value.replace(marks, '')).replace(decimal, '.');
  };
}

/** Signs and codes of currencies, and per cent: they stand on either side of a number. */
const AROUND =
  /^(?:[A-Z]{0,2}\p{Sc}|%|‰|EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|CAD|AUD|NZD|JPY|CNY|INR|BRL|MXN|ZAR|kr\.?|zł|Kč|Ft|Fr\.?)$/u;
/** Units stand behind it. */
const BEHIND = /^(?:°?[a-zµμ]{1,3}|°[CF]|[kKMGT]?(?:Wh?|B|Hz|V)|kWh|MWh|kWp)$/;

/** A number and the sign, code or unit before or behind it; undefined for a text of another kind. */
export function parted(value: string): { readonly number: string; readonly affix: string } | undefined {
  const [, sign = '', before = '', number, after = ''] =
    /^([-+]?)([^\d\s,+-][^\d\s,+-]{0,3})?\s*([-+]?[.,]?\d(?:[\d.,'\u2019\u00a0\u2009\u202f ]*\d)?)\s*([^\d\s.,+-]{1,4}\.?)?$/.exec(
      value,
    ) ?? [];
  if (number === undefined || (before !== '' && after !== '')) return undefined;
  if (before !== '' && !AROUND.test(before)) return undefined;
  if (after !== '' && !AROUND.test(after) && !BEHIND.test(after)) return undefined;
  return { number: `${sign}${number}`, affix: before || after };
}

/** How the numbers of a CSV are written: `1,234.50`, `1.234,50` or `1 234,50`. */
export function numberStyle(cells: readonly string[], delimiter: string): NumberStyle {
  const numbers = cells.flatMap((cell) => {
    const trimmed = cell.trim();
    const number = /\d/.test(trimmed) && trimmed.length < 40 ? parted(trimmed)?.number : undefined;
    return number === undefined || isNoNumber(number) ? [] : [number];
  });
  const has = (pattern: RegExp): boolean => numbers.some((number) => pattern.test(number));
  const spaced = has(new RegExp(`^[-+]?[1-9]\\d{0,2}(?:${SPACE}\\d{3})+(?:[.,]\\d+)?$`));
  const hasDots = has(/^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/);
  const dotsGroup = numbers.every(
    (number) => !number.includes('.') || /^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(number),
  );
  const commas =
    has(/^[-+]?\d{1,3}(?:\.\d{3})+,\d+$/) ||
    has(new RegExp(`^[-+]?(?:\\d{1,3}(?:${SPACE}\\d{3})+|\\d+),\\d{1,2}$`));
  const isComma = dotsGroup && (commas || (delimiter !== ',' && has(/^[-+]?\d+,\d+$/) && !has(/,\d{3},/)));
  const group = spaced ? (' ' as const) : undefined;
  if (isComma || (dotsGroup && has(/^[-+]?\d{1,3}(?:\.\d{3}){2,}$/)))
    return { decimal: ',', thousands: hasDots ? '.' : group };
  const isGrouped = has(/^[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/);
  const isQuoted = has(new RegExp(`^[-+]?\\d{1,3}(?:${QUOTE}\\d{3})+(?:\\.\\d+)?$`));
  return { decimal: '.', thousands: isGrouped ? ',' : isQuoted ? "'" : group };
}

/** Days, addresses and versions have points, too. */
const isNoNumber = (text: string): boolean =>
  (text.match(/\./g) ?? []).length > 1 && !/^[-+]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(text);
