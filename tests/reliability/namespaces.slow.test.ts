import { describe, expect, it } from 'vitest';
import { whyNoNamespaces } from '../../reliability/namespaces.js';
import { namespaces } from '../../reliability/suites/namespaces.js';
import { runShort } from './suite-run.js';

const reason = whyNoNamespaces();

describe.skipIf(reason !== undefined)(
  `a process in another namespace${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    it('is never taken for dead by clean-ups beside it', async () => {
      expect((await runShort(namespaces, 5)).failures).toEqual([]);
    });

    it('is caught losing its files when only host name and number tell who it is', async () => {
      expect((await runShort(namespaces, 2, { plant: true })).failed).toBe(2);
    });
  },
  180_000,
);
