// How the scanner fills columns of numbers and truth values. Numbers come as integers of at most 15 digits and a count of decimals,
// so that what is worked out here is exact, or left to the rules.

import { nullCode, nullInt } from '../rows/row-block.js';
import type {
  BooleanColumn,
  DecimalColumn,
  DoubleColumn,
  IntColumn,
  TimestampColumn,
  WideColumn,
} from '../rows/growing-columns.js';
import type { Cell, TimeRange } from './scanner-cells.js';
import { standing, standingOf, type Place } from './scanner-place.js';
import { token } from './tokenizer.js';

const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power);

/** The number nearest to what was written; numbers compare by it as those written do, or as equal. */
const doubleOf = ({ tokens, token: at }: Place, shift = 0): number =>
  tokens.numbers[at]! / POWERS[tokens.decimals[at]! + shift]!;

/** Bounds of a field, by their nearest numbers: what is equal to one of them is left to the rules, but for zero. */
interface NumberBounds {
  readonly min: number;
  readonly max: number;
}

const isInside = (value: number, { min, max }: NumberBounds): boolean =>
  (value > min && value < max) || (value === 0 && min <= 0 && max >= 0);

/** Reads whole numbers that are plainly written. */
export class IntegerCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn | WideColumn,
    private readonly bounds: NumberBounds,
    private readonly only: readonly number[] | null,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    if (kind < 0) {
      if (this.column.kind === 'int') this.column.ints[row] = nullInt;
      else this.column.putNull(row);
      return kind === standing.isNull;
    }
    const { tokens, token: at } = this.place;
    if (kind !== token.number || tokens.decimals[at] !== 0) return false;
    const whole = tokens.numbers[at]!;
    if (!isInside(whole, this.bounds) || (this.only !== null && !this.only.includes(whole))) return false;
    if (this.column.kind === 'int') this.column.ints[row] = whole;
    else this.column.put(row, whole);
    return true;
  }
}

/** What a column of decimals takes. */
interface DecimalForm extends NumberBounds {
  readonly scale: number;
  readonly minorDigits: number;
  /** Absolute values, scaled, are below this. */
  readonly end: number;
  /** Numbers below zero are for the rules. */
  readonly isNegativeLeft: boolean;
  readonly isBounded: boolean;
}

/** Reads decimals that are plainly written, exactly. */
export class DecimalCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: DecimalColumn | WideColumn,
    private readonly form: DecimalForm,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    if (kind < 0) {
      this.column.putNull(row);
      return kind === standing.isNull;
    }
    if (kind !== token.number) return false;
    const { form } = this;
    const { tokens, token: at } = this.place;
    const written = tokens.numbers[at]!;
    if (written < 0 && form.isNegativeLeft) return false;
    if (form.isBounded && !isInside(doubleOf(this.place, form.minorDigits), form)) return false;
    const magnitude = rounded(Math.abs(written), form.scale - tokens.decimals[at]! - form.minorDigits);
    if (!(magnitude < form.end)) return false;
    this.column.put(row, written < 0 ? 0 - magnitude : magnitude);
    return true;
  }
}

/** An integer of at most 15 digits × 10^power, half up; NaN for powers that are too large. */
function rounded(whole: number, power: number): number {
  if (power >= 0) return whole * (POWERS[power] ?? NaN);
  const divisor = POWERS[-power] ?? NaN;
  return Math.floor((whole + divisor / 2) / divisor);
}

/** Reads doubles that are plainly written. */
export class DoubleCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: DoubleColumn,
    private readonly bounds: NumberBounds,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    this.column.put(row, NaN);
    if (kind !== token.number) return kind === standing.isNull;
    const double = doubleOf(this.place);
    this.column.put(row, double);
    return isInside(double, this.bounds);
  }
}

/** Reads `true` and `false`. */
export class BooleanCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: BooleanColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    this.column.flags[row] = kind === token.isTrue ? 1 : kind === token.isFalse ? 0 : nullCode;
    return kind === token.isTrue || kind === token.isFalse || kind === standing.isNull;
  }
}

/** A count since 1970, whole. */
export class EpochCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: TimestampColumn,
    private readonly range: TimeRange,
    /** Of the unit. */
    private readonly micros: number,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    this.column.micros[row] = NaN;
    if (kind !== token.number) return kind === standing.isNull;
    const { tokens, token: at } = this.place;
    const micros = tokens.numbers[at]! * this.micros;
    this.column.micros[row] = micros;
    return tokens.decimals[at] === 0 && micros >= this.range.first && micros < this.range.end;
  }
}
