// Aligned columns for people. Widths are terminal cells, so wide characters and combining marks line up.

import { displayWidth, fit, pad } from './terminal-text.js';
import { plainStyle } from './style.js';
import type { Style } from './style.js';

/** A column, and what may become of long cells. */
export interface TextColumn {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** Longer cells may be cut to this, as far as the line is too long for the screen. */
  readonly maxWidth?: number;
  /** Longer cells stick out: they are whole, and the column is no wider for them. */
  readonly alignWidth?: number;
}

/** How a table looks as a whole. */
interface TextTableOptions {
  readonly style?: Style;
  /** Spaces before each line. */
  readonly indent?: number;
  /** Draws a line under each header. */
  readonly underline?: boolean;
}

const GAP = '  ';

/**
 * The lines of a table: headers (none if all are empty), then rows. Cells are data: what could drive a terminal is
 * spelled out.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  { style = plainStyle, indent = 2, underline = false }: TextTableOptions = {},
): readonly string[] {
  const limits = columnLimits(columns, rows, style.width - indent);
  const cut = (texts: readonly string[]): readonly string[] =>
    columns.map((_, at) => fit(texts[at] ?? '', limits[at] ?? Infinity));
  const cells = rows.map(cut);
  const headers = cut(columns.map(({ header }) => header));
  const widths = headers.map((header, at) => {
    const texts = [header, ...cells.map((row) => row[at] ?? '')].map(displayWidth);
    return texts.reduce((width, next) => Math.max(width, Math.min(next, columns[at]?.alignWidth ?? next)), 0);
  });
  const line = (texts: readonly string[]): string =>
    ' '.repeat(indent) +
    texts
      .map((text, at) => pad(text, widths[at] ?? 0, columns[at]?.align))
      .join(GAP)
      .trimEnd();
  return [
    ...(headers.some((header) => header !== '') ? [style.faint(line(headers))] : []),
    ...(underline ? [style.faint(line(widths.map((width) => '─'.repeat(width))))] : []),
    ...cells.map(line),
  ];
}

/** How wide a column may be: what is too much for a line is taken from those that can be cut, the last ones first. */
function columnLimits(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] {
  if (width === Infinity) return columns.map(() => Infinity);
  const natural = columns.map(({ header }, at) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[at] ?? '')), displayWidth(header)),
  );
  let excess = tableWidth(natural) - width;
  const limits = natural.map((wide, at) => ({ wide, least: columns[at]?.maxWidth ?? Infinity }));
  return limits
    .toReversed()
    .map(({ wide, least }) => {
      const taken = Math.max(0, Math.min(excess, wide - least));
      excess -= taken;
      return wide - taken;
    })
    .toReversed();
}

/** Cells that the columns take beside one another, gaps included. */
export function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}
