// gold.mrr_daily and gold.mrr_monthly: the price that each user pays on a day, and the users whose price changed, as
// `silver.user_prices` has them.

import type {
  ColumnMaking,
  RowsOfTable,
  TableExplanation,
} from '../../../pipeline/define/spec/explanations.js';
import { mrrDaily, subscriptions, userPrices } from '../tables.js';
import { ofPriceChange } from './records.js';

/** The days of a row, by the names of their values, up to `last`, on which its users are counted. In words, too. */
interface Days {
  readonly first: string;
  readonly last: string;
  readonly at: string;
  readonly within: string;
}

/** Of `gold.mrr_daily`. */
export const dailyMrr: TableExplanation = {
  columns: columnsFor({ first: 'date', last: 'date', at: 'on the day', within: 'on the day' }),
};

/** Of a month: its last day in the series of days, and its own. */
export const daysOfMonth: Readonly<Record<'last_in_series' | 'last_of_month', string>> = {
  last_in_series: `(SELECT MAX(date) FROM ${mrrDaily.name} WHERE date BETWEEN :month AND LAST_DAY(:month))`,
  last_of_month: 'LAST_DAY(:month)',
};

/** Whether `:month` is complete. */
export const isComplete: ColumnMaking = {
  about: 'whether the series has the month’s last day',
  flag: ':last_in_series = :last_of_month',
  facts: { last_day_in_series: ':last_in_series', last_day_of_month: ':last_of_month' },
};

/** Of `gold.mrr_monthly`. */
export const monthlyMrr: TableExplanation = {
  days: daysOfMonth,
  columns: {
    ...columnsFor({
      first: 'month',
      last: 'last_in_series',
      at: 'on the month’s last day in the series',
      within: 'in the month',
    }),
    is_complete: isComplete,
  },
};

function columnsFor(days: Days): Readonly<Record<string, ColumnMaking>> {
  const { at, within } = days;
  return {
    mrr: { about: `price of each user with one ${at}`, sum: 'price_usd', ...paying(days) },
    active_subscribers: { about: `users with a price above 0 ${at}`, count: 'rows', ...paying(days) },
    new_mrr: moved(days, `users’ first price above 0 ${within}`, {
      condition: 'price_before = 0 AND price > 0 AND highest_before = 0',
      contribution: 'price',
    }),
    reactivation_mrr: moved(days, `prices of users who come back ${within}`, {
      condition: 'price_before = 0 AND price > 0 AND highest_before > 0',
      contribution: 'price',
    }),
    expansion_mrr: moved(days, `rises of users’ prices ${within}`, {
      condition: 'price_before > 0 AND price > price_before',
      contribution: 'price - price_before',
    }),
    contraction_mrr: moved(days, `falls of users’ prices ${within}`, {
      condition: 'price > 0 AND price < price_before',
      contribution: 'price_before - price',
    }),
    churned_mrr: moved(days, `prices of users who leave ${within}`, {
      condition: 'price_before > 0 AND price = 0',
      contribution: 'price_before',
    }),
  };
}

/** The subscription that gives each user a price on the day that `last` names. */
export function paying({ last }: Pick<Days, 'last'>): RowsOfTable {
  return {
    of: subscriptions.name,
    from: `(
  SELECT
    subscription_id,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY date DESC NULLS LAST) AS rank
  FROM silver.user_prices
  WHERE date <= :${last}
) AS standing
INNER JOIN silver.subscriptions AS paid ON paid.subscription_id = standing.subscription_id`,
    select: 'paid.subscription_id, user_id, plan_id, price_usd, start_date, end_date',
    where: 'rank = 1 AND price_usd > 0',
  };
}

interface Movement {
  readonly condition: string;
  readonly contribution: string;
}

/** Users whose price changed, with the subscriptions that gave the price before and after. */
function moved({ first, last }: Days, about: string, { condition, contribution }: Movement): ColumnMaking {
  return {
    about,
    sum: `CAST(${contribution} AS DECIMAL(18, 4))`,
    of: userPrices.name,
    select: 'user_id, date, subscription_id, subscription_id_before, price_before, price',
    where: `date BETWEEN :${first} AND :${last} AND ${condition}`,
    records: ofPriceChange,
  };
}
