// Decimals of any precision up to 38 digits, exactly: text → scaled integer, rounded half away from zero.

/** A decimal text taken apart: its sign, digits before and after the point, no zeros in front. */
export interface DecimalParts {
  /** Below zero before any rounding; zero itself is not. */
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** Digits that a number of a record may have before they are looked at no more. */
const MAX_DIGITS = 400;

/** The parts of `[+-]?digits[.digits]` or `[+-]?.digits`; undefined for anything else. */
export function decimalParts(text: string): DecimalParts | undefined {
  if (text.length > MAX_DIGITS * 2) return undefined;
  const [, sign, digits = '', fraction = ''] = /^([-+]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (sign === undefined || digits + fraction === '') return undefined;
  const whole = digits.replace(/^0+/, '');
  return { isNegative: sign === '-' && /[1-9]/.test(whole + fraction), whole, fraction };
}

/** The parts times 10^-`digits`: minor units as units. */
export function inUnits({ isNegative, whole, fraction }: DecimalParts, digits: number): DecimalParts {
  const padded = whole.padStart(digits + 1, '0');
  const cut = padded.length - digits;
  return {
    isNegative,
    whole: padded.slice(0, cut).replace(/^0+/, ''),
    fraction: padded.slice(cut) + fraction,
  };
}

/** The absolute value as an integer of `scale` digits after the point. */
export function scaledMagnitude({ whole, fraction }: DecimalParts, scale: number): bigint {
  const kept = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  return fraction.charAt(scale) >= '5' ? kept + 1n : kept;
}

/** Order of two decimals, exactly: negative, zero or positive. */
export function compareDecimals(a: DecimalParts, b: DecimalParts): number {
  if (a.isNegative !== b.isNegative) return a.isNegative ? -1 : 1;
  const order = compareMagnitudes(a, b);
  return a.isNegative ? -order : order;
}

/** Order of two absolute values. */
export function compareMagnitudes(a: DecimalParts, b: DecimalParts): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length;
  if (a.whole !== b.whole) return a.whole < b.whole ? -1 : 1;
  const length = Math.max(a.fraction.length, b.fraction.length);
  const [left, right] = [a.fraction.padEnd(length, '0'), b.fraction.padEnd(length, '0')];
  return left === right ? 0 : left < right ? -1 : 1;
}
