import { describe, expect, it } from 'vitest';
import { scale } from '../../reliability/suites/scale.js';
import { runShort } from './suite-run.js';

describe('a large lake', () => {
  it('is opened, planned and committed to by as many calls as a small one', async () => {
    expect(await runShort(scale, 1)).toMatchObject({ failures: [], facts: { files: 20_000 } });
  });

  it('is told apart when the hint is stale and plans do not prune', async () => {
    expect((await runShort(scale, 1, { plant: true })).failed).toBeGreaterThan(0);
  });
}, 60_000);
