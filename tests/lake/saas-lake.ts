// The parts of a lake of the built-in pipeline, for tests that ask one operation at a time.

import { systemRuntime } from '../../src/common/system-runtime.js';
import { chooseEngine } from '../../src/engine/choose-engine.js';
import type { Parts } from '../../src/lake/lake-context.js';
import { defaultSettingsFor } from '../../src/lake/settings/settings.js';
import { saas } from '../pipelines/built-in-saas.js';

/** What holds for a lake until users set something. */
export const saasSettings = defaultSettingsFor(saas);

/** Parts over a storage that is there. */
export const saasParts = ({ storage }: Pick<Parts, 'storage'>): Parts => ({
  storage,
  runtime: systemRuntime(),
  location: 'memory',
  pipeline: saas,
  settings: saasSettings,
  startEngine: chooseEngine({ engine: 'wasm' }),
});
