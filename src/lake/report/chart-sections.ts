// The business, as the pipeline's tables have it: headline figures and charts, each with its numbers.

import type { HeadlineFigure } from '../read/headline.js';
import type {
  DrawnBridge,
  DrawnCategories,
  DrawnChart,
  DrawnFigure,
  DrawnHeatmap,
  DrawnSeries,
  DrawnTable,
} from './charts/drawn.js';
import { chartElement, count, dataTable, grouped, money, percent, type Column } from './elements.js';
import { markup, type Markup } from './markup.js';
import type { Step } from './series.js';

/** Nothing where the pipeline has no figures. */
export const headlineSection = (figures: readonly HeadlineFigure[]): Markup | null =>
  figures.length === 0
    ? null
    : markup`<section aria-labelledby="headline">
        <h2 id="headline">Headline figures</h2>
        <dl class="figures">${figures.map(figureElement)}</dl>
      </section>`;

function figureElement({ name, value, about }: HeadlineFigure): Markup {
  const text = value === null ? '–' : grouped(String(value));
  return markup`<div class="card${text.length > LONG_FIGURE ? ' long' : ''}">
    <dt>${name}</dt>
    <dd class="value">${text}</dd>
    <dd class="about">${about}</dd>
  </div>`;
}

/** Characters that fit into half a telephone. */
const LONG_FIGURE = 12;

/** Nothing where the pipeline draws nothing. */
export const chartsSection = (charts: readonly DrawnChart[]): Markup | null =>
  charts.length === 0
    ? null
    : markup`<section aria-labelledby="business">
        <h2 id="business">The business</h2>
        <div class="charts">${charts.map(chartOf)}</div>
      </section>`;

function chartOf(chart: DrawnChart): Markup {
  if (chart.kind === 'table') return tableCard(chart);
  return chartElement({
    name: chart.id,
    title: chart.title,
    about: chart.about,
    legend: 'figures' in chart ? legendOf(chart.figures) : [],
    isWide: chart.wide,
    isEmpty: isEmpty(chart),
    table: numbersOf(chart),
  });
}

/** Names and colours of what is drawn, if there is more than one thing. */
const legendOf = (figures: readonly DrawnFigure[]): readonly (readonly [name: string, swatch: string])[] =>
  figures.flatMap(({ name, color }) => (color === null ? [] : [[name, color] as const]));

function isEmpty(chart: Exclude<DrawnChart, DrawnTable>): boolean {
  if (chart.kind === 'heatmap') return chart.rows.length === 0;
  const drawn = chart.figures.map(({ color }) => color !== null);
  const points: readonly { readonly values: readonly (number | null)[] }[] = chart.points;
  return points.every(({ values }) => values.every((value, at) => value === null || drawn[at] !== true));
}

const numbersOf = (chart: Exclude<DrawnChart, DrawnTable>): Markup => {
  switch (chart.kind) {
    case 'categories':
      return categoryNumbers(chart);
    case 'bridge':
      return bridgeNumbers(chart);
    case 'heatmap':
      return heatmapNumbers(chart);
    case 'line':
    case 'area':
    case 'bar':
      return seriesNumbers(chart);
  }
};

const periodHeader: Readonly<Record<Step, string>> = {
  day: 'Day',
  week: 'Week from',
  month: 'Month from',
  year: 'Year from',
};

/** A number as its figure is written; nothing is `–`. */
function shown(value: number | null, { format, role }: DrawnFigure): string {
  const signed = value !== null && role === 'down' ? 0 - value : value;
  if (signed === null) return money(null);
  switch (format) {
    case 'money':
      return money(signed);
    case 'whole':
      return count(signed);
    case 'percent':
      return percent(signed);
  }
}

const numberColumns = <Point extends { readonly values: readonly (number | null)[] }>(
  figures: readonly DrawnFigure[],
): readonly Column<Point>[] =>
  figures.map((figure, at) => ({
    header: figure.name,
    kind: 'number',
    cell: ({ values }) => shown(values[at] ?? null, figure),
  }));

const seriesNumbers = ({ caption, step, figures, points }: DrawnSeries): Markup =>
  dataTable<DrawnSeries['points'][number]>(
    caption,
    [{ header: periodHeader[step], cell: ({ date }) => date }, ...numberColumns(figures)],
    points,
  );

const categoryNumbers = ({ caption, header, figures, points }: DrawnCategories): Markup =>
  dataTable<DrawnCategories['points'][number]>(
    caption,
    [{ header, cell: ({ name }) => markup`<bdi>${name}</bdi>` }, ...numberColumns(figures)],
    points,
  );

const bridgeNumbers = ({ caption, figures, points }: DrawnBridge): Markup =>
  dataTable<DrawnBridge['points'][number]>(
    caption,
    [
      { header: 'Month', cell: ({ date, isOver }) => `${date.slice(0, 7)}${isOver ? '' : ' (not over)'}` },
      ...numberColumns(figures),
    ],
    points,
  );

function heatmapNumbers({ caption, header, sizeHeader, rows }: DrawnHeatmap): Markup {
  type Row = DrawnHeatmap['rows'][number];
  const columns = Math.max(0, ...rows.map(({ rates }) => rates.length));
  const size: readonly Column<Row>[] =
    sizeHeader === null
      ? []
      : [{ header: sizeHeader, kind: 'number', cell: (row) => (row.size === null ? '–' : count(row.size)) }];
  return dataTable<Row>(
    caption,
    [
      { header, cell: ({ name }) => name },
      ...size,
      ...Array.from({ length: columns }, (_, column): Column<Row> => ({
        header: String(column),
        kind: 'number',
        cell: ({ rates }) => (column < rates.length ? percent(rates[column] ?? null) : null),
      })),
    ],
    rows,
  );
}

function tableCard({ id, title, about, caption, wide, columns, rows }: DrawnTable): Markup {
  const cells = columns.map(({ name, isNumber }, at): Column<DrawnTable['rows'][number]> => {
    const cell = (row: DrawnTable['rows'][number]): string => {
      const value = row[at] ?? null;
      return value === null ? '–' : isNumber ? grouped(String(value)) : String(value);
    };
    return isNumber ? { header: name, kind: 'number', cell } : { header: name, cell };
  });
  const body =
    rows.length === 0 ? markup`<p class="empty">No rows yet.</p>` : dataTable(caption, cells, rows);
  return markup`<figure class="card${wide ? ' wide' : ''}" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      <p>${about}</p>
    </figcaption>
    ${body}
  </figure>`;
}
