/*
reason: Of the users who signed up, no more can have tried or paid than there are, and no more both than either.
*/
SELECT month, signups, trials, paid_trials, paid FROM gold.signup_funnel
WHERE trials > signups OR paid > signups OR paid_trials > trials OR paid_trials > paid
