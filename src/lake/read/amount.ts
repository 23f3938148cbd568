// Arithmetic on cells as JSON has them: decimals are text and stay exact, whole numbers are exact, doubles are doubles.

import { decimalText } from '../../parquet/cells.js';
import type { JsonValue } from './row-set.js';

/** A decimal or whole number as its digits without the point, and the number of digits after it. */
interface Unscaled {
  readonly digits: bigint;
  readonly scale: number;
}

/** The digits of a decimal or whole number; null is zero. With `scale` at least, zeros filled in. */
export function unscaled(value: JsonValue, scale = 0): Unscaled {
  const [whole = '0', fraction = ''] = String(value ?? 0).split('.');
  const places = Math.max(scale, fraction.length);
  return { digits: BigInt(whole + fraction.padEnd(places, '0')), scale: places };
}

/** A number that no whole number is, or too large to be told from its neighbours. */
const isDouble = (value: JsonValue): value is number =>
  typeof value === 'number' && !Number.isSafeInteger(value);

/**
 * `left` less `right`, null being zero: of decimals as text with the digits of the longer one, of whole numbers a number,
 * with a double a double.
 */
export function less(left: JsonValue, right: JsonValue): string | number {
  if (isDouble(left) || isDouble(right)) return Number(left ?? 0) - Number(right ?? 0);
  const scale = Math.max(unscaled(left).scale, unscaled(right).scale);
  const digits = unscaled(left, scale).digits - unscaled(right, scale).digits;
  const isText = typeof left === 'string' || typeof right === 'string';
  return isText ? decimalText(digits, scale) : Number(digits);
}

const isAmount = (value: JsonValue): boolean => /^-?\d+(\.\d+)?$/.test(String(value));

/** Relative error of doubles that were added or divided in another order. */
const TOLERANCE = 1e-12;

/** Whether two cells are one amount: exactly, doubles but for the order in which they were added. */
export function isSameAmount(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (left === null || right === null) return false;
  if (typeof left === 'number' && typeof right === 'number')
    return Math.abs(left - right) <= TOLERANCE * Math.max(Math.abs(left), Math.abs(right));
  return isAmount(left) && isAmount(right) && Number(less(left, right)) === 0;
}
