import { describe, expect, it } from 'vitest';
import { store, storeAzure, storeGoogle } from '../../reliability/suites/store.js';
import { storeServers } from '../stores/emulators.js';
import { runShort } from './suite-run.js';

const [versitygw, fakeGcs, azurite] = await storeServers();
const suites = [
  { suite: store, server: versitygw!, commits: 64 },
  { suite: storeGoogle, server: fakeGcs!, commits: 32 },
  { suite: storeAzure, server: azurite!, commits: 32 },
];

describe.each(suites)(
  'eight processes on one lake in $server.name, behind a bad network',
  ({ suite, server, commits }) => {
    it.skipIf('reason' in server.installed)(
      'lose no acknowledged commit, however many are killed',
      async () => {
        const { failures, facts } = await runShort(suite, commits);
        expect(failures).toEqual([]);
        expect(facts['kills -9']).toBeGreaterThan(2);
      },
    );

    it.skipIf('reason' in server.installed)(
      'are caught losing commits when the store ignores the condition',
      async () => {
        expect((await runShort(suite, commits, { plant: true })).failed).toBe(1);
      },
    );
  },
  240_000,
);
