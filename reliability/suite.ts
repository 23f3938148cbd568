// What a reliability suite is: a promise, a way to attack it from a seed, and a planted bug that the attack must find.

import { randomFor, type Random } from './random.js';

/** Which runs, from which seed, where. */
export interface SuiteOptions {
  readonly seed: number;
  /** How many runs, numbered from `firstRun` on. Run r derives everything from (seed, r). */
  readonly runs: number;
  /** 0 unless said; another one repeats a run, or runs a part. */
  readonly firstRun?: number;
  /** Whether the suite's bug is in: then it must fail. */
  readonly plant: boolean;
  /** On a real disk, emptied before. */
  readonly workFolder: string;
  onProgress(done: number, total: number): void;
}

/** A run in which the promise did not hold. */
export interface Failure {
  readonly run: number;
  readonly seed: number;
  readonly what: string;
}

/** What came of the runs. */
export interface SuiteResult {
  readonly runs: number;
  /** At most 20 are kept. */
  readonly failures: readonly Failure[];
  readonly failed: number;
  /** What was met on the way. Numbers of parts that ran apart are added. */
  readonly facts: Readonly<Record<string, string | number>>;
}

/** A promise, and the attack on it. */
export interface Suite {
  readonly name: string;
  readonly promise: string;
  readonly method: string;
  /** What a run is, in the plural: `histories`. */
  readonly unit: string;
  readonly fullRuns: number;
  readonly plantedBug: string;
  /** Whether its runs may be divided between processes. */
  readonly divisible?: boolean;
  /** Why it cannot run on this machine; undefined when it can. */
  unavailable?(): string | undefined;
  run(options: SuiteOptions): Promise<SuiteResult>;
}

const keptFailures = 20;

/** Counts what happens in the runs of a suite. */
export interface Tally {
  add(fact: string, count?: number): void;
}

/**
 * Runs `one` for each number; what it throws is a failure of that run. The facts are what it counted.
 */
export async function eachRun(
  options: SuiteOptions,
  one: (random: Random, tally: Tally, run: number) => Promise<void>,
): Promise<SuiteResult> {
  const { seed, runs, firstRun = 0 } = options;
  const failures: Failure[] = [];
  const facts: Record<string, number> = {};
  const tally: Tally = { add: (fact, count = 1) => void (facts[fact] = (facts[fact] ?? 0) + count) };
  let failed = 0;
  for (let run = firstRun; run < firstRun + runs; run++) {
    try {
      await one(randomFor(seed, run), tally, run);
    } catch (error) {
      if (failed++ < keptFailures) failures.push({ run, seed, what: describe(error) });
    }
    options.onProgress(run - firstRun + 1, runs);
  }
  return { runs, failures, failed, facts };
}

/** One result of the parts of a suite. */
export function mergeResults(parts: readonly SuiteResult[]): SuiteResult {
  const facts: Record<string, string | number> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part.facts))) {
    const before = facts[name];
    facts[name] = typeof before === 'number' && typeof value === 'number' ? before + value : value;
  }
  return {
    runs: parts.reduce((sum, part) => sum + part.runs, 0),
    failures: parts.flatMap((part) => part.failures).slice(0, keptFailures),
    failed: parts.reduce((sum, part) => sum + part.failed, 0),
    facts,
  };
}

/** For a check that does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Fails the run unless the condition holds. */
export function check(holds: boolean, what: string | (() => string)): asserts holds {
  if (!holds) throw new Violation(typeof what === 'string' ? what : what());
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at ([^\n]*)/.exec(error.stack ?? '')?.[1] ?? '';
  return error instanceof Violation ? error.message : `${error.name}: ${error.message} (${place})`;
}
