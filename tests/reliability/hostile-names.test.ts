import { describe, expect, it } from 'vitest';
import { hostileNames } from '../../reliability/suites/hostile-names.js';
import { runShort } from './suite-run.js';

describe('a hostile name', () => {
  it('stays inside the lake and is not lost, or is refused', async () => {
    const { failures, facts } = await runShort(hostileNames, 3000);
    expect(failures).toEqual([]);
    expect(facts['values on the disk']).toBeGreaterThan(0);
  });

  it('shares a folder with another when upper case is left as it is', async () => {
    expect((await runShort(hostileNames, 300, { plant: true })).failed).toBeGreaterThan(0);
  });
}, 60_000);
