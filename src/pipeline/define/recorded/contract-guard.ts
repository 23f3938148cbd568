// Rows made under one contract and rows made under another never mix (pipeline §8).

import { LakeError } from '../../../common/errors.js';
import { contractHash } from '../../../records/contract-hash.js';
import type { LakeView } from '../../../table/view.js';
import type { Pipeline } from '../pipeline.js';

/** @throws LakeError `invalid-input` when a source's table was made under other rules or settings than today's */
export async function refuseOtherContract(base: LakeView | null, pipeline: Pipeline): Promise<void> {
  for (const { contract, table } of pipeline.sources) {
    const state = await base?.table(table.name);
    const today = contractHash(contract);
    const then = state?.file.contract;
    if (then === undefined || then === today) continue;
    throw new LakeError(
      'invalid-input',
      `${table.name} was made under another contract (${then.slice(0, 12)}) than today's rules and settings (${today.slice(0, 12)}); mixing them would give wrong numbers. If the change only accepts more, "lake replay" takes in what was refused; else "lake backfill --all" makes everything again (both show the figures first with --dry-run). Or go back to the old settings.`,
      { details: { table: table.name, expected: then, actual: today } },
    );
  }
}
