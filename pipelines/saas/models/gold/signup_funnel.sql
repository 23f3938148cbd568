/*
description: |
  Of the users who signed up in a month, how many ever tried the product, how many ever paid, and how many did both. A trial counts
  from its start; a converted one without a start counts, too. Those of late months may still try and pay.
key: month
columns:
  signups: { required: true, min: 0 }
  trials: { required: true, min: 0, description: Of the signups those who ever began a trial }
  paid_trials: { required: true, min: 0, description: Of the trials those who ever paid }
  paid: { required: true, min: 0, description: Of the signups those who ever paid }
  trial_rate: { description: Trials by signups }
  trial_paid_rate: { description: Paid trials by trials }
  paid_rate: { description: Paid by signups }
explain:
  signups:
    about: users whose first signup is in the month
    count: rows
    of: silver.users
    select: user_id, signup_at, signup_date, acquisition_channel, first_paid_date
    where: signup_date BETWEEN :month AND LAST_DAY(:month)
    records: [signup]
  trials: &trials
    about: of them, users who ever began a trial
    count: rows
    of: silver.user_months
    from: |-
      silver.user_months AS tried
      INNER JOIN silver.users AS member ON member.user_id = tried.user_id
    select: |-
      tried.user_id, CAST(MIN(first_trial_date) AS DATE) AS first_trial_date,
        CAST(MIN(member.signup_date) AS DATE) AS signup_date,
        CAST(MIN(member.first_paid_date) AS DATE) AS first_paid_date
    where: first_trial_date IS NOT NULL AND member.signup_date BETWEEN :month AND LAST_DAY(:month)
    group: tried.user_id
    by: user_id
    records: [trial, signup]
  paid_trials:
    <<: *trials
    about: of them, users who ever began a trial and ever paid
    where: |-
      first_trial_date IS NOT NULL AND member.first_paid_date IS NOT NULL
        AND member.signup_date BETWEEN :month AND LAST_DAY(:month)
    records: [trial, conversion]
  paid:
    about: of them, users who ever paid
    count: rows
    of: silver.users
    select: user_id, signup_at, signup_date, acquisition_channel, first_paid_date
    where: signup_date BETWEEN :month AND LAST_DAY(:month) AND first_paid_date IS NOT NULL
    records: [signup, conversion]
  trial_rate: { about: trials / signups, ratio: [trials, signups] }
  trial_paid_rate: { about: paid_trials / trials, ratio: [paid_trials, trials] }
  paid_rate: { about: paid / signups, ratio: [paid, signups] }
*/
WITH member AS (
  SELECT user_id, CAST(DATE_TRUNC('month', signup_date) AS DATE) AS month, first_paid_date
  FROM silver.users
  WHERE signup_date IS NOT NULL
),

trial AS (
  SELECT user_id AS trial_user_id, MIN(first_trial_date) AS first_trial_date
  FROM silver.user_months
  WHERE first_trial_date IS NOT NULL
  GROUP BY user_id
),

funnel AS (
  SELECT
    month,
    COUNT(*) AS signups,
    COUNT(first_trial_date) AS trials,
    COUNT(first_paid_date) AS paid,
    SUM(CASE WHEN first_trial_date IS NOT NULL AND first_paid_date IS NOT NULL THEN 1 ELSE 0 END) AS paid_trials
  FROM member
  LEFT JOIN trial ON trial_user_id = user_id
  GROUP BY month
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(signups AS BIGINT) AS signups,
  CAST(trials AS BIGINT) AS trials,
  CAST(paid_trials AS BIGINT) AS paid_trials,
  CAST(paid AS BIGINT) AS paid,
  CAST(trials AS DOUBLE) / CAST(NULLIF(signups, 0) AS DOUBLE) AS trial_rate,
  CAST(paid_trials AS DOUBLE) / CAST(NULLIF(trials, 0) AS DOUBLE) AS trial_paid_rate,
  CAST(paid AS DOUBLE) / CAST(NULLIF(signups, 0) AS DOUBLE) AS paid_rate
FROM funnel
