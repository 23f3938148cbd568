// gold.ltv_per_user: a user's payments, and the events that gave channel, signup and first payment.

import type { ColumnMaking, Origin, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { payments, users } from '../tables.js';
import { conversion, signup } from './records.js';

/** A column of `silver.users` that is handed on. */
const ofUserRow = (column: string, about: string, origin: Origin): ColumnMaking => ({
  about,
  value: column,
  of: users.name,
  select: 'user_id, acquisition_channel, signup_date, first_paid_date',
  where: 'user_id = :user_id',
  records: [origin],
});

const ofUser = (kind: 'purchase' | 'refund'): { readonly of: string; readonly where: string } => ({
  of: payments.name,
  where: `kind = '${kind}' AND user_id = :user_id`,
});

/** Of `gold.ltv_per_user`. */
export const userValue: TableExplanation = {
  columns: {
    acquisition_channel: ofUserRow('acquisition_channel', 'from the first signup', signup),
    signup_date: ofUserRow('signup_date', 'day of the first signup', signup),
    first_paid_date: ofUserRow('first_paid_date', 'day of the first paid conversion', conversion),
    purchases: { about: 'purchases of the user', count: 'rows', ...ofUser('purchase') },
    gross_revenue: { about: 'purchases of the user', sum: 'amount_usd', ...ofUser('purchase') },
    refunds: { about: 'refunds of the user’s purchases', sum: 'amount_usd', ...ofUser('refund') },
    ltv: { about: 'gross_revenue less refunds', difference: ['gross_revenue', 'refunds'] },
  },
};
