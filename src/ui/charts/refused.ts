// Draws what was refused: run by run, or by reason where there was one run only.

import * as Plot from '@observablehq/plot';
import type { RefusedPoint } from '../../lake/report/refused-data.js';
import { amounts, card, color, frame, grid, ground, heightFor, type Drawing } from './plot-parts.js';
import { clipped, wholeText } from './texts.js';

/** The chart at a width; `reasons` in the order of the colours. */
export function drawRefused(
  refused: readonly RefusedPoint[],
  reasons: readonly string[],
  width: number,
): Drawing {
  const runs = new Set(refused.map(({ run }) => run)).size;
  return runs > 1 ? byRun(refused, reasons, { width, runs }) : byReason(refused, reasons, width);
}

function byRun(
  refused: readonly RefusedPoint[],
  reasons: readonly string[],
  { width, runs }: { readonly width: number; readonly runs: number },
): Drawing {
  /** Names of runs that stand too close to be read. */
  const skips = (index: number): boolean => index % Math.ceil((runs * 52) / width) !== 0;
  return frame(width, heightFor(Math.min(width, 640)), {
    color: { domain: reasons, range: reasons.map((_, i) => color(`c${i + 1}`)) },
    x: { type: 'band' },
    marks: [
      grid(),
      amounts(),
      Plot.axisX({
        ticks: 8,
        tickSize: 0,
        tickFormat: (run: number, i: number) => (skips(i) ? '' : `run ${run}`),
      }),
      Plot.barY(refused, { x: 'run', y: 'records', fill: 'reason', order: reasons as string[] }),
      ground(),
      Plot.tip(
        refused,
        Plot.pointer(
          Plot.stackY({
            x: 'run',
            y: 'records',
            order: reasons as string[],
            z: 'reason',
            title: ({ run, date, reason, records }: RefusedPoint) =>
              `run ${run}, ${date}\n${reason}: ${wholeText(records)}`,
            ...card,
          }),
        ),
      ),
    ],
  });
}

function byReason(refused: readonly RefusedPoint[], reasons: readonly string[], width: number): Drawing {
  const isNarrow = width < 500;
  return frame(width, 20 + reasons.length * 28, {
    marginLeft: isNarrow ? 150 : 210,
    marginRight: 56,
    x: { axis: null },
    y: { domain: reasons, padding: 0.25 },
    marks: [
      Plot.axisY({ tickSize: 0, tickFormat: (reason: string) => clipped(reason, isNarrow ? 20 : 28) }),
      Plot.barX(refused, { y: 'reason', x: 'records', fill: color('down-1'), rx2: 2 }),
      Plot.text(refused, {
        y: 'reason',
        x: 'records',
        text: ({ records }: RefusedPoint) => wholeText(records),
        textAnchor: 'start',
        dx: 5,
        fill: color('ink'),
      }),
      Plot.ruleX([0], { stroke: color('muted') }),
    ],
  });
}
