// The laws of the pipeline, on the real one: convergence, idempotence, agreement with the reference, accounting.

import { afterAll, describe, it } from 'vitest';
import { newLake, sharedResources } from './lake-under-test.js';
import { accounting, agreement, convergence, idempotence, type LawOptions } from './laws.js';
import { lawRuns, lawTimeout } from '../law-runs.js';

const shared = sharedResources();
afterAll(() => shared.close());

const options = (numRuns: number): LawOptions => ({
  open: () => Promise.resolve(newLake(shared.resources)),
  numRuns: lawRuns(numRuns),
  endOnFailure: true,
});

describe(
  'the pipeline',
  () => {
    it('ends in the same bytes for any split, order and repeat of a log', () => convergence(options(5)));

    it('changes nothing when files come again', () => idempotence(options(3)));

    it('agrees with the reference on every table after every run', () => agreement(options(8)));

    it('accounts for every record it read', () => accounting(options(3)));
  },
  lawTimeout(120_000),
);
