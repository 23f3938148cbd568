// The parts that a lake is put together of in a browser: files over HTTP, DuckDB in a worker, definitions that came with
// the page.

import { isoMicros, type Runtime } from '../../common/runtime.js';
import type { Parts } from '../../lake/lake-context.js';
import { defaultSettingsFor } from '../../lake/settings/settings.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { pipelineOfText } from '../../pipeline/define/written-definition.js';
import { httpStorage } from '../../storage/http.js';
import type { EnginePool } from './engines.js';

/** What the page is told when it is opened: `ui.json` beside it. */
export interface PageSettings {
  /** Where the lake lies, as seen from the page; null: the address of the page says it (`?lake=`). */
  readonly lake: string | null;
  /** Whether that server answers a folder with the names in it. */
  readonly lists: boolean;
  /** Definitions as text: today's first, then those under settings of earlier runs. */
  readonly definitions: readonly string[];
}

/** A lake that is read in this browser. */
export function openParts(url: string, { lists, definitions }: PageSettings, engines: EnginePool): Parts {
  const pipeline = partOf(definitions.map(pipelineOfText));
  return {
    runtime: browserRuntime,
    storage: httpStorage({ url, lists }),
    location: url,
    pipeline,
    settings: defaultSettingsFor(pipeline),
    startEngine: () => engines.start(),
  };
}

/** A pipeline that is known under some settings only. */
function partOf(known: readonly Pipeline[]): PipelinePart {
  const [today] = known;
  if (today === undefined) throw new Error('the page came without a definition');
  return {
    name: today.name,
    settings: { defaults: today.settings, shape: {}, read: () => today.settings },
    under: (settings) => known.find((each) => isSame(each.settings, settings)) ?? today,
  };
}

const isSame = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

const browserRuntime: Runtime = {
  now: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
  random: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  log: () => undefined,
};

/** The moment as snapshots write theirs. */
export const thisMoment = (): string => isoMicros(browserRuntime.now());
