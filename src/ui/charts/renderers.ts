// Draws charts: each kind once, for the report and for the page. Colours are CSS variables, so that light, dark and paper
// need no script. What comes from data reaches the drawing as text only.

import * as Plot from '@observablehq/plot';
import type {
  DrawnBridge,
  DrawnCategories,
  DrawnChart,
  DrawnFigure,
  DrawnHeatmap,
  DrawnSeries,
  DrawnTable,
} from '../../lake/report/charts/drawn.js';
import { clipped, isoDay, monthName, percentText, shortAmount, wholeText, writtenFigure } from './texts.js';

/** What a chart looks like once it is drawn: an SVG that knows its scales and what the pointer is at. */
export type Drawing = (SVGSVGElement | HTMLElement) & Plot.Plot & { readonly value?: unknown };

/** A chart that is drawn; a table is none. */
export type Drawable = Exclude<DrawnChart, DrawnTable>;

/** What the pointer is at: a point by its place in the chart, of a heat map a cell. */
export type Picked =
  | { readonly kind: 'point'; readonly at: number }
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/** How a chart is to be drawn. */
export interface DrawOptions {
  readonly width: number;
  /** Names of figures that are left out. */
  readonly hidden?: ReadonlySet<string>;
}

/** The chart at a width. */
export function drawChart(chart: Drawable, { width, hidden = new Set() }: DrawOptions): Drawing {
  switch (chart.kind) {
    case 'bar':
      return drawBars(chart, width, hidden);
    case 'line':
      return drawLines(chart, width, hidden);
    case 'area':
      return drawAreas(chart, width, hidden);
    case 'bridge':
      return drawBridge(chart, width, hidden);
    case 'categories':
      return drawCategories(chart, width, hidden);
    case 'heatmap':
      return drawHeatmap(chart, width);
  }
}

/** What the pointer of a drawing is at, if it is at something. */
export function pickedOf({ value }: Drawing): Picked | undefined {
  const { at, row, column } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof row === 'number' && typeof column === 'number') return { kind: 'cell', row, column };
  return typeof at === 'number' ? { kind: 'point', at } : undefined;
}

/** A colour of the style by its name. */
export const color = (name: string): string => `var(--${name})`;

/** A point with its day as the plotting library wants it. */
interface DatedPoint {
  readonly at: number;
  readonly date: Date;
  readonly values: readonly (number | null)[];
}

const dated = (
  points: readonly { readonly date: string; readonly values: DatedPoint['values'] }[],
): readonly DatedPoint[] =>
  points.map(({ date, values }, at) => ({ at, date: new Date(`${date}T00:00:00Z`), values }));

/** A figure with its place in the points' values. */
type Playing = DrawnFigure & { readonly at: number };

/** The figures of a chart that play a part in it. */
const playing = (
  figures: readonly DrawnFigure[],
  hidden: ReadonlySet<string>,
  ...roles: readonly DrawnFigure['role'][]
): readonly Playing[] =>
  figures.flatMap((figure, at) =>
    roles.includes(figure.role) && !hidden.has(figure.name) ? [{ ...figure, at }] : [],
  );

/** The room around every chart. */
export function frame(width: number, height: number, options: Plot.PlotOptions): Drawing {
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

/** How high a chart of a width is. */
export const heightFor = (width: number): number => Math.round(Math.min(340, Math.max(210, width * 0.42)));

/** Lines across, at round numbers. */
export const grid = (): Plot.Markish => Plot.gridY({ ticks: 5, stroke: color('line'), strokeOpacity: 1 });
/** The line at 0. */
export const ground = (): Plot.Markish => Plot.ruleY([0], { stroke: color('muted') });
/** The amounts at the left. */
export const amounts = (): Plot.Markish => Plot.axisY({ tickFormat: shortAmount, tickSize: 0, ticks: 5 });
const times = (width: number): Plot.Markish =>
  Plot.axisX({ ticks: Math.max(3, Math.floor(width / 110)), tickSize: 4 });

/** The card that follows the pointer. */
export const card = { fill: color('card'), stroke: color('line'), textPadding: 10 } as const;

/** What the pointer is at: a line of text for each of the point's figures. */
const tip = <Point>(
  points: readonly Point[],
  channels: { readonly x: (point: Point) => Date; readonly y: (point: Point) => number },
  lines: (point: Point) => readonly string[],
): Plot.Markish =>
  Plot.tip(points, Plot.pointerX({ ...channels, title: (point: Point) => lines(point).join('\n'), ...card }));

const cursor = (points: readonly DatedPoint[]): Plot.Markish =>
  Plot.ruleX(points, Plot.pointerX({ x: 'date', stroke: color('muted') }));

/** Room between bars as long as they are wide enough to spare it. */
const inset = (width: number, bars: number): number => (width / Math.max(1, bars) > 5 ? 0.75 : 0);

/** The figures of a point, a line each. */
const linesOf = (figures: readonly Playing[], { values }: Pick<DatedPoint, 'values'>): readonly string[] =>
  figures.map((each) => `${each.name} ${writtenFigure(each, values[each.at] ?? null)}`);

/** Figures that stand on each other: one mark for each figure of each point. */
const parts = (points: readonly DatedPoint[], figures: readonly Playing[]) =>
  points.flatMap((point) =>
    figures.map((each) => ({ date: point.date, figure: each.name, value: point.values[each.at] })),
  );

const palette = (figures: readonly Playing[]) => ({
  domain: figures.map(({ name }) => name),
  range: figures.map((each) => color(each.color ?? 'muted')),
});

const valueOf =
  ({ at }: Playing) =>
  ({ values }: DatedPoint): number | null =>
    values[at] ?? null;

const largest = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((most, each) => Math.max(most, each ?? 0), 0);
const total = (numbers: readonly (number | null)[]): number =>
  numbers.reduce<number>((sum, each) => sum + (each ?? 0), 0);

/** How the plotting library names the steps of a series. */
const intervals = { day: 'day', week: 'monday', month: 'month', year: 'year' } as const;

function drawBars(chart: DrawnSeries, width: number, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const { figures } = chart;
  const [upper, below, trend] = [
    playing(figures, hidden, 'y'),
    playing(figures, hidden, 'below'),
    playing(figures, hidden, 'trend'),
  ];
  const room = inset(width, points.length);
  const bars = { x: 'date', interval: intervals[chart.step], insetLeft: room, insetRight: room } as const;
  const before = upper
    .toReversed()
    .map((each) => Plot.rectY(points, { ...bars, y: valueOf(each), fill: color(each.color ?? 'muted') }));
  const stacked = [Plot.rectY(parts(points, upper), { ...bars, y: 'value', fill: 'figure' })];
  const highest = ({ values }: DatedPoint): number => {
    const heights = upper.map(({ at }) => values[at] ?? 0);
    return chart.isStacked ? total(heights.filter((height) => height > 0)) : largest(heights);
  };
  return frame(width, heightFor(width), {
    ...(chart.isStacked && { color: palette(upper) }),
    marks: [
      grid(),
      amounts(),
      times(width),
      ...(chart.isStacked ? stacked : before),
      ...below.map((each) =>
        Plot.rectY(points, {
          ...bars,
          y: (point: DatedPoint) => -(point.values[each.at] ?? 0),
          fill: color(each.color ?? 'muted'),
        }),
      ),
      ground(),
      ...trend.map((each) =>
        Plot.lineY(points, {
          x: 'date',
          y: valueOf(each),
          stroke: color(each.color ?? 'muted'),
          strokeWidth: 2,
        }),
      ),
      tip(points, { x: ({ date }) => date, y: highest }, (point) => [
        isoDay(point.date),
        ...linesOf(playing(figures, hidden, 'y', 'below', 'beside'), point),
      ]),
    ],
  });
}

function drawLines(chart: DrawnSeries, width: number, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const shown = playing(chart.figures, hidden, 'y');
  const line = (each: Playing): Plot.Markish =>
    Plot.lineY(points, { x: 'date', y: valueOf(each), stroke: color(each.color ?? 'muted'), strokeWidth: 2 });
  return frame(width, heightFor(width), {
    y: { zero: true },
    marks: [
      grid(),
      amounts(),
      times(width),
      ground(),
      ...shown.toReversed().map(line),
      cursor(points),
      tip(
        points,
        { x: ({ date }) => date, y: ({ values }) => largest(shown.map(({ at }) => values[at] ?? 0)) },
        (point) => [isoDay(point.date), ...linesOf(playing(chart.figures, hidden, 'y', 'beside'), point)],
      ),
    ],
  });
}

function drawAreas(chart: DrawnSeries, width: number, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const shown = playing(chart.figures, hidden, 'y');
  const areas = shown.flatMap((each): readonly Plot.Markish[] => {
    const at = { x: 'date', y: valueOf(each) };
    const drawnIn = color(each.color ?? 'muted');
    return [
      Plot.areaY(points, { ...at, fill: drawnIn, fillOpacity: 0.14 }),
      Plot.lineY(points, { ...at, stroke: drawnIn, strokeWidth: 2 }),
    ];
  });
  const stacked = [
    Plot.areaY(parts(points, shown), { x: 'date', y: 'value', fill: 'figure', fillOpacity: 0.6 }),
  ];
  const height = ({ values }: DatedPoint): number => {
    const numbers = shown.map(({ at }) => values[at] ?? 0);
    return chart.isStacked ? total(numbers) : largest(numbers);
  };
  return frame(width, heightFor(width), {
    y: { zero: true },
    ...(chart.isStacked && { color: palette(shown) }),
    marks: [
      grid(),
      amounts(),
      times(width),
      ...(chart.isStacked ? stacked : areas),
      ground(),
      cursor(points),
      tip(points, { x: ({ date }) => date, y: height }, (point) => [
        isoDay(point.date),
        ...linesOf(playing(chart.figures, hidden, 'y', 'beside'), point),
      ]),
    ],
  });
}

/** The middle of a month, more or less. */
const midMonth = ({ date }: DatedPoint): Date => new Date(date.getTime() + 14 * 86_400_000);

function drawBridge(chart: DrawnBridge, width: number, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const room = inset(width, points.length);
  const moved = playing(chart.figures, hidden, 'up', 'down');
  const rising = playing(chart.figures, hidden, 'up');
  const bars = chart.points.flatMap(({ isOver, values }, at) =>
    moved.map((each) => ({
      date: points[at]?.date,
      figure: each.name,
      opacity: isOver ? 1 : 0.6,
      value: (each.role === 'up' ? 1 : -1) * (values[each.at] ?? 0),
    })),
  );
  return frame(width, heightFor(width), {
    color: palette(moved),
    marks: [
      grid(),
      amounts(),
      times(width),
      Plot.rectY(bars, {
        x: 'date',
        interval: 'month',
        y: 'value',
        fill: 'figure',
        insetLeft: room,
        insetRight: room,
        fillOpacity: { value: 'opacity', scale: null } as unknown as string,
      }),
      ground(),
      tip(
        points,
        { x: midMonth, y: ({ values }) => total(rising.map(({ at }) => values[at] ?? 0)) },
        (point) => [
          monthName(point.date),
          ...linesOf(playing(chart.figures, hidden, 'up', 'down', 'end'), point),
        ],
      ),
    ],
  });
}

function drawCategories(chart: DrawnCategories, width: number, hidden: ReadonlySet<string>): Drawing {
  const { points, figures } = chart;
  const shown = playing(figures, hidden, 'y');
  const bars = points.flatMap(({ values }, at) =>
    shown.map((each) => ({
      at,
      figure: each.name,
      value: values[each.at] ?? null,
      written: writtenFigure(each, values[each.at] ?? null),
    })),
  );
  type Bar = (typeof bars)[number];
  const drawnBars = bars.filter(({ value }) => value !== null);
  const name = (index: number): string => clipped(points[index]?.name ?? '', width < 500 ? 14 : 24);
  return frame(width, 30 + points.length * (8 + 16 * shown.length), {
    marginLeft: width < 500 ? 104 : 168,
    marginRight: 64,
    x: { axis: null },
    y: { axis: null, domain: shown.map((each) => each.name), padding: 0.08 },
    fy: { axis: null, domain: points.map((_, i) => i), padding: 0.3 },
    color: palette(shown),
    marks: [
      Plot.axisFy({ anchor: 'left', label: null, tickSize: 0, tickFormat: name }),
      Plot.barX(drawnBars, { fy: 'at', y: 'figure', x: 'value', fill: 'figure', rx2: 2 }),
      Plot.text(bars, {
        fy: 'at',
        y: 'figure',
        x: ({ value }: Bar) => Math.max(0, value ?? 0),
        text: 'written',
        textAnchor: 'start',
        dx: 5,
        fill: color('ink'),
      }),
      Plot.ruleX([0], { stroke: color('muted') }),
      Plot.tip(
        drawnBars,
        Plot.pointerY({
          fy: 'at',
          y: 'figure',
          x: 'value',
          title: (bar: Bar) =>
            [
              points[bar.at]?.name ?? '',
              ...linesOf(playing(figures, hidden, 'y', 'beside'), { values: points[bar.at]?.values ?? [] }),
            ].join('\n'),
          ...card,
        }),
      ),
    ],
  });
}

function drawHeatmap({ rows }: DrawnHeatmap, width: number): Drawing {
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
  return frame(width, 34 + rows.length * (rows.length > 26 ? 16 : 22), {
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
  });
}
