// Numbers in the texts of a CSV, made into the form that all readers take (`1299.5`).

import { escapePattern } from '../../common/escape-pattern.js';
import type { NumberStyle } from '../contract.js';
import type { Field } from '../field.js';
import type { RawValue } from './raw-value.js';
import { trimAscii } from './values.js';

/** White space that no keyboard has and exports write: no-break, thin, and narrow no-break. */
const SPACES = ' \\u00a0\\u2009\\u202f';
/** Signs that are taken for each other where one of them groups digits. */
const GROUPS: Readonly<Record<string, string>> = { ' ': SPACES, "'": "'\\u2019" };

/** What may stand between groups of digits where a style names a sign for it, as a part of a regular expression. */
export const groupMark = (thousands: string): string => `[${GROUPS[thousands] ?? `\\${thousands}`}]`;

/**
 * A number's text in the plain form; any other text comes back as something that is no number, but for those that stand for
 * null.
 */
export function plainNumbers(
  { decimal, thousands }: NumberStyle,
  { isStrict, nulls, affixes = [] }: Pick<Field, 'isStrict' | 'nulls' | 'affixes'>,
): (raw: RawValue) => RawValue {
  if (decimal === '.' && thousands === undefined && !isStrict && affixes.length === 0) return (raw) => raw;
  const mark = thousands === undefined ? undefined : groupMark(thousands);
  const whole = mark === undefined ? '\\d+' : `\\d+|\\d{1,3}(?:${mark}\\d{3})+`;
  const shape = new RegExp(
    isStrict
      ? `^[-+]?(?:${whole})(?:\\${decimal}\\d+)?$`
      : `^[-+]?(?:${whole})?(?:\\${decimal}\\d*)?(?:[eE][-+]?\\d+)?$`,
  );
  const marks = mark === undefined ? undefined : new RegExp(mark, 'g');
  const bare = withoutAffixes(affixes);
  return (raw) => {
    const text = typeof raw === 'string' ? trimAscii(raw) : '';
    if (text === '' || nulls.includes(text)) return raw;
    const number = bare(text);
    if (number === '' || !shape.test(number)) return `no number: ${text}`;
    return (marks === undefined ? number : number.replace(marks, '')).replace(decimal, '.');
  };
}

/** A number's text without what may stand around it; a sign may stand before or behind that: `-€5`, `€-5`. */
function withoutAffixes(affixes: readonly string[]): (text: string) => string {
  if (affixes.length === 0) return (text) => text;
  const any = affixes.map(escapePattern).join('|');
  const around = new RegExp(`^([-+]?)(?:(?:${any})[${SPACES}]*)?([-+]?[^-+]*?)(?:[${SPACES}]*(?:${any}))?$`);
  return (text) => {
    const [, sign = '', digits = text] = around.exec(text) ?? [];
    return `${sign}${digits}`;
  };
}
