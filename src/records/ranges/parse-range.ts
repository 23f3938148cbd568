// One range of a log, parsed by itself: the same scanner and rules, and the same encoder, as on a thread of a run.

import { closeSync, openSync, readSync } from 'node:fs';
import { sha256Now } from '../../common/sha256.js';
import type { Contract } from '../contract.js';
import { bronzeFile } from '../rows/bronze-file.js';
import type { BronzeFacts } from '../rows/bronze-rows.js';
import { UnitCutter, type SourceUnit } from '../scan/line-units.js';
import { refusedLines } from '../scan/parse-log.js';
import type { UnitReader } from '../scan/read-unit.js';
import type { LogRange } from './log-ranges.js';
import type { ParsedRange } from './range-file.js';

/** What is the same for all ranges of a log. */
export interface RangesTask {
  /** The log, as the machines see it that parse it. */
  readonly path: string;
  readonly contract: Contract;
  readonly bronze: BronzeFacts;
}

/** Parses a range. Errors say what is wrong with the file, as it is seen here. */
export async function parseRange(
  { path, bronze }: RangesTask,
  range: LogRange,
  reader: UnitReader,
): Promise<ParsedRange> {
  const unit = unitOf(range, readRange(path, range));
  const { block: rows, status, ...facts } = reader.read(unit);
  const lines = { ...unit, status, reasons: facts.reasons };
  return {
    lines: unit.lines,
    rows,
    facts,
    refused: [...refusedLines({ lines: [lines], refused: [] })],
    bronze: await bronzeFile(lines, bronze),
  };
}

function readRange(path: string, { begin, end, sha256 }: LogRange): Uint8Array {
  const bytes = Buffer.allocUnsafe(end - begin);
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes.length;) {
      const read = readSync(file, bytes, done, bytes.length - done, begin + done);
      if (read === 0)
        throw new Error(`it ends at byte ${begin + done}, expected it to have bytes ${begin} to ${end}`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  const found = sha256Now(bytes);
  if (found !== sha256)
    throw new Error(
      `bytes ${begin} to ${end} have the SHA-256 ${found.slice(0, 12)}…, expected ${sha256.slice(0, 12)}…`,
    );
  return bytes;
}

function unitOf({ firstLine, lines }: LogRange, bytes: Uint8Array): SourceUnit {
  const cutter = new UnitCutter(firstLine);
  const [unit, ...others] = [...cutter.push(bytes), ...cutter.end()];
  if (unit?.lines !== lines || others.length > 0)
    throw new Error(`found ${unit?.lines ?? 0} lines from line ${firstLine} on, expected ${lines}`);
  return unit;
}
