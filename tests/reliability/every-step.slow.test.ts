import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { everyStep } from '../../reliability/suites/every-step.js';

const options = {
  seed: 1,
  workFolder: mkdtempSync(join(tmpdir(), 'lake-every-step-')),
  onProgress: () => undefined,
};

describe('a crash at any storage call', () => {
  it('leaves the old lake or the new one, and the same command ends in the same bytes', async () => {
    const { failures, runs } = await everyStep.run({ ...options, runs: 24, plant: false });
    expect(failures).toEqual([]);
    expect(runs).toBe(24);
  });

  it('is found to tear a snapshot whose files appear one by one', async () => {
    const { failed } = await everyStep.run({ ...options, runs: 12, plant: true });
    expect(failed).toBeGreaterThan(0);
  });
}, 120_000);
