// What the columns of a CSV are called, by its header.

import { lowerAscii, trimAscii } from '../values/values.js';

/** A column's heading as it stands, and as it is told from columns of the same heading. */
interface ColumnHeading {
  readonly heading: string;
  readonly numbered: string;
}

/**
 * The headings of a header's cells. A column without one is `column 3`; of those that share one, whatever its case, the second
 * is told apart as `Total (2)`.
 */
export function columnHeadings(cells: readonly string[]): readonly ColumnHeading[] {
  const seen = new Map<string, number>();
  return cells.map((cell, position) => {
    const heading = trimAscii(cell) || `column ${position + 1}`;
    const count = (seen.get(lowerAscii(heading)) ?? 0) + 1;
    seen.set(lowerAscii(heading), count);
    return { heading, numbered: count === 1 ? heading : `${heading} (${count})` };
  });
}
