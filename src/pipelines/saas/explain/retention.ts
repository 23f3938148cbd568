// gold.weekly_cohort_retention: the users of a signup week, and those of them who came in a later week.

import { weeklyCohortRetention } from '../tables.js';
import {
  between,
  date,
  dayAfter,
  dayOf,
  type RowsBehind,
  type Statement,
  type TableExplanation,
} from './explanation.js';
import { activity, signup } from './origins.js';

export const retention: TableExplanation = {
  table: weeklyCohortRetention,
  columns: (key) => {
    const cohort = dayOf(key, 'cohort_week');
    const monday = dayAfter(cohort, 7 * Number(key['week_number']));
    return {
      cohort_size: { kind: 'count', about: 'users who signed up in the week', rows: members(cohort) },
      retained_users: {
        kind: 'count',
        about: `of them, users active from ${monday} to ${dayAfter(monday, 6)}`,
        rows: retained(cohort, monday),
      },
      retention_rate: {
        kind: 'ratio',
        about: 'retained_users / cohort_size',
        of: ['retained_users', 'cohort_size'],
      },
      is_complete: {
        kind: 'flag',
        about: 'whether the week’s Sunday is not after the last event',
        facts: completeness(dayAfter(monday, 6)),
      },
    };
  },
};

const completeness = (sunday: string): Statement => ({
  sql: `SELECT last_date AS last_event_date, ${date(sunday)} AS sunday, ${date(sunday)} <= last_date AS value
FROM run.event_range`,
  reads: [],
});

function members(cohort: string): RowsBehind {
  return {
    sql: `SELECT user_id, signup_at, signup_date, acquisition_channel, CAST(1 AS BIGINT) AS contribution
FROM silver.users
WHERE cohort_week = ${date(cohort)}`,
    reads: [{ table: 'silver.users' }],
    table: 'silver.users',
    by: ['user_id'],
    origins: [signup],
  };
}

/** Members with activity in the week from `monday`, each with the last day of it. */
function retained(cohort: string, monday: string): RowsBehind {
  const sunday = dayAfter(monday, 6);
  return {
    sql: `SELECT
  CAST(MAX(event_date) AS DATE) AS event_date,
  day.user_id,
  CAST(MAX(signup_date) AS DATE) AS signup_date,
  CAST(COUNT(*) AS BIGINT) AS active_days,
  CAST(1 AS BIGINT) AS contribution
FROM silver.user_days AS day
INNER JOIN silver.users AS member ON member.user_id = day.user_id
WHERE cohort_week = ${date(cohort)} AND event_date BETWEEN ${date(monday)} AND ${date(sunday)}
GROUP BY day.user_id`,
    reads: [
      { table: 'silver.user_days', where: { event_date: between(monday, sunday) } },
      { table: 'silver.users' },
    ],
    table: 'silver.user_days',
    by: ['user_id'],
    origins: [activity, signup],
  };
}
