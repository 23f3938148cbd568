// The built-in pipeline and its parts, as tests ask for them.

import type { TableDefinition } from '../../src/format/table-definition.js';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';
import type { Check, Model } from '../../src/pipeline/define/spec/pipeline-spec.js';
import { builtInProject } from '../../src/project/built-in/compiled-project.js';
import type { AcceptedDays, Contract, Rates } from '../../src/records/contract.js';

/** What `lake.config.json` may say about rows. */
export interface SaasSettings {
  readonly rates: Rates;
  readonly eventDates: AcceptedDays;
  readonly eventTypes: readonly string[];
}

export const saas = builtInProject('saas');
export const defaultSettings = saas.settings.defaults as SaasSettings;

/** Ready to run; what settings lack keeps its default. */
export const saasPipeline = (settings: object = defaultSettings): Pipeline => saas.under(settings);

/** In an order in which inputs come first. */
export const loadModels = (): readonly Model[] => saasPipeline().models;

/** What its files, headers and sources declare. */
export const checks = (settings: object = defaultSettings): readonly Check[] => saasPipeline(settings).checks;

/** The contract of a source. */
export function contractOf(source: string, settings: object = defaultSettings): Contract {
  const found = saasPipeline(settings).sources.find(({ contract }) => contract.source === source);
  if (found === undefined) throw new Error(`there is no source ${source}`);
  return found.contract;
}

export const eventsContract = (settings: object): Contract => contractOf('events', settings);
export const events = contractOf('events');
export const subscriptions = contractOf('subscriptions');
export const marketingSpend = contractOf('marketing_spend');

function table(name: string): TableDefinition {
  const found = saasPipeline().table(name);
  if (found === undefined) throw new Error(`there is no table ${name}`);
  return found.definition;
}

/** The tables of the sources, and those of models that tests ask for. */
export const tables = {
  events: table('silver.events'),
  subscriptions: table('silver.subscriptions'),
  marketingSpend: table('silver.marketing_spend'),
};
