// Which lines of a log may hold a record with one of some keys: a search over bytes that spares parsing nearly all of them.

import { escapePattern } from '../../common/escape-pattern.js';
import { maxLineBytes } from './line-record.js';
import { trimAscii } from '../values/values.js';

/** Lines as they lie in a column: line i is bytes [starts[i], starts[i + 1]). */
interface LineColumn {
  readonly bytes: Uint8Array;
  readonly starts: Int32Array;
  readonly lines: number;
}

/** Bytes that are searched at once, as one string. */
const PORTION_BYTES = 16 << 20;
/** A byte order mark and a line end may come on top. */
const LONGEST_LINE = maxLineBytes + 5;

/**
 * Lines, ascending, whose text field `field` may trim to one of `keys`: all that do, and those that hold a backslash,
 * behind which any text may hide. Lines that are too long to be records are left out.
 */
export function linesThatMightHold(
  column: LineColumn,
  field: string,
  keys: ReadonlySet<string>,
): readonly number[] {
  const member = new RegExp(`"${latin1(escapePattern(field))}"[ \\t\\r]*:[ \\t\\r]*"([^"\\\\]*)"`, 'g');
  const wanted = new Set(Array.from(keys, latin1));
  const found = new Set<number>();
  for (const [first, end] of portions(column)) {
    const portion = portionOf(column, first, end);
    for (const line of matchingLines(portion, member, wanted)) found.add(line);
    for (const line of backslashLines(portion)) found.add(line);
  }
  return [...found].sort((a, b) => a - b);
}

/** UTF-8 bytes, one character each. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** Neighbouring lines [first, end) of at most `PORTION_BYTES`, without the overlong. */
function* portions({ starts, lines }: LineColumn): Iterable<readonly [first: number, end: number]> {
  let first = 0;
  for (let line = 0; line < lines; line++) {
    const isOverlong = starts[line + 1]! - starts[line]! > LONGEST_LINE;
    const isFull = starts[line + 1]! - starts[first]! > PORTION_BYTES;
    if (line > first && (isOverlong || isFull)) yield [first, line];
    if (isOverlong) first = line + 1;
    else if (isFull) first = line;
  }
  if (first < lines) yield [first, lines];
}

interface Portion {
  /** From line `first` on. */
  readonly bytes: Buffer;
  /** Where line `first` + i begins in `bytes`; one more than lines. */
  readonly starts: Int32Array;
  readonly first: number;
}

function portionOf({ bytes, starts }: LineColumn, first: number, end: number): Portion {
  const base = starts[first]!;
  return {
    bytes: Buffer.from(bytes.buffer, bytes.byteOffset + base, starts[end]! - base),
    starts: starts.slice(first, end + 1).map((start) => start - base),
    first,
  };
}

function* matchingLines(
  { bytes, starts, first }: Portion,
  member: RegExp,
  wanted: ReadonlySet<string>,
): Iterable<number> {
  const text = bytes.toString('latin1');
  let line = 0;
  member.lastIndex = 0;
  for (let match = member.exec(text); match !== null; match = member.exec(text)) {
    if (!wanted.has(trimAscii(match[1]!))) continue;
    while (starts[line + 1]! <= match.index) line++;
    yield first + line;
  }
}

const BACKSLASH = 0x5c;

function* backslashLines({ bytes, starts, first }: Portion): Iterable<number> {
  let line = 0;
  for (let at = bytes.indexOf(BACKSLASH); at !== -1;) {
    while (starts[line + 1]! <= at) line++;
    yield first + line;
    at = bytes.indexOf(BACKSLASH, starts[line + 1]);
  }
}
