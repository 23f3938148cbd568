// What every operation of a lake works with, and how it finds a snapshot.

import { isLakeError, LakeError } from '../common/errors.js';
import { nearMiss } from '../common/near-miss.js';
import type { Runtime } from '../common/runtime.js';
import type { StartEngine } from '../engine/choose-engine.js';
import type { Engine } from '../engine/engine.js';
import type { Storage } from '../storage/storage.js';
import type { Pipeline } from '../pipeline/define/pipeline.js';
import type { PipelinePart } from '../pipeline/define/pipeline-part.js';
import { isMadeBy } from '../pipeline/define/recorded/recorded-pipeline.js';
import type { CheckPolicy } from '../pipeline/define/spec/check-policy.js';
import type { RunBasis } from '../pipeline/run/run-basis.js';
import type { RecordedSettings } from '../pipeline/define/spec/pipeline-spec.js';
import { openForWriting } from '../table/lake-file.js';
import type { StoreAccess } from './store-access.js';
import type { LakeSettings, OutgoingKey } from './settings/settings.js';
import { openAt, type LakeView, type TableState } from '../table/view.js';

/** What a lake is put together of (open.ts). */
export interface Parts {
  readonly runtime: Runtime;
  readonly storage: Storage;
  /** The folder, or `s3://bucket/prefix`. */
  readonly location: string;
  /** How that store is reached; nothing special unless said. */
  readonly access?: StoreAccess;
  /** What fills it. */
  readonly pipeline: PipelinePart;
  readonly settings: LakeSettings;
  /** Starts the engine that was chosen. */
  readonly startEngine: StartEngine;
  /** Where they were read; nowhere unless said. */
  readonly settingsFile?: string | null;
  /** What that file names, and a run must not use; nothing unless said. */
  readonly untrusted?: readonly OutgoingKey[];
}

/** For runs that would use it: says what is left out, and how to allow it. */
export function warnOfUntrusted({ runtime, settingsFile, untrusted = [] }: Parts): void {
  if (untrusted.length === 0) return;
  runtime.log(
    'warn',
    `${settingsFile ?? 'The settings file'} names ${untrusted.join(', ')}, which ${untrusted.length === 1 ? 'was' : 'were'} not used: ` +
      'the file is not trusted. Look at it, then allow it with: lake trust',
  );
}

/** The pipeline, and what decides about its checks, under a lake's settings. */
export function pipelineOf({ pipeline, settings }: Pick<Parts, 'pipeline' | 'settings'>): {
  readonly pipeline: Pipeline;
  readonly policy: CheckPolicy;
} {
  return { pipeline: definitionUnder(pipeline, settings.rows), policy: settings };
}

/** Definitions as they were made, by the settings that they were made under. */
const definitions = new WeakMap<RecordedSettings, Pipeline>();

/** The part's definition under settings, made once. */
export function definitionUnder(part: PipelinePart, settings: RecordedSettings): Pipeline {
  const known = definitions.get(settings);
  if (known?.name === part.name) return known;
  const made = part.under(settings);
  definitions.set(settings, made);
  return made;
}

/** The same for a run, with the way from a row to its records. */
export function runBasisOf(parts: Parts): ReturnType<typeof pipelineOf> & Required<Pick<RunBasis, 'trace'>> {
  const made = pipelineOf(parts);
  return {
    ...made,
    trace: async (view, checks) =>
      (await import('./quality/check-origins.js')).withOrigins(view, made.pipeline, checks),
  };
}

/** Starts an engine that may read every file of the lake, for statements that are ours or the pipeline's. */
export function startEngineFor({
  storage,
  startEngine,
}: Pick<Parts, 'storage' | 'startEngine'>): Promise<Engine> {
  return startEngine(storage.diskPath === undefined ? {} : { folders: [storage.location] });
}

/** The lake's pipeline if it made the snapshot; undefined for one of another pipeline, whose tables are only tables here. */
export async function definitionAt(
  parts: Pick<Parts, 'pipeline' | 'settings'>,
  view: LakeView,
): Promise<Pipeline | undefined> {
  const { pipeline } = pipelineOf(parts);
  return (await isMadeBy(pipeline, view)) ? pipeline : undefined;
}

/** The lake as of a reference (cli.md); the head without one. */
export function viewAt({ storage }: Pick<Parts, 'storage'>, reference = 'head'): Promise<LakeView> {
  return openAt(storage, reference);
}

/**
 * The lake ready for an operation that changes it; nothing is made in a folder that holds none.
 * @throws LakeError `not-found` before the first snapshot; `unsupported-storage`
 */
export async function headForWriting(parts: Parts, isDryRun: boolean): Promise<LakeView> {
  const view = await viewAt(parts);
  if (!isDryRun) await openForWriting(parts.storage, parts.runtime);
  return view;
}

/** Heads on which an operation is tried before a busy lake wins. */
const MAX_ATTEMPTS = 5;

/**
 * Does the work, and again on the new head as long as another writer was faster.
 * @throws LakeError `conflict` when that does not end
 */
export async function onNewestHead<T>(work: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await work();
    } catch (error) {
      if (!isLakeError(error, 'conflict') || count === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * A table by its name, or by its bare name where one layer has it.
 * @throws LakeError `not-found`, with the nearest name
 */
export async function tableNamed(view: LakeView, name: string): Promise<TableState> {
  const names = Object.keys(view.snapshot.tables);
  const matches = names.filter((table) => table === name || table.split('.')[1] === name);
  const state = matches.length === 1 ? await view.table(matches[0] ?? '') : undefined;
  if (state !== undefined) return state;
  throw matches.length > 1 ? ambiguous(name, matches) : unknown(name, names, view.snapshot.snapshotId);
}

function ambiguous(name: string, matches: readonly string[]): LakeError {
  return new LakeError(
    'not-found',
    `Table ${name} is ambiguous: ${matches.join(' or ')}? Give the layer too.`,
    {
      details: { table: name },
    },
  );
}

function unknown(name: string, names: readonly string[], snapshot: number): LakeError {
  const near = nearMiss(
    name,
    name.includes('.') ? names : names.map((table) => table.split('.')[1] ?? table),
  );
  const hint = near === undefined ? 'See "lake tables".' : `Did you mean ${near}?`;
  return new LakeError('not-found', `There is no table ${name} in snapshot ${snapshot}. ${hint}`, {
    details: { table: name, snapshot },
  });
}
