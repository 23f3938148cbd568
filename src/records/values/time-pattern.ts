// Patterns of times: `DD.MM.YYYY HH:mm`, `MM/DD/YYYY hh:mm A`, `DD/MMM/YYYY:HH:mm:ss Z`. What stands in square brackets, and every
// other sign, stands for itself.

import { escapePattern } from '../../common/escape-pattern.js';

/** A part of a pattern: a value of the calendar or the clock, or signs that stand for themselves. */
type PatternPart = { readonly part: TimePart } | { readonly literal: string };

/** A value that a pattern reads. */
export type TimePart = keyof typeof SHAPES;

/** Parts of a time as they were written. */
type WrittenTime = Readonly<Partial<Record<TimePart, string>>>;

/** How each part is written. Of day, month and hour the leading zero may be missing. */
const SHAPES = {
  YYYY: '\\d{4}',
  YY: '\\d{2}',
  MMM: '[A-Za-z]{3,9}',
  MM: '\\d{1,2}',
  DD: '\\d{1,2}',
  HH: '\\d{1,2}',
  hh: '\\d{1,2}',
  mm: '\\d{2}',
  ss: '\\d{2}',
  SSS: '\\d{3}',
  SSSSSS: '\\d{6}',
  A: '[AaPp]\\.?[Mm]\\.?',
  Z: 'Z|z|UTC|GMT|[+-]\\d{2}:?\\d{2}',
} as const;

/** What a pattern means something by: words in brackets, and the parts. */
export const PATTERN_SIGNS = /\[[^\]]*\]|YYYY|YY|MMMM?|MM|DD|HH|hh|mm|ss|SSSSSS|SSS|A|Z/g;

/** The parts of a pattern in their order. */
export function patternParts(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let end = 0;
  for (const match of pattern.matchAll(PATTERN_SIGNS)) {
    if (match.index > end) parts.push({ literal: pattern.slice(end, match.index) });
    const [text] = match;
    parts.push(
      text.startsWith('[')
        ? { literal: text.slice(1, -1) }
        : { part: text === 'MMMM' ? 'MMM' : (text as TimePart) },
    );
    end = match.index + text.length;
  }
  if (end < pattern.length) parts.push({ literal: pattern.slice(end) });
  return parts;
}

/** What a pattern reads of a text; undefined where the text is written otherwise. */
export function patternMatcher(pattern: string): (text: string) => WrittenTime | undefined {
  const parts = patternParts(pattern);
  const source = parts.map((each) =>
    'part' in each ? `(${SHAPES[each.part]})` : escapePattern(each.literal),
  );
  const names = parts.flatMap((each) => ('part' in each ? [each.part] : []));
  const expression = new RegExp(`^${source.join('')}$`);
  return (text) => {
    const match = expression.exec(text);
    return match === null ? undefined : Object.fromEntries(names.map((name, i) => [name, match[i + 1]!]));
  };
}

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august'],
  ...['september', 'october', 'november', 'december'],
];

/** The number of a month by its English name, or the first three letters or more of it; undefined for no month. */
export function monthOf(name: string): number | undefined {
  const month = MONTHS.findIndex((each) => each.startsWith(name.toLowerCase()));
  return month === -1 ? undefined : month + 1;
}

/** The hour of the day of a clock with twelve; undefined for none. */
export function hourOf(hour: string, half: string): number | undefined {
  const twelve = Number(hour);
  if (twelve < 1 || twelve > 12) return undefined;
  return (twelve % 12) + (/^p/i.test(half) ? 12 : 0);
}

/** Minutes east of UTC; undefined for an offset that no place has. */
export function offsetOf(text: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > 14 * 60) return undefined;
  return sign === '-' ? -offset : offset;
}
