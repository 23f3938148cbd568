// `--engine`: the flag of every command that runs SQL.

import { engineChoices, type EngineChoice } from '../engine/choose-engine.js';
import { valueFlag } from './command.js';
import { parseChoice } from './flags.js';

/** `--engine`, for every command that runs SQL; `engineAsked` reads it. */
export const engineFlag = valueFlag(
  'ENGINE',
  `the SQL engine: ${engineChoices.join(', ')} (default: that of the settings, else wasm)`,
);

/**
 * The engine that was asked for; undefined: that of the settings.
 * @throws LakeError `invalid-input` for a name that is none
 */
export function engineAsked({ engine }: { readonly engine?: unknown }): EngineChoice | undefined {
  return typeof engine === 'string' ? parseChoice('--engine', engine, engineChoices) : undefined;
}
