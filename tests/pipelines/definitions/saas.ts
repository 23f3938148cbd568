// The built-in pipeline, as the laws of the machinery see it. What its tables must hold says the reference (laws.ts).

import { deliveries } from '../../reference/arbitraries.js';
import { twoWays } from '../../pipeline/laws.js';
import type { PipelineUnderLaw } from './under-law.js';
import { saasPipeline } from '../built-in-saas.js';

/** Three sources of a business. */
export const saas: PipelineUnderLaw = {
  name: 'saas',
  under: saasPipeline,
  strict: { eventTypes: [], eventDates: { from: '2024-01-10', to: '2024-03-20' } },
  lenient: { eventTypes: ['logout', 'invite'], eventDates: { from: '2000-01-01', to: '2099-12-31' } },
  deliveries,
  twoWays,
};
