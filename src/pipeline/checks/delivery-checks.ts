// What the newest deliveries of an extract leave standing: keys that they lack, and keys whose newest state was refused.

import type { Contract } from '../../records/contract.js';
import type { ExtractFold, FoundKeys } from '../../records/hot-path.js';
import type { RecordKey } from '../../records/record-key.js';
import { checkResult, type Checked, type CheckResult, type SampleCells } from './check-results.js';
import type { ExtractSource } from '../define/pipeline.js';

const missingKeys = (source: string): Checked => ({
  name: `${source}_missing_keys`,
  severity: 'warn',
  reason: `The newest extract lacks keys that the table has; they keep their last state, since an extract never forgets a key.`,
});

const refusedStates = (source: string): Checked => ({
  name: `${source}_refused_states`,
  severity: 'warn',
  reason: `The newest state of these keys was refused, so that their old state stands; see "lake quarantine".`,
});

/** Names of the checks of one extract. */
export const deliveryCheckNames = (source: string): readonly string[] => [
  missingKeys(source).name,
  refusedStates(source).name,
];

/** Of the deliveries of one run and the table as they leave it. */
export function deliveryChecks(
  { contract }: Pick<ExtractSource, 'contract'>,
  { missing, refusedStates: refused }: Pick<ExtractFold, 'missing' | 'refusedStates'>,
): readonly CheckResult[] {
  const result = (checked: Checked, { count, sample }: FoundKeys): CheckResult =>
    checkResult(
      checked,
      count,
      0,
      sample.map((key) => cellsOf(contract, key)),
    );
  return [result(missingKeys(contract.source), missing), result(refusedStates(contract.source), refused)];
}

const cellsOf = ({ key }: Contract, values: RecordKey): SampleCells =>
  Object.fromEntries(key.map((name, i) => [name, values[i] ?? null]));
