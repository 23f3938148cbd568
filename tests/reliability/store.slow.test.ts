import { describe, expect, it } from 'vitest';
import { store } from '../../reliability/suites/store.js';
import { installVersitygw } from '../stores/versitygw.mjs';
import { runShort } from './suite-run.js';

const installed = await installVersitygw();
if ('reason' in installed) console.warn(`skipped: ${installed.reason}`);

describe.skipIf('reason' in installed)(
  'eight processes on one lake in a store, behind a bad network',
  () => {
    it('lose no acknowledged commit, however many are killed', async () => {
      const { failures, facts } = await runShort(store, 64);
      expect(failures).toEqual([]);
      expect(facts['kills -9']).toBeGreaterThan(3);
    });

    it('are caught losing commits when the store ignores the condition', async () => {
      expect((await runShort(store, 64, { plant: true })).failed).toBe(1);
    });
  },
  240_000,
);
