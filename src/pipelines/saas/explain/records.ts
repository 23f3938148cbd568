// From rows of silver to the records behind them. Searches name days, so that few files are read.

import type { Origin, OriginByQuery } from '../../../pipeline/define/spec/explanations.js';
import * as tables from '../tables.js';

/** The row's own event. */
export const ownEvent: Origin = { source: 'events', columns: ['event_id'] };

/** What a refund names: the purchase that it belongs to, or what an orphan lacks. */
const refundedPurchase: OriginByQuery = {
  source: 'events',
  asks: ['event_id', 'event_date'],
  when: { kind: 'refund' },
  sql: `SELECT row_number, refers_to_event_id AS event_id
FROM asked
INNER JOIN silver.events AS refund ON refund.event_id = asked.event_id
WHERE refers_to_event_id IS NOT NULL`,
  files: { 'silver.events': { event_date: 'event_date' } },
};

const subscription: Origin = { source: 'subscriptions', columns: ['subscription_id'] };

/** A change of price has a subscription on each side. */
export const ofPriceChange: readonly Origin[] = [
  subscription,
  { source: 'subscriptions', columns: ['subscription_id_before'] },
];

/** Everything that a user did on the row's day. */
export const activity = eventsOf({ day: 'event_date', condition: `event_type <> 'refund'`, first: false });

/** The signup that decides channel and cohort. */
export const signup = eventsOf({ day: 'signup_date', condition: `event_type = 'signup'`, first: true });

/** What made the user a customer. */
export const conversion = eventsOf({
  day: 'first_paid_date',
  condition: `(event_type = 'trial_convert' OR (event_type = 'purchase' AND amount_usd > 0))`,
  first: true,
});

/** The first trial, by its start or its conversion. */
export const trial = eventsOf({
  day: 'first_trial_date',
  condition: `event_type IN ('trial_start', 'trial_convert')`,
  first: true,
});

interface EventsOfUser {
  /** The row's column that holds the day. */
  readonly day: string;
  /** On the columns of `silver.events`. */
  readonly condition: string;
  /** Only the earliest of the day. */
  readonly first: boolean;
}

/** Events of the row's user on a day that the row names. */
function eventsOf({ day, condition, first }: EventsOfUser): Origin {
  return {
    source: 'events',
    asks: ['user_id', day],
    sql: `WITH found AS (
  SELECT
    row_number,
    event_id,
    ROW_NUMBER() OVER (PARTITION BY row_number ORDER BY event_ts NULLS LAST, event_id NULLS LAST) AS rank
  FROM asked
  INNER JOIN silver.events AS event
    ON event.user_id = asked.user_id AND event.event_date = CAST(asked.${day} AS DATE)
  WHERE ${condition}
)

SELECT row_number, event_id
FROM found${first ? '\nWHERE rank = 1' : ''}
ORDER BY row_number, rank`,
    files: { 'silver.events': { event_date: day } },
  };
}

/** By table. Rows of the three sources' own tables have the record of their key. */
export const records: Readonly<Record<string, readonly Origin[]>> = {
  [tables.payments.name]: [ownEvent, refundedPurchase],
  [tables.userDays.name]: [activity],
  [tables.users.name]: [signup, conversion],
  [tables.userPrices.name]: ofPriceChange,
};
