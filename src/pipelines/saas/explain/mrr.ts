// gold.mrr_daily and gold.mrr_monthly: the price that each user pays on a day, and the users whose price changed.

import { mrrDaily, mrrMonthly } from '../tables.js';
import {
  between,
  date,
  dayOf,
  monthEnd,
  type Making,
  type Read,
  type RowsBehind,
  type TableExplanation,
} from './explanation.js';
import { ofPriceChange, ofSubscription } from './origins.js';
import { one } from './payments.js';

/** The days of a row: up to `last`, the day on which its users are counted. */
interface Days {
  /** Literals or scalar queries. */
  readonly first: string;
  readonly last: string;
  readonly reads: readonly Read[];
  /** In words. */
  readonly at: string;
  readonly within: string;
}

export const dailyMrr: TableExplanation = {
  table: mrrDaily,
  columns: (key) => {
    const day = date(dayOf(key, 'date'));
    return columnsFor({ ...{ first: day, last: day, reads: [] }, at: 'on the day', within: 'on the day' });
  },
};

export const monthlyMrr: TableExplanation = {
  table: mrrMonthly,
  columns: (key) => {
    const first = dayOf(key, 'month');
    const last = monthEnd(first);
    const inSeries = `(SELECT MAX(date) FROM gold.mrr_daily WHERE date BETWEEN ${date(first)} AND ${date(last)})`;
    const reads = [{ table: mrrDaily.name, where: { date: between(first, last) } }];
    return {
      ...columnsFor({
        ...{ first: date(first), last: inSeries, reads },
        ...{ at: 'on the month’s last day in the series', within: 'in the month' },
      }),
      is_complete: {
        kind: 'flag',
        about: 'whether the series has the month’s last day',
        facts: {
          sql: `SELECT
  ${inSeries} AS last_day_in_series,
  ${date(last)} AS last_day_of_month,
  ${inSeries} = ${date(last)} AS value`,
          reads,
        },
      },
    };
  },
};

function columnsFor(days: Days): Readonly<Record<string, Making>> {
  return {
    mrr: {
      kind: 'sum',
      about: `price of each user with one ${days.at}`,
      rows: paying(days, 'price_usd'),
    },
    active_subscribers: {
      kind: 'count',
      about: `users with a price above 0 ${days.at}`,
      rows: paying(days, one),
    },
    new_mrr: moved(days, `users’ first price above 0 ${days.within}`, {
      condition: 'price_before = 0 AND price > 0 AND highest_before = 0',
      contribution: 'price',
    }),
    reactivation_mrr: moved(days, `prices of users who come back ${days.within}`, {
      condition: 'price_before = 0 AND price > 0 AND highest_before > 0',
      contribution: 'price',
    }),
    expansion_mrr: moved(days, `rises of users’ prices ${days.within}`, {
      condition: 'price_before > 0 AND price > price_before',
      contribution: 'price - price_before',
    }),
    contraction_mrr: moved(days, `falls of users’ prices ${days.within}`, {
      condition: 'price > 0 AND price < price_before',
      contribution: 'price_before - price',
    }),
    churned_mrr: moved(days, `prices of users who leave ${days.within}`, {
      condition: 'price_before > 0 AND price = 0',
      contribution: 'price_before',
    }),
  };
}

/** Of several subscriptions that are active on a day, the first in this order is the user's. */
const standingOrder = `start_date DESC NULLS LAST,
      created_at DESC NULLS LAST,
      price_usd DESC NULLS LAST,
      subscription_id DESC NULLS LAST`;

const subscriptions: Read = { table: 'silver.subscriptions' };

/** The subscription that gives each user a price on the last day. */
function paying({ last, reads }: Days, contribution: string): RowsBehind {
  return {
    sql: `WITH active AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY
      ${standingOrder}
    ) AS rank
  FROM silver.subscriptions
  WHERE start_date <= ${last} AND (end_date IS NULL OR ${last} < end_date)
)

SELECT
  subscription_id,
  user_id,
  plan_id,
  price_usd,
  start_date,
  end_date,
  ${contribution} AS contribution
FROM active
WHERE rank = 1 AND price_usd > 0`,
    reads: [subscriptions, ...reads],
    table: 'silver.subscriptions',
    by: ['subscription_id'],
    origins: ofSubscription,
  };
}

interface Movement {
  readonly condition: string;
  readonly contribution: string;
}

const moved = (days: Days, about: string, movement: Movement): Making => ({
  kind: 'sum',
  about,
  rows: movements(days, movement),
});

/** Users whose price changed, with the subscriptions that gave the price before and after. */
function movements({ first, last, reads }: Days, { condition, contribution }: Movement): RowsBehind {
  return {
    sql: `WITH subscription AS (
  SELECT * FROM silver.subscriptions WHERE end_date IS NULL OR start_date < end_date
),

-- A price can only change on a day on which a subscription of the user starts or ends.
turning_day AS (
  SELECT user_id, start_date AS date FROM subscription WHERE start_date <= ${last}
  UNION
  SELECT user_id, end_date AS date FROM subscription WHERE end_date <= ${last}
),

candidate AS (
  SELECT
    turning_day.user_id,
    turning_day.date,
    subscription_id,
    price_usd,
    ROW_NUMBER() OVER (PARTITION BY turning_day.user_id, turning_day.date ORDER BY
      ${standingOrder}
    ) AS rank
  FROM turning_day
  LEFT JOIN subscription
    ON subscription.user_id = turning_day.user_id
    AND start_date <= date AND (end_date IS NULL OR date < end_date)
),

price AS (
  SELECT user_id, date, subscription_id, COALESCE(price_usd, 0) AS price FROM candidate WHERE rank = 1
),

step AS (
  SELECT
    *,
    COALESCE(LAG(price) OVER before, 0) AS price_before,
    LAG(subscription_id) OVER before AS subscription_id_before,
    COALESCE(
      MAX(price) OVER (
        PARTITION BY user_id ORDER BY date NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS highest_before
  FROM price
  WINDOW before AS (PARTITION BY user_id ORDER BY date NULLS LAST)
)

SELECT
  user_id,
  date,
  subscription_id,
  subscription_id_before,
  CAST(price_before AS DECIMAL(18, 4)) AS price_before,
  CAST(price AS DECIMAL(18, 4)) AS price,
  CAST(${contribution} AS DECIMAL(18, 4)) AS contribution
FROM step
WHERE date >= ${first} AND ${condition}`,
    reads: [subscriptions, ...reads],
    table: 'silver.subscriptions',
    by: ['user_id', 'date'],
    origins: ofPriceChange,
  };
}
