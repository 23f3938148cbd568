// What is worth a warning: nothing is wrong with the tables, but someone should know.

import type { Check } from '../../../pipeline/define/spec/pipeline-spec.js';

/** What is worth a warning. */
export const warnings: readonly Check[] = [
  {
    name: 'orphan_refunds',
    severity: 'warn',
    reason: 'Refunds that name no known purchase count on their own day and for their own user.',
    sql: `SELECT event_id, event_date, user_id, amount_usd FROM silver.payments WHERE link_status = 'orphan'`,
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'over_refunded_purchases',
    severity: 'warn',
    reason: 'More was refunded than paid; refunds are not capped.',
    sql: `SELECT event_id, event_date, user_id, amount_usd, refunded FROM (
        SELECT purchase_event_id AS refunded_event_id, SUM(amount_usd) AS refunded
        FROM silver.payments WHERE link_status = 'linked' GROUP BY purchase_event_id
      ) AS refund
      INNER JOIN silver.payments ON event_id = refunded_event_id
      WHERE refunded > amount_usd`,
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'payments_without_user',
    severity: 'warn',
    reason: 'Payments of nobody are revenue, and in no user’s value.',
    sql: 'SELECT event_id, event_date, kind, amount_usd FROM silver.payments WHERE user_id IS NULL',
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'spend_gaps',
    severity: 'warn',
    reason:
      'Days without spend between a channel’s first and last make its cost per customer look better than it is.',
    sql: 'SELECT channel, first_day, last_day, days FROM silver.spend_gaps',
    tables: ['silver.spend_gaps'],
    whole: true,
  },
];
