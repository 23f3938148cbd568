import { describe, expect, it } from 'vitest';
import { corruption } from '../../reliability/suites/corruption.js';
import { runShort } from './suite-run.js';

describe('a damaged file', () => {
  it('is reported by verification, and readers get what was committed or an error', async () => {
    expect((await runShort(corruption, 100)).failures).toEqual([]);
  });

  it('is missed by readers that know files by their size', async () => {
    expect((await runShort(corruption, 20, { plant: true })).failed).toBeGreaterThan(0);
  });
}, 60_000);
