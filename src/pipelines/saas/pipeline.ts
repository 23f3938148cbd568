// The pipeline: three sources, their tables, the models behind them and the checks before every publication.

import type { Pipeline } from '../../pipeline/definition.js';
import { checks } from './checks.js';
import { events } from './contracts/events.js';
import { marketingSpend } from './contracts/marketing-spend.js';
import { subscriptions } from './contracts/subscriptions.js';
import { loadModels } from './models.js';
import * as tables from './tables.js';

/** Events, subscriptions and marketing spend of a software-as-a-service business. */
export function saasPipeline(): Pipeline {
  return {
    name: 'saas',
    sources: [
      {
        kind: 'log',
        contract: events,
        bronze: tables.bronzeEvents,
        table: tables.events,
        conflicts: tables.eventConflicts,
      },
      {
        kind: 'extract',
        contract: subscriptions,
        bronze: tables.bronzeSubscriptions,
        table: tables.subscriptions,
      },
      {
        kind: 'extract',
        contract: marketingSpend,
        bronze: tables.bronzeMarketingSpend,
        table: tables.marketingSpend,
      },
    ],
    batches: tables.bronzeBatches,
    quarantine: tables.quarantine,
    models: loadModels(),
    checks: checks(),
    range: tables.events.name,
  };
}
