// The pipeline: three sources, their tables, the models behind them and the checks before every publication.

import { definePipeline } from '../../pipeline/define/define-pipeline.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import type { PipelineSpec, RecordedSettings } from '../../pipeline/define/spec/pipeline-spec.js';
import { charts } from './charts.js';
import { checks, rangeChecks } from './checks.js';
import { columnLineage } from './column-lineage.js';
import { eventsContract } from './contracts/events.js';
import { marketingSpend } from './contracts/marketing-spend.js';
import { subscriptionsContract } from './contracts/subscriptions.js';
import { explanations } from './explain/explanations.js';
import { headline } from './headline.js';
import { runs, series } from './metrics.js';
import { loadModels } from './models.js';
import { defaultSettings, saasRowSettings, settingsOf } from './settings.js';
import * as tables from './tables.js';

/** Events, subscriptions and marketing spend of a software-as-a-service business, as data. */
export function saasSpec(given: RecordedSettings = defaultSettings): PipelineSpec {
  const settings = settingsOf(given);
  return {
    name: 'saas',
    settings,
    sources: [
      {
        kind: 'log',
        contract: eventsContract(settings),
        bronze: 'bronze.events',
        table: tables.events,
        conflicts: 'silver.event_conflicts',
      },
      {
        kind: 'extract',
        contract: subscriptionsContract(settings),
        bronze: 'bronze.subscriptions',
        table: tables.subscriptions,
      },
      {
        kind: 'extract',
        contract: marketingSpend,
        bronze: 'bronze.marketing_spend',
        table: tables.marketingSpend,
      },
    ],
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

/** The same, ready to run. */
export const saasPipeline = (settings: RecordedSettings = defaultSettings): Pipeline =>
  definePipeline(saasSpec(settings));

/** The pipeline as a part of a lake. */
export const saas: PipelinePart = {
  name: 'saas',
  settings: saasRowSettings,
  under: saasPipeline,
};
