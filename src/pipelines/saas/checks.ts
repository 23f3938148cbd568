// What must hold before a run is published, and what is worth a warning: statements that return the rows that are wrong.
// Facts about records that no table holds (counts of lines, refused states, missing keys) are checked by the machinery.

import type { Check } from '../../pipeline/define/spec/pipeline-spec.js';
import { keyChecks } from './checks/keys.js';
import { totalChecks } from './checks/totals.js';
import { valueChecks } from './checks/values.js';
import { warnings } from './checks/warnings.js';
import { defaultSettings, type SaasSettings } from './settings.js';

export { rangeChecks } from './checks/values.js';

/** Keys of every table that a model makes, accepted values, totals that must agree, and warnings. */
export function checks(settings: SaasSettings = defaultSettings): readonly Check[] {
  return [...keyChecks(), ...valueChecks(settings), ...totalChecks, ...warnings];
}
