// The business, as gold has it: headline figures and charts, each with its numbers.

import type { HeadlineFigure } from '../read/headline.js';
import { type Chart, type Charts, type RetentionCohort, LIMITS } from './charts.js';
import { chartElement, count, dataTable, grouped, money, percent } from './elements.js';
import { markup, type Markup } from './markup.js';
import { TRENDS, type Step } from './series.js';

export const headlineSection = (figures: readonly HeadlineFigure[]): Markup =>
  markup`<section aria-labelledby="headline">
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

export const goldSection = (charts: Charts): Markup =>
  markup`<section aria-labelledby="business">
    <h2 id="business">The business</h2>
    <div class="charts">
      ${[revenue(charts), active(charts), mrr(charts), movements(charts), channels(charts), retention(charts)]}
    </div>
  </section>`;

/** How the points of a series stand for its days. */
const flow = ({ step }: Chart<unknown>, what: string): string =>
  step === 'day' ? `${what}, by day` : `${what}: the mean day of each ${step}`;

/** Says of a chart that holds all that it may that there was more. */
const newest = (points: readonly unknown[], limit: number): string =>
  points.length < limit ? '' : `, the newest ${limit}`;
const most = (points: readonly unknown[]): string =>
  points.length <= LIMITS.channels ? '' : `, the ${LIMITS.channels} channels with the most of them`;

const periodHeader: Readonly<Record<Step, string>> = {
  day: 'Day',
  week: 'Week from',
  month: 'Month from',
  year: 'Year from',
};

function revenue({ revenue: chart }: Charts): Markup {
  const trend = TRENDS[chart.step].name;
  return chartElement({
    name: 'revenue',
    title: 'Revenue',
    about: `${flow(chart, 'USD')}. What stands between net and gross was refunded.`,
    legend: [
      ['Net', 'net'],
      ['Gross', 'gross'],
      ['Refunds', 'down-1'],
      [`Net, ${trend}`, 'trend'],
    ],
    isWide: true,
    isEmpty: chart.points.length === 0,
    table: dataTable(
      flow(chart, 'Revenue in USD'),
      [
        { header: periodHeader[chart.step], cell: ({ date }) => date },
        { header: 'Gross', kind: 'number', cell: ({ gross }) => money(gross) },
        { header: 'Refunds', kind: 'number', cell: ({ refunds }) => money(refunds) },
        { header: 'Net', kind: 'number', cell: ({ net }) => money(net) },
        { header: trend, kind: 'number', cell: (point) => money(point.trend) },
      ],
      chart.points,
    ),
  });
}

function active({ active: chart }: Charts): Markup {
  return chartElement({
    name: 'active',
    title: 'Active users',
    about: `${flow(chart, 'Users active on the day, in its 7 days and in its 28 days')}.`,
    legend: [
      ['DAU', 'c1'],
      ['WAU', 'c2'],
      ['MAU', 'c3'],
    ],
    isEmpty: chart.points.length === 0,
    table: dataTable(
      flow(chart, 'Active users'),
      [
        { header: periodHeader[chart.step], cell: ({ date }) => date },
        { header: 'DAU', kind: 'number', cell: ({ dau }) => count(dau) },
        { header: 'WAU', kind: 'number', cell: ({ wau }) => count(wau) },
        { header: 'MAU', kind: 'number', cell: ({ mau }) => count(mau) },
      ],
      chart.points,
    ),
  });
}

function mrr({ mrr: chart }: Charts): Markup {
  const about = chart.step === 'day' ? 'by day' : `at the end of each ${chart.step}`;
  return chartElement({
    name: 'mrr',
    title: 'Monthly recurring revenue',
    about: `USD, ${about}.`,
    legend: [['MRR', 'c1']],
    isEmpty: chart.points.length === 0,
    table: dataTable(
      `MRR in USD, ${about}`,
      [
        { header: periodHeader[chart.step], cell: ({ date }) => date },
        { header: 'MRR', kind: 'number', cell: (point) => money(point.mrr) },
        { header: 'Subscribers', kind: 'number', cell: ({ subscribers }) => count(subscribers) },
      ],
      chart.points,
    ),
  });
}

function movements({ movements: points }: Charts): Markup {
  return chartElement({
    name: 'movements',
    title: 'MRR movements',
    about: `USD by month${newest(points, LIMITS.months)}. Above the line what came, below it what went; paler: not over.`,
    legend: [
      ['New', 'up-1'],
      ['Expansion', 'up-2'],
      ['Reactivation', 'up-3'],
      ['Churned', 'down-1'],
      ['Contraction', 'down-2'],
    ],
    isEmpty: points.length === 0,
    table: dataTable(
      'MRR movements in USD, by month',
      [
        {
          header: 'Month',
          cell: ({ date, complete }) => `${date.slice(0, 7)}${complete ? '' : ' (not over)'}`,
        },
        { header: 'New', kind: 'number', cell: (point) => money(point.new) },
        { header: 'Expansion', kind: 'number', cell: ({ expansion }) => money(expansion) },
        { header: 'Reactivation', kind: 'number', cell: ({ reactivation }) => money(reactivation) },
        { header: 'Contraction', kind: 'number', cell: ({ contraction }) => money(0 - contraction) },
        { header: 'Churned', kind: 'number', cell: ({ churned }) => money(0 - churned) },
        { header: 'MRR at the end', kind: 'number', cell: (point) => money(point.mrr) },
      ],
      points,
    ),
  });
}

function channels({ channels: points }: Charts): Markup {
  return chartElement({
    name: 'channels',
    title: 'LTV and CAC by channel',
    about: `USD per paid customer${most(points)}.`,
    legend: [
      ['LTV', 'c1'],
      ['CAC', 'c4'],
    ],
    isEmpty: points.every(({ ltv, cac }) => ltv === null && cac === null),
    table: dataTable(
      'LTV and CAC by channel, USD',
      [
        { header: 'Channel', cell: ({ channel }) => markup`<bdi>${channel}</bdi>` },
        { header: 'Customers', kind: 'number', cell: ({ customers }) => count(customers) },
        { header: 'LTV', kind: 'number', cell: ({ ltv }) => money(ltv) },
        { header: 'CAC', kind: 'number', cell: ({ cac }) => money(cac) },
        { header: 'LTV : CAC', kind: 'number', cell: ({ ratio }) => money(ratio) },
      ],
      points,
    ),
  });
}

function retention({ retention: cohorts }: Charts): Markup {
  const weeks = Math.max(0, ...cohorts.map(({ rates }) => rates.length));
  return chartElement({
    name: 'retention',
    title: 'Retention',
    about:
      `Users of a week’s signups who came back, by weeks since then${newest(cohorts, LIMITS.cohorts)}. ` +
      'The stronger the colour, the more of them; framed: weeks that are not over.',
    legend: [],
    isWide: true,
    isEmpty: cohorts.length === 0,
    table: dataTable<RetentionCohort>(
      'Retention by signup week and weeks since',
      [
        { header: 'Signed up in the week from', cell: ({ date }) => date },
        { header: 'Users', kind: 'number', cell: ({ size }) => count(size) },
        ...Array.from({ length: weeks }, (_, week) => ({
          header: String(week),
          kind: 'number' as const,
          cell: ({ rates }: RetentionCohort) => (week < rates.length ? percent(rates[week] ?? null) : null),
        })),
      ],
      cohorts,
    ),
  });
}
