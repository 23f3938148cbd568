// A log's ranges are its units: what a range is parsed to elsewhere is what a thread would have made of the unit.

import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RangeCutter } from '../../src/records/hot-path.js';
import { UnitCutter, unitLines } from '../../src/records/scan/line-units.js';

/** Bytes in pieces, cut at places. */
function* piecesOf(bytes: Buffer, places: readonly number[]): Generator<Buffer> {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  for (let at = 1; at < cuts.length; at++) yield bytes.subarray(cuts[at - 1], cuts[at]);
}

function rangesOf(bytes: Buffer, places: readonly number[], byteOffset = 0, firstLine = 1): unknown {
  const cutter = new RangeCutter({ byteOffset, firstLine });
  for (const piece of piecesOf(bytes, places)) cutter.push(piece);
  return cutter.end();
}

function unitsOf(bytes: Buffer, byteOffset = 0, firstLine = 1): unknown {
  const cutter = new UnitCutter(firstLine);
  const whole = [...cutter.push(bytes)];
  const { unterminatedBytes } = cutter;
  let begin = byteOffset;
  const ranges = [...whole, ...cutter.end()].map((unit) => {
    const source = Buffer.from(unit.source, 0, unit.bytes);
    const range = {
      begin,
      end: begin + unit.bytes,
      firstLine: unit.firstLine,
      lines: unit.lines,
      sha256: createHash('sha256').update(source).digest('hex'),
    };
    begin = range.end;
    return range;
  });
  return { byteOffset, firstLine, bytes: bytes.length, unterminatedBytes, ranges };
}

/** Runs of lines, long enough together for more than one unit, or nothing at all. */
const log = fc
  .tuple(
    fc.array(
      fc
        .tuple(
          fc.constantFrom('', '\r', 'é😀', '{"a":1}\r', '\u2028'),
          fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(unitLines - 1, unitLines)),
        )
        .map(([line, times]) => `${line}\n`.repeat(times)),
      { maxLength: 5 },
    ),
    fc.constantFrom('', 'é', '\r', '{"torn'),
  )
  .map(([lines, last]) => Buffer.from(lines.join('') + last));

describe('ranges of a log', () => {
  it('are its units, however its bytes come', () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat(), { maxLength: 6 }), fc.nat(), (bytes, places, offset) => {
        expect(rangesOf(bytes, places, offset, 7)).toEqual(unitsOf(bytes, offset, 7));
      }),
      { numRuns: 60 },
    );
  });

  it('close with the line that reaches 16 MiB', () => {
    const long = Buffer.alloc((6 << 20) + 1, 0x61);
    long[long.length - 1] = 0x0a;
    const bytes = Buffer.concat([long, long, long, long, Buffer.from('last')]);
    const found = rangesOf(bytes, [5, 16 << 20]);
    expect(found).toEqual(unitsOf(bytes));
    expect(found).toMatchObject({ ranges: [{ lines: 3 }, { lines: 2 }], unterminatedBytes: 4 });
  });

  it('there are none of no bytes', () => {
    expect(rangesOf(Buffer.alloc(0), [])).toMatchObject({ ranges: [], bytes: 0 });
  });
});
