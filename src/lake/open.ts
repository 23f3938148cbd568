// The one place where parts are chosen: local disk, DuckDB-WASM, the SaaS pipeline. What is heavy is loaded when it is needed.

import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import type { Parts } from './lake-context.js';
import { defaultLakeSettings, type LakeSettings, type OutgoingKey } from './settings/settings.js';
import type { Environment } from './settings/trust.js';
import { namingTheLake } from './no-lake.js';
import { operations, type Lake, type Operation, type Operations } from './operations.js';
import type { ChangeOptions } from './operation-options.js';

/** How a lake is opened; part of nothing that is stored. */
export interface OpenOptions {
  /** The lake's folder; made by the first ingest. */
  readonly location: string;
  /** The defaults unless given. */
  readonly settings?: LakeSettings;
  readonly settingsFile?: string | null;
  /** What that file names and nobody trusts; nothing unless said. */
  readonly untrusted?: readonly OutgoingKey[];
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
  const found = await findSettings({ named: config, lakeLocation: options.location, ...(env && { env }) });
  return openLake({ ...options, ...found });
}

/** Parts of which some have a default. */
type OpenParts = Pick<Parts, 'runtime' | 'storage' | 'location'> & Partial<Parts>;

/** A lake over any storage and runtime. */
export function assembleLake(given: OpenParts): Lake {
  const { settings = defaultLakeSettings, settingsFile = null, untrusted = [] } = given;
  const parts: Parts = { ...given, settings, settingsFile, untrusted };
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
