// gold.signup_funnel: the users who signed up in a month, and those of them who tried and paid.

import type { RowsOfTable, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { userMonths, users } from '../tables.js';
import { conversion, signup, trial } from './records.js';

const signedUp = 'signup_date BETWEEN :month AND LAST_DAY(:month)';

/** Of the signups those for whom a condition holds. */
const members = (condition: string): RowsOfTable => ({
  of: users.name,
  select: 'user_id, signup_at, signup_date, acquisition_channel, first_paid_date',
  where: `${signedUp}${condition}`,
});

/** Of the signups those who ever tried, each with the first day. */
const triers = (condition: string): RowsOfTable => ({
  of: userMonths.name,
  from: `silver.user_months AS tried
INNER JOIN silver.users AS member ON member.user_id = tried.user_id`,
  select: `tried.user_id, CAST(MIN(first_trial_date) AS DATE) AS first_trial_date,
  CAST(MIN(member.signup_date) AS DATE) AS signup_date,
  CAST(MIN(member.first_paid_date) AS DATE) AS first_paid_date`,
  where: `first_trial_date IS NOT NULL AND member.${signedUp}${condition}`,
  group: 'tried.user_id',
  by: ['user_id'],
  records: [trial, signup],
});

/** Of `gold.signup_funnel`. */
export const funnel: TableExplanation = {
  columns: {
    signups: {
      about: 'users whose first signup is in the month',
      count: 'rows',
      ...members(''),
      records: [signup],
    },
    trials: { about: 'of them, users who ever began a trial', count: 'rows', ...triers('') },
    paid_trials: {
      about: 'of them, users who ever began a trial and ever paid',
      count: 'rows',
      ...triers(' AND member.first_paid_date IS NOT NULL'),
      records: [trial, conversion],
    },
    paid: {
      about: 'of them, users who ever paid',
      count: 'rows',
      ...members(' AND first_paid_date IS NOT NULL'),
      records: [signup, conversion],
    },
    trial_rate: { about: 'trials / signups', ratio: ['trials', 'signups'] },
    trial_paid_rate: { about: 'paid_trials / trials', ratio: ['paid_trials', 'trials'] },
    paid_rate: { about: 'paid / signups', ratio: ['paid', 'signups'] },
  },
};
