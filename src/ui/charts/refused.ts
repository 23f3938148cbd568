// Draws what was refused: run by run, or by reason where there was one run only.

import * as Plot from '@observablehq/plot';
import type { RefusedPoint } from '../../lake/report/refused-data.js';
import {
  amounts,
  card,
  color,
  frame,
  grid,
  ground,
  heightFor,
  type Drawing,
  type Size,
} from './plot-parts.js';
import { clipped, wholeText } from './texts.js';

/** What was refused, and its reasons in the order of the colours. */
interface Refused {
  readonly refused: readonly RefusedPoint[];
  readonly reasons: readonly string[];
}

const runsOf = ({ refused }: Refused): number => new Set(refused.map(({ run }) => run)).size;

/** The least height of the chart at a width. */
export const refusedHeight = (of: Refused, width: number): number =>
  runsOf(of) > 1 ? heightFor(Math.min(width, 640)) : 20 + of.reasons.length * 28;

/** The chart. */
export const drawRefused = (of: Refused, size: Size): Drawing =>
  runsOf(of) > 1 ? byRun(of, size) : byReason(of, size);

function byRun({ refused, reasons }: Refused, size: Size): Drawing {
  const runs = runsOf({ refused, reasons });
  /** Names of runs that stand too close to be read. */
  const skips = (index: number): boolean => index % Math.ceil((runs * 52) / size.width) !== 0;
  return frame(size, {
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

function byReason({ refused, reasons }: Refused, size: Size): Drawing {
  const isNarrow = size.width < 500;
  return frame(size, {
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
