// What the page draws stays light and stays true, and text stays text, whatever they are made of.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOfDays } from '../../../src/common/calendar.js';
import { drawn } from '../../../src/lake/report/charts/draw.js';
import { LIMITS, type ChartTable, type DrawnChart } from '../../../src/lake/report/charts/drawn.js';
import { REFUSED_LIMITS, refusedOf } from '../../../src/lake/report/refused-data.js';
import type { RowRecord } from '../../../src/lake/read/row-set.js';
import type { Chart } from '../../../src/pipeline/define/spec/charts.js';
import { beginning, jsonForScript, markup } from '../../../src/lake/report/markup.js';
import { MAX_POINTS, seriesOf, trailingMeans } from '../../../src/lake/report/series.js';
import { saasPipeline } from '../../pipelines/built-in-saas.js';

const days = (count: number, row: (day: number) => RowRecord, from = 0): readonly RowRecord[] =>
  Array.from({ length: count }, (_, i) => ({ date: isoOfDays(from + i), ...row(i) }));

describe('a series', () => {
  it('holds every row once, in order, in a bounded number of periods', () => {
    const arbitrary = fc.record({
      count: fc.integer({ min: 0, max: 12_000 }),
      from: fc.integer({ min: -200_000, max: 200_000 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ count, from }) => {
        const rows = days(count, (value) => ({ value }), from);
        const { periods } = seriesOf(rows, 'date');
        expect(periods.length).toBeLessThanOrEqual(MAX_POINTS);
        expect(periods.flatMap((period) => period.rows)).toEqual(rows);
        const dates = periods.map(({ date }) => date);
        expect(new Set(dates).size).toBe(dates.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is by day for two years, then by week from Monday, by month and by year', () => {
    const step = (count: number) =>
      seriesOf(
        days(count, () => ({}), 19_723),
        'date',
      ).step;
    expect([731, 1_100, 6_000, 30_000].map(step)).toEqual(['day', 'week', 'month', 'year']);
    const { periods } = seriesOf(
      days(1_100, () => ({}), 19_725),
      'date',
    );
    expect(periods.slice(0, 2).map(({ date, rows }) => [date, rows.length])).toEqual([
      ['2024-01-01', 5],
      ['2024-01-08', 7],
    ]);
  });

  it('is by week or month where the table has only those', () => {
    const months = ['2024-01-01', '2024-02-01', '2024-05-01'].map((date) => ({ date }));
    const weeks = days(12, () => ({}), 19_723).filter((_, i) => i % 7 === 0);
    expect([months, weeks].map((rows) => seriesOf(rows, 'date'))).toMatchObject([
      { step: 'month', isFolded: false, periods: [{ date: '2024-01-01' }, {}, { date: '2024-05-01' }] },
      { step: 'week', isFolded: false },
    ]);
    expect(seriesOf(months.slice(0, 1), 'date').step).toBe('day');
    expect(seriesOf([...months, { date: '2024-05-02' }], 'date').step).toBe('day');
  });

  it('has a trend as soon as it looks back far enough', () => {
    expect(trailingMeans([1, 2, 6, 1], 3)).toEqual([null, null, 3, 3]);
  });
});

/** A table whose columns have these types. */
const table = (types: Readonly<Record<string, string>>, rows: readonly RowRecord[]): ChartTable => ({
  columns: Object.entries(types).map(([name, type]) => ({ name, type })),
  rows,
});
const money = 'DECIMAL(38,4)';
const week = (i: number): string => isoOfDays(19_723 + 7 * i);

/** The built-in pipeline's tables after decades. */
const long: Readonly<Record<string, ChartTable>> = {
  'gold.daily_revenue_net': table(
    { date: 'DATE', gross_revenue: money, refunds: money, net_revenue: money },
    days(9_000, () => ({ gross_revenue: '3.0000', refunds: '1.0000', net_revenue: '2.0000' })),
  ),
  'gold.daily_active_users': table(
    { date: 'DATE', dau: 'BIGINT', wau: 'BIGINT', mau: 'BIGINT' },
    days(9_000, () => ({ dau: 1, wau: 2, mau: 3 })),
  ),
  'gold.mrr_daily': table(
    { date: 'DATE', mrr: money, active_subscribers: 'BIGINT' },
    days(9_000, (i) => ({ mrr: `${i}.0000`, active_subscribers: i })),
  ),
  'gold.mrr_monthly': table(
    {
      month: 'DATE',
      new_mrr: money,
      reactivation_mrr: money,
      expansion_mrr: money,
      contraction_mrr: money,
      churned_mrr: money,
      mrr: money,
      is_complete: 'BOOLEAN',
    },
    days(300, () => ({ month: '2024-01-01', is_complete: true })),
  ),
  'gold.ltv_cac_ratio': table(
    {
      channel: 'VARCHAR',
      paid_customers: 'BIGINT',
      avg_ltv: 'DOUBLE',
      cac: 'DOUBLE',
      ltv_cac_ratio: 'DOUBLE',
    },
    Array.from({ length: 5_000 }, (_, i) => ({ channel: 'x'.repeat(i), paid_customers: i })),
  ),
  'gold.weekly_cohort_retention': table(
    {
      cohort_week: 'DATE',
      week_number: 'BIGINT',
      cohort_size: 'BIGINT',
      retention_rate: 'DOUBLE',
      is_complete: 'BOOLEAN',
    },
    Array.from({ length: 300 * 300 }, (_, i) => ({
      cohort_week: week(Math.floor(i / 300)),
      week_number: i % 300,
      cohort_size: 3,
      retention_rate: 1 / 3,
      is_complete: true,
    })),
  ),
};

const SQL_TYPES: Readonly<Record<string, string>> = {
  date: 'DATE',
  long: 'BIGINT',
  double: 'DOUBLE',
  string: 'VARCHAR',
};
const pipeline = saasPipeline();

/** A table of the pipeline with a row for each of many months or weeks, of numbers. */
function longTable(name: string): ChartTable {
  const columns = pipeline.table(name)!.definition.columns.map((column) => ({
    name: column.name,
    type: SQL_TYPES[column.type] ?? column.type.toUpperCase(),
  }));
  const row = (i: number): RowRecord =>
    Object.fromEntries(
      columns.map(({ name, type }) => [
        name,
        type === 'DATE' ? `${1900 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01` : i,
      ]),
    );
  return { columns, rows: Array.from({ length: 1_200 }, (_, i) => row(i)) };
}

describe('charts', () => {
  const charts = pipeline.charts.map((chart, at) =>
    drawn(chart, long[chart.table] ?? longTable(chart.table), at)!,
  );
  const titled = <Kind extends DrawnChart['kind']>(
    title: string,
    kind: Kind,
  ): DrawnChart & { readonly kind: Kind } => {
    const chart = charts.find((each) => each.title === title);
    if (chart?.kind !== kind) throw new Error(`${title} is no ${kind}`);
    return chart as DrawnChart & { readonly kind: Kind };
  };

  it('are bounded however long the history is', () => {
    expect(JSON.stringify(charts).length).toBeLessThan(400_000);
    expect(titled('MRR movements', 'bridge').points).toHaveLength(LIMITS.periods);
    expect(titled('LTV and CAC by channel', 'categories').points).toHaveLength(LIMITS.names);
    const { rows } = titled('Retention', 'heatmap');
    expect(rows.map(({ rates }) => rates.length)).toEqual(
      Array<number>(LIMITS.heatRows).fill(LIMITS.heatColumns),
    );
    expect(rows.at(-1)?.name).toBe(week(299));
  });

  it('end where the table ends', () => {
    const { step, points } = titled('Monthly recurring revenue', 'area');
    expect([step, points.at(-1)?.values]).toEqual(['month', [8_999, 8_999]]);
  });

  const shop = table(
    { day: 'DATE', shop: 'VARCHAR', sold: 'BIGINT' },
    days(1_100, (i) => ({ day: isoOfDays(19_723 + i), shop: i % 2 === 0 ? 'a' : 'b', sold: i }), 19_723),
  );
  const drawnShop = (chart: Partial<Chart>): DrawnChart | undefined =>
    drawn(
      { title: 'Shop', table: 'mart.shop', kind: 'bar', x: 'day', y: 'sold', ...chart } as Chart,
      shop,
      0,
    );

  it('write shares as percentages, and draw the bounds that they should keep', () => {
    const months = table({ month: 'DATE', share: 'DOUBLE' }, [
      { month: '2024-01-01', share: null },
      { month: '2024-02-01', share: 0.98765432 },
    ]);
    const y = { column: 'share', name: 'Kept', format: 'percent' } as const;
    const chart: Chart = {
      title: 'Kept',
      table: 'mart.kept',
      kind: 'line',
      x: 'month',
      y,
      target: { min: 1 },
    };
    expect(drawn(chart, months, 0)).toMatchObject({
      step: 'month',
      caption: 'Kept, by month',
      target: { min: 1 },
      figures: [{ name: 'Kept', format: 'percent' }],
      // What is unknown is no zero.
      points: [{ values: [null] }, { values: [0.9877] }],
    });
  });

  it('show a week as its mean day, or as its last', () => {
    expect(drawnShop({})).toMatchObject({ step: 'week', figures: [{ name: 'Sold', format: 'whole' }] });
    expect(drawnShop({})).toHaveProperty('points.1.values', [10]);
    expect(drawnShop({ fold: 'last' })).toHaveProperty('points.1.values', [13]);
  });

  it('split a figure by a column whose parts come to the whole', () => {
    const split = drawnShop({ color: 'shop' });
    expect(split).toMatchObject({ isStacked: true, figures: [{ name: 'b' }, { name: 'a' }] });
    const [, second] = split?.kind === 'bar' ? split.points : [];
    // 8, 10, 12 of a and 7, 9, 11, 13 of b, by seven days.
    expect(second?.values).toEqual([Math.round(40 / 7), Math.round(30 / 7)]);
  });

  it('are by name, the largest first, where there are no days', () => {
    expect(drawnShop({ x: 'shop' })).toMatchObject({
      kind: 'categories',
      points: [
        { name: 'b', values: [550 ** 2] },
        { name: 'a', values: [549 * 550] },
      ],
    });
  });

  it('may be a table', () => {
    expect(drawnShop({ kind: 'table', y: ['shop', 'sold'] })).toMatchObject({
      columns: [
        { name: 'Shop', isNumber: false },
        { name: 'Sold', isNumber: true },
      ],
    });
  });

  it('are left out where the table has not their columns', () => {
    expect(drawnShop({ y: 'price' })).toBeUndefined();
  });
});

describe('refused records', () => {
  const run = (i: number) => ({
    run: i,
    ingestDate: week(i),
    newestDate: null,
    batches: 1,
    bytes: 1,
    records: 9,
    accepted: 0,
    recordsBySource: {},
    duplicates: 0,
    conflicts: 0,
    newRows: 0,
    lateRows: 0,
    values: {},
    rejected: Object.fromEntries(Array.from({ length: 30 }, (_, reason) => [`reason_${reason}`, reason])),
  });

  it('are all counted, by the most frequent reasons', () => {
    const points = refusedOf(Array.from({ length: 900 }, (_, i) => run(i)));
    expect(new Set(points.map(({ run: of }) => of)).size).toBe(REFUSED_LIMITS.runs);
    expect(new Set(points.map(({ reason }) => reason)).size).toBe(REFUSED_LIMITS.reasons + 1);
    const ofRun = points.filter((point) => point.run === 899);
    expect(ofRun.reduce((sum, { records }) => sum + records, 0)).toBe((29 * 30) / 2);
  });
});

describe('markup', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^[<>&"'/!\-a-z\u2028\u202e\0]{0,20}$/),
  );

  it('takes no tag, quote or entity from text', () => {
    fc.assert(
      fc.property(text, (value) => {
        const { html } = markup`<p title="${value}">${[value, null]}</p>`;
        const inner = html.slice('<p title="'.length, -'</p>'.length).replace('">', '');
        expect(inner.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[<>&"'\u2028\u202e\0]/);
      }),
    );
  });

  it('gives a script its data back, and nothing that could end it', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.jsonValue()), (value) => {
        const { html } = jsonForScript(value);
        expect(html).not.toMatch(/[<>&\u2028\u2029]/);
        expect(JSON.parse(html)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('cuts between characters', () => {
    expect([beginning('ab😀d', 3), beginning('ab😀', 3), beginning('😀'.repeat(9), 2)]).toEqual([
      'ab😀…',
      'ab😀',
      '😀😀…',
    ]);
  });
});
