// The parts that a lake is put together of in a browser: files over HTTP, DuckDB in a worker, definitions that came with
// the page.

import type { Runtime } from '../../common/runtime.js';
import type { Parts } from '../../lake/lake-context.js';
import { defaultSettingsFor } from '../../lake/settings/settings.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { PipelinePart } from '../../pipeline/define/pipeline-part.js';
import { pipelineOfText } from '../../pipeline/define/written-definition.js';
import { metadataFolder } from '../../format/paths.js';
import { httpStorage } from '../../storage/http.js';
import { readPastCache, type Storage } from '../../storage/storage.js';
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
    storage: remembering(httpStorage({ url, lists })),
    location: url,
    pipeline,
    settings: defaultSettingsFor(pipeline),
    startEngine: () => engines.start(),
  };
}

/**
 * Metadata never changes under its path, so what was read of it is kept: every question about a snapshot begins with the
 * same few files. What may come to be, move or go (the hint, tags, marks of expiry) is asked for again.
 */
function remembering(storage: Storage): Storage {
  const kept = new Map<string, Promise<Uint8Array>>();
  const isFixed = (path: string): boolean =>
    path.startsWith(`${metadataFolder}/`) && !/latest\.json$|\/expired\.json$|\/tags\//.test(path);
  return {
    ...storage,
    read: (path, range) => {
      if (range !== undefined || !isFixed(path)) return storage.read(path, range);
      const known = kept.get(path) ?? storage.read(path);
      kept.set(path, known);
      known.catch(() => kept.delete(path));
      return known;
    },
    readAgain: (path) => {
      kept.delete(path);
      return readPastCache(storage, path);
    },
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
