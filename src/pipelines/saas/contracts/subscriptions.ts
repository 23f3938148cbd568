// Subscriptions, an array of objects (pipeline §4). An extract: the newest delivery of a key decides.

import type { RuleOperand } from '../../../records/condition.js';
import type { Contract } from '../../../records/contract.js';
import { contractOfKinds, type KindContract } from '../../../records/contract-kinds.js';
import { defaultSettings, type SaasSettings } from '../settings.js';
import { subscriptions as table } from '../tables.js';

const column = (name: string): RuleOperand => ({ kind: 'field', name });

const written: KindContract = {
  source: 'subscriptions',
  relation: 'extract',
  format: 'json-array',
  files: ['subscriptions*.json'],
  fields: [
    { name: 'subscription_id', kind: 'text', refuse: 'missing_subscription_id' },
    { name: 'user_id', kind: 'text', refuse: 'missing_user_id' },
    { name: 'plan_id', kind: 'enum', values: ['basic', 'pro', 'team'], refuse: 'unknown_plan' },
    {
      name: 'price',
      kind: 'money',
      refuse: 'invalid_price',
      negative: { refuse: 'invalid_price', otherwise: 'null' },
    },
    {
      name: 'currency',
      kind: 'currency',
      base: 'USD',
      rates: defaultSettings.rates,
      refuse: 'unknown_currency',
    },
    { name: 'start_date', kind: 'date', refuse: 'invalid_start_date' },
    { name: 'end_date', kind: 'date', never: '9999-12-31', refuse: 'invalid_end_date' },
    {
      name: 'status',
      kind: 'enum',
      values: ['active', 'canceled'],
      aliases: { cancelled: 'canceled' },
      refuse: 'invalid_status',
    },
    { name: 'created_at', kind: 'timestamp' },
  ],
  order: [
    { field: 'subscription_id' },
    { field: 'user_id' },
    { field: 'plan_id' },
    { field: 'price' },
    { field: 'currency' },
    { field: 'start_date' },
    { field: 'end_date' },
    {
      refuse: 'end_before_start',
      condition: { kind: 'compare', by: '<', left: column('end_date'), right: column('start_date') },
    },
    { field: 'status' },
    {
      refuse: 'canceled_without_end_date',
      condition: {
        kind: 'and',
        of: [
          {
            kind: 'compare',
            by: '=',
            left: column('status'),
            right: { kind: 'text', value: 'canceled' },
          },
          { kind: 'null', of: column('end_date'), isNot: false },
        ],
      },
    },
  ],
  derived: [{ kind: 'converted', name: 'price_usd', amount: 'price', currency: 'currency' }],
  columns: table.columns,
  key: table.key,
  winner: [
    { column: 'created_at' },
    { column: 'end_date' },
    { column: 'price_usd' },
    { column: 'plan_id' },
    { column: 'currency' },
    { column: 'user_id' },
    { column: 'status' },
    { column: 'start_date' },
    { column: 'price' },
  ],
};

/** Subscriptions and their prices (pipeline §4), under some settings. */
export const subscriptionsContract = ({ rates }: Pick<SaasSettings, 'rates'>): Contract =>
  contractOfKinds({
    ...written,
    fields: written.fields.map((field) => (field.kind === 'currency' ? { ...field, rates } : field)),
  });

/** Under the default settings. */
export const subscriptions: Contract = subscriptionsContract(defaultSettings);
