// A small pipeline as data, right in every part, for tests that make one part of it wrong.

import type { TableDefinition } from '../../../src/format/table-definition.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import { contractOfKinds } from '../../records/contract-kinds.js';

const columns: TableDefinition['columns'] = [
  { name: 'visit_id', type: 'string', required: true },
  { name: 'seen_at', type: 'timestamp', required: true },
  { name: 'seen_on', type: 'date', required: true },
  { name: 'before_id', type: 'string', required: false },
];

const visits = contractOfKinds({
  source: 'visits',
  relation: 'log',
  format: 'ndjson',
  files: ['visits*.ndjson'],
  fields: [
    { name: 'visit_id', kind: 'text', refuse: 'missing_visit_id' },
    { name: 'seen_at', kind: 'timestamp', refuse: 'invalid_seen_at' },
    { name: 'before_id', kind: 'text' },
  ],
  order: [{ field: 'visit_id' }, { field: 'seen_at' }],
  derived: [{ kind: 'date-of', name: 'seen_on', timestamp: 'seen_at' }],
  columns,
  key: ['visit_id'],
  winner: [{ column: 'seen_at' }, { has: 'before_id' }],
});

const prices = contractOfKinds({
  source: 'prices',
  relation: 'extract',
  format: 'csv',
  files: ['prices*.csv'],
  fields: [
    { name: 'city', kind: 'text', refuse: 'missing_city' },
    { name: 'since', kind: 'date', refuse: 'invalid_since' },
    { name: 'price', kind: 'money', negative: { otherwise: 'null' } },
  ],
  order: [{ field: 'city' }, { field: 'since' }],
  columns: [
    { name: 'city', type: 'string', required: true },
    { name: 'since', type: 'date', required: true },
    { name: 'price', type: 'decimal(18,4)', required: false },
  ],
  key: ['city', 'since'],
  winner: [{ column: 'price' }],
});

const byMonth = { source: 'seen_on', transform: 'month', name: 'seen_month' } as const;

/** A log and an extract, a model of each spread, a check, a bound, a figure of runs, a series. */
export const smallSpec: PipelineSpec = {
  name: 'visits',
  sources: [
    {
      kind: 'log',
      contract: visits,
      bronze: 'bronze.visits',
      table: {
        name: 'silver.visits',
        columns,
        partition: { source: 'seen_on', transform: 'identity', name: 'seen_on' },
        sortOrder: ['visit_id'],
        key: ['visit_id'],
        keyIndex: ['visit_id', 'before_id'],
      },
      conflicts: 'silver.visit_conflicts',
    },
    {
      kind: 'extract',
      contract: prices,
      bronze: 'bronze.prices',
      table: {
        name: 'silver.prices',
        columns: prices.columns,
        sortOrder: ['city', 'since'],
        key: ['city', 'since'],
      },
    },
  ],
  models: [
    {
      table: {
        name: 'silver.returns',
        columns: [
          { name: 'visit_id', type: 'string', required: true },
          { name: 'seen_on', type: 'date', required: true },
          { name: 'before_on', type: 'date', required: false },
        ],
        partition: byMonth,
        sortOrder: ['visit_id'],
        key: ['visit_id'],
      },
      sql: `SELECT visit.visit_id, visit.seen_on, earlier.seen_on AS before_on FROM silver.visits AS visit
        LEFT JOIN silver.earlier_visits AS earlier ON earlier.visit_id = visit.before_id`,
      inputs: [
        { table: 'silver.visits', columns: ['visit_id', 'seen_on', 'before_id'], spread: { kind: 'rows' } },
        {
          table: 'silver.visits',
          as: 'silver.earlier_visits',
          columns: ['visit_id', 'seen_on'],
          spread: { kind: 'referenced', column: 'before_id' },
        },
      ],
      usesRange: false,
    },
    {
      table: {
        name: 'gold.days',
        columns: [
          { name: 'seen_on', type: 'date', required: true },
          { name: 'visits', type: 'long', required: true },
        ],
        partition: byMonth,
        sortOrder: ['seen_on'],
        key: ['seen_on'],
      },
      sql: 'SELECT seen_on, COUNT(*) AS visits FROM silver.visits GROUP BY seen_on',
      inputs: [{ table: 'silver.visits', columns: ['seen_on'], spread: { kind: 'days' } }],
      usesRange: false,
    },
  ],
  checks: [
    {
      name: 'no_empty_day',
      severity: 'error',
      reason: 'A day has a row because of its visits.',
      sql: 'SELECT seen_on FROM gold.days WHERE visits = 0',
      tables: ['gold.days'],
    },
  ],
  ranges: [
    {
      name: 'prices_in_range',
      severity: 'error',
      reason: 'No price is below zero.',
      table: 'silver.prices',
      columns: { price: { min: '0' } },
    },
  ],
  runs: {
    nulls: [{ column: 'first_visits', table: 'silver.visits', of: 'before_id' }],
    sums: [{ column: 'visits', table: 'gold.days', of: 'visits' }],
    metrics: [
      {
        name: 'first_visit_rate',
        about: 'visits that are the first',
        of: 'first_visits',
        by: 'new_rows',
        judged: 'rate',
        check: 'anomaly_first_visit_rate',
        reason: 'Another share of visits than usual is the first.',
      },
    ],
  },
  series: [{ name: 'visits', kind: 'count', reason: 'Visits.', from: { partitionsOf: 'silver.visits' } }],
  mayShrink: ['gold.days'],
  range: 'silver.visits',
};
