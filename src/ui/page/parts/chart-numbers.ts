// The table behind a chart: its points as rows of numbers.

import type { DrawnChart, DrawnFigure } from '../../../lake/report/charts/drawn.js';
import type { Picked } from '../../charts/draw-chart.js';
import { percentText, wholeText, writtenFigure } from '../../charts/texts.js';

/** Numbers with the names of their columns. */
interface ChartNumbers {
  readonly headers: readonly string[];
  readonly rows: readonly {
    readonly name: string;
    readonly values: readonly string[];
    /** What it is in the chart. */
    readonly picked: Picked;
  }[];
}

/** What a drawn chart says in numbers. */
export function numbersOf(chart: DrawnChart): ChartNumbers {
  if (chart.kind === 'table')
    return {
      headers: chart.columns.map(({ name }) => name),
      rows: chart.rows.map((row, at) => ({
        name: String(row[0] ?? '–'),
        values: row.slice(1).map((value) => (value === null ? '–' : String(value))),
        picked: { kind: 'point', at },
      })),
    };
  if (chart.kind === 'heatmap') {
    const columns = Math.max(0, ...chart.rows.map(({ rates }) => rates.length));
    return {
      headers: [
        chart.header,
        ...(chart.sizeHeader === null ? [] : [chart.sizeHeader]),
        ...Array.from({ length: columns }, (_, column) => String(column)),
      ],
      rows: chart.rows.map(({ name, size, rates }, row) => ({
        name,
        values: [
          ...(chart.sizeHeader === null ? [] : [size === null ? '–' : wholeText(size)]),
          ...Array.from({ length: columns }, (_, column) => {
            const rate = rates[column];
            return rate === undefined || rate === null ? '' : percentText(rate);
          }),
        ],
        picked: { kind: 'cell', row, column: 0 },
      })),
    };
  }
  const values = (given: readonly (number | null)[]): readonly string[] =>
    chart.figures.map((figure: DrawnFigure, at) => writtenFigure(figure, given[at] ?? null));
  const header =
    chart.kind === 'categories' ? chart.header : chart.kind === 'bridge' ? 'Month' : stepNames[chart.step];
  return {
    headers: [header, ...chart.figures.map(({ name }) => name)],
    rows: chart.points.map((point, at) => ({
      name: 'name' in point ? point.name : point.date,
      values: values(point.values),
      picked: { kind: 'point', at },
    })),
  };
}

const stepNames = { day: 'Day', week: 'Week from', month: 'Month from', year: 'Year from' } as const;
