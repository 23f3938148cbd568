// Which engine runs the statements of a lake: the one place that knows them all.

import { LakeError } from '../common/errors.js';
import type { Engine } from './engine.js';
import { readSparkAddress } from './spark/address.js';
import { hasNative } from './native/installed.js';

/** As users say it; `auto` takes the native engine where it is installed, `spark` needs an address. */
export const engineChoices = ['wasm', 'native', 'auto', 'spark'] as const;
/** One of `engineChoices`. */
export type EngineChoice = (typeof engineChoices)[number];

/** What an engine must be able to do beyond what every engine does. */
export interface EngineNeeds {
  /** Folders on this machine's disk below which all files may be read. */
  readonly folders?: readonly string[] | undefined;
  /** Relations will be large: what holds them in its memory keeps them compressed. */
  readonly packs?: boolean | undefined;
}

/** Starts an engine; its first request waits until it is there. */
export type StartEngine = (needs?: EngineNeeds) => Promise<Engine>;

/** An engine, and where it is. */
export interface EngineAsked {
  readonly engine: EngineChoice;
  /** The address of the Spark Connect server that `spark` is, `sc://host:port`. */
  readonly spark?: string;
  /** The rows of a result from which on Spark writes them itself; it never does unless said. */
  readonly writeFrom?: number;
  /** Where that Spark's machines have the program that parses logs; a run hands it to them unless said. */
  readonly sparkProgram?: string;
}

/** The Spark that the user's environment names, and the program there. */
export const sparkIn = (
  env: Readonly<Record<string, string | undefined>>,
): Pick<EngineAsked, 'spark' | 'sparkProgram'> => ({
  ...(env['LAKE_SPARK'] && { spark: env['LAKE_SPARK'] }),
  ...(env['LAKE_SPARK_PROGRAM'] && { sparkProgram: env['LAKE_SPARK_PROGRAM'] }),
});

/**
 * What starts the engine that is asked for. Nothing is loaded before it is called.
 * @throws LakeError `invalid-input` for a Spark without an address
 */
export function chooseEngine({ engine: choice, spark, ...options }: EngineAsked): StartEngine {
  if (choice === 'spark') return sparkAt(spark, options);
  const isNative = choice === 'native' || (choice === 'auto' && hasNative());
  return isNative
    ? async (needs) => (await import('./native/engine.js')).startNativeDuckDb({ folders: needs?.folders })
    : async (needs) => (await import('./wasm/engine.js')).startDuckDbWasm({ packs: needs?.packs });
}

/**
 * Passes if what is asked for can be asked for; nothing is started.
 * @throws LakeError `invalid-input` for a Spark without an address, and for an address that is none
 */
export function checkEngineAsked({ engine, spark }: Partial<EngineAsked>): void {
  if (engine === 'spark') sparkAddress(spark);
}

function sparkAt(
  spark: string | undefined,
  { writeFrom, sparkProgram }: Pick<EngineAsked, 'writeFrom' | 'sparkProgram'>,
): StartEngine {
  const address = sparkAddress(spark);
  return async () =>
    (await import('./spark/engine.js')).startSpark({ address, writeFrom, parseProgram: sparkProgram });
}

function sparkAddress(spark: string | undefined): string {
  if (spark === undefined)
    throw new LakeError(
      'invalid-input',
      'The engine: found spark, expected an address with it: --spark sc://HOST:PORT, or LAKE_SPARK in the environment.',
    );
  readSparkAddress(spark);
  return spark;
}
