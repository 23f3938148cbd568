// What the page draws stays light and stays true, and text stays text, whatever they are made of.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoOfDays } from '../../../src/common/calendar.js';
import { chartsOf, LIMITS, type GoldRows } from '../../../src/lake/report/charts.js';
import { beginning, jsonForScript, markup } from '../../../src/lake/report/markup.js';
import { MAX_POINTS, meanOf, seriesOf, trailingMeans, type Row } from '../../../src/lake/report/series.js';

const days = (count: number, row: (day: number) => Row, from = 0): readonly Row[] =>
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
        const { periods } = seriesOf(rows);
        expect(periods.length).toBeLessThanOrEqual(MAX_POINTS);
        expect(periods.flatMap((period) => period.rows)).toEqual(rows);
        const dates = periods.map(({ date }) => date);
        expect(new Set(dates).size).toBe(dates.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is by day for two years, then by week from Monday, by month and by year', () => {
    const step = (count: number) => seriesOf(days(count, () => ({}), 19_723)).step;
    expect([731, 1_100, 6_000, 30_000].map(step)).toEqual(['day', 'week', 'month', 'year']);
    const { periods } = seriesOf(days(1_100, () => ({}), 19_725));
    expect(periods.slice(0, 2).map(({ date, rows }) => [date, rows.length])).toEqual([
      ['2024-01-01', 5],
      ['2024-01-08', 7],
    ]);
  });

  it('shows a week as its mean day', () => {
    const { periods } = seriesOf(days(1_100, (i) => ({ net: `${i}.0000` }), 19_723));
    expect(meanOf(periods[1]!, 'net')).toBe(10);
  });

  it('has a trend as soon as it looks back far enough', () => {
    expect(trailingMeans([1, 2, 6, 1], 3)).toEqual([null, null, 3, 3]);
  });
});

describe('charts', () => {
  const week = (i: number): string => isoOfDays(19_723 + 7 * i);
  const gold: GoldRows = {
    'gold.daily_revenue_net': days(9_000, () => ({
      gross_revenue: '3.0000',
      refunds: '1.0000',
      net_revenue: '2.0000',
    })),
    'gold.daily_active_users': days(9_000, () => ({ dau: 1, wau: 2, mau: 3 })),
    'gold.mrr_daily': days(9_000, (i) => ({ mrr: `${i}.0000`, active_subscribers: i })),
    'gold.mrr_monthly': days(300, () => ({ month: '2024-01-01', is_complete: true })),
    'gold.ltv_cac_ratio': Array.from({ length: 5_000 }, (_, i) => ({
      channel: 'x'.repeat(i),
      paid_customers: i,
    })),
    'gold.weekly_cohort_retention': Array.from({ length: 300 * 300 }, (_, i) => ({
      ...{ cohort_week: week(Math.floor(i / 300)), week_number: i % 300, cohort_size: 3 },
      ...{ retention_rate: 1 / 3, is_complete: true },
    })),
  };
  const run = (i: number) => ({
    ...{ run: i, ingestDate: week(i), newestDate: null, batches: 1, bytes: 1, records: 9, accepted: 0 },
    ...{ recordsBySource: {}, duplicates: 0, conflicts: 0, newRows: 0, lateRows: 0, values: {} },
    rejected: Object.fromEntries(Array.from({ length: 30 }, (_, reason) => [`reason_${reason}`, reason])),
  });

  it('are bounded however long the history is', () => {
    const runs = Array.from({ length: 900 }, (_, i) => run(i));
    const charts = chartsOf(gold, { snapshot: 1, metrics: [], runs });
    expect(JSON.stringify(charts).length).toBeLessThan(400_000);
    expect(charts.movements).toHaveLength(LIMITS.months);
    expect(charts.channels).toHaveLength(LIMITS.channels + 1);
    expect(charts.retention.map(({ rates }) => rates.length)).toEqual(
      Array<number>(LIMITS.cohorts).fill(LIMITS.weeks + 1),
    );
    expect(charts.retention.at(-1)?.date).toBe(week(299));
    expect(new Set(charts.refused.map(({ reason }) => reason)).size).toBe(LIMITS.reasons + 1);
    const ofRun = charts.refused.filter((point) => point.run === 899);
    expect(ofRun.reduce((sum, { records }) => sum + records, 0)).toBe((29 * 30) / 2);
  });

  it('end where the table ends', () => {
    const { mrr } = chartsOf(gold, { snapshot: 1, metrics: [], runs: [] });
    expect([mrr.step, mrr.points.at(-1)?.mrr]).toEqual(['month', 8_999]);
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
