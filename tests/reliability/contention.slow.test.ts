import { describe, expect, it } from 'vitest';
import { contention } from '../../reliability/suites/contention.js';
import { runShort } from './suite-run.js';

describe('eight processes on one lake', () => {
  it('lose no acknowledged commit', async () => {
    expect((await runShort(contention, 240)).failures).toEqual([]);
  });

  it('are caught losing commits when the commit replaces files', async () => {
    expect((await runShort(contention, 96, { plant: true })).failed).toBe(1);
  });
});
