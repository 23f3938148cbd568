// The one place where parts are chosen: storage, SQL engine, the SaaS pipeline. What is heavy is loaded when it is needed.

import type { Runtime } from '../common/runtime.js';
import { chooseEngine, sparkIn, type EngineAsked } from '../engine/choose-engine.js';
import { systemRuntime } from '../common/system-runtime.js';
import { localStorage } from '../storage/local.js';
import { isObjectLocation } from '../storage/object/location.js';
import type { Parts } from './lake-context.js';
import { builtInProject } from '../project/built-in/compiled-project.js';
import type { Project } from '../project/load/load-project.js';
import { namingTheLake } from './no-lake.js';
import type { OpenOptions } from './open-options.js';
import { openStorage } from './open-storage.js';
import { defaultSettingsFor } from './settings/settings.js';
import type { IncrementalOptions, IncrementalOutcome } from './testing/incremental-test.js';
import type { TestOutcome } from './testing/model-tests.js';
import type { TrustedSettings } from './settings/trust-settings.js';
import { cacheFolder, type Environment } from './settings/trust.js';
import { operations, type Lake, type Operation, type Operations } from './operations.js';
import type { ChangeOptions } from './operation-options.js';

/** The pipeline of lakes for which none is named. */
const builtIn = builtInProject('saas');

/**
 * Opens a lake on the local disk, or over the storage that is given; the folder need not exist. Nothing is read or written
 * before the first question.
 */
export function openLake({ location, log, storage, ...given }: OpenOptions): Lake {
  const runtime = systemRuntime(log);
  if (storage === undefined && isObjectLocation(location))
    throw new Error(`${location} is opened with openConfiguredLake, or with its storage`);
  return assembleLake({ runtime, storage: storage ?? localStorage(location, runtime), location, ...given });
}

/** A lake under the settings that are found for it. */
export interface ConfiguredOptions extends OpenOptions {
  /** A settings file that the user named. */
  readonly config?: string;
  /** Where the user's own settings are found; none unless given. */
  readonly env?: Environment;
  /** The folder of a project, which is the pipeline then. */
  readonly project?: string;
}

/**
 * Opens a lake under the settings of its `lake.config.json`, or of `config` (find-settings.ts).
 * @throws LakeError `invalid-input` for settings that are none
 */
export async function openConfiguredLake({
  config,
  env,
  project,
  ...options
}: ConfiguredOptions): Promise<Lake> {
  const { location, access, log } = options;
  const storage = await openStorage(location, systemRuntime(log), {
    ...(access && { access }),
    ...(env && { env }),
  });
  if (project !== undefined) {
    const pipeline = await openProject(project, env);
    const { projectSettings } = await import('./settings/project-settings.js');
    const found = await projectSettings(pipeline, { named: config, env: env ?? {} });
    return openLake({ ...options, storage, pipeline, ...found });
  }
  const { findSettings } = await import('./settings/find-settings.js');
  const { pipeline = builtIn } = options;
  const found = await findSettings({ named: config, lakeLocation: location, pipeline, ...(env && { env }) });
  return openLake({ ...options, storage, pipeline, ...found });
}

/**
 * A project's folder as a pipeline. What an engine says of its models is kept in the user's folder for caches.
 * @throws LakeError `not-found` without a `lake.yaml`; `invalid-input` with every fault of every file, by file, line and column
 */
export async function openProject(folder: string, env: Environment = {}): Promise<Project> {
  const { loadProject } = await import('../project/load/load-project.js');
  const cache = cacheFolder(env);
  return loadProject(folder, {
    startEngine: chooseEngine({ engine: 'wasm' }),
    ...(cache !== undefined && { cache }),
  });
}

/**
 * Runs a project's tests, all unless some are named.
 * @throws LakeError as `openProject` does, and for tests of what is not there
 */
export async function testProject(
  folder: string,
  { env = {}, engine = {}, names = [] }: ProjectTesting & { readonly names?: readonly string[] },
): Promise<readonly TestOutcome[]> {
  const project = await openProject(folder, env);
  const { runModelTests } = await import('./testing/model-tests.js');
  return runModelTests(project, {
    startEngine: chooseEngine({ ...engineOf(project, env), ...engine }),
    names,
  });
}

/**
 * Reads a project's data file by file into one lake and at once into another, both in a temporary folder, and compares
 * every table that is made of records.
 * @throws LakeError as `openProject` does, and as an ingest does
 */
export async function testProjectIncrementally(
  folder: string,
  { env = {}, engine = {}, ...options }: ProjectTesting & Pick<IncrementalOptions, 'signal' | 'onRun'>,
): Promise<IncrementalOutcome> {
  const project = await openProject(folder, env);
  const { testIncremental } = await import('./testing/incremental-test.js');
  const asked = { ...engineOf(project, env), ...engine };
  return testIncremental(project, { open: (given) => openLake({ ...given, ...asked }), ...options });
}

/** The JSON Schema of `lake.yaml`. */
export async function projectSchema(): Promise<object> {
  return (await import('../project/document.js')).projectSchema();
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

/** In which surroundings a project is tested. */
interface ProjectTesting {
  readonly env?: Environment;
  /** In place of the engine that the project names. */
  readonly engine?: Partial<EngineAsked>;
}

/** The engine that a project names. */
const engineOf = ({ files }: Project, env: Environment): EngineAsked => ({
  engine: files.document.engine ?? 'wasm',
  ...sparkIn(env),
});

/** Parts of which some have a default. */
type OpenParts = Pick<Parts, 'runtime' | 'storage' | 'location'> &
  Partial<Parts> &
  Pick<OpenOptions, 'engine' | 'spark' | 'sparkProgram'>;

/** A lake over any storage, runtime and pipeline. */
export function assembleLake({ engine, spark, sparkProgram, ...given }: OpenParts): Lake {
  const { pipeline = builtIn, settingsFile = null, untrusted = [] } = given;
  const settings = given.settings ?? defaultSettingsFor(pipeline);
  const startEngine =
    given.startEngine ??
    chooseEngine({
      engine: engine ?? settings.engine,
      ...(spark !== undefined && { spark }),
      ...(sparkProgram !== undefined && { sparkProgram }),
      ...settings.spark,
    });
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
