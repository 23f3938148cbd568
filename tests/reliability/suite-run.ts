// Runs a suite for a short while, with its bug planted or not.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Suite, SuiteResult } from '../../reliability/suite.js';

export async function runShort(
  suite: Suite,
  runs: number,
  options: { plant?: boolean; seed?: number } = {},
): Promise<SuiteResult> {
  const { plant = false, seed = 1 } = options;
  const workFolder = await mkdtemp(join(tmpdir(), 'lake-reliability-'));
  try {
    return await suite.run({ seed, runs, plant, workFolder, onProgress: () => undefined });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
}
