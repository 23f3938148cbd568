// A log's bytes, cut into units of lines. The cut is a function of the content alone: a unit is also one bronze file.

import { LakeError } from '../../common/errors.js';
import { blockRows } from '../rows/row-block.js';

/** A unit closes with the line that reaches either; constants, since bronze files follow from them. */
export const unitLines = blockRows;
/** A unit ends with the line that reaches so many bytes. */
const unitBytes = 16 * 1024 * 1024;

/** A run of whole lines in shared memory. */
export interface SourceUnit {
  /** Longer than `bytes`: at least one 0 follows the last line. */
  readonly source: SharedArrayBuffer;
  readonly bytes: number;
  readonly lines: number;
  /** Physical number of the first line. */
  readonly firstLine: number;
  /** lines + 1 positions (Uint32): line i is bytes [starts[i], starts[i + 1]), its line end included. */
  readonly starts: SharedArrayBuffer;
}

/** A unit and what became of its lines. */
export interface LineUnit extends SourceUnit {
  /** One byte a line: `lineStatus`, or from `refusedFrom` on an index into `reasons`. */
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
}

/** What became of a line; from `refusedFrom` on it is a reason's place in the list of reasons. */
export const lineStatus = { accepted: 0, blank: 1, refusedFrom: 2 } as const;

const lineFeed = 0x0a;
/** Positions in a unit are 32-bit, and no engine takes a value of gigabytes. */
const maxLineBytes = 1024 * 1024 * 1024;

/** Whether a unit ends with the line that makes it so many lines and bytes. */
export const isWholeUnit = (lines: number, bytes: number): boolean =>
  lines >= unitLines || bytes >= unitBytes;

/** Collects the bytes of a stream into units; pieces may be cut anywhere. */
export class UnitCutter {
  #buffer = new Uint8Array(new SharedArrayBuffer(1 << 16));
  #bytes = 0;
  readonly #starts = new Uint32Array(unitLines + 1);
  #lines = 0;
  #firstLine: number;
  /** Bytes after the last line end. */
  #open = 0;

  constructor(firstLine: number) {
    this.#firstLine = firstLine;
  }

  /** Bytes of the line that no LF has ended yet. */
  get unterminatedBytes(): number {
    return this.#open;
  }

  /** The units that the piece completes. */
  *push(piece: Uint8Array): Generator<SourceUnit> {
    const search = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let copied = 0;
    for (let at = search.indexOf(lineFeed); at !== -1; at = search.indexOf(lineFeed, at + 1)) {
      this.#lines++;
      const end = this.#bytes + at + 1 - copied;
      this.#starts[this.#lines] = end;
      if (!isWholeUnit(this.#lines, end)) continue;
      this.#copy(piece.subarray(copied, at + 1));
      copied = at + 1;
      yield this.#close();
    }
    this.#copy(piece.subarray(copied));
    this.#open = this.#bytes - this.#starts[this.#lines]!;
    refuseEndless(this.#open, this.#firstLine + this.#lines);
  }

  /** The rest of the stream; none if there is no line left. */
  *end(): Generator<SourceUnit> {
    if (this.#open > 0) this.#starts[++this.#lines] = this.#bytes;
    if (this.#lines > 0) yield this.#close();
  }

  #copy(bytes: Uint8Array): void {
    this.#reserve(this.#bytes + bytes.length + 1);
    this.#buffer.set(bytes, this.#bytes);
    this.#bytes += bytes.length;
  }

  #reserve(needed: number): void {
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(new SharedArrayBuffer(Math.max(needed, this.#buffer.length * 4)));
    larger.set(this.#buffer.subarray(0, this.#bytes));
    this.#buffer = larger;
  }

  #close(): SourceUnit {
    const starts = new SharedArrayBuffer(4 * (this.#lines + 1));
    new Uint32Array(starts).set(this.#starts.subarray(0, this.#lines + 1));
    const source = this.#buffer.buffer;
    const unit = { source, bytes: this.#bytes, lines: this.#lines, firstLine: this.#firstLine, starts };
    this.#firstLine += this.#lines;
    // Lines are alike: the next unit will be about as long. Pages that it does not use cost nothing.
    this.#buffer = new Uint8Array(new SharedArrayBuffer(this.#bytes + (1 << 16)));
    this.#bytes = 0;
    this.#lines = 0;
    return unit;
  }
}

/**
 * Passes if a line without an end so far may still have one.
 * @throws LakeError `invalid-input`
 */
export function refuseEndless(openBytes: number, line: number): void {
  if (openBytes <= maxLineBytes) return;
  throw new LakeError(
    'invalid-input',
    `Line ${line} is longer than 1 GiB without a line end: this is no log of JSON lines.`,
  );
}

const byteOrderMark = [0xef, 0xbb, 0xbf] as const;

/** Where the text of a line ends: before LF or CR LF, or before one CR at the file's end. */
export function textEnd(source: Uint8Array, start: number, end: number): number {
  if (end > start && source[end - 1] === lineFeed) end--;
  if (end > start && source[end - 1] === 0x0d) end--;
  return end;
}

/** Where the text of a line starts: after a byte order mark. */
export function textStart(source: Uint8Array, start: number, end: number): number {
  if (source[start] !== byteOrderMark[0] || end - start < 3) return start;
  return source[start + 1] === byteOrderMark[1] && source[start + 2] === byteOrderMark[2] ? start + 3 : start;
}
