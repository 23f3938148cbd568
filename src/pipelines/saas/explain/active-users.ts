// gold.daily_active_users: each user who was active in the days counts once, by the last of those days.

import { dailyActiveUsers } from '../tables.js';
import {
  between,
  date,
  dayAfter,
  dayOf,
  type Making,
  type RowsBehind,
  type TableExplanation,
} from './explanation.js';
import { activity } from './origins.js';

export const activeUsers: TableExplanation = {
  table: dailyActiveUsers,
  columns: (key) => {
    const day = dayOf(key, 'date');
    return {
      dau: users(day, 1),
      wau: users(day, 7),
      mau: users(day, 28),
      stickiness: { kind: 'ratio', about: 'dau / mau', of: ['dau', 'mau'] },
    };
  },
};

const users = (day: string, days: number): Making => ({
  kind: 'count',
  about: days === 1 ? 'users active on the day' : `users active in the ${days} days that end with it`,
  rows: activeBetween(dayAfter(day, 1 - days), day),
});

/** Users with activity from `first` to `last`, each with the last day and the number of days. */
function activeBetween(first: string, last: string): RowsBehind {
  return {
    sql: `SELECT
  CAST(MAX(event_date) AS DATE) AS event_date,
  user_id,
  CAST(COUNT(*) AS BIGINT) AS active_days,
  CAST(1 AS BIGINT) AS contribution
FROM silver.user_days
WHERE event_date BETWEEN ${date(first)} AND ${date(last)}
GROUP BY user_id`,
    reads: [{ table: 'silver.user_days', where: { event_date: between(first, last) } }],
    table: 'silver.user_days',
    by: ['user_id'],
    origins: [activity],
  };
}
