/*
reason: Who was active on a day was so in the week and in the 28 days that end with it.
*/
SELECT date, dau, wau, mau, stickiness FROM gold.daily_active_users
WHERE dau < 0 OR dau > wau OR wau > mau OR stickiness < 0 OR stickiness > 1
