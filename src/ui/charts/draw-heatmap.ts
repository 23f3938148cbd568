// Charts of rates in a triangle or a square.

import * as Plot from '@observablehq/plot';
import type { DrawnHeatmap } from '../../lake/report/charts/drawn.js';
import { type Drawing, type Size, card, color, frame, largest } from './plot-parts.js';
import { clipped, percentText, wholeText } from './texts.js';

/** How high a heat map is. */
export const heatmapHeight = ({ rows }: DrawnHeatmap): number =>
  34 + rows.length * (rows.length > 26 ? 16 : 22);

/** Rates in rows and columns, the darker the higher; those that are not over have a dashed edge. */
export function drawHeatmap({ rows }: DrawnHeatmap, { width, height }: Size): Drawing {
  const cells = rows.flatMap(({ rates, complete }, row) =>
    rates.map((rate, column) => ({ row, column, rate, isOver: column < complete })),
  );
  type Cell = (typeof cells)[number];
  const columns = largest(cells.map(({ column }) => column)) + 1;
  const later = largest(cells.map(({ column, rate }) => (column > 0 ? rate : 0))) || 1;
  const shade = (rate: number | null): number => 0.05 + 0.95 * Math.min(1, (rate ?? 0) / later);
  const isNarrow = width < 500;
  const marginLeft = isNarrow ? 44 : 118;
  const cell = (width - marginLeft - 4) / columns;
  const named = ({ name, size }: DrawnHeatmap['rows'][number]): string =>
    size === null ? name : `${name} · ${wholeText(size)}`;
  /** Of a day the year goes without saying where there is no room. */
  const label = (row: number): string => {
    const shown = rows[row];
    if (shown === undefined) return '';
    return isNarrow ? clipped(shown.name.replace(/^\d{4}-(?=\d\d-\d\d$)/, ''), 7) : clipped(named(shown), 20);
  };
  const range = (length: number): readonly number[] => Array.from({ length }, (_, at) => at);
  return frame(
    { width, height },
    {
      marginLeft,
      marginRight: 4,
      marginTop: 30,
      marginBottom: 4,
      padding: cell > 8 ? 0.06 : 0,
      x: { axis: null, domain: range(columns) },
      y: { domain: range(rows.length) },
      marks: [
        Plot.axisX(
          range(columns).filter((column) => column % Math.ceil(20 / cell) === 0),
          { anchor: 'top', tickSize: 0, label: null },
        ),
        Plot.axisY({ tickSize: 0, tickFormat: label }),
        Plot.cell(cells, {
          x: 'column',
          y: 'row',
          fill: color('accent'),
          fillOpacity: { value: (each: Cell) => shade(each.rate), scale: null } as unknown as string,
        }),
        Plot.cell(
          cells.filter(({ isOver }) => !isOver),
          { x: 'column', y: 'row', fill: 'none', stroke: color('muted'), strokeDasharray: '2 2', inset: 0.5 },
        ),
        Plot.text(
          cells.filter(({ rate }) => cell >= 18 && rate !== null),
          {
            x: 'column',
            y: 'row',
            text: ({ rate }: Cell) => `${Math.round((rate ?? 0) * 100)}${cell >= 40 ? '%' : ''}`,
            fontSize: cell < 26 ? 9 : 12,
            fill: ({ rate }: Cell) => color(shade(rate) > 0.7 ? 'on-accent' : 'ink'),
          },
        ),
        Plot.tip(
          cells,
          Plot.pointer({
            x: 'column',
            y: 'row',
            title: ({ row, column, rate }: Cell) =>
              `${rows[row] === undefined ? '' : named(rows[row])}\n${column}: ${rate === null ? '–' : percentText(rate)}`,
            ...card,
          }),
        ),
      ],
    },
  );
}
