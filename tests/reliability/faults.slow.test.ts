import { describe, expect, it } from 'vitest';
import { faults } from '../../reliability/suites/faults.js';
import { runShort } from './suite-run.js';

describe('a fault at any call', () => {
  it('costs the operation at most, which says so and succeeds when run again', async () => {
    const { failures } = await runShort(faults, 400);
    expect(failures).toEqual([]);
  });

  it('is caught losing data when failed writes and syncs are taken for done', async () => {
    expect((await runShort(faults, 200, { plant: true })).failed).toBeGreaterThan(0);
  });
});
