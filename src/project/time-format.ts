// Formats of dates and timestamps as a project writes them.

import type { TimeFormat } from '../records/field.js';

const EPOCHS = { epoch_s: 's', epoch_ms: 'ms', epoch_us: 'us' } as const;
const PARTS = /YYYY|MM|DD|HH|mm|ss|SSS/g;

/** A format from its text, or what is wrong with it. */
export function parseTimeFormat(text: string, type: 'date' | 'timestamp'): TimeFormat | string {
  if (text === 'iso') return { kind: 'iso' };
  if (text in EPOCHS) return { kind: 'epoch', unit: EPOCHS[text as keyof typeof EPOCHS] };
  const parts: readonly string[] = text.match(PARTS) ?? [];
  if (new Set(parts).size < parts.length)
    return 'expected each of YYYY, MM, DD, HH, mm, ss, SSS at most once';
  if (!['YYYY', 'MM', 'DD'].every((part) => parts.includes(part)))
    return 'expected iso, epoch_s, epoch_ms, epoch_us, or a pattern with YYYY, MM and DD';
  const needs: Readonly<Record<string, string>> = { mm: 'HH', ss: 'mm', SSS: 'ss' };
  const lacking = parts.find((part) => needs[part] !== undefined && !parts.includes(needs[part]));
  if (lacking !== undefined) return `expected ${needs[lacking]} beside ${lacking}`;
  if (type === 'date' && parts.includes('HH')) return 'expected a pattern of a day alone for a date';
  const letters = text.replace(PARTS, '').match(/[A-Za-z]{2,}/);
  return letters === null
    ? { kind: 'pattern', pattern: text }
    : `cannot read ${JSON.stringify(letters[0])} in a pattern of YYYY MM DD HH mm ss SSS and signs`;
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
