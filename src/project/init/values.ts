// What the values of one field have in common: a type, formats, an enumeration, how often it is missing.

import type { CsvDialect } from './sniff-csv.js';

/** A value of JSON, or the text of a CSV cell. */
export type Observed = string | number | boolean | null | object;

/** What a field's values look like, and what that rests on. */
export interface FieldGuess {
  readonly type: string;
  readonly formats?: readonly string[];
  readonly case?: 'lower' | 'upper';
  readonly scale?: number;
  readonly onInvalidNull?: true;
  /** Values, all of them, when they are few and come back often. */
  readonly oneOf?: readonly string[];
  /** Texts that stood for null. */
  readonly nulls: readonly string[];
  /** Rows in which it had a value, and in which it had none. */
  readonly present: number;
  readonly missing: number;
  readonly evidence: string;
}

const NULL_WORDS = new Set(['--', '-', 'n/a', 'na', '#n/a', 'null', 'none', 'nil', '\\n', 'nan']);
/** Values that a type must fit for it to be taken; those that do not are refused or null later. */
const MOST = 0.8;

type NumberStyle = Pick<CsvDialect, 'decimal' | 'thousands'>;
const JSON_STYLE: NumberStyle = { decimal: '.', thousands: undefined };

/** Guesses the type of a field from its values, all that were seen. */
export function guessField(name: string, observed: readonly Observed[], style = JSON_STYLE): FieldGuess {
  const values = observed.map((value) => (typeof value === 'string' ? value.trim() : value));
  const present = values.filter((value) => value !== null && value !== '');
  const words = present.filter((value): value is string => isNullWord(value));
  const real = present.filter((value) => !isNullWord(value));
  const plain = guessType(name, real.length === 0 ? present : real, style);
  const usesNulls = plain.type !== 'text' && words.length > 0;
  const counted = usesNulls ? real : present;
  const guess = plain.type === 'text' ? { ...plain, ...guessText(present) } : plain;
  return {
    ...guess,
    nulls: usesNulls ? [...new Set(words)] : [],
    present: counted.length,
    missing: observed.length - counted.length,
  };
}

const isNullWord = (value: Observed): boolean =>
  typeof value === 'string' && NULL_WORDS.has(value.toLowerCase());

type TypeGuess = Pick<FieldGuess, 'type' | 'formats' | 'scale' | 'onInvalidNull' | 'evidence'>;

function guessType(name: string, values: readonly Observed[], style: NumberStyle): TypeGuess {
  if (values.length === 0) return { type: 'text', evidence: 'no value was seen' };
  if (values.some((value) => typeof value === 'object'))
    return { type: 'json', evidence: 'arrays or objects' };
  return (
    guessTime(name, values) ??
    guessBoolean(values) ??
    guessNumber(name, values, style) ?? { type: 'text', evidence: '' }
  );
}

function guessBoolean(values: readonly Observed[]): TypeGuess | undefined {
  const isAll = values.every(
    (value) => typeof value === 'boolean' || /^(true|false|yes|no)$/i.test(text(value)),
  );
  return isAll ? { type: 'boolean', evidence: `all of ${values.length}` } : undefined;
}

const text = (value: Observed): string => (typeof value === 'object' ? '' : String(value));

/** A number's text in the plain form, or undefined when it is none in this style. */
export function plainNumber(value: string, { decimal, thousands }: NumberStyle): string | undefined {
  const whole = thousands === undefined ? '\\d+' : `(?:\\d+|\\d{1,3}(?:\\${thousands}\\d{3})+)`;
  if (!new RegExp(`^[-+]?${whole}(?:\\${decimal}\\d+)?$`).test(value)) return undefined;
  const bare = thousands === undefined ? value : value.replaceAll(thousands, '');
  return bare.replace(decimal, '.');
}

const MONEY_WORDS = /amount|price|total|cost|spend|revenue|fee|tax|net|gross|balance|payment|refund/;
const MINOR_WORDS = /(^|_)(unit_amount|amount_cents|cents|minor)($|_)|_(cents|minor)$/;

function guessNumber(name: string, values: readonly Observed[], style: NumberStyle): TypeGuess | undefined {
  const numbers = values.flatMap((value) => {
    if (typeof value === 'number') return [plainOfNumber(value)];
    const plain = typeof value === 'string' ? plainNumber(value, style) : undefined;
    return plain === undefined ? [] : [plain];
  });
  if (numbers.some((each) => isCode(each))) return { type: 'text', evidence: 'digits with leading zeros' };
  const others = values.length - numbers.length;
  if (numbers.length === 0 || numbers.length < values.length * MOST * 0.75) return undefined;
  const isJson = values.some((value) => typeof value === 'number');
  if (others > 0 && !isJson) return undefined;
  const lost = others > 0 ? ({ onInvalidNull: true } as const) : {};
  const evidence = `${numbers.length} of ${values.length} are numbers`;
  const digits = Math.max(...numbers.map((each) => each.split('.')[1]?.length ?? 0));
  if (digits === 0 && isJson && MINOR_WORDS.test(name))
    return { type: 'decimal(18,2)', scale: 2, evidence: `${evidence}; minor units by its name`, ...lost };
  if (digits === 0 && !MONEY_WORDS.test(name)) return { type: 'integer', evidence, ...lost };
  if (digits > 4 || (isJson && !MONEY_WORDS.test(name))) return { type: 'double', evidence, ...lost };
  return { type: digits <= 2 ? 'decimal(18,2)' : 'decimal(18,4)', evidence, ...lost };
}

/** `1e21` has no plain form: it is a double. */
const plainOfNumber = (value: number): string => (/e/.test(String(value)) ? '0.00000' : String(value));

/** Digits that name something: leading zeros, or more of them than a number keeps. */
const isCode = (number: string): boolean => /^0\d/.test(number) || number.replace(/\D/g, '').length > 18;

const TIME_WORDS = /(^|_)(ts|time|timestamp|date|day|at|on|created|updated|start|end|when)(_|$)/;
const ISO_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?$/;
const YEAR_2000 = 946_684_800;
const YEAR_2100 = 4_102_444_800;

function guessTime(name: string, values: readonly Observed[]): TypeGuess | undefined {
  const formats = new Map<string, number>();
  const dayFirst = isDayFirst(values);
  for (const value of values) {
    const format = timeFormat(value, dayFirst, TIME_WORDS.test(name));
    if (format !== undefined) formats.set(format, (formats.get(format) ?? 0) + 1);
  }
  const fitting = [...formats.values()].reduce((sum, count) => sum + count, 0);
  if (fitting < values.length * MOST) return undefined;
  const names = [...formats].toSorted(([, a], [, b]) => b - a).map(([format]) => format);
  const isDay = names.every((format) => format === 'iso-day' || !/H|epoch|iso/.test(format));
  const evidence = `${fitting} of ${values.length} as ${names.join(', ')}`;
  if (names.length === 1 && names[0] === 'iso-day') return { type: 'date', evidence };
  const written = [
    ...new Set(names.map((format) => (format === 'iso-day' ? (isDay ? 'iso' : 'YYYY-MM-DD') : format))),
  ];
  if (isDay) return { type: 'date', formats: written, evidence };
  return written.length === 1 && written[0] === 'iso'
    ? { type: 'timestamp', evidence }
    : { type: 'timestamp', formats: written, evidence };
}

/** Whether `03/04/2024` is the third of April: undecided is taken so, unless a second number is above 12. */
function isDayFirst(values: readonly Observed[]): boolean {
  return !values.some((value) => {
    const [, , second] = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}/.exec(text(value)) ?? [];
    return second !== undefined && Number(second) > 12;
  });
}

function timeFormat(value: Observed, dayFirst: boolean, isNamedTime: boolean): string | undefined {
  const written = text(value);
  if (/^\d{9,16}(\.\d+)?$/.test(written)) return isNamedTime ? epochFormat(Number(written)) : undefined;
  if (ISO_TIME.test(written)) return 'iso';
  if (/^\d{4}-\d\d-\d\d$/.test(written)) return 'iso-day';
  const [, day, clock = ''] =
    /^(\d{1,4}[/.-]\d\d[/.-]\d{2,4})(?:[ T]+(\d\d:\d\d(?::\d\d(?:\.\d{3})?)?))?$/.exec(written) ?? [];
  const time = ['', ' HH:mm', ' HH:mm:ss', ' HH:mm:ss.SSS'][[0, 5, 8, 12].indexOf(clock.length)];
  const date = day === undefined ? undefined : dayFormat(day, dayFirst);
  return date === undefined || time === undefined ? undefined : `${date}${time}`;
}

function epochFormat(value: number): string | undefined {
  const units = [
    ['epoch_s', 1],
    ['epoch_ms', 1000],
    ['epoch_us', 1_000_000],
  ] as const;
  return units.find(([, unit]) => value >= YEAR_2000 * unit && value < YEAR_2100 * unit)?.[0];
}

function dayFormat(day: string, dayFirst: boolean): string | undefined {
  const mark = /\D/.exec(day)?.[0] ?? '';
  if (/^\d{4}\D\d\d\D\d\d$/.test(day)) return `YYYY${mark}MM${mark}DD`;
  if (!/^\d\d\D\d\d\D\d{4}$/.test(day)) return undefined;
  return dayFirst || mark === '.' ? `DD${mark}MM${mark}YYYY` : `MM${mark}DD${mark}YYYY`;
}

/** Rows from which an enumeration is believed, and values that it may have. */
const ENUM_ROWS = 50;
const ENUM_VALUES = 12;

/** An enumeration, and one spelling where values differ only in case. */
function guessText(values: readonly Observed[]): Partial<FieldGuess> {
  const texts = values.map(text);
  const distinct = new Set(texts);
  const lowered = new Set(texts.map((each) => each.toLowerCase()));
  const isWord = [...distinct].every((each) => /^[\w.-]{1,40}$/.test(each));
  const mixed = isWord && lowered.size < distinct.size && distinct.size <= ENUM_VALUES * 2;
  const upper = texts.filter((each) => each === each.toUpperCase()).length * 2 >= texts.length;
  const spelled = mixed ? { case: upper ? ('upper' as const) : ('lower' as const) } : {};
  const shown = [...(mixed ? lowered : distinct)]
    .map((each) => (mixed && upper ? each.toUpperCase() : each))
    .sort();
  const isFew = isWord && shown.length <= ENUM_VALUES && shown.length * 4 <= texts.length;
  if (isFew && texts.length >= ENUM_ROWS)
    return { ...spelled, oneOf: shown, evidence: `${shown.length} values in ${texts.length} rows` };
  return { ...spelled, evidence: isFew ? `seen: ${shown.join(', ')}` : '' };
}
