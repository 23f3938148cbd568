// Two extracts and no log, so no days that a range could have: keys of text and days, of text and whole numbers; an array
// inside of an object, a CSV with semicolons and decimal commas, a table by months.

import fc from 'fast-check';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../../src/pipeline/define/pipeline.js';
import type { PipelineSpec } from '../../../src/pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../../src/records/contract.js';
import { csvFile, deliveriesOf, extractSequence, jsonArray, rarely, someDay, someTime } from './generated.js';
import { byMonth, columns, contractOf, tableOf } from './small-contract.js';
import { allRecords, groups, sumOf, type RowTruth } from './truth.js';
import { acceptance, type Acceptance, type PipelineUnderLaw, type Runs } from './under-law.js';

const accountsContract = ({ kinds }: Acceptance): Contract =>
  contractOf({
    source: 'accounts',
    relation: 'extract',
    format: 'json-array',
    records: ['found', 'accounts'],
    files: ['accounts*.json'],
    fields: [
      { name: 'bank', kind: 'text', refuse: 'missing_bank' },
      { name: 'number', kind: 'integer', refuse: 'invalid_number' },
      { name: 'kind', kind: 'enum', values: ['current', 'savings', ...kinds], refuse: 'unknown_kind' },
      { name: 'opened_at', kind: 'timestamp' },
      { name: 'is_open', kind: 'boolean' },
      { name: 'interest', kind: 'double' },
      { name: 'balance', kind: 'money', refuse: 'invalid_balance' },
    ],
    columns: columns(
      ...['bank string', 'number long', 'kind string', 'opened_at timestamp?', 'is_open boolean?'],
      ...['interest double?', 'balance decimal(18,4)'],
    ),
    key: ['bank', 'number'],
    winner: [{ column: 'opened_at' }, { column: 'is_open' }],
  });

const pricesContract = contractOf({
  source: 'prices',
  relation: 'extract',
  format: 'csv',
  csv: { decimal: ',', delimiter: ';' },
  files: ['prices*.csv'],
  fields: [
    { name: 'day', kind: 'date', refuse: 'invalid_day' },
    { name: 'good', kind: 'label', nulls: ['all'], refuse: 'missing_good' },
    { name: 'price', kind: 'double', refuse: 'invalid_price' },
  ],
  columns: columns('day date', 'good string', 'price double'),
  key: ['day', 'good'],
  winner: [{ column: 'price' }],
});

/** As it is written. */
export const extractsOnlySpec = (settings: Acceptance): PipelineSpec => {
  const accounts = accountsContract(settings);
  return {
    name: 'extracts_only',
    settings,
    sources: [
      {
        kind: 'extract',
        contract: accounts,
        bronze: 'bronze.accounts',
        table: tableOf('silver.accounts', accounts),
      },
      {
        kind: 'extract',
        contract: pricesContract,
        bronze: 'bronze.prices',
        table: tableOf('silver.prices', pricesContract, { partition: byMonth('day') }),
      },
    ],
    models: [
      {
        table: {
          name: 'gold.banks',
          columns: columns('bank string', 'accounts long', 'balance decimal(38,4)'),
          sortOrder: ['bank'],
          key: ['bank'],
        },
        sql: `SELECT bank, CAST(COUNT(*) AS BIGINT) AS accounts, CAST(SUM(balance) AS DECIMAL(38, 4)) AS balance
          FROM silver.accounts GROUP BY bank`,
        inputs: [{ table: 'silver.accounts', columns: ['bank', 'balance'], spread: { kind: 'table' } }],
        usesRange: false,
      },
      {
        table: {
          name: 'gold.goods',
          columns: columns('good string', 'days long', 'banks long'),
          sortOrder: ['good'],
          key: ['good'],
        },
        sql: `SELECT good, CAST(COUNT(*) AS BIGINT) AS days, CAST(MAX(banks) AS BIGINT) AS banks
          FROM silver.prices CROSS JOIN (SELECT COUNT(*) AS banks FROM gold.banks) AS counted GROUP BY good`,
        inputs: [
          { table: 'silver.prices', columns: ['good'], spread: { kind: 'table' } },
          { table: 'gold.banks', columns: ['bank'], spread: { kind: 'table' } },
        ],
        usesRange: false,
      },
    ],
    checks: [
      {
        name: 'goods_have_days',
        severity: 'error',
        reason: 'A good is there because of its prices.',
        sql: 'SELECT good FROM gold.goods WHERE days = 0',
        tables: ['gold.goods', 'silver.prices'],
      },
    ],
    runs: { sums: [{ column: 'priced_days', table: 'gold.goods', of: 'days' }] },
    explanations: {
      columns: {
        'gold.banks': {
          columns: {
            accounts: {
              about: 'accounts of the bank',
              count: 'rows',
              of: 'silver.accounts',
              where: 'bank = :bank',
            },
            balance: {
              about: 'their balances',
              sum: 'balance',
              of: 'silver.accounts',
              where: 'bank = :bank',
            },
          },
        },
        'gold.goods': {
          columns: {
            days: { about: 'days with a price', count: 'rows', of: 'silver.prices', where: 'good = :good' },
            banks: { about: 'all banks', count: 'rows', of: 'gold.banks' },
          },
        },
      },
      records: {},
    },
  };
};

const account = fc.record(
  {
    bank: rarely(fc.constantFrom('north', ' south '), fc.constantFrom<unknown>('', null)),
    number: rarely<unknown>(fc.constantFrom(1, 20, -3), fc.constantFrom('one', 1.5)),
    kind: fc.constantFrom('current', 'Savings', 'gift', 'loan'),
    opened_at: fc.oneof(someTime, fc.constantFrom<unknown>(null, 'soon')),
    is_open: fc.constantFrom<unknown>(true, false, null, 1),
    interest: fc.constantFrom<unknown>(0.5, -0, 1e-300, null),
    balance: rarely<unknown>(fc.constantFrom(10, -2.5, 0.00005), fc.constantFrom(null, 1e12)),
  },
  { requiredKeys: ['bank', 'number', 'kind', 'balance'] },
);

const price = fc
  .tuple(
    rarely(someDay, fc.constantFrom('2024-13-01', '')),
    rarely(fc.constantFrom('tea', ' TEA ', 'salt'), fc.constantFrom('', 'all')),
    rarely(fc.constantFrom('1,5', ' 2 ', '-0,25', '1000'), fc.constantFrom('', '1.5', 'NaN')),
  )
  .map(([day, good, amount]) => [good, day, amount]);

/** The array inside of an object, with other things around it. */
const wrapped = (array: Uint8Array): Uint8Array =>
  Buffer.from(`{"made": [1, {"accounts": "x]"}], "found": {"accounts": ${array.toString()}, "more": true}}`);

function truth(runs: Runs, pipeline: Pipeline): RowTruth {
  const records = allRecords(runs, pipeline);
  const [accounts = [], prices = []] = [records['silver.accounts'], records['silver.prices']];
  const banks = groups(accounts, ['bank']);
  return {
    ...records,
    'gold.banks': banks.map((own) => ({
      bank: own[0]!['bank'],
      accounts: own.length,
      balance: (Math.round((sumOf(own.map(({ balance }) => balance)) ?? 0) * 10_000) / 10_000).toFixed(4),
    })),
    'gold.goods': groups(prices, ['good']).map((own) => ({
      good: own[0]!['good'],
      days: own.length,
      banks: banks.length,
    })),
  };
}

/** Extracts, and nothing else. */
export const extractsOnly: PipelineUnderLaw = {
  name: 'extracts-only',
  under: (settings) => definePipeline(extractsOnlySpec({ ...acceptance.lenient, ...settings })),
  ...acceptance,
  ...deliveriesOf(
    extractSequence('accounts', 'json', jsonArray(account).map(wrapped)),
    extractSequence('prices', 'csv', csvFile(['good', 'day', 'price'], price, ';')),
  ),
  truth,
};
