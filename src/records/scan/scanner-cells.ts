// How the scanner fills one column of a row from the tokens of a line, one class per kind of field.
// A cell answers false wherever the rules might see it differently.

import { plainDate, plainTimestamp } from '../values/plain-values.js';
import { nullCode, nullInt } from '../rows/row-block.js';
import type {
  CodeColumn,
  DecimalColumn,
  IntColumn,
  TextColumn,
  TimestampColumn,
} from '../rows/growing-columns.js';
import { token } from './tokenizer.js';
import type { Tokenizer } from './tokenizer.js';
import { dayMicros, isAsciiSpace } from '../values/values.js';
import { WordTable } from '../values/word-table.js';

/** Fills one column of the row that is being made; false: not plain. */
export interface Cell {
  fill(source: Uint8Array, row: number): boolean;
}

/** Whether a field counts in this row; the columns that it asks are filled before. */
export class Applies {
  constructor(
    private readonly codes: Uint8Array | null,
    private readonly isWanted: Uint8Array,
    private readonly versions: Int32Array | null,
    private readonly since: number,
  ) {}

  isWantedIn(row: number): boolean {
    return this.codes === null || this.isWanted[this.codes[row]!] === 1;
  }

  isKnownIn(row: number): boolean {
    return this.versions === null || this.versions[row]! >= this.since;
  }
}

export interface Place {
  readonly tokens: Tokenizer;
  readonly field: number;
  readonly applies: Applies;
  /** Null refuses the record: that is for the rules to say. */
  readonly isRefused: boolean;
}

/** What the field is in this row: a token, or `absent` where it does not count. */
function tokenOf({ tokens, field, applies }: Place, row: number): number {
  return applies.isWantedIn(row) && applies.isKnownIn(row) ? tokens.kinds[field]! : token.absent;
}

const isAbsent = (kind: number): boolean => kind === token.absent || kind === token.isNull;

export class TextCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: TextColumn,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field, isRefused } = this.place;
    const kind = tokenOf(this.place, row);
    if (isAbsent(kind)) {
      this.column.putNull(row);
      return !isRefused || !this.place.applies.isWantedIn(row);
    }
    const start = tokens.starts[field]!;
    const end = tokens.ends[field]!;
    if (kind !== token.string || start === end || source[start] === 0x20 || source[end - 1] === 0x20)
      return false;
    this.column.put(row, source, start, end);
    return true;
  }
}

/** Labels that are in their final form already: no capital letters, single spaces. */
export class LabelCell implements Cell {
  private readonly text: TextCell;
  private readonly nulls: WordTable;

  constructor(
    private readonly place: Place,
    column: TextColumn,
    nulls: readonly string[],
  ) {
    this.text = new TextCell(place, column);
    this.nulls = new WordTable(nulls);
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) === token.string) {
      const start = tokens.starts[field]!;
      const end = tokens.ends[field]!;
      if (!isFinalLabel(source, start, end) || this.nulls.find(source, start, end) !== -1) return false;
    }
    return this.text.fill(source, row);
  }
}

function isFinalLabel(source: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = source[at]!;
    if ((byte >= 0x41 && byte <= 0x5a) || (byte === 0x20 && isAsciiSpace(source[at + 1]!))) return false;
  }
  return true;
}

/** A word of a known set, in its exact form. Codes for a field that is null, and for one that its version does not know. */
export class WordCell implements Cell {
  private readonly words: WordTable;

  constructor(
    private readonly place: Place,
    private readonly column: CodeColumn,
    private readonly whenNull: number,
    private readonly whenUnknown: number,
  ) {
    this.words = new WordTable([...column.codeOf.keys()].map(String));
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field, applies, isRefused } = this.place;
    const kind = tokens.kinds[field]!;
    let code: number;
    if (!applies.isWantedIn(row)) code = nullCode;
    else if (!applies.isKnownIn(row)) code = this.whenUnknown;
    else if (isAbsent(kind)) {
      if (isRefused) return false;
      code = this.whenNull;
    } else {
      code = kind === token.string ? this.words.find(source, tokens.starts[field]!, tokens.ends[field]!) : -1;
      if (code === -1) return false;
    }
    this.column.codes[row] = code;
    return true;
  }
}

export class VersionCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn,
    private readonly versions: readonly number[],
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) !== token.number) return false;
    const version = tokens.numbers[field]! / 10_000;
    this.column.ints[row] = version;
    return this.versions.includes(version);
  }
}

export class TimestampCell implements Cell {
  private readonly first: number;
  private readonly end: number;

  constructor(
    private readonly place: Place,
    private readonly column: TimestampColumn,
    days: { readonly first: number; readonly last: number },
  ) {
    this.first = days.first * dayMicros;
    this.end = (days.last + 1) * dayMicros;
  }

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    if (tokenOf(this.place, row) !== token.string) return false;
    const micros = plainTimestamp(source, tokens.starts[field]!, tokens.ends[field]!);
    this.column.micros[row] = micros;
    return micros >= this.first && micros < this.end;
  }
}

export class DateCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: IntColumn,
    private readonly mayBeNull: boolean,
  ) {}

  fill(source: Uint8Array, row: number): boolean {
    const { tokens, field } = this.place;
    const kind = tokenOf(this.place, row);
    const isText = kind === token.string && tokens.ends[field]! - tokens.starts[field]! === 10;
    const days = isText ? plainDate(source, tokens.starts[field]!) : NaN;
    this.column.ints[row] = isAbsent(kind) ? nullInt : days;
    return isAbsent(kind) ? this.mayBeNull : !Number.isNaN(days);
  }
}

export class MoneyCell implements Cell {
  constructor(
    private readonly place: Place,
    private readonly column: DecimalColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { tokens, field, applies, isRefused } = this.place;
    const kind = tokenOf(this.place, row);
    if (kind === token.number) {
      this.column.put(row, tokens.numbers[field]!);
      return true;
    }
    this.column.putNull(row);
    return isAbsent(kind) && !(isRefused && applies.isWantedIn(row) && applies.isKnownIn(row));
  }
}

export class DayCell implements Cell {
  constructor(
    private readonly timestamps: TimestampColumn,
    private readonly column: IntColumn,
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const micros = this.timestamps.micros[row]!;
    this.column.ints[row] = Math.floor(micros / dayMicros);
    return !Number.isNaN(micros);
  }
}

export class ConvertedCell implements Cell {
  constructor(
    private readonly amounts: DecimalColumn,
    private readonly currencies: CodeColumn,
    private readonly column: DecimalColumn,
    private readonly converters: readonly ((scaled: number) => number)[],
  ) {}

  fill(_: Uint8Array, row: number): boolean {
    const { words } = this.amounts;
    const high = words[2 * row + 1]!;
    const convert = this.converters[this.currencies.codes[row]!];
    if (high === nullInt || convert === undefined) {
      this.column.putNull(row);
      return true;
    }
    const converted = convert(high * 0x1_0000_0000 + (words[2 * row]! >>> 0));
    this.column.put(row, converted);
    return !Number.isNaN(converted);
  }
}
