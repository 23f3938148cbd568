// Two logs that one model reads: keys of several columns with whole numbers and days in them, columns of every type, a
// model of each log that changes row by row, a model by days, models over months and from a date on.

import type { RowsOfTable } from '../../../src/pipeline/define/spec/explanations.js';
import type { Model, PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../../src/records/contract.js';
import { byDay, byMonth, columns, contractOf, tableOf } from './small-contract.js';
import type { Acceptance } from './under-law.js';

const ordersContract = ({ kinds }: Acceptance): Contract =>
  contractOf({
    source: 'orders',
    relation: 'log',
    format: 'ndjson',
    files: ['orders*.ndjson'],
    fields: [
      { name: 'shop', kind: 'text', refuse: 'missing_shop' },
      { name: 'number', kind: 'integer', refuse: 'invalid_number' },
      { name: 'placed_at', kind: 'timestamp', refuse: 'invalid_placed_at' },
      { name: 'kind', kind: 'enum', values: ['sale', 'return', ...kinds], refuse: 'unknown_kind' },
      { name: 'revision', kind: 'version', values: [1, 2, 3], refuse: 'unknown_revision' },
      { name: 'amount', kind: 'money', negative: { otherwise: 'null' } },
      { name: 'weight', kind: 'double' },
      { name: 'is_gift', kind: 'boolean' },
      { name: 'points', kind: 'integer' },
    ],
    derived: [{ kind: 'date-of', name: 'placed_on', timestamp: 'placed_at' }],
    columns: columns(
      ...['shop string', 'number long', 'placed_at timestamp', 'placed_on date', 'kind string'],
      ...['revision int', 'amount decimal(18,4)?', 'weight double?', 'is_gift boolean?', 'points long?'],
    ),
    key: ['shop', 'number'],
    winner: [{ column: 'revision' }, { has: 'weight' }, { column: 'points' }, { column: 'is_gift' }],
  });

const visitsContract = contractOf({
  source: 'visits',
  relation: 'log',
  format: 'ndjson',
  files: ['visits*.ndjson'],
  fields: [
    { name: 'visitor', kind: 'text', refuse: 'missing_visitor' },
    { name: 'seen_on', kind: 'date', refuse: 'invalid_seen_on' },
    { name: 'page', kind: 'label', nulls: [], refuse: 'missing_page' },
    { name: 'minutes', kind: 'double' },
    { name: 'is_bot', kind: 'boolean' },
  ],
  columns: columns('visitor string', 'seen_on date', 'page string', 'minutes double?', 'is_bot boolean?'),
  key: ['visitor', 'seen_on', 'page'],
  winner: [{ column: 'minutes' }],
});

const orderFacts: Model = {
  table: {
    name: 'silver.order_facts',
    columns: columns('shop string', 'number long', 'placed_on date', 'net decimal(38,4)?', 'heavy boolean?'),
    partition: byMonth('placed_on'),
    sortOrder: ['placed_on', 'shop', 'number'],
    key: ['shop', 'number'],
  },
  sql: `SELECT shop, number, placed_on,
      CAST(CASE WHEN kind = 'return' THEN -amount ELSE amount END AS DECIMAL(38, 4)) AS net,
      weight > 2 AS heavy
    FROM silver.orders`,
  inputs: [
    {
      table: 'silver.orders',
      columns: ['shop', 'number', 'placed_on', 'kind', 'amount', 'weight'],
      spread: { kind: 'rows' },
    },
  ],
  usesRange: false,
};

const viewFacts: Model = {
  table: {
    name: 'silver.view_facts',
    columns: columns('visitor string', 'seen_on date', 'page string', 'seconds double?'),
    partition: byMonth('seen_on'),
    sortOrder: ['visitor', 'seen_on', 'page'],
    key: ['visitor', 'seen_on', 'page'],
  },
  sql: 'SELECT visitor, seen_on, page, minutes * 60 AS seconds FROM silver.visits',
  inputs: [
    {
      table: 'silver.visits',
      columns: ['visitor', 'seen_on', 'page', 'minutes'],
      spread: { kind: 'rows' },
    },
  ],
  usesRange: false,
};

const shopDays: Model = {
  table: {
    name: 'silver.shop_days',
    columns: columns('day date', 'shop string', 'orders long', 'points long?', 'heaviest double?'),
    partition: byDay('day'),
    sortOrder: ['shop'],
    key: ['day', 'shop'],
  },
  sql: `SELECT placed_on AS day, shop, CAST(COUNT(*) AS BIGINT) AS orders,
      CAST(SUM(points) AS BIGINT) AS points, MAX(weight) AS heaviest
    FROM silver.orders GROUP BY placed_on, shop`,
  inputs: [
    {
      table: 'silver.orders',
      columns: ['shop', 'placed_on', 'points', 'weight'],
      spread: { kind: 'days' },
    },
  ],
  usesRange: false,
};

const days: Model = {
  table: {
    name: 'gold.days',
    columns: columns('day date', 'orders long', 'visits long'),
    partition: byMonth('day'),
    sortOrder: ['day'],
    key: ['day'],
  },
  sql: `SELECT day, CAST(SUM(orders) AS BIGINT) AS orders, CAST(SUM(visits) AS BIGINT) AS visits
    FROM (
      SELECT placed_on AS day, 1 AS orders, 0 AS visits FROM silver.orders
      UNION ALL
      SELECT seen_on AS day, 0 AS orders, 1 AS visits FROM silver.visits
    ) AS things GROUP BY day`,
  inputs: [
    { table: 'silver.orders', columns: ['placed_on'], spread: { kind: 'days' } },
    { table: 'silver.visits', columns: ['seen_on'], spread: { kind: 'days' } },
  ],
  usesRange: false,
};

const lately: Model = {
  table: {
    name: 'gold.lately',
    columns: columns('day date', 'orders long'),
    partition: byMonth('day'),
    sortOrder: ['day'],
    key: ['day'],
  },
  sql: `SELECT wanted.date AS day, CAST(SUM(orders) AS BIGINT) AS orders
    FROM run.days AS wanted
    INNER JOIN silver.shop_days AS shop_day
      ON shop_day.day <= wanted.date AND shop_day.day > wanted.date - CAST(20 AS INT)
    GROUP BY wanted.date`,
  inputs: [
    {
      table: 'silver.shop_days',
      columns: ['day', 'orders'],
      spread: { kind: 'months', before: 1, after: 0 },
    },
  ],
  usesRange: false,
};

const visitors: Model = {
  table: {
    name: 'silver.visitors',
    columns: columns('visitor string', 'first_on date'),
    sortOrder: ['visitor'],
    key: ['visitor'],
  },
  sql: 'SELECT visitor, MIN(seen_on) AS first_on FROM silver.view_facts GROUP BY visitor',
  inputs: [{ table: 'silver.view_facts', columns: ['visitor', 'seen_on'], spread: { kind: 'table' } }],
  usesRange: false,
};

const newcomers: Model = {
  table: {
    name: 'gold.newcomers',
    columns: columns('day date', 'views long', 'firsts long'),
    partition: byMonth('day'),
    sortOrder: ['day'],
    key: ['day'],
  },
  sql: `SELECT seen_on AS day, CAST(COUNT(*) AS BIGINT) AS views,
      CAST(SUM(CASE WHEN first_on = seen_on THEN 1 ELSE 0 END) AS BIGINT) AS firsts
    FROM silver.view_facts AS view_fact
    INNER JOIN silver.visitors AS person ON person.visitor = view_fact.visitor
    GROUP BY seen_on`,
  inputs: [
    {
      table: 'silver.view_facts',
      columns: ['visitor', 'seen_on'],
      spread: { kind: 'months', before: 0, after: 0 },
    },
    {
      table: 'silver.visitors',
      columns: ['visitor', 'first_on'],
      spread: { kind: 'from', column: 'first_on' },
    },
  ],
  usesRange: false,
};

const totals: Model = {
  table: {
    name: 'gold.totals',
    columns: columns('what string', 'first_day date?', 'last_day date?', 'things long'),
    sortOrder: ['what'],
    key: ['what'],
  },
  sql: `SELECT 'orders' AS what, first_date AS first_day, last_date AS last_day, things
    FROM (SELECT CAST(COUNT(*) AS BIGINT) AS things FROM silver.order_facts) AS counted
    CROSS JOIN run.event_range`,
  inputs: [{ table: 'silver.order_facts', columns: ['number'], spread: { kind: 'table' } }],
  usesRange: true,
};

const ofShopDay: RowsOfTable = {
  of: 'silver.orders',
  where: 'placed_on = :day AND shop = :shop',
  files: { 'silver.orders': { placed_on: 'day' } },
};

/** As it is written. */
export const twoLogsSpec = (settings: Acceptance): PipelineSpec => {
  const orders = ordersContract(settings);
  return {
    name: 'two_logs',
    settings,
    sources: [
      {
        kind: 'log',
        contract: orders,
        bronze: 'bronze.orders',
        conflicts: 'silver.order_conflicts',
        table: tableOf('silver.orders', orders, { partition: byDay('placed_on'), keyIndex: [] }),
      },
      {
        kind: 'log',
        contract: visitsContract,
        bronze: 'bronze.visits',
        conflicts: 'silver.visit_conflicts',
        table: tableOf('silver.visits', visitsContract, {
          partition: byMonth('seen_on'),
          keyIndex: ['visitor'],
        }),
      },
    ],
    models: [orderFacts, viewFacts, shopDays, days, lately, visitors, newcomers, totals],
    checks: [
      {
        name: 'days_have_things',
        severity: 'error',
        reason: 'A day is there because of what happened.',
        sql: 'SELECT day FROM gold.days WHERE orders + visits = 0',
        tables: ['gold.days'],
      },
      {
        name: 'orders_are_sold',
        severity: 'error',
        reason: 'Shops count every order once.',
        whole: true,
        sql: `SELECT day, orders, counted FROM gold.days
          LEFT JOIN (SELECT day AS shop_day, SUM(orders) AS counted FROM silver.shop_days GROUP BY day) AS shops
            ON shop_day = day
          WHERE orders <> COALESCE(counted, 0)`,
        tables: ['gold.days', 'silver.shop_days'],
      },
      {
        name: 'shops_have_names',
        severity: 'error',
        reason: 'An order is of a shop.',
        sql: "SELECT shop, number FROM silver.orders WHERE shop = ''",
        tables: ['silver.orders'],
      },
    ],
    ranges: [
      {
        name: 'orders_in_range',
        severity: 'error',
        reason: 'Amounts are not below zero.',
        table: 'silver.orders',
        columns: { amount: { min: '0' }, revision: { min: 1, max: 3 } },
      },
    ],
    runs: {
      nulls: [{ column: 'unweighed_orders', table: 'silver.orders', of: 'weight' }],
      sums: [{ column: 'first_visits', table: 'gold.newcomers', of: 'firsts' }],
      metrics: [],
    },
    series: [
      { name: 'orders', kind: 'count', reason: 'Orders.', from: { partitionsOf: 'silver.orders' } },
      {
        name: 'visits',
        kind: 'count',
        reason: 'Visits.',
        from: {
          sql: 'SELECT day AS date, visits AS value, visits AS things FROM gold.days',
          tables: ['gold.days'],
        },
      },
    ],
    range: 'silver.orders',
    explanations: {
      columns: {
        'silver.shop_days': {
          columns: {
            orders: { about: 'orders of the shop on the day', count: 'rows', ...ofShopDay },
            points: { about: 'their points', sum: 'points', ...ofShopDay },
            heaviest: {
              about: 'the weight of the heaviest of them',
              value: 'heaviest',
              of: 'silver.shop_days',
              where: 'day = :day AND shop = :shop',
            },
          },
        },
        'gold.days': {
          columns: {
            orders: {
              about: 'orders placed on the day',
              count: 'rows',
              of: 'silver.orders',
              where: 'placed_on = :day',
              files: { 'silver.orders': { placed_on: 'day' } },
            },
            visits: {
              about: 'pages seen on the day',
              count: 'rows',
              of: 'silver.visits',
              where: 'seen_on = :day',
              files: { 'silver.visits': { seen_on: 'day' } },
            },
          },
        },
        'gold.lately': {
          days: { first: ':day + CAST(-19 AS INT)' },
          columns: {
            orders: {
              about: 'orders of the twenty days that end with the day',
              sum: 'orders',
              of: 'silver.shop_days',
              where: 'day BETWEEN :first AND :day',
              files: { 'silver.shop_days': { day: ['first', 'day'] } },
            },
          },
        },
        'gold.newcomers': {
          columns: {
            views: {
              about: 'pages seen on the day',
              count: 'rows',
              of: 'silver.view_facts',
              where: 'seen_on = :day',
            },
            firsts: {
              about: 'those of visitors who were not seen before',
              count: 'rows',
              of: 'silver.view_facts',
              from: `silver.view_facts AS view_fact
INNER JOIN silver.visitors AS person ON person.visitor = view_fact.visitor`,
              select: 'view_fact.visitor, seen_on, page, first_on',
              where: 'seen_on = :day AND first_on = :day',
            },
          },
        },
      },
      records: {
        'silver.view_facts': [{ source: 'visits', columns: ['visitor', 'seen_on', 'page'] }],
      },
    },
  };
};
