// A run that the machine's memory cannot hold is refused before it starts.

import { LakeError } from '../../common/errors.js';
import { estimateBytes } from '../../records/hot-path.js';
import { defaultPortions } from '../stage/portions.js';
import type { Resources, RunBasis } from './run-basis.js';

/** What a run may hold, and what it holds of its logs. */
interface Room extends Pick<RunBasis, 'portions'>, Pick<Resources, 'memoryBytes'> {}

/**
 * @throws LakeError `out-of-resources` when what a run holds of the new logs does not fit into memory; known ones are not
 *   held, but look alike
 */
export function refuseTooLarge(
  what: string,
  logBytes: number,
  { memoryBytes, portions = defaultPortions }: Room,
): void {
  const needed = estimateBytes(Math.min(logBytes, portions.logBytes));
  if (needed <= memoryBytes) return;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  throw new LakeError(
    'out-of-resources',
    `${what} are ${gigabytes(logBytes)} GiB of log; one run over them needs about ${gigabytes(needed)} GiB of memory, this machine has ${gigabytes(memoryBytes)}. Ingest files one after the other, or split them at line ends; make a lake again on a larger machine.`,
    { details: { neededBytes: needed, memoryBytes } },
  );
}
