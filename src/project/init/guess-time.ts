// Whether a field's values are dates or times, and the formats that they are written in.

import { parseTimeFormat, isZone } from '../time-format.js';
import { dateReader, timestampReader } from '../../records/values/time-value.js';
import { text, type Observed, type TypeGuess } from './observed.js';

/** Values that a type must fit for it to be taken; those that do not are refused or null later. */
const MOST = 0.8;

const TIME_WORDS =
  /(^|_)(ts|times?|timestamp|dates?|days?|at|on|created|updated|start|started|end|ended|starts|ends|when|expires|expiry|since|until|due|datum|zeit|am|fecha|data|jour|le|week|woche|nano)(_|$)|(date|datum|time|zeit)$/;
const ISO_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:?\d\d)?$/;
const YEAR_2000 = 946_684_800;
const YEAR_2100 = 4_102_444_800;

/** Days that mean none, as databases and programs write them. */
const ZERO_TIME = /^(0000-00-00|00[./]00[./]0000|0001-01-01)([T ]00:00(:00)?(\.0+)?Z?)?$/;

/** The guess for what are mostly times; undefined for anything else. */
export function guessTime(name: string, values: readonly Observed[]): TypeGuess | undefined {
  const zeros = [...new Set(values.map(text).filter((value) => ZERO_TIME.test(value)))];
  const real = zeros.length === 0 ? values : values.filter((value) => !zeros.includes(text(value)));
  if (real.length === 0) return undefined;
  const order = dayOrder(real);
  const isNamedTime = TIME_WORDS.test(name);
  const formats = new Map<string, number>();
  const others: Observed[] = [];
  for (const value of real) {
    const format = timeFormat(text(value), order.dayFirst, isNamedTime);
    if (format === undefined) others.push(value);
    else formats.set(format, (formats.get(format) ?? 0) + 1);
  }
  const fitting = real.length - others.length;
  const words = [...new Set(others.map(text))];
  const areWords =
    others.length > 0 && words.length <= 2 && words.every((word) => /^[^\d]{1,30}$/.test(word));
  if (fitting === 0 || fitting < real.length * (areWords ? 0.5 : MOST)) return undefined;
  const names = [...formats].toSorted(([, a], [, b]) => b - a).map(([format]) => format);
  const nulls = [...zeros, ...(areWords ? words : [])];
  const zone = zoneOf(names);
  return {
    ...typeOf(names),
    evidence: `${fitting} of ${real.length} as ${names.map((each) => (each === 'iso-day' ? 'YYYY-MM-DD' : each)).join(', ')}${order.isSure ? '' : '; day or month first: look'}`,
    ...(nulls.length === 0 ? {} : { nulls }),
    ...(others.length > 0 && !areWords ? { onInvalidNull: true as const } : {}),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** A date where all formats are of a day alone. */
function typeOf(names: readonly string[]): Pick<TypeGuess, 'type' | 'formats'> {
  if (names.length === 1 && names[0] === 'iso-day') return { type: 'date' };
  if (names.length === 1 && names[0] === 'iso') return { type: 'timestamp' };
  const isDay = names.every(
    (format) => format === 'iso-day' || typeof parseTimeFormat(format, 'date') === 'object',
  );
  const isOfDays = isDay && !names.some((format) => /^(iso$|epoch)/.test(format));
  const written = names.map((format) => (format !== 'iso-day' ? format : isOfDays ? 'iso' : 'YYYY-MM-DD'));
  return { type: isOfDays ? 'date' : 'timestamp', formats: [...new Set(written)] };
}

/** The zone that every format names, where it is one of the world's. */
function zoneOf(formats: readonly string[]): string | undefined {
  const zones = new Set(formats.map((format) => /\[([A-Za-z]+\/[\w/+-]+)\]$/.exec(format)?.[1]));
  const [zone] = zones;
  return zones.size === 1 && zone !== undefined && isZone(zone) ? zone : undefined;
}

/** Whether `03/04/2024` is the third of April. A number above 12 tells; else the one that varies more is the day. */
function dayOrder(values: readonly Observed[]): { readonly dayFirst: boolean; readonly isSure: boolean } {
  const pairs = values.flatMap((value) => {
    const [, first, mark, second] = /^(\d{1,2})([/.-])(\d{1,2})\2\d{2}/.exec(text(value)) ?? [];
    return first === undefined
      ? []
      : [{ first: Number(first), second: Number(second), mark, value: text(value) }];
  });
  if (pairs.length === 0 || pairs.some(({ mark }) => mark === '.')) return { dayFirst: true, isSure: true };
  const firstAbove = pairs.filter(({ first }) => first > 12).length;
  const secondAbove = pairs.filter(({ second }) => second > 12).length;
  if (firstAbove !== secondAbove) return { dayFirst: firstAbove > secondAbove, isSure: true };
  if (pairs.some(({ value }) => /[AP]M$/i.test(value))) return { dayFirst: false, isSure: false };
  const distinct = (of: 'first' | 'second'): number => new Set(pairs.map((pair) => pair[of])).size;
  return { dayFirst: distinct('first') >= distinct('second'), isSure: false };
}

const DATE_PARTS: readonly (readonly [
  shape: RegExp,
  pattern: (match: RegExpExecArray, dayFirst: boolean) => string,
])[] = [
  [/^(\d{4})([/.-])\d{1,2}\2\d{1,2}(?!\d)/, ([, , mark = '']) => `YYYY${mark}MM${mark}DD`],
  [
    /^\d{1,2}([/.-])\d{1,2}\1(\d{4}|\d{2})(?!\d)/,
    ([, mark = '', year = ''], dayFirst) =>
      `${dayFirst ? `DD${mark}MM` : `MM${mark}DD`}${mark}${year.length === 4 ? 'YYYY' : 'YY'}`,
  ],
  [
    /^\d{1,2}([ /.-])[A-Za-z]{3,9}([ /.-])(\d{4}|\d{2})(?!\d)/,
    ([, mark = '', other = '', year = '']) => `DD${mark}MMM${other}${year.length === 4 ? 'YYYY' : 'YY'}`,
  ],
  [/^[A-Za-z]{3,9} \d{1,2}(,?) \d{4}(?!\d)/, ([, comma = '']) => `MMM DD${comma} YYYY`],
];

const CLOCK =
  /^(T|t|, | at | - |[ :_-]+)(\d{1,2}):\d\d(:\d\d(?:([.,])(\d{6}|\d{3}))?)?( ?[AaPp]\.?[Mm]\.?)?( ?)(Z|UTC|GMT|[+-]\d\d:?\d\d|[A-Za-z]+\/[\w/+-]+|[A-Z]{3,5})?$/;

/** The format of one value, of those that say it exactly; undefined where it is no time. */
function timeFormat(written: string, dayFirst: boolean, isNamedTime: boolean): string | undefined {
  if (/^\d{8,20}(\.\d+)?$/.test(written)) return digitsFormat(written, isNamedTime);
  if (ISO_TIME.test(written)) return 'iso';
  if (/^\d{4}-\d\d-\d\d$/.test(written)) return 'iso-day';
  for (const [shape, pattern] of DATE_PARTS) {
    const match = shape.exec(written);
    if (match === null) continue;
    const rest = clockFormat(written.slice(match[0].length));
    if (rest === undefined) continue;
    const format = `${pattern(match, dayFirst)}${rest}`;
    // A day that no month has is of the format all the same.
    return isOfFormat(format, written) || isNearly(written) ? format : undefined;
  }
  return undefined;
}

/** Three letters and the like may be no month: the format must read the value. */
function isOfFormat(format: string, written: string): boolean {
  const parsed = parseTimeFormat(format, 'timestamp');
  if (typeof parsed === 'string') return false;
  return (
    timestampReader([parsed], { zone: 'UTC', isStrict: false })(written) !== undefined ||
    dateReader([parsed], false)(written) !== undefined
  );
}

const isNearly = (written: string): boolean => !/^\d{1,2}[ /.-][A-Za-z]|^[A-Za-z]/.test(written);

function clockFormat(rest: string): string | undefined {
  if (rest === '') return '';
  const [all, separator = '', , seconds, point = '', fraction = '', half, space = '', zone] =
    CLOCK.exec(rest) ?? [];
  if (all === undefined) return undefined;
  const lead = /[a-z]/i.test(separator) && separator.length > 1 ? `[${separator}]` : separator;
  const clock = `${half === undefined ? 'HH' : 'hh'}:mm${seconds === undefined ? '' : `:ss${point}${'S'.repeat(fraction.length)}`}`;
  const noon = half === undefined ? '' : half.startsWith(' ') ? ' A' : 'A';
  const offset = zone === undefined ? '' : /^(Z|UTC|GMT|[+-])/.test(zone) ? 'Z' : `[${zone}]`;
  return `${lead}${clock}${noon}${space}${offset}`;
}

/** Counts since 1970, and days of eight digits. */
function digitsFormat(written: string, isNamedTime: boolean): string | undefined {
  const isMoment = /^\d{10}\.\d{3,}$/.test(written);
  if (!isNamedTime && !isMoment) return undefined;
  if (/^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/.test(written)) return 'YYYYMMDD';
  const value = Number(written);
  const units = [
    ['epoch_s', 1],
    ['epoch_ms', 1000],
    ['epoch_us', 1_000_000],
    ['epoch_ns', 1_000_000_000],
  ] as const;
  return units.find(([, unit]) => value >= YEAR_2000 * unit && value < YEAR_2100 * unit)?.[0];
}
