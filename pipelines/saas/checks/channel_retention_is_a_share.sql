/*
reason: No more users can be retained than a channel has.
*/
SELECT channel, week_number, users, retained_users, retention_rate FROM gold.retention_by_channel
WHERE week_number < 0 OR retained_users < 0 OR retained_users > users
