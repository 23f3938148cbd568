// What the suites found, for people.

import type { Suite, SuiteResult } from './suite.js';

/** A suite that ran to its end. */
export interface Finished {
  readonly suite: Suite;
  readonly result: SuiteResult;
  readonly seconds: number;
}

/** A line for each suite, and how to repeat what failed. */
export function resultsTable(
  finished: readonly Finished[],
  { seed, plant }: { seed: number; plant: boolean },
): string {
  return finished.map((each) => `${lineOf(each, plant)}\n${failuresOf(each, seed, plant)}`).join('');
}

function lineOf({ suite, result, seconds }: Finished, plant: boolean): string {
  const verdict = plant
    ? result.failed > 0
      ? 'catches its bug'
      : 'MISSES ITS BUG'
    : result.failed > 0
      ? 'FAILED'
      : 'holds';
  const facts = Object.entries(result.facts).map(([name, value]) => `${value} ${name}`);
  const runs = `${result.runs} ${suite.unit}, ${result.failed} failed, ${seconds.toFixed(1)} s`;
  return `${suite.name.padEnd(14)} ${verdict.padEnd(15)} ${[runs, ...facts].join(', ')}`;
}

function failuresOf({ suite, result }: Finished, seed: number, plant: boolean): string {
  const again = `--suite ${suite.name} --seed ${seed}${plant ? ' --plant' : ''}`;
  return result.failures
    .slice(0, plant ? 1 : 20)
    .map(
      ({ run, what }) =>
        `    run ${run}: ${what}\n        again: npm run reliability -- ${again} --run ${run}\n`,
    )
    .join('');
}
