// What charts of several kinds are put together of: the room around them, axes, figures, what follows the pointer. Colours are
// CSS variables, so that light, dark and paper need no script. What comes from data reaches a drawing as text only.

import * as Plot from '@observablehq/plot';
import type { DrawnFigure } from '../../lake/report/charts/drawn.js';
import type { Step } from '../../lake/report/series.js';
import { shortAmount, shortPercent, writtenFigure } from './texts.js';

/** What a chart looks like once it is drawn: an SVG that knows its scales and what the pointer is at. */
export type Drawing = (SVGSVGElement | HTMLElement) & Plot.Plot & { readonly value?: unknown };

/** A colour of the style by its name. */
export const color = (name: string): string => `var(--${name})`;

/** A point with its day as the plotting library wants it. */
export interface DatedPoint {
  readonly at: number;
  readonly date: Date;
  readonly values: readonly (number | null)[];
}

/** Points in order, each with its place. */
export const dated = (
  points: readonly { readonly date: string; readonly values: DatedPoint['values'] }[],
): readonly DatedPoint[] =>
  points.map(({ date, values }, at) => ({ at, date: new Date(`${date}T00:00:00Z`), values }));

/** A figure with its place in the points' values. */
export type Playing = DrawnFigure & { readonly at: number };

/** The figures of a chart that play a part in it. */
export const playing = (
  figures: readonly DrawnFigure[],
  hidden: ReadonlySet<string>,
  ...roles: readonly DrawnFigure['role'][]
): readonly Playing[] =>
  figures.flatMap((figure, at) =>
    roles.includes(figure.role) && !hidden.has(figure.name) ? [{ ...figure, at }] : [],
  );

/** Pixels that a drawing takes. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The room around every chart. */
export function frame({ width, height }: Size, options: Plot.PlotOptions): Drawing {
  return Plot.plot({
    width,
    height,
    marginLeft: 44,
    marginRight: 12,
    marginTop: 14,
    style: { fontSize: '12px', fontFamily: 'inherit', color: 'var(--muted)', background: 'transparent' },
    ...options,
    x: { label: null, ...options.x },
    y: { label: null, ...options.y },
  });
}

/** How high a chart over time is at a width; where its place is higher, it fills it. */
export const heightFor = (width: number): number => Math.round(Math.min(340, Math.max(210, width * 0.42)));

/** Lines across, at round numbers. */
export const grid = (): Plot.Markish => Plot.gridY({ ticks: 5, stroke: color('line'), strokeOpacity: 1 });
/** The line at 0. */
export const ground = (): Plot.Markish => Plot.ruleY([0], { stroke: color('muted') });
/** The amounts at the left, or percentages where all that is drawn is shares. */
export const amounts = (figures: readonly DrawnFigure[] = []): Plot.Markish => {
  const areShares = figures.length > 0 && figures.every(({ format }) => format === 'percent');
  return Plot.axisY({ tickFormat: areShares ? shortPercent : shortAmount, tickSize: 0, ticks: 5 });
};
/** Bounds across: what a figure should not fall below, or rise above. */
export const bounds = ({ min, max }: { readonly min?: number; readonly max?: number }): Plot.Markish =>
  Plot.ruleY(
    [min, max].filter((bound) => bound !== undefined),
    { stroke: color('down-1'), strokeDasharray: '4 3' },
  );
/** The days below; of months or years that have room each is named, and no day within one. */
export const times = (width: number, step: Step, points: number): Plot.Markish => {
  const isNamed = (step === 'month' || step === 'year') && points <= width / 60;
  return Plot.axisX({ ticks: isNamed ? step : Math.max(3, Math.floor(width / 110)), tickSize: 4 });
};

/** The card that follows the pointer. */
export const card = { fill: color('card'), stroke: color('line'), textPadding: 10 } as const;

/** What the pointer is at: a line of text for each of the point's figures. */
export const tip = <Point>(
  points: readonly Point[],
  channels: { readonly x: (point: Point) => Date; readonly y: (point: Point) => number },
  lines: (point: Point) => readonly string[],
): Plot.Markish =>
  Plot.tip(points, Plot.pointerX({ ...channels, title: (point: Point) => lines(point).join('\n'), ...card }));

/** The line at the pointer. */
export const cursor = (points: readonly DatedPoint[]): Plot.Markish =>
  Plot.ruleX(points, Plot.pointerX({ x: 'date', stroke: color('muted') }));

/** Room between bars as long as they are wide enough to spare it. */
export const inset = (width: number, bars: number): number => (width / Math.max(1, bars) > 5 ? 0.75 : 0);

/** The figures of a point, a line each. */
export const linesOf = (
  figures: readonly Playing[],
  { values }: Pick<DatedPoint, 'values'>,
): readonly string[] => figures.map((each) => `${each.name} ${writtenFigure(each, values[each.at] ?? null)}`);

/** The colours of figures by their names. */
export const palette = (figures: readonly Playing[]) => ({
  domain: figures.map(({ name }) => name),
  range: figures.map((each) => color(each.color ?? 'muted')),
});

/** A figure's value of a point. */
export const valueOf =
  ({ at }: Playing) =>
  ({ values }: DatedPoint): number | null =>
    values[at] ?? null;

/** The largest of numbers, 0 at least. */
export const largest = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((most, each) => Math.max(most, each ?? 0), 0);
/** The sum of numbers; null counts as nothing. */
export const total = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0);
