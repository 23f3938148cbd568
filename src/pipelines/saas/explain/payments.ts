// Rows of silver.payments as contributions, for every table that adds up money.

import type { FileBounds } from '../../../pipeline/define/spec/explanations.js';
import { payments } from '../tables.js';

/** What a purchase adds and a refund takes off. */
export const signedAmount = `CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END`;

/** Payments of a kind, by the date column that equals the row's `date`. */
export const paidOn = (
  kind: 'purchase' | 'refund',
  column: 'event_date' | 'effective_date',
): { readonly of: string; readonly where: string; readonly files: FileBounds } => ({
  of: payments.name,
  where: `kind = '${kind}' AND ${column} = :date`,
  files: { [payments.name]: { [column]: 'date' } },
});
