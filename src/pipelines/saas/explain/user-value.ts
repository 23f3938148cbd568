// gold.ltv_per_user: a user's payments, and the events that gave channel, signup and first payment.

import { ltvPerUser } from '../tables.js';
import { text, type Making, type Origin, type TableExplanation } from './explanation.js';
import { conversion, signup } from './origins.js';
import { one, payments } from './payments.js';

export const userValue: TableExplanation = {
  table: ltvPerUser,
  columns: ({ user_id: user = '' }) => {
    const purchases = `kind = 'purchase' AND user_id = ${text(user)}`;
    return {
      acquisition_channel: ofUserRow(user, 'acquisition_channel', 'from the first signup', signup),
      signup_date: ofUserRow(user, 'signup_date', 'day of the first signup', signup),
      first_paid_date: ofUserRow(user, 'first_paid_date', 'day of the first paid conversion', conversion),
      purchases: {
        kind: 'count',
        about: 'purchases of the user',
        rows: payments({ contribution: one, condition: purchases }),
      },
      gross_revenue: {
        kind: 'sum',
        about: 'purchases of the user',
        rows: payments({ contribution: 'amount_usd', condition: purchases }),
      },
      refunds: {
        kind: 'sum',
        about: 'refunds of the user’s purchases',
        rows: payments({
          contribution: 'amount_usd',
          condition: `kind = 'refund' AND user_id = ${text(user)}`,
        }),
      },
      ltv: { kind: 'difference', about: 'gross_revenue less refunds', of: ['gross_revenue', 'refunds'] },
    };
  },
};

/** A column of `silver.users` that is handed on. */
const ofUserRow = (user: string | number, column: string, about: string, origin: Origin): Making => ({
  kind: 'value',
  about,
  rows: {
    sql: `SELECT user_id, acquisition_channel, signup_date, first_paid_date, ${column} AS value
FROM silver.users
WHERE user_id = ${text(user)}`,
    reads: [{ table: 'silver.users' }],
    table: 'silver.users',
    by: ['user_id'],
    origins: [origin],
  },
});
