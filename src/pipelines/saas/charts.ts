// What the report draws of gold.

import type { Chart } from '../../pipeline/define/spec/charts.js';
import * as tables from './tables.js';

/** In the order of the page. */
export const charts: readonly Chart[] = [
  {
    title: 'Revenue',
    kind: 'bar',
    table: tables.dailyRevenueNet.name,
    unit: 'USD',
    about: 'What stands between net and gross was refunded.',
    wide: true,
    x: 'date',
    y: [
      { column: 'net_revenue', name: 'Net' },
      { column: 'gross_revenue', name: 'Gross' },
    ],
    below: 'refunds',
    trend: 'net_revenue',
  },
  {
    title: 'Active users',
    kind: 'line',
    table: tables.dailyActiveUsers.name,
    unit: 'Users active on the day, in its 7 days and in its 28 days',
    x: 'date',
    y: [
      { column: 'dau', name: 'DAU' },
      { column: 'wau', name: 'WAU' },
      { column: 'mau', name: 'MAU' },
    ],
  },
  {
    title: 'Monthly recurring revenue',
    kind: 'area',
    table: tables.mrrDaily.name,
    unit: 'USD',
    x: 'date',
    y: { column: 'mrr', name: 'MRR' },
    fold: 'last',
    beside: [{ column: 'active_subscribers', name: 'Subscribers' }],
  },
  {
    title: 'MRR movements',
    kind: 'bridge',
    table: tables.mrrMonthly.name,
    unit: 'USD by month',
    x: 'month',
    up: [
      { column: 'new_mrr', name: 'New' },
      { column: 'expansion_mrr', name: 'Expansion' },
      { column: 'reactivation_mrr', name: 'Reactivation' },
    ],
    down: [
      { column: 'churned_mrr', name: 'Churned' },
      { column: 'contraction_mrr', name: 'Contraction' },
    ],
    end: { column: 'mrr', name: 'MRR at the end' },
    complete: 'is_complete',
  },
  {
    title: 'LTV and CAC by channel',
    kind: 'bar',
    table: tables.ltvCacRatio.name,
    unit: 'USD per paid customer',
    x: 'channel',
    y: [
      { column: 'avg_ltv', name: 'LTV' },
      { column: 'cac', name: 'CAC' },
    ],
    by: 'paid_customers',
    beside: [
      { column: 'paid_customers', name: 'Customers' },
      { column: 'ltv_cac_ratio', name: 'LTV : CAC' },
    ],
  },
  {
    title: 'Retention',
    kind: 'heatmap',
    table: tables.weeklyCohortRetention.name,
    unit: 'Users of a week’s signups who came back, by weeks since then',
    wide: true,
    x: 'week_number',
    y: { column: 'cohort_week', name: 'Signed up in the week from' },
    value: 'retention_rate',
    size: { column: 'cohort_size', name: 'Users' },
    complete: 'is_complete',
  },
];
