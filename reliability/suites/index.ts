// Every suite, in the order of the table that they fill.

import type { Suite } from '../suite.js';
import { everyStep } from './every-step.js';
import { hostileNames } from './hostile-names.js';
import { kill } from './kill.js';
import { namespaces } from './namespaces.js';
import { contention } from './contention.js';
import { corruption } from './corruption.js';
import { faults } from './faults.js';
import { powerCut } from './power-cut.js';
import { scale } from './scale.js';
import { schedule } from './schedule.js';
import { store, storeAzure, storeGoogle } from './store.js';

/** In the order of the table that they fill. */
export const suites: readonly Suite[] = [
  contention,
  store,
  storeGoogle,
  storeAzure,
  kill,
  namespaces,
  everyStep,
  powerCut,
  faults,
  schedule,
  scale,
  corruption,
  hostileNames,
];
