import { describe, expect, it } from 'vitest';
import { schedule } from '../../reliability/suites/schedule.js';
import { runShort } from './suite-run.js';

describe('interleaved clients', () => {
  it('are explained by one order that respects what ended before what began', async () => {
    const { failures } = await runShort(schedule, 300);
    expect(failures).toEqual([]);
  });

  it('are caught when the commit looks before it writes', async () => {
    expect((await runShort(schedule, 60, { plant: true })).failed).toBeGreaterThan(0);
  });
});
