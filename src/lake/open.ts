// The one place where parts are chosen: local disk, SQL engine, the SaaS pipeline. What is heavy is loaded when it is needed.

import { chooseEngine, type EngineChoice } from '../engine/choose-engine.js';
import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import type { Parts } from './lake-context.js';
import type { PipelinePart } from '../pipeline/define/pipeline-part.js';
import { saas } from '../pipelines/saas/pipeline.js';
import { defaultSettingsFor, type LakeSettings } from './settings/settings.js';
import { operations, type Lake, type Operation, type Operations } from './operations.js';
import type { ChangeOptions } from './operation-options.js';

/** The pipeline of lakes for which none is named. */
const builtIn = saas;

/** How a lake is opened; part of nothing that is stored. */
export interface OpenOptions {
  /** The lake's folder; made by the first ingest. */
  readonly location: string;
  /** What fills it; the built-in pipeline unless given. */
  readonly pipeline?: PipelinePart;
  /** The pipeline's defaults unless given. */
  readonly settings?: LakeSettings;
  readonly settingsFile?: string | null;
  /** The SQL engine; that of the settings unless given. */
  readonly engine?: EngineChoice;
  /** Lines for people: warnings, waiting. */
  readonly log?: (level: 'debug' | 'info' | 'warn', message: string) => void;
}

/** Opens a lake on the local disk; the folder need not exist. Nothing is read or written before the first question. */
export function openLake({ location, log, ...given }: OpenOptions): Lake {
  const runtime = systemRuntime(log);
  return assembleLake({ runtime, storage: localStorage(location, runtime), location, ...given });
}

/**
 * Opens a lake under the settings of its `lake.config.json` (settings-file.ts), or of `config`.
 * @throws LakeError `invalid-input` for settings that are none
 */
export async function openConfiguredLake({
  config,
  ...options
}: OpenOptions & { readonly config?: string }): Promise<Lake> {
  const { readSettings } = await import('./settings/settings-file.js');
  const pipeline = options.pipeline ?? builtIn;
  return openLake({ ...options, pipeline, ...(await readSettings(config, options.location, pipeline)) });
}

/** The JSON Schema of `lake.config.json` for lakes of the built-in pipeline. */
export async function settingsSchema(): Promise<object> {
  return (await import('./settings/settings-file.js')).settingsSchema(builtIn);
}

/** A lake over any storage, runtime and pipeline. */
export function assembleLake({
  settingsFile = null,
  engine,
  ...given
}: Omit<Parts, 'settings' | 'pipeline' | 'startEngine'> & Omit<OpenOptions, 'location' | 'log'>): Lake {
  const pipeline = given.pipeline ?? builtIn;
  const settings = given.settings ?? defaultSettingsFor(pipeline);
  const startEngine = chooseEngine(engine ?? settings.engine);
  const parts: Parts = { ...given, pipeline, settings, startEngine };
  return {
    location: parts.location,
    settings: parts.settings,
    settingsFile,
    ...operationsOf(parts),
    close: () => Promise.resolve(),
  };
}

/** The table of operations over these parts. */
function operationsOf(parts: Parts): Operations {
  const bound = Object.entries(operations).map(([name, operation]) => [
    name,
    (...given: readonly unknown[]) =>
      perform(parts, operation as Operation<readonly unknown[], unknown>, given),
  ]);
  return Object.fromEntries(bound) as Operations;
}

/** Does what is asked. What was changed goes to readers of Iceberg, too, where the settings say so. */
async function perform(
  parts: Parts,
  { load, changes }: Operation<readonly unknown[], unknown>,
  given: readonly unknown[],
): Promise<unknown> {
  const operation = await load();
  const answer = await operation(parts, ...given);
  const isForGood = changes && (given.at(-1) as ChangeOptions).dryRun !== true;
  if (isForGood && parts.settings.iceberg.publish === 'always')
    await (await import('./iceberg/publish.js')).publishAfter(parts);
  return answer;
}
