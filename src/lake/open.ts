// The one place where parts are chosen: local disk, SQL engine, the SaaS pipeline. What is heavy is loaded when it is needed.

import { chooseEngine, type EngineChoice } from '../engine/choose-engine.js';
import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import type { Parts } from './lake-context.js';
import { defaultLakeSettings, type LakeSettings } from './settings/settings.js';
import { operations, type Lake, type Operation, type Operations } from './operations.js';
import type { ChangeOptions } from './operation-options.js';

/** How a lake is opened; part of nothing that is stored. */
export interface OpenOptions {
  /** The lake's folder; made by the first ingest. */
  readonly location: string;
  /** The defaults unless given. */
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
  return openLake({ ...options, ...(await readSettings(config, options.location)) });
}

/** A lake over any storage and runtime. */
export function assembleLake({
  settingsFile = null,
  engine,
  ...given
}: Omit<Parts, 'settings' | 'startEngine'> &
  Pick<OpenOptions, 'settings' | 'settingsFile' | 'engine'>): Lake {
  const settings = given.settings ?? defaultLakeSettings;
  const parts: Parts = { ...given, settings, startEngine: chooseEngine(engine ?? settings.engine) };
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
