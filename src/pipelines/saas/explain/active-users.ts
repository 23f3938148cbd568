// gold.daily_active_users: each user who was active in the days counts once, by the last of those days.

import type { ColumnMaking, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { userDays } from '../tables.js';

/** Of `gold.daily_active_users`. */
export const activeUsers: TableExplanation = {
  days: {
    first_of_7: ':date + CAST(-6 AS INT)',
    first_of_28: ':date + CAST(-27 AS INT)',
  },
  columns: {
    dau: usersSince('date', 'users active on the day'),
    wau: usersSince('first_of_7', 'users active in the 7 days that end with it'),
    mau: usersSince('first_of_28', 'users active in the 28 days that end with it'),
    stickiness: { about: 'dau / mau', ratio: ['dau', 'mau'] },
  },
};

/** Users with activity from the day `first` on, each with the last day and the number of days. */
function usersSince(first: string, about: string): ColumnMaking {
  return {
    about,
    count: 'rows',
    of: userDays.name,
    select: 'CAST(MAX(event_date) AS DATE) AS event_date, user_id, CAST(COUNT(*) AS BIGINT) AS active_days',
    where: `event_date BETWEEN :${first} AND :date`,
    group: 'user_id',
    by: ['user_id'],
    files: { [userDays.name]: { event_date: [first, 'date'] } },
  };
}
