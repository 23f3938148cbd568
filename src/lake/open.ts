// The one place where parts are chosen: local disk, SQL engine, the SaaS pipeline. What is heavy is loaded when it is needed.

import type { Runtime } from '../common/runtime.js';
import { chooseEngine, type EngineChoice } from '../engine/choose-engine.js';
import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import type { Parts } from './lake-context.js';
import type { PipelinePart } from '../pipeline/define/pipeline-part.js';
import { saas } from '../pipelines/saas/pipeline.js';
import { namingTheLake } from './no-lake.js';
import { defaultSettingsFor, type LakeSettings, type OutgoingKey } from './settings/settings.js';
import type { TrustedSettings } from './settings/trust-settings.js';
import type { Environment } from './settings/trust.js';
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
  /** What that file names and nobody trusts; nothing unless said. */
  readonly untrusted?: readonly OutgoingKey[];
  /** The SQL engine; that of the settings unless given. */
  readonly engine?: EngineChoice;
  /** The address of the Spark that `spark` means, `sc://host:port`. No settings file says it. */
  readonly spark?: string;
  /** Lines for people: warnings, waiting. */
  readonly log?: (level: 'debug' | 'info' | 'warn', message: string) => void;
}

/** Opens a lake on the local disk; the folder need not exist. Nothing is read or written before the first question. */
export function openLake({ location, log, ...given }: OpenOptions): Lake {
  const runtime = systemRuntime(log);
  return assembleLake({ runtime, storage: localStorage(location, runtime), location, ...given });
}

/** A lake under the settings that are found for it. */
export interface ConfiguredOptions extends OpenOptions {
  /** A settings file that the user named. */
  readonly config?: string;
  /** Where the user's own settings are found; none unless given. */
  readonly env?: Environment;
}

/**
 * Opens a lake under the settings of its `lake.config.json`, or of `config` (find-settings.ts).
 * @throws LakeError `invalid-input` for settings that are none
 */
export async function openConfiguredLake({ config, env, ...options }: ConfiguredOptions): Promise<Lake> {
  const { findSettings } = await import('./settings/find-settings.js');
  const { pipeline = builtIn, location } = options;
  const found = await findSettings({ named: config, lakeLocation: location, pipeline, ...(env && { env }) });
  return openLake({ ...options, pipeline, ...found });
}

/** The JSON Schema of `lake.config.json` for lakes of the built-in pipeline. */
export async function settingsSchema(): Promise<object> {
  return (await import('./settings/settings-shape.js')).settingsSchema(builtIn);
}

/**
 * Trusts a settings file as it is now (trust-settings.ts).
 * @throws LakeError `not-found` where there is none; `invalid-input` for settings that are none
 */
export async function trustSettings(
  path: string,
  user: { readonly env: Environment; readonly runtime: Runtime },
): Promise<TrustedSettings> {
  return (await import('./settings/trust-settings.js')).trustSettings(path, builtIn, user);
}

/** Parts of which some have a default. */
type OpenParts = Pick<Parts, 'runtime' | 'storage' | 'location'> &
  Partial<Parts> &
  Pick<OpenOptions, 'engine' | 'spark'>;

/** A lake over any storage, runtime and pipeline. */
export function assembleLake({ engine, spark, ...given }: OpenParts): Lake {
  const { pipeline = builtIn, settingsFile = null, untrusted = [] } = given;
  const settings = given.settings ?? defaultSettingsFor(pipeline);
  const startEngine =
    given.startEngine ??
    chooseEngine({ engine: engine ?? settings.engine, ...(spark !== undefined && { spark }) });
  const parts: Parts = { ...given, pipeline, settings, settingsFile, untrusted, startEngine };
  return {
    location: parts.location,
    settings,
    settingsFile,
    untrusted,
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
  const answer = await namingTheLake(parts, () => operation(parts, ...given));
  const isForGood = changes && (given.at(-1) as ChangeOptions).dryRun !== true;
  if (isForGood && parts.settings.iceberg.publish === 'always')
    await (await import('./iceberg/publish.js')).publishAfter(parts);
  return answer;
}
