// Two logs that one model reads, with data for them.

import fc from 'fast-check';
import { definePipeline } from '../../../src/pipeline/define/define-pipeline.js';
import { deliveriesOf, logSequence, rarely, someDay, someTime } from './generated.js';
import { acceptance, type PipelineUnderLaw } from './under-law.js';
import { twoLogsSpec } from './two-logs-spec.js';
import { twoLogsTruth } from './two-logs-truth.js';

const order = fc.record(
  {
    shop: rarely(fc.constantFrom('oslo', 'rome'), fc.constantFrom<unknown>('', 7)),
    number: rarely<unknown>(
      fc.constantFrom(1, 2, 3, -4, 9_007_199_254_740_991),
      fc.constantFrom(1.5, 'two', 9_007_199_254_740_992),
    ),
    placed_at: rarely(someTime, fc.constantFrom('2024-02-30T00:00:00Z', 'soon')),
    kind: fc.constantFrom('sale', 'Return', 'gift', 'loan'),
    revision: fc.constantFrom(1, 2, 3),
    amount: fc.constantFrom<unknown>(10, 0.00005, -3, null, 'free'),
    weight: fc.constantFrom<unknown>(1.5, 2.25, -0, 1e300, null, 'light'),
    is_gift: fc.constantFrom<unknown>(true, false, null, 'yes'),
    points: fc.constantFrom<unknown>(5, -5, 0, null, 0.5),
  },
  { requiredKeys: ['shop', 'number', 'placed_at', 'kind', 'revision'] },
);

const visit = fc.record(
  {
    visitor: rarely(fc.constantFrom('ann', 'bob', 'cid'), fc.constantFrom<unknown>(null, ' ')),
    seen_on: rarely(someDay, fc.constantFrom('2024-01-32', 'today')),
    page: rarely(fc.constantFrom('home', ' Home ', 'prices'), fc.constant('')),
    minutes: fc.constantFrom<unknown>(0.5, 3, null, 'long'),
    is_bot: fc.constantFrom<unknown>(true, false, null),
  },
  { requiredKeys: ['visitor', 'seen_on', 'page'] },
);

/** Two logs. */
export const twoLogs: PipelineUnderLaw = {
  name: 'two-logs',
  under: (settings) => definePipeline(twoLogsSpec({ ...acceptance.lenient, ...settings })),
  ...acceptance,
  ...deliveriesOf(logSequence('orders', order), logSequence('visits', visit)),
  truth: twoLogsTruth,
};
