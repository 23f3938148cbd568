// An extract's records in units of shared memory: their exact texts one after the other, and what became of each.

import { blockRows } from '../rows/row-block.js';

/** A line of an extract's file, by its number (1-based) and its exact text without the line end. */
export interface SourceLine {
  readonly lineNumber: number;
  readonly raw: string;
}

/** Records of an extract, in the order of the file. */
export interface RecordUnit {
  readonly records: number;
  /** UTF-8 of all records, nothing between them. */
  readonly raw: SharedArrayBuffer;
  /** records + 1 positions (Int32): record i is bytes [offsets[i], offsets[i + 1]). */
  readonly offsets: SharedArrayBuffer;
  /** Of a CSV row the physical line it starts on, of an array element its position (Uint32); 1-based. */
  readonly lineNumbers: SharedArrayBuffer;
}

/** A unit and what became of its records. */
export interface JudgedUnit extends RecordUnit {
  /** One byte a record: 0 for an accepted one, else 1 + an index into `reasons`. */
  readonly status: SharedArrayBuffer;
  readonly reasons: readonly string[];
}

/** A unit closes with the record that reaches either. */
const unitRecords = blockRows;
const unitBytes = 16 << 20;

const encoder = new TextEncoder();

/** Collects records into units. */
class UnitBuilder {
  readonly units: RecordUnit[] = [];
  #raw = new Uint8Array(1 << 16);
  #bytes = 0;
  readonly #offsets = new Int32Array(unitRecords + 1);
  readonly #lineNumbers = new Uint32Array(unitRecords);
  #records = 0;

  add({ lineNumber, raw }: SourceLine): void {
    this.#reserve(3 * raw.length);
    this.#bytes += encoder.encodeInto(raw, this.#raw.subarray(this.#bytes)).written;
    this.#lineNumbers[this.#records] = lineNumber;
    this.#offsets[++this.#records] = this.#bytes;
    if (this.#records === unitRecords || this.#bytes >= unitBytes) this.#close();
  }

  /** All units; nothing can be added after. */
  end(): readonly RecordUnit[] {
    if (this.#records > 0) this.#close();
    return this.units;
  }

  #reserve(more: number): void {
    if (this.#bytes + more <= this.#raw.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes + more, 2 * this.#raw.length));
    larger.set(this.#raw.subarray(0, this.#bytes));
    this.#raw = larger;
  }

  #close(): void {
    this.units.push({
      records: this.#records,
      raw: shared(this.#raw.subarray(0, this.#bytes)),
      offsets: shared(new Uint8Array(this.#offsets.buffer, 0, 4 * (this.#records + 1))),
      lineNumbers: shared(new Uint8Array(this.#lineNumbers.buffer, 0, 4 * this.#records)),
    });
    this.#bytes = this.#records = 0;
  }
}

function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** The lines as units. */
export function unitsOf(lines: Iterable<SourceLine>): readonly RecordUnit[] {
  const builder = new UnitBuilder();
  for (const line of lines) builder.add(line);
  return builder.end();
}

/** Single records of a unit, decoded as they are asked for. */
export function lineReader(unit: RecordUnit): (record: number) => SourceLine {
  const raw = Buffer.from(unit.raw);
  const offsets = new Int32Array(unit.offsets);
  const lineNumbers = new Uint32Array(unit.lineNumbers);
  return (record) => ({
    lineNumber: lineNumbers[record]!,
    raw: raw.toString('utf8', offsets[record], offsets[record + 1]),
  });
}
