// Numbers in the texts of a CSV, made into the form that all readers take (`1299.5`).

import type { NumberStyle } from '../contract.js';
import type { RawValue } from './raw-value.js';
import { trimAscii } from './values.js';

/** A number's text in the plain form; any other text comes back as something that is no number. */
export function plainNumbers(
  { decimal, thousands }: NumberStyle,
  isStrict: boolean,
): (raw: RawValue) => RawValue {
  if (decimal === '.' && thousands === undefined && !isStrict) return (raw) => raw;
  const whole = thousands === undefined ? '\\d+' : `\\d+|\\d{1,3}(?:\\${thousands}\\d{3})+`;
  const shape = new RegExp(
    isStrict ? `^[-+]?(?:${whole})(?:\\${decimal}\\d+)?$` : `^[-+]?(?:${whole})?(?:\\${decimal}\\d*)?$`,
  );
  return (raw) => {
    const text = typeof raw === 'string' ? trimAscii(raw) : '';
    if (text === '') return raw;
    if (!shape.test(text)) return `no number: ${text}`;
    const digits = thousands === undefined ? text : text.replaceAll(thousands, '');
    return digits.replace(decimal, '.');
  };
}
