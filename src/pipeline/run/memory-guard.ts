// A run that the machine's memory cannot hold is refused before it starts.

import { LakeError } from '../../common/errors.js';
import { estimateBytes } from '../../records/hot-path.js';

/** @throws LakeError `out-of-resources` when the new logs cannot be held in memory; known ones are not, but look alike */
export function refuseTooLarge(what: string, logBytes: number, memoryBytes: number): void {
  const needed = estimateBytes(logBytes);
  if (needed <= memoryBytes) return;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  throw new LakeError(
    'out-of-resources',
    `${what} are ${gigabytes(logBytes)} GiB of log; one run over them needs about ${gigabytes(needed)} GiB of memory, this machine has ${gigabytes(memoryBytes)}. Ingest files one after the other, or split them at line ends; make a lake again on a larger machine.`,
    { details: { neededBytes: needed, memoryBytes } },
  );
}
