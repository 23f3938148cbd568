// Logs of a service to begin with: requests as a log, errors and slow answers by day, with a few lines to try it on.

import type { ProjectText } from './write-draft.js';

/** One line a request, which may come twice and in any order. */
export const logsProject = (name: string): ProjectText => ({
  'lake.yaml': `# A lake project: sources here, SQL in models/, files to read in data/.
# "lake settings --schema" prints everything that may stand here.
name: ${name}
sources:
  requests:
    files: ["requests*.ndjson", "access*.ndjson"]
    kind: log # all lines count, whatever files they come in; a line that comes twice counts once
    key: request_id
    fields:
      request_id: { from: id, type: text, required: true }
      at: { from: ts, type: timestamp, required: true, formats: [epoch_ms, iso] }
      method: { from: http.method, type: text, case: upper }
      path: { from: http.path, type: text, required: true }
      status: { from: http.status, type: integer, required: true, min: 100, max: 599 }
      duration_ms: { from: took_ms, type: double, min: 0 }
      user_id: { from: user.id, type: text }
    dates: { day: at } # in UTC; say "zone" for another clock
    partition: day(day)
range: silver.requests.day
headline:
  - { name: Requests, sql: "SELECT SUM(requests) FROM gold.daily_requests", about: so far }
  - { name: Errors, sql: "SELECT SUM(errors) FROM gold.daily_requests", about: answers of 500 and above }
charts:
  - { title: Requests by day, table: gold.daily_requests, x: date, y: [requests, errors], kind: line }
`,
  'models/gold/daily_requests.sql': `/*
description: Requests, errors and users by day
key: date
partition: month(date)
reads:
  silver.requests: month(day)
explain:
  requests: { count: rows, of: silver.requests, where: "day = :date" }
*/
SELECT
  day AS date,
  CAST(COUNT(*) AS BIGINT) AS requests,
  CAST(SUM(CASE WHEN status >= 500 THEN 1 ELSE 0 END) AS BIGINT) AS errors,
  CAST(COUNT(DISTINCT user_id) AS BIGINT) AS users
FROM silver.requests
GROUP BY day
`,
  'models/gold/paths.sql': `/*
description: How often each path was asked for, and how long that took
key: path
*/
SELECT
  path,
  CAST(COUNT(*) AS BIGINT) AS requests,
  CAST(SUM(CASE WHEN status >= 500 THEN 1 ELSE 0 END) AS BIGINT) AS errors,
  MAX(duration_ms) AS slowest_ms
FROM silver.requests
GROUP BY path
`,
  'checks/few_errors.sql': `/*
severity: warn
reason: A day on which one answer in ten is an error is worth a look.
*/
SELECT date, requests, errors
FROM gold.daily_requests
WHERE errors * 10 > requests
`,
  'tests/daily_requests.yaml': `name: errors are answers of 500 and above
model: gold.daily_requests
given:
  silver.requests:
    - { day: 2024-03-01, status: 200, user_id: ana }
    - { day: 2024-03-01, status: 503, user_id: ana }
expect:
  - { date: 2024-03-01, requests: 2, errors: 1, users: 1 }
`,
  'data/requests.ndjson': `{"id":"r1","ts":1709283600123,"http":{"method":"get","path":"/","status":200},"took_ms":12.5,"user":{"id":"ana"}}
{"id":"r2","ts":1709283601200,"http":{"method":"GET","path":"/cart","status":200},"took_ms":80}
{"id":"r3","ts":"2024-03-02T10:00:00Z","http":{"method":"POST","path":"/cart","status":503},"took_ms":30000.25,"user":{"id":"kim"}}
`,
});
