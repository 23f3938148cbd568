// Every table that SQL makes, in an order in which inputs come first: what each reads, and how a change in that spreads.
// The statements lie beside this file, in models/.

import { readFileSync } from 'node:fs';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Model, ModelInput, Spread } from '../../pipeline/define/spec/pipeline-spec.js';
import * as tables from './tables.js';

const days: Spread = { kind: 'days' };
const whole: Spread = { kind: 'table' };
const months = (before: number, after: number): Spread => ({ kind: 'months', before, after });

const input = (table: TableDefinition, spread: Spread, columns: string): ModelInput => ({
  table: table.name,
  columns: columns.split(' '),
  spread,
});

/** A window of 28 days reaches into the month before. */
const windowOf28Days = months(1, 0);
/** A week belongs to the month of its Monday and may end in the next. */
const weeksByMonday = months(0, 1);

const silver: readonly (readonly [TableDefinition, readonly ModelInput[]])[] = [
  [
    tables.payments,
    [
      input(
        tables.events,
        { kind: 'rows' },
        'event_id user_id event_type event_date amount_usd refers_to_event_id',
      ),
      {
        ...input(
          tables.events,
          { kind: 'referenced', column: 'refers_to_event_id' },
          'event_id user_id event_type event_date',
        ),
        as: 'silver.referenced_events',
      },
    ],
  ],
  [tables.userDays, [input(tables.events, days, 'user_id event_type event_date')]],
  [
    tables.userMilestones,
    [
      input(
        tables.events,
        days,
        'event_id user_id event_type event_ts event_date amount_usd acquisition_channel',
      ),
    ],
  ],
  [
    tables.userMonths,
    [
      input(tables.userDays, months(0, 0), 'event_date user_id'),
      input(
        tables.userMilestones,
        months(0, 0),
        'event_date user_id signup_at signup_event_id acquisition_channel is_paid is_trial',
      ),
    ],
  ],
  [
    tables.users,
    [
      input(
        tables.userMonths,
        whole,
        'user_id signup_at signup_date signup_event_id acquisition_channel first_paid_date',
      ),
    ],
  ],
  [tables.spendGaps, [input(tables.marketingSpend, whole, 'date channel')]],
  [tables.activeUsers, [input(tables.userDays, windowOf28Days, 'event_date user_id')]],
  [
    tables.channelWeeks,
    [
      input(tables.userDays, weeksByMonday, 'event_date user_id'),
      input(tables.users, { kind: 'from', column: 'cohort_week' }, 'user_id cohort_week acquisition_channel'),
    ],
  ],
  [tables.cohortWeeks, [input(tables.channelWeeks, months(0, 0), 'event_date cohort_week retained_users')]],
  [
    tables.userPrices,
    [input(tables.subscriptions, whole, 'subscription_id user_id price_usd start_date end_date created_at')],
  ],
];

const gold: readonly (readonly [TableDefinition, readonly ModelInput[]])[] = [
  [tables.dailyActiveUsers, [input(tables.activeUsers, whole, 'event_date dau wau mau')]],
  [tables.dailyRevenueGross, [input(tables.payments, whole, 'kind user_id event_date amount_usd')]],
  [tables.dailyRevenueNet, [input(tables.payments, whole, 'kind event_date effective_date amount_usd')]],
  [
    tables.mrrDaily,
    [
      input(tables.subscriptions, whole, 'start_date'),
      input(tables.userPrices, whole, 'date price price_before highest_before'),
    ],
  ],
  [
    tables.mrrMonthly,
    [
      input(
        tables.mrrDaily,
        whole,
        'date mrr active_subscribers new_mrr reactivation_mrr expansion_mrr contraction_mrr churned_mrr',
      ),
    ],
  ],
  [
    tables.weeklyCohortRetention,
    [
      input(tables.users, whole, 'cohort_week'),
      input(tables.cohortWeeks, whole, 'event_date cohort_week retained_users'),
    ],
  ],
  [
    tables.cacByChannel,
    [
      input(tables.marketingSpend, whole, 'date channel spend'),
      input(tables.users, whole, 'acquisition_channel first_paid_date'),
    ],
  ],
  [
    tables.ltvPerUser,
    [
      input(tables.users, whole, 'user_id acquisition_channel signup_date first_paid_date'),
      input(tables.payments, whole, 'kind user_id amount_usd'),
    ],
  ],
  [
    tables.ltvCacRatio,
    [
      input(tables.ltvPerUser, whole, 'acquisition_channel first_paid_date ltv'),
      input(tables.cacByChannel, whole, 'channel spend paid_conversions'),
    ],
  ],
  [
    tables.signupFunnel,
    [
      input(tables.users, whole, 'user_id signup_date first_paid_date'),
      input(tables.userMonths, whole, 'user_id first_trial_date'),
    ],
  ],
  [
    tables.churnMonthly,
    [
      input(tables.userPrices, whole, 'user_id date price'),
      input(tables.mrrDaily, whole, 'date'),
      input(tables.mrrMonthly, whole, 'month mrr active_subscribers is_complete'),
    ],
  ],
  [
    tables.cacMonthly,
    [
      input(tables.marketingSpend, whole, 'date spend'),
      input(tables.users, whole, 'first_paid_date'),
      input(tables.churnMonthly, whole, 'month arpu'),
    ],
  ],
  [
    tables.retentionByChannel,
    [
      input(tables.users, whole, 'acquisition_channel cohort_week'),
      input(tables.channelWeeks, whole, 'event_date cohort_week acquisition_channel retained_users'),
    ],
  ],
];

/** The models with their statements, read anew. */
export function loadModels(): readonly Model[] {
  return [...silver, ...gold].map(([table, inputs]) => {
    const sql = readFileSync(sqlFile(table), 'utf8').trimEnd();
    return { table, sql, inputs, usesRange: sql.includes('run.event_range') };
  });
}

/** `silver.users` is made by `models/silver/users.sql`, in the source tree as in the built one. */
const sqlFile = ({ name }: TableDefinition): URL =>
  new URL(`./models/${name.replace('.', '/')}.sql`, import.meta.url);
