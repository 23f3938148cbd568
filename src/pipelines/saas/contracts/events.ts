// Product events, one JSON object a line (pipeline §3). A log: its records converge by content, never by arrival.

import { compareText } from '../../../common/text-order.js';
import type { Contract } from '../../../records/contract.js';
import { contractOfKinds, type KindContract, type KindField } from '../../../records/contract-kinds.js';
import { builtInEventTypes, defaultSettings, type SaasSettings } from '../settings.js';
import { events as table } from '../tables.js';

const payment = { enumField: 'event_type', values: ['purchase', 'refund'] };
const refund = { enumField: 'event_type', values: ['refund'] };
const signup = { enumField: 'event_type', values: ['signup'] };

const written: KindContract = {
  source: 'events',
  relation: 'log',
  format: 'ndjson',
  files: ['events*.ndjson'],
  fields: [
    { name: 'event_id', kind: 'text', refuse: 'missing_event_id' },
    { name: 'user_id', kind: 'text' },
    { name: 'event_type', kind: 'enum', values: builtInEventTypes, refuse: 'unknown_event_type' },
    {
      name: 'timestamp',
      as: 'event_ts',
      kind: 'timestamp',
      within: defaultSettings.eventDates,
      refuse: 'invalid_timestamp',
    },
    { name: 'schema_version', kind: 'version', values: [1, 2], refuse: 'unsupported_schema_version' },
    {
      name: 'amount',
      kind: 'money',
      when: payment,
      refuse: 'invalid_amount',
      negative: { refuse: 'negative_amount', refuseFor: ['purchase'], otherwise: 'absolute' },
    },
    {
      name: 'currency',
      kind: 'currency',
      base: 'USD',
      rates: defaultSettings.rates,
      when: payment,
      sinceVersion: 2,
      refuse: 'unknown_currency',
    },
    { name: 'tax', kind: 'money', when: payment, sinceVersion: 2, negative: { otherwise: 'null' } },
    { name: 'refers_to_event_id', kind: 'text', when: refund },
    {
      name: 'acquisition_channel',
      kind: 'label',
      nulls: ['(all channels)'],
      when: signup,
    },
  ],
  order: [
    { field: 'event_id' },
    { field: 'event_type' },
    { field: 'timestamp' },
    { field: 'schema_version' },
    { field: 'amount' },
    { field: 'currency' },
  ],
  derived: [
    { kind: 'date-of', name: 'event_date', timestamp: 'event_ts' },
    { kind: 'converted', name: 'amount_usd', amount: 'amount', currency: 'currency' },
  ],
  columns: table.columns,
  key: table.key,
  winner: [
    { column: 'schema_version' },
    { column: 'event_ts' },
    { has: 'user_id' },
    { column: 'amount' },
    { column: 'currency' },
    { column: 'tax' },
    { column: 'refers_to_event_id' },
    { column: 'acquisition_channel' },
    { column: 'event_type' },
    { column: 'user_id' },
  ],
};

/** The contract under some settings; the order in which they name event types makes no difference. */
export function eventsContract({ eventTypes, eventDates, rates }: SaasSettings): Contract {
  const added = new Set(eventTypes.filter((type) => !builtInEventTypes.includes(type)));
  const values = [...builtInEventTypes, ...[...added].sort(compareText)];
  const under = (field: KindField): KindField => {
    if (field.kind === 'enum' && field.name === 'event_type') return { ...field, values };
    if (field.kind === 'timestamp') return { ...field, within: eventDates };
    return field.kind === 'currency' ? { ...field, rates } : field;
  };
  return contractOfKinds({ ...written, fields: written.fields.map(under) });
}

/** Under the default settings. */
export const events: Contract = eventsContract(defaultSettings);
