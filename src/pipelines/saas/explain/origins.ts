// From rows of silver to the keys of the records behind them. Searches name days, so that few files are read.

import type { ScanFilter } from '../../../table/scan.js';
import { dateOrNull, textOrNull, type Origin, type SilverRow, type Statement } from './explanation.js';

/** The row's own event. */
export const ownEvent: Origin = { kind: 'columns', source: 'events', columns: ['event_id'] };

/** What a refund names: the purchase that it belongs to, or what an orphan lacks. */
const refundedPurchase: Origin = {
  ...{ kind: 'query', source: 'events', columns: ['event_id'] },
  asks: ({ kind }) => kind === 'refund',
  statement: (rows) => ({
    sql: `WITH asked AS (
  SELECT * FROM (VALUES
    ${rows.map(({ event_id }, at) => `(${at}, ${textOrNull(event_id)})`).join(',\n    ')}
  ) AS given(row_number, refund_id)
)

SELECT row_number, refers_to_event_id AS event_id
FROM asked
INNER JOIN silver.events ON event_id = refund_id
WHERE refers_to_event_id IS NOT NULL`,
    reads: [{ table: 'silver.events', where: daysIn(rows, 'event_date') }],
  }),
};

export const ofPayment: readonly Origin[] = [ownEvent, refundedPurchase];

export const ofSubscription: readonly Origin[] = [
  { kind: 'columns', source: 'subscriptions', columns: ['subscription_id'] },
];

/** A change of price has a subscription on each side. */
export const ofPriceChange: readonly Origin[] = [
  ...ofSubscription,
  { kind: 'columns', source: 'subscriptions', columns: ['subscription_id_before'] },
];

export const ofSpend: readonly Origin[] = [
  { kind: 'columns', source: 'marketing_spend', columns: ['date', 'channel'] },
];

/** Everything that a user did on the row's day. */
export const activity: Origin = eventsOf({
  day: 'event_date',
  condition: `event_type <> 'refund'`,
  first: false,
});

/** The signup that decides channel and cohort. */
export const signup: Origin = eventsOf({
  day: 'signup_date',
  condition: `event_type = 'signup'`,
  first: true,
});

/** What made the user a customer. */
export const conversion: Origin = eventsOf({
  day: 'first_paid_date',
  condition: `(event_type = 'trial_convert' OR (event_type = 'purchase' AND amount_usd > 0))`,
  first: true,
});

export const ofUser: readonly Origin[] = [signup, conversion];

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
    ...{ kind: 'query', source: 'events', columns: ['event_id'] },
    statement: (rows) => ({
      sql: `WITH asked AS (
  SELECT * FROM (VALUES
    ${rows.map((row, at) => askedRow(row, at, day)).join(',\n    ')}
  ) AS given(row_number, asked_user, asked_day)
),

found AS (
  SELECT
    row_number,
    event_id,
    ROW_NUMBER() OVER (PARTITION BY row_number ORDER BY event_ts NULLS LAST, event_id NULLS LAST) AS rank
  FROM asked
  INNER JOIN silver.events ON user_id = asked_user AND event_date = asked_day
  WHERE ${condition}
)

SELECT row_number, event_id
FROM found${first ? '\nWHERE rank = 1' : ''}
ORDER BY row_number, rank`,
      reads: [{ table: 'silver.events', where: daysIn(rows, day) }],
    }),
  };
}

const askedRow = (row: SilverRow, at: number, day: string): string =>
  `(${at}, ${textOrNull(row['user_id'])}, ${dateOrNull(row[day])})`;

function daysIn(rows: readonly SilverRow[], column: string): ScanFilter {
  const days = new Set(rows.map((row) => row[column]).filter((day) => typeof day === 'string'));
  return { event_date: { op: 'in', values: [...days] } };
}

/** Statements with more rows than this are asked in portions. */
export const ROWS_AT_ONCE = 1000;

/** The statements for some rows, each over a part of them, with the positions of those. */
export function* inPortions(
  { asks = () => true, statement }: Extract<Origin, { kind: 'query' }>,
  rows: readonly SilverRow[],
): Iterable<{ readonly positions: readonly number[]; readonly statement: Statement }> {
  const asked = Array.from(rows.keys()).filter((at) => asks(rows[at]!));
  for (let first = 0; first < asked.length; first += ROWS_AT_ONCE) {
    const positions = asked.slice(first, first + ROWS_AT_ONCE);
    yield { positions, statement: statement(positions.map((at) => rows[at]!)) };
  }
}
