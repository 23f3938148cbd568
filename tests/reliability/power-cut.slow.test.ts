import { describe, expect, it } from 'vitest';
import { powerCut } from '../../reliability/suites/power-cut.js';
import { runShort } from './suite-run.js';

describe('power cuts', () => {
  it('take nothing that was acknowledged, and leave nothing torn', async () => {
    const { failures } = await runShort(powerCut, 150);
    expect(failures).toEqual([]);
  });

  it('are caught taking something when syncs do nothing', async () => {
    const { failures } = await runShort(powerCut, 30, { plant: true });
    expect(failures.some(({ run }) => run % 2 === 0)).toBe(true);
    expect(failures.some(({ run }) => run % 2 === 1)).toBe(true);
  });
});
