// Two logs, one with a key of two columns, both with models that spread by rows; models by day and by month, one that reads
// both logs, one that is a single table; no range. And deliveries for them, with corrections that move rows to other days.

import fc from 'fast-check';
import type { ColumnDefinition, TableDefinition } from '../../../src/format/table-definition.js';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type {
  Model,
  ModelInput,
  PipelineSpec,
  Spread,
} from '../../../src/pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../../src/records/contract.js';
import { contractOfKinds } from '../../records/contract-kinds.js';
import type { Delivery } from '../../reference/reference.js';

const text = (name: string): ColumnDefinition => ({ name, type: 'string', required: true });
const day = (name: string): ColumnDefinition => ({ name, type: 'date', required: true });
const long = (name: string): ColumnDefinition => ({ name, type: 'long', required: true });
const money = (name: string): ColumnDefinition => ({ name, type: 'decimal(38,4)', required: false });

interface LogFields {
  readonly source: string;
  readonly key: readonly string[];
  readonly time: string;
  readonly date: string;
}

function contractOf({ source, key, time, date }: LogFields): Contract {
  return contractOfKinds({
    source,
    relation: 'log',
    format: 'ndjson',
    files: [`${source}*.ndjson`],
    fields: [
      ...key.map((name) => ({ name, kind: 'text' as const, refuse: `missing_${name}` })),
      { name: time, kind: 'timestamp', refuse: `invalid_${time}` },
      { name: 'amount', kind: 'money', negative: { otherwise: 'null' } },
    ],
    order: [...key, time].map((field) => ({ field })),
    derived: [{ kind: 'date-of', name: date, timestamp: time }],
    columns: [
      ...key.map(text),
      { name: time, type: 'timestamp', required: true },
      day(date),
      { name: 'amount', type: 'decimal(18,4)', required: false },
    ],
    key,
    winner: [{ column: time }, { column: 'amount' }],
  });
}

const orders = contractOf({
  source: 'orders',
  key: ['shop', 'number'],
  time: 'placed_at',
  date: 'placed_on',
});
const payments = contractOf({
  source: 'payments',
  key: ['payment_id'],
  time: 'paid_at',
  date: 'paid_on',
});

function logOf(contract: Contract, name: string, date: string): PipelineSpec['sources'][number] {
  return {
    kind: 'log',
    contract,
    bronze: `raw.${contract.source}`,
    table: {
      name,
      columns: contract.columns,
      partition: { source: date, transform: 'identity', name: date },
      sortOrder: contract.key,
      key: contract.key,
      keyIndex: contract.key.length === 1 ? contract.key : [],
    },
    conflicts: `${name}_conflicts`,
  };
}

const byDay = (source: string) => ({ source, transform: 'identity', name: source }) as const;
const byMonth = (source: string) => ({ source, transform: 'month', name: `${source}_month` }) as const;
const input = (table: string, spread: Spread, columns: string): ModelInput => ({
  table,
  spread,
  columns: columns.split(' '),
});
const modelOf = (
  table: Omit<TableDefinition, 'sortOrder'>,
  inputs: readonly ModelInput[],
  sql: string,
): Model => ({ table: { ...table, sortOrder: table.key }, inputs, sql, usesRange: false });

const models: readonly Model[] = [
  modelOf(
    {
      name: 'clean.order_values',
      columns: [text('shop'), text('number'), day('placed_on'), money('amount')],
      partition: byMonth('placed_on'),
      key: ['shop', 'number'],
    },
    [input('clean.orders', { kind: 'rows' }, 'shop number placed_on amount')],
    'SELECT shop, number, placed_on, CAST(amount AS DECIMAL(38, 4)) AS amount FROM clean.orders',
  ),
  modelOf(
    {
      name: 'clean.payment_values',
      columns: [text('payment_id'), day('paid_on'), money('amount')],
      partition: byDay('paid_on'),
      key: ['payment_id'],
    },
    [input('clean.payments', { kind: 'rows' }, 'payment_id paid_on amount')],
    'SELECT payment_id, paid_on, CAST(amount AS DECIMAL(38, 4)) AS amount FROM clean.payments',
  ),
  modelOf(
    {
      name: 'mart.days',
      columns: [day('date'), long('orders'), long('payments')],
      partition: byDay('date'),
      key: ['date'],
    },
    [
      input('clean.orders', { kind: 'days' }, 'placed_on'),
      input('clean.payments', { kind: 'days' }, 'paid_on'),
    ],
    `SELECT date, CAST(SUM(an_order) AS BIGINT) AS orders, CAST(SUM(a_payment) AS BIGINT) AS payments
    FROM (
      SELECT placed_on AS date, 1 AS an_order, 0 AS a_payment FROM clean.orders
      UNION ALL
      SELECT paid_on AS date, 0 AS an_order, 1 AS a_payment FROM clean.payments
    ) AS each
    GROUP BY date`,
  ),
  modelOf(
    {
      name: 'mart.months',
      columns: [day('date'), text('shop'), money('amount')],
      partition: byMonth('date'),
      key: ['date', 'shop'],
    },
    [input('clean.order_values', { kind: 'months', before: 1, after: 0 }, 'shop placed_on amount')],
    `SELECT day.date, shop, CAST(SUM(amount) AS DECIMAL(38, 4)) AS amount
    FROM clean.order_values
    INNER JOIN run.days AS day ON day.date = placed_on
    GROUP BY day.date, shop`,
  ),
  modelOf(
    { name: 'mart.totals', columns: [text('what'), long('days')], key: ['what'] },
    [
      input('mart.days', { kind: 'table' }, 'date orders payments'),
      input('clean.payment_values', { kind: 'table' }, 'amount'),
    ],
    `SELECT 'days' AS what, COUNT(*) AS days FROM mart.days
    UNION ALL SELECT 'payments' AS what, COUNT(amount) AS days FROM clean.payment_values`,
  ),
];

/** Reads its logs' days and months in every way; its layers are named otherwise than usual. */
export const ordersPipeline = definePipeline({
  name: 'orders',
  sources: [logOf(orders, 'clean.orders', 'placed_on'), logOf(payments, 'clean.payments', 'paid_on')],
  models,
});

/** The tables that converge, whatever the deliveries. */
export const orderTables: readonly string[] = [
  'clean.orders',
  'clean.payments',
  ...models.map(({ table }) => table.name),
];

const moment = fc.record({
  day: fc.constantFrom('2024-01-30', '2024-01-31', '2024-02-01', '2024-02-02', '2024-03-15'),
  hour: fc.integer({ min: 0, max: 2 }),
});
const order = fc.record({
  shop: fc.constantFrom('a', 'b'),
  number: fc.constantFrom('1', '2', '3'),
  at: moment,
  amount: fc.nat(3),
});
const payment = fc.record({ id: fc.constantFrom('p', 'q', 'r', 's'), at: moment, amount: fc.nat(3) });
const time = ({ day: date, hour }: { readonly day: string; readonly hour: number }): string =>
  `${date}T0${hour}:00:00Z`;

const records = fc.record({
  orders: fc.array(
    order.map(({ shop, number, at, amount }) => ({ shop, number, placed_at: time(at), amount })),
    { maxLength: 5 },
  ),
  payments: fc.array(
    payment.map(({ id, at, amount }) => ({ payment_id: id, paid_at: time(at), amount })),
    { maxLength: 5 },
  ),
});

/** One to four runs; keys come again with other times, so that rows move between days and months. */
export const orderDeliveries: fc.Arbitrary<readonly (readonly Delivery[])[]> = fc
  .array(
    records.filter((each) => each.orders.length + each.payments.length > 0),
    { minLength: 1, maxLength: 4 },
  )
  .map((runs) =>
    runs.map((run, at) =>
      (['orders', 'payments'] as const)
        .filter((log) => run[log].length > 0)
        .map((log) => ({
          name: `${log}-${at + 1}.ndjson`,
          bytes: Buffer.from(run[log].map((record) => `${JSON.stringify(record)}\n`).join('')),
        })),
    ),
  );
