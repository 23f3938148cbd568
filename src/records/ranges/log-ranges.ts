// Where the units of a log lie, found in the pass that hashes it: so each of them can be parsed by itself, anywhere.

import { createHash } from 'node:crypto';
import { isWholeUnit, refuseEndless } from '../scan/line-units.js';

const LF = 0x0a;

/** The bytes of one unit of lines: what one task parses. */
export interface LogRange {
  /** From the start of the file; the range is bytes [begin, end). */
  readonly begin: number;
  readonly end: number;
  /** Physical and 1-based: lines of all ranges before it, and one. */
  readonly firstLine: number;
  readonly lines: number;
  /** Of these bytes, 64 hex digits: what is parsed elsewhere must be them. */
  readonly sha256: string;
}

/** Where a log is read from. */
export interface LogStart {
  readonly byteOffset: number;
  /** The number of the line that begins there. */
  readonly firstLine: number;
}

/** Finds the ranges of a log, given its bytes from its start on. The cut is that of `UnitCutter`. */
export class RangeCutter {
  readonly start: LogStart;
  readonly #ranges: LogRange[] = [];
  #hash = createHash('sha256');
  /** Of the next byte to come. */
  #position: number;
  /** Of the range that is open. */
  #begin: number;
  #lines = 0;
  #firstLine: number;
  /** Of the line that is open. */
  #lineBegin: number;

  constructor(start: LogStart) {
    this.start = start;
    this.#begin = this.#position = this.#lineBegin = start.byteOffset;
    this.#firstLine = start.firstLine;
  }

  /** Takes the next bytes, from `start` on. */
  push(piece: Uint8Array): void {
    const search = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let hashed = 0;
    for (let at = search.indexOf(LF); at !== -1; at = search.indexOf(LF, at + 1)) {
      this.#lines++;
      this.#lineBegin = this.#position + at + 1;
      if (!isWholeUnit(this.#lines, this.#lineBegin - this.#begin)) continue;
      this.#hash.update(search.subarray(hashed, at + 1));
      hashed = at + 1;
      this.#close(this.#lineBegin);
    }
    this.#hash.update(search.subarray(hashed));
    this.#position += piece.length;
    refuseEndless(this.#unterminated, this.#firstLine + this.#lines);
  }

  get #unterminated(): number {
    return this.#position - this.#lineBegin;
  }

  #close(end: number): void {
    const [begin, firstLine, lines] = [this.#begin, this.#firstLine, this.#lines];
    this.#ranges.push({ begin, end, firstLine, lines, sha256: this.#hash.digest('hex') });
    this.#hash = createHash('sha256');
    this.#begin = end;
    this.#firstLine += lines;
    this.#lines = 0;
  }

  /** All ranges, once, when the last byte was given; the last one may end without a line end. */
  end(): CutLog {
    const unterminatedBytes = this.#unterminated;
    if (unterminatedBytes > 0) this.#lines++;
    if (this.#lines > 0) this.#close(this.#position);
    return {
      ...this.start,
      bytes: this.#position - this.start.byteOffset,
      unterminatedBytes,
      ranges: this.#ranges,
    };
  }
}

/** A log in ranges. */
export interface CutLog extends LogStart {
  /** From its start on. */
  readonly bytes: number;
  /** Length of the last line if no LF ends it, else 0. */
  readonly unterminatedBytes: number;
  /** Side by side, in their order. */
  readonly ranges: readonly LogRange[];
}
