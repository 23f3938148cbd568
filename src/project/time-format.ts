// Formats of dates and timestamps as a project writes them.

import type { TimeFormat } from '../records/field.js';
import { PATTERN_SIGNS, patternParts, type TimePart } from '../records/values/time-pattern.js';

const EPOCHS = { epoch_s: 's', epoch_ms: 'ms', epoch_us: 'us', epoch_ns: 'ns' } as const;
const SIGNS = 'YYYY MM DD HH mm ss SSS (or YY, MMM, hh with A, SSSSSS, Z)';

/** Parts that say the same thing: a pattern has one of each line at most. */
const SAME: readonly (readonly TimePart[])[] = [
  ['YYYY', 'YY'],
  ['MM', 'MMM'],
  ['DD'],
  ['HH', 'hh'],
  ['mm'],
  ['ss'],
  ['SSS', 'SSSSSS'],
  ['A'],
  ['Z'],
];
/** What a part says nothing without. */
const NEEDS: readonly (readonly [part: TimePart, needs: readonly TimePart[]])[] = [
  ['mm', ['HH', 'hh']],
  ['ss', ['mm']],
  ['SSS', ['ss']],
  ['SSSSSS', ['ss']],
  ['hh', ['A']],
  ['A', ['hh']],
  ['Z', ['HH', 'hh']],
];

/** A format from its text, or what is wrong with it. */
export function parseTimeFormat(text: string, type: 'date' | 'timestamp'): TimeFormat | string {
  if (text === 'iso') return { kind: 'iso' };
  if (text in EPOCHS) return { kind: 'epoch', unit: EPOCHS[text as keyof typeof EPOCHS] };
  const all = patternParts(text);
  const parts = all.flatMap((each) => ('part' in each ? [each.part] : []));
  const has = (some: readonly TimePart[]): boolean => some.some((part) => parts.includes(part));
  const twice = SAME.find((same) => parts.filter((part) => same.includes(part)).length > 1);
  if (twice !== undefined) return `expected ${twice.join(' or ')} at most once`;
  if (!has(['YYYY', 'YY']) || !has(['MM', 'MMM']) || !has(['DD']))
    return 'expected iso, epoch_s, epoch_ms, epoch_us, epoch_ns, or a pattern with YYYY, MM and DD';
  const lacking = NEEDS.find(([part, needs]) => parts.includes(part) && !has(needs));
  if (lacking !== undefined) return `expected ${lacking[1].join(' or ')} beside ${lacking[0]}`;
  if (type === 'date' && has(['HH', 'hh'])) return 'expected a pattern of a day alone for a date';
  const letters = text
    .replace(/\[[^\]]*\]/g, '')
    .replace(PATTERN_SIGNS, '')
    .match(/[A-Za-z]{2,}/);
  return letters === null
    ? { kind: 'pattern', pattern: text }
    : `cannot read ${JSON.stringify(letters[0])} in a pattern of ${SIGNS} and signs; words stand in brackets, [${letters[0]}]`;
}

/** Whether a name is one of the IANA zones that this machine knows. */
export function isZone(name: string): boolean {
  if (name === 'UTC') return true; // asking loads the zones of the world
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
