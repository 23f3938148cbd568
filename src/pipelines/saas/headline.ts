// The few figures that say how the business stands, out of gold.

import type { Figure } from '../../pipeline/define/spec/headline.js';
import { dailyActiveUsers, dailyRevenueNet, ltvCacRatio, mrrDaily } from './tables.js';

/** The row of all channels in `gold.ltv_cac_ratio`. */
const allChannels = { channel: '(all channels)' };

/** In the order in which they are shown. */
export const headline: readonly Figure[] = [
  { name: 'MRR', about: 'USD on :date', table: mrrDaily.name, column: 'mrr', row: 'last' },
  {
    name: 'Active subscribers',
    about: 'with a price above 0',
    table: mrrDaily.name,
    column: 'active_subscribers',
    row: 'last',
  },
  {
    name: 'Net revenue',
    about: 'USD in the last 30 days',
    table: dailyRevenueNet.name,
    sum: 'net_revenue',
    last: 30,
  },
  {
    name: 'DAU / WAU / MAU',
    about: 'active users',
    table: dailyActiveUsers.name,
    column: ['dau', 'wau', 'mau'],
    row: 'last',
  },
  {
    name: 'Paid customers',
    about: 'ever converted',
    table: ltvCacRatio.name,
    column: 'paid_customers',
    row: allChannels,
  },
  {
    name: 'CAC',
    about: 'USD per paid conversion, all channels',
    table: ltvCacRatio.name,
    column: 'cac',
    row: allChannels,
  },
  {
    name: 'LTV : CAC',
    about: 'all channels',
    table: ltvCacRatio.name,
    column: 'ltv_cac_ratio',
    row: allChannels,
    target: { min: 1 },
  },
];
