// A log that was parsed elsewhere, range by range, as what parsing it here would have said.

import type { ParsedLog, RefusedLine, TakenUnit } from '../log-types.js';
import { LogTotals } from '../scan/log-totals.js';
import type { CutLog } from './log-ranges.js';
import type { ParsedRange } from './range-file.js';

/** Hands the ranges over in their order; nothing of their rows is kept. */
export async function takeRanges(
  { firstLine, bytes, unterminatedBytes }: CutLog,
  ranges: AsyncIterable<ParsedRange>,
  take: (unit: TakenUnit) => Promise<void>,
): Promise<ParsedLog> {
  const totals = new LogTotals();
  const refused: RefusedLine[] = [];
  for await (const { lines, rows, facts, refused: own, bronze } of ranges) {
    totals.add(lines, rows.rows, facts);
    for (const line of own) refused.push(line);
    await take({ rows, bronze });
  }
  return { firstLine, bytes, unterminatedBytes, ...totals.summary(), rows: [], lines: [], refused };
}
