// `--engine`: the flag of every command that runs SQL.

import { LakeError } from '../common/errors.js';
import { checkEngineAsked, engineChoices, sparkIn, type EngineAsked } from '../engine/choose-engine.js';
import { valueFlag } from './command.js';
import { parseChoice } from './flags.js';
import type { World } from './world.js';

/** The flags of every command that runs SQL; `engineAsked` reads them. */
export const engineFlags = {
  engine: valueFlag(
    'ENGINE',
    `the SQL engine: ${engineChoices.join(', ')} (default: that of the settings, else wasm)`,
  ),
  spark: valueFlag('ADDRESS', 'where --engine spark is: sc://HOST:PORT (default: LAKE_SPARK)'),
};

/**
 * The engine that was asked for, that of the settings unless named. Whoever gives an address asks for Spark.
 * @throws LakeError `invalid-input` for a name or an address that is none, a Spark without address, an address with another engine
 */
export function engineAsked(
  { engine, spark }: { readonly engine?: unknown; readonly spark?: unknown },
  env: World['env'],
): Partial<EngineAsked> {
  const named = typeof engine === 'string' ? parseChoice('--engine', engine, engineChoices) : undefined;
  const given = typeof spark === 'string' ? spark : undefined;
  const choice = named ?? (given === undefined ? undefined : 'spark');
  if (given !== undefined && choice !== 'spark')
    throw new LakeError('invalid-input', `--spark goes with --engine spark, not with --engine ${choice}.`);
  const asked = {
    ...sparkIn(env),
    ...(given !== undefined && { spark: given }),
    ...(choice !== undefined && { engine: choice }),
  };
  checkEngineAsked(asked);
  return asked;
}
