// Marketing spend, one CSV row per day and channel (pipeline §5). An extract: the newest delivery of a key decides.

import type { Contract } from '../../../records/contract.js';
import { contractOfKinds } from '../../../records/contract-kinds.js';
import { marketingSpend as table } from '../tables.js';

/** What is spent on a channel on a day (pipeline §5). */
export const marketingSpend: Contract = contractOfKinds({
  source: 'marketing_spend',
  relation: 'extract',
  format: 'csv',
  files: ['marketing_spend*.csv'],
  fields: [
    { name: 'date', kind: 'date', refuse: 'invalid_date' },
    { name: 'channel', kind: 'label', nulls: ['(all channels)'], refuse: 'missing_channel' },
    {
      name: 'spend',
      kind: 'money',
      refuse: 'invalid_spend',
      negative: { refuse: 'negative_spend', otherwise: 'null' },
    },
  ],
  order: [{ field: 'date' }, { field: 'channel' }, { field: 'spend' }],
  columns: table.columns,
  key: table.key,
  winner: [{ column: 'spend' }],
});
