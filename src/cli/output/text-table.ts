// Aligned columns for people. Widths are terminal cells, so wide characters and combining marks line up.

import { displayWidth, fit, pad, visible } from './terminal-text.js';
import { plainStyle } from './style.js';
import type { Style } from './style.js';

export interface TextColumn {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** Longer cells are cut. */
  readonly maxWidth?: number;
  /** Longer cells stick out: they are whole, and the column is no wider for them. */
  readonly alignWidth?: number;
}

export interface TextTableOptions {
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
  const cells = rows.map((row) =>
    columns.map(({ maxWidth }, at) => fit(visible(row[at] ?? ''), maxWidth ?? Infinity)),
  );
  const headers = columns.map(({ header, maxWidth }) => fit(visible(header), maxWidth ?? Infinity));
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

/** Cells that the columns take beside one another, gaps included. */
export function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}
