// The pipeline: three sources, their tables, the models behind them and the checks before every publication.

import type { Pipeline } from '../../pipeline/define/definition.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import type { ContractSettings } from '../../records/contract.js';
import { charts } from './charts.js';
import { checks, rangeChecks } from './checks.js';
import { columnLineage } from './column-lineage.js';
import { eventsContract } from './contracts/events.js';
import { marketingSpend } from './contracts/marketing-spend.js';
import { subscriptions } from './contracts/subscriptions.js';
import { explanations } from './explain/explanations.js';
import { headline } from './headline.js';
import { runs, series } from './metrics.js';
import { loadModels } from './models.js';
import { defaultSettings, saasRowSettings, type SaasSettings } from './settings.js';
import * as tables from './tables.js';

/** Events, subscriptions and marketing spend of a software-as-a-service business. */
export function saasPipeline(given: ContractSettings = defaultSettings): Pipeline {
  const settings: SaasSettings = { ...defaultSettings, ...given };
  return {
    name: 'saas',
    sources: [
      {
        kind: 'log',
        contract: eventsContract(settings),
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
    corrections: tables.bronzeCorrections,
    quarantine: tables.quarantine,
    models: loadModels(),
    checks: checks(settings),
    ranges: rangeChecks(settings),
    runs,
    series,
    mayShrink: [tables.spendGaps.name],
    range: tables.events.name,
    headline,
    charts,
    explanations,
    lineage: columnLineage(),
    firstLook: tables.mrrMonthly.name,
  };
}

/** The pipeline as a part of a lake. */
export const saas: PipelinePart = {
  name: 'saas',
  settings: saasRowSettings,
  under: saasPipeline,
};
