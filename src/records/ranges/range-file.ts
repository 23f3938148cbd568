// What parsing a range leaves: one file, whose first part says what lies in the others.

import type { EncodedDataFile } from '../../format/data-file.js';
import type { RefusedLine } from '../log-types.js';
import type { RowBlock } from '../rows/row-block.js';
import type { UnitFacts } from '../scan/log-totals.js';

/** A range of a log, parsed: its rows, its bronze file, and what is told of its lines. */
export interface ParsedRange {
  readonly lines: number;
  readonly rows: RowBlock;
  readonly facts: UnitFacts;
  readonly refused: readonly RefusedLine[];
  readonly bronze: EncodedDataFile;
}

/** The first part: everything that is no bytes, and the lengths of the others. */
interface Head extends Omit<ParsedRange, 'rows' | 'bronze'> {
  readonly rows: Omit<RowBlock, 'buffer'> & { readonly bytes: number };
  readonly bronze: Omit<EncodedDataFile, 'bytes'> & { readonly length: number };
}

const LENGTH_BYTES = 4;

/** The file of a parsed range. */
export function encodeRange({ rows: { buffer, ...rows }, bronze, ...told }: ParsedRange): Uint8Array {
  const { bytes: bronzeBytes, ...file } = bronze;
  const head: Head = {
    ...told,
    rows: { ...rows, bytes: buffer.byteLength },
    bronze: { ...file, length: bronzeBytes.length },
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, new Uint8Array(buffer), bronzeBytes]);
}

/** What a file of `encodeRange` holds; the caller knows by its hash that it is one. */
export function decodeRange(bytes: Uint8Array): ParsedRange {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowsAt = LENGTH_BYTES + file.readUInt32LE(0);
  const head = JSON.parse(file.toString('utf8', LENGTH_BYTES, rowsAt)) as Head;
  const { bytes: rowBytes, ...rows } = head.rows;
  const { length, ...bronze } = head.bronze;
  const buffer = new SharedArrayBuffer(rowBytes);
  new Uint8Array(buffer).set(file.subarray(rowsAt, rowsAt + rowBytes));
  const bronzeAt = rowsAt + rowBytes;
  return {
    ...head,
    rows: { ...rows, buffer },
    bronze: { ...bronze, bytes: Uint8Array.from(file.subarray(bronzeAt, bronzeAt + length)) },
  };
}
