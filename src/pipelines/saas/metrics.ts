// What is watched: figures of each run against earlier runs, and figures of each day against the same weekday before.

import type { DailySeries, Metric, RunLog } from '../../pipeline/define/spec/pipeline-spec.js';
import * as tables from './tables.js';

/** A rate that should stay what it was. */
const rate = (name: string, of: string, by: string, about: string): Metric => ({
  name,
  about,
  of,
  by,
  judged: 'rate',
  check: `anomaly_${name}`,
  reason: `The share of ${about} is not what it was in earlier runs: a source may have changed.`,
});

const metrics: readonly Metric[] = [
  {
    name: 'records',
    about: 'records read',
    of: 'records',
    judged: 'volume',
    check: 'anomaly_records',
    reason: 'Much more or less was delivered than in earlier runs: files may be missing, or delivered twice.',
  },
  rate('reject_rate', 'rejected', 'records', 'records refused'),
  rate('duplicate_rate', 'duplicates', 'log_records', 'events that repeat another one'),
  rate('conflict_rate', 'conflicts', 'log_records', 'events that differ from one of their id'),
  rate('late_rate', 'late_rows', 'new_rows', 'new events older than the newest day that was known'),
  rate('null_user_rate', 'null_user_events', 'new_rows', 'new events without a user'),
  {
    name: 'unknown_fields',
    about: 'fields no version knows',
    of: 'unknown_fields',
    judged: 'bounds',
    limit: { max: 0 },
    isCommon: true,
    check: 'unknown_fields',
    reason:
      'Records hold fields that no version of the contract knows; bronze keeps them, the models do not see them.',
  },
  {
    name: 'freshness_days',
    about: 'days from newest event to ingest',
    of: 'freshness_days',
    judged: 'bounds',
    limit: { max: 7 },
    check: 'freshness',
    reason: 'The newest event was old when it was ingested: what feeds the lake may have stopped.',
  },
  {
    name: 'spend_gap_days',
    about: 'days without spend',
    of: 'spend_gap_days',
    judged: 'bounds',
    check: 'limit_spend_gap_days',
    reason: 'More days without spend than the settings allow.',
  },
];

/** What is kept of every run. */
export const runs: RunLog = {
  nulls: [{ column: 'null_user_events', table: tables.events.name, of: 'user_id' }],
  sums: [{ column: 'spend_gap_days', table: tables.spendGaps.name, of: 'days' }],
  metrics,
};

const reason = (what: string): string =>
  `${what} on some day are not what the same weekday had in the weeks before.`;

/** A column of a table of gold, and the column that says how many things each of its values counts. */
interface GoldSeries extends Pick<DailySeries, 'name' | 'kind'> {
  readonly table: string;
  readonly value: string;
  readonly things: string;
  /** What the values are, in the plural. */
  readonly what: string;
}

const gold = ({ name, kind, table, value, things, what }: GoldSeries): DailySeries => ({
  name,
  kind,
  reason: reason(what),
  from: { sql: `SELECT date, ${value} AS value, ${things} AS things FROM ${table}`, tables: [table] },
});

/** The series whose days are compared with those before them. */
export const series: readonly DailySeries[] = [
  { name: 'events', kind: 'count', reason: reason('Events'), from: { partitionsOf: tables.events.name } },
  gold({
    name: 'active_users',
    kind: 'count',
    table: 'gold.daily_active_users',
    value: 'dau',
    things: 'dau',
    what: 'Active users',
  }),
  gold({
    name: 'purchases',
    kind: 'count',
    table: 'gold.daily_revenue_gross',
    value: 'purchases',
    things: 'purchases',
    what: 'Purchases',
  }),
  gold({
    name: 'gross_revenue',
    kind: 'money',
    table: 'gold.daily_revenue_gross',
    value: 'gross_revenue',
    things: 'purchases',
    what: 'Revenues',
  }),
  gold({
    name: 'refunds',
    kind: 'money',
    table: 'gold.daily_revenue_net',
    value: 'refunds',
    things: 'refund_count',
    what: 'Refunds',
  }),
  {
    name: 'signups',
    kind: 'count',
    reason: reason('Signups'),
    from: {
      sql: `SELECT signup_date AS date, COUNT(*) AS value, COUNT(*) AS things
        FROM silver.users WHERE signup_date IS NOT NULL GROUP BY signup_date`,
      tables: [tables.users.name],
    },
  },
];
