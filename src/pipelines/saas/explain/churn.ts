// gold.churn_monthly: what each customer paid at the beginning and at the end of a month.

import type {
  ColumnMaking,
  MadeOfRows,
  RowsOfTable,
  TableExplanation,
} from '../../../pipeline/define/spec/explanations.js';
import { userPrices } from '../tables.js';
import { daysOfMonth, isComplete, paying } from './mrr.js';
import { ofPriceChange } from './records.js';

/** Of each user the newest price before the month, and the newest up to its end. */
const bothEnds = `(
  SELECT
    user_id,
    MAX(CASE WHEN NOT is_within THEN subscription_id END) AS subscription_id_before,
    COALESCE(MAX(CASE WHEN NOT is_within THEN price END), 0) AS price_before,
    CASE WHEN MAX_BY(price, date) > 0 THEN MAX_BY(subscription_id, date) END AS subscription_id,
    MAX_BY(price, date) AS price
  FROM (
    SELECT
      user_id,
      date,
      subscription_id,
      price,
      date >= :month AS is_within,
      ROW_NUMBER() OVER (PARTITION BY user_id, date >= :month ORDER BY date DESC NULLS LAST) AS rank
    FROM silver.user_prices
    WHERE date <= :last_in_series
  ) AS known
  WHERE rank = 1
  GROUP BY user_id
) AS ends`;

/** Users whose price at the end of the month is not that of its beginning, in one way. */
function customers(where: string): RowsOfTable {
  return {
    of: userPrices.name,
    from: bothEnds,
    select: `user_id, subscription_id_before, CAST(price_before AS DECIMAL(18, 4)) AS price_before,
  subscription_id, CAST(price AS DECIMAL(18, 4)) AS price`,
    where,
    by: ['user_id'],
    records: ofPriceChange,
  };
}

const gained = customers('price_before = 0 AND price > 0');
const lost = customers('price_before > 0 AND price = 0');
const opening = paying({ last: 'day_before' });

const amount = (about: string, sum: string, rows: RowsOfTable): ColumnMaking => ({
  about,
  sum: `CAST(${sum} AS DECIMAL(18, 4))`,
  ...rows,
});
const count = (about: string, rows: RowsOfTable): MadeOfRows & { readonly about: string } => ({
  about,
  count: 'rows',
  ...rows,
});

/** Of `gold.churn_monthly`. */
export const churn: TableExplanation = {
  days: { ...daysOfMonth, day_before: ':month + CAST(-1 AS INT)' },
  columns: {
    opening_subscribers: count('users with a price above 0 on the day before the month', opening),
    gained_subscribers: count('users with a price at the month’s end and none before it', gained),
    lost_subscribers: count('users with a price before the month and none at its end', lost),
    opening_mrr: {
      about: 'price of each user with one on the day before the month',
      sum: 'price_usd',
      ...opening,
    },
    gained_mrr: amount('prices of users who had none before the month', 'price', gained),
    raised_mrr: amount(
      'what customers pay more at the month’s end than before it',
      'price - price_before',
      customers('price_before > 0 AND price > price_before'),
    ),
    lowered_mrr: amount(
      'what customers who stayed pay less at the month’s end than before it',
      'price_before - price',
      customers('price > 0 AND price < price_before'),
    ),
    lost_mrr: amount('prices before the month of users who have none at its end', 'price_before', lost),
    logo_churn: {
      about: 'lost_subscribers / opening_subscribers',
      ratio: ['lost_subscribers', 'opening_subscribers'],
    },
    revenue_churn: { about: 'lost_mrr / opening_mrr', ratio: ['lost_mrr', 'opening_mrr'] },
    lessened_mrr: amount(
      'what customers pay less at the month’s end than before it, those who left included',
      'price_before - price',
      customers('price < price_before'),
    ),
    kept_mrr: { about: 'opening_mrr less lessened_mrr', difference: ['opening_mrr', 'lessened_mrr'] },
    gross_retention: { about: 'kept_mrr / opening_mrr', ratio: ['kept_mrr', 'opening_mrr'] },
    net_lessened_mrr: amount(
      'what customers pay less at the month’s end than before it, less what they pay more',
      'price_before - price',
      customers('price_before > 0 AND price <> price_before'),
    ),
    closing_mrr: {
      about: 'opening_mrr less net_lessened_mrr',
      difference: ['opening_mrr', 'net_lessened_mrr'],
    },
    net_retention: { about: 'closing_mrr / opening_mrr', ratio: ['closing_mrr', 'opening_mrr'] },
    mrr: {
      about: 'price of each user with one on the month’s last day in the series',
      sum: 'price_usd',
      ...paying({ last: 'last_in_series' }),
    },
    active_subscribers: count(
      'users with a price above 0 on the month’s last day in the series',
      paying({ last: 'last_in_series' }),
    ),
    arpu: { about: 'mrr / active_subscribers', ratio: ['mrr', 'active_subscribers'] },
    is_complete: isComplete,
  },
};
