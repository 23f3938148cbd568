// What every engine keeps (src/engine/engine.ts), against the real thing.

import { queriesContract } from './contract-queries.js';
import { relationsContract } from './contract-relations.js';
import { safetyContract } from './contract-safety.js';
import { trialOf, type StartEngine } from './contract-trial.js';
import type { EngineManners } from './engine-manners.js';

/** The tests that an engine must pass. `start` makes a new one. */
export function engineContract(start: StartEngine, manners: EngineManners): void {
  const trial = trialOf(start);
  relationsContract(trial);
  queriesContract(trial, manners);
  safetyContract(trial, start, manners);
}
