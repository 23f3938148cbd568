// How the scanner fills one column of a row from the tokens of a line: texts, times, and what is made of other columns.
// A cell answers false wherever the rules might see it differently.

import { nullCode, nullInt } from '../rows/row-block.js';
import {
  putValue,
  type CodeColumn,
  type DecimalColumn,
  type GrowingColumn,
  type IntColumn,
  type TextColumn,
  type TimestampColumn,
} from '../rows/growing-columns.js';
import { plainDate, plainTimestamp } from '../values/plain-values.js';
import { dayMicros, isAsciiSpace } from '../values/values.js';
import { WordTable } from '../values/word-table.js';
import { standing, standingOf, type Place } from './scanner-place.js';
import { token } from './tokenizer.js';

/** Fills one column of the row that is being made; false: not plain. */
export interface Cell {
  fill(source: Uint8Array, row: number): boolean;
}

/** A field that no cell reads: it may be null here. */
export class NullCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: GrowingColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    putValue(this.column, row, null);
    return standingOf(this.place, row) === standing.isNull;
  }
}

/** What a text must be, beside plain, to be in its final form. */
interface FinalText {
  /** Single spaces alone. */
  readonly collapse: boolean;
  /** No letters of the other case. */
  readonly case?: 'lower' | 'upper';
  /** In bytes, which are characters. */
  readonly min: number;
  readonly max: number;
  /** Texts that stand for others, or for null. */
  readonly others: WordTable;
}

/** Reads texts that need no change beyond the case of their letters. */
export class TextCell implements Cell {
  /** Capital letters, or small ones: from the first byte on, 26 of them; 0 for none. */
  private readonly letters: number;
  private readonly looksInside: boolean;

  constructor(
    private readonly place: Place,
    private readonly column: TextColumn,
    private readonly final: FinalText,
  ) {
    this.letters = final.case === 'lower' ? 0x41 : final.case === 'upper' ? 0x61 : 0;
    this.looksInside = this.letters !== 0 || final.collapse;
  }

  fill(source: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    if (kind < 0) {
      this.column.putNull(row);
      return kind === standing.isNull;
    }
    const { tokens, token: at } = this.place;
    const start = tokens.starts[at]!;
    const end = tokens.ends[at]!;
    if (kind !== token.string || start === end || source[start] === 0x20 || source[end - 1] === 0x20)
      return false;
    const { min, max, others } = this.final;
    if (end - start < min || end - start > max) return false;
    if (this.looksInside && !this.#isFinal(source, start, end)) return false;
    if (others.words.length > 0 && others.find(source, start, end) !== -1) return false;
    this.column.put(row, source, start, end);
    return true;
  }

  #isFinal(source: Uint8Array, start: number, end: number): boolean {
    const { letters } = this;
    for (let at = start; at < end; at++) {
      const byte = source[at]!;
      if (letters !== 0 && byte >= letters && byte < letters + 26) return false;
      if (this.final.collapse && byte === 0x20 && isAsciiSpace(source[at + 1]!)) return false;
    }
    return true;
  }
}

/** A word of a known set, in its exact form. */
export class WordCell implements Cell {
  private readonly words: WordTable;
  private readonly isFinal: Uint8Array;

  /** `finalWords` are those that stand for themselves; `whenNull` is the default's code, or none. */
  constructor(
    private readonly place: Place,
    private readonly column: CodeColumn,
    finalWords: ReadonlySet<string>,
    private readonly whenNull: number,
  ) {
    this.words = new WordTable(column.values);
    this.isFinal = Uint8Array.from(column.values, (word) => Number(finalWords.has(word)));
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, token: at, applies, mayBeNull } = this.place;
    const kind = tokens.kinds[at]!;
    let code: number;
    if (!applies.isWantedIn(row)) code = nullCode;
    else if (!applies.isKnownIn(row)) code = this.whenNull;
    else if (kind === token.absent || kind === token.isNull) {
      if (!mayBeNull && this.whenNull === nullCode) return false;
      code = this.whenNull;
    } else {
      code = kind === token.string ? this.words.find(source, tokens.starts[at]!, tokens.ends[at]!) : -1;
      if (code === -1 || this.isFinal[code] === 0) return false;
    }
    this.column.codes[row] = code;
    return true;
  }
}

/** The first value of a column of times, and the one after the last. */
export interface TimeRange {
  readonly first: number;
  readonly end: number;
}

/** Reads instants in the form that logs mostly have. */
export class TimestampCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: TimestampColumn,
    private readonly range: TimeRange,
    /** Times without a zone are no UTC: the time must end in Z. */
    private readonly needsZone: boolean,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    this.column.micros[row] = NaN;
    if (kind !== token.string) return kind === standing.isNull;
    const { tokens, token: at } = this.place;
    const end = tokens.ends[at]!;
    if (this.needsZone && source[end - 1] !== 0x5a) return false;
    const micros = plainTimestamp(source, tokens.starts[at]!, end);
    this.column.micros[row] = micros;
    return micros >= this.range.first && micros < this.range.end;
  }
}

/** Reads dates as `YYYY-MM-DD`. */
export class DateCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn,
    private readonly range: TimeRange,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const kind = standingOf(this.place, row);
    this.column.ints[row] = nullInt;
    if (kind !== token.string) return kind === standing.isNull;
    const { tokens, token: at } = this.place;
    if (tokens.ends[at]! - tokens.starts[at]! !== 10) return false;
    const days = plainDate(source, tokens.starts[at]!);
    this.column.ints[row] = days;
    return days >= this.range.first && days < this.range.end;
  }
}

/** The day of a timestamp. */
export class DayCell implements Cell {
  constructor(
    private readonly timestamps: TimestampColumn,
    private readonly column: IntColumn,
    /** Null: of UTC. */
    private readonly dayOf: ((micros: number) => number) | null,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const micros = this.timestamps.micros[row]!;
    if (Number.isNaN(micros)) this.column.ints[row] = nullInt;
    else this.column.ints[row] = this.dayOf === null ? Math.floor(micros / dayMicros) : this.dayOf(micros);
    return true;
  }
}

/** What converts an amount. */
interface Conversion {
  readonly amounts: DecimalColumn;
  readonly currencies: CodeColumn;
  readonly column: DecimalColumn;
  /** By code; null: there is no rate. */
  readonly converters: readonly (((scaled: number) => number) | null)[];
  /** What the column has no digits for. */
  readonly end: number;
}

/** An amount × the rate of its currency. */
export class ConvertedCell implements Cell {
  constructor(private readonly conversion: Conversion) {}

  fill(_: Uint8Array, row: number): boolean {
    const { amounts, currencies, column, converters, end } = this.conversion;
    const { words } = amounts;
    const high = words[2 * row + 1]!;
    const convert = converters[currencies.codes[row]!] ?? null;
    if (high === nullInt || convert === null) {
      column.putNull(row);
      return true;
    }
    const converted = convert(high * 0x1_0000_0000 + (words[2 * row]! >>> 0));
    column.put(row, converted);
    return converted < end;
  }
}
