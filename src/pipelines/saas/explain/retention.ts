// gold.weekly_cohort_retention and gold.retention_by_channel: the users of a signup week or a channel, and those of them
// who came in a later week.

import type { TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { userDays, users } from '../tables.js';
import { activity, signup } from './records.js';

/** Of `gold.weekly_cohort_retention`. */
export const retention: TableExplanation = {
  days: {
    monday: ':cohort_week + CAST(7 * :week_number AS INT)',
    sunday: ':cohort_week + CAST(7 * :week_number + 6 AS INT)',
  },
  columns: {
    cohort_size: {
      about: 'users who signed up in the week',
      count: 'rows',
      of: users.name,
      select: 'user_id, signup_at, signup_date, acquisition_channel',
      where: 'cohort_week = :cohort_week',
      records: [signup],
    },
    retained_users: {
      about: 'of them, users active from :monday to :sunday',
      count: 'rows',
      of: userDays.name,
      from: `silver.user_days AS day
INNER JOIN silver.users AS member ON member.user_id = day.user_id`,
      // Each with the last day of the week on which the user came.
      select: `CAST(MAX(event_date) AS DATE) AS event_date, day.user_id,
  CAST(MAX(signup_date) AS DATE) AS signup_date, CAST(COUNT(*) AS BIGINT) AS active_days`,
      where: 'cohort_week = :cohort_week AND event_date BETWEEN :monday AND :sunday',
      group: 'day.user_id',
      by: ['user_id'],
      files: { [userDays.name]: { event_date: ['monday', 'sunday'] } },
      records: [activity, signup],
    },
    retention_rate: { about: 'retained_users / cohort_size', ratio: ['retained_users', 'cohort_size'] },
    is_complete: {
      about: 'whether the week’s Sunday is not after the last event',
      flag: ':sunday <= last_date',
      facts: { last_event_date: 'last_date', sunday: ':sunday' },
      from: 'run.event_range',
    },
  },
};

/** The channel's users, each with the Monday of the week that is asked for. */
const reached = `(
  SELECT user_id, signup_at, signup_date, acquisition_channel, cohort_week,
    cohort_week + CAST(7 * :week_number AS INT) AS monday
  FROM silver.users
  WHERE acquisition_channel = :channel
) AS member
CROSS JOIN run.event_range`;

const isOver = 'monday + CAST(6 AS INT) <= last_date';

/** Of `gold.retention_by_channel`. */
export const channelRetention: TableExplanation = {
  columns: {
    users: {
      about: 'users of the channel for whom that week after their signup’s is over',
      count: 'rows',
      of: users.name,
      from: reached,
      select: 'user_id, signup_at, signup_date, acquisition_channel',
      where: isOver,
      by: ['user_id'],
      records: [signup],
    },
    retained_users: {
      about: 'of them, users who were active in that week',
      count: 'rows',
      of: userDays.name,
      from: `${reached}
INNER JOIN silver.user_days AS day ON day.user_id = member.user_id`,
      select: `CAST(MAX(event_date) AS DATE) AS event_date, day.user_id,
  CAST(MAX(signup_date) AS DATE) AS signup_date, CAST(COUNT(*) AS BIGINT) AS active_days`,
      where: `${isOver} AND event_date BETWEEN monday AND monday + CAST(6 AS INT)`,
      group: 'day.user_id',
      by: ['user_id'],
      records: [activity, signup],
    },
    retention_rate: { about: 'retained_users / users', ratio: ['retained_users', 'users'] },
  },
};
