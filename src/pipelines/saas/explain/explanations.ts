// Where numbers come from: an explanation for every gold table, and the records behind rows of silver.

import type { Explanations } from '../../../pipeline/define/spec/explanations.js';
import * as tables from '../tables.js';
import { acquisitionCost, monthlyAcquisitionCost, valueByCost } from './acquisition.js';
import { activeUsers } from './active-users.js';
import { churn } from './churn.js';
import { funnel } from './funnel.js';
import { dailyMrr, monthlyMrr } from './mrr.js';
import { records } from './records.js';
import { channelRetention, retention } from './retention.js';
import { grossRevenue, netRevenue } from './revenue.js';
import { userValue } from './user-value.js';

/** Of the whole pipeline. */
export const explanations: Explanations = {
  columns: {
    [tables.dailyActiveUsers.name]: activeUsers,
    [tables.dailyRevenueGross.name]: grossRevenue,
    [tables.dailyRevenueNet.name]: netRevenue,
    [tables.mrrDaily.name]: dailyMrr,
    [tables.mrrMonthly.name]: monthlyMrr,
    [tables.weeklyCohortRetention.name]: retention,
    [tables.cacByChannel.name]: acquisitionCost,
    [tables.ltvPerUser.name]: userValue,
    [tables.ltvCacRatio.name]: valueByCost,
    [tables.signupFunnel.name]: funnel,
    [tables.churnMonthly.name]: churn,
    [tables.cacMonthly.name]: monthlyAcquisitionCost,
    [tables.retentionByChannel.name]: channelRetention,
  },
  records,
};
