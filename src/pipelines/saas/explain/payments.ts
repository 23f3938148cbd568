// Rows of silver.payments as contributions, for every table that adds up money.

import type { ScanFilter } from '../../../table/scan.js';
import type { RowsBehind } from './explanation.js';
import { ofPayment } from './origins.js';

export interface PaymentRows {
  /** What a payment adds. */
  readonly contribution: string;
  readonly condition: string;
  /** Files that may hold such payments. */
  readonly where?: ScanFilter;
}

/** What a purchase adds and a refund takes off. */
export const signedAmount = `CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END`;

/** Each thing once. */
export const one = 'CAST(1 AS BIGINT)';

/** Payments that meet the condition, one row each. */
export function payments({ contribution, condition, where }: PaymentRows): RowsBehind {
  return {
    sql: `SELECT
  event_id,
  kind,
  user_id,
  event_date,
  effective_date,
  amount_usd,
  purchase_event_id,
  link_status,
  ${contribution} AS contribution
FROM silver.payments
WHERE ${condition}`,
    reads: [{ table: 'silver.payments', ...(where && { where }) }],
    table: 'silver.payments',
    by: ['event_id'],
    origins: ofPayment,
  };
}
