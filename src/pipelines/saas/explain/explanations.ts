// Where numbers come from: an explanation for every gold table, and the records behind rows of silver.

import * as tables from '../tables.js';
import { acquisitionCost, valueByCost } from './acquisition.js';
import { activeUsers } from './active-users.js';
import type { Origin, TableExplanation } from './explanation.js';
import { dailyMrr, monthlyMrr } from './mrr.js';
import { activity, ofPayment, ofSpend, ofSubscription, ofUser, ownEvent } from './origins.js';
import { retention } from './retention.js';
import { grossRevenue, netRevenue } from './revenue.js';
import { userValue } from './user-value.js';

/** By table. */
export const explanations: ReadonlyMap<string, TableExplanation> = new Map(
  [
    activeUsers,
    grossRevenue,
    netRevenue,
    dailyMrr,
    monthlyMrr,
    retention,
    acquisitionCost,
    userValue,
    valueByCost,
  ].map((explanation) => [explanation.table.name, explanation]),
);

/** Tables of silver whose rows have records of their own, and the way to those. */
export const silverOrigins: ReadonlyMap<string, readonly Origin[]> = new Map([
  [tables.events.name, [ownEvent]],
  [tables.subscriptions.name, ofSubscription],
  [tables.marketingSpend.name, ofSpend],
  [tables.payments.name, ofPayment],
  [tables.userDays.name, [activity]],
  [tables.users.name, ofUser],
]);
