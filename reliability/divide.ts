// One suite on several processes: each does a part of the runs, and the results are put together.

import { fork } from 'node:child_process';
import { mergeResults, type SuiteOptions, type SuiteResult } from './suite.js';

/** What a process with a part tells the one that started it. */
export type PartMessage =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'result'; readonly result: SuiteResult };

/** Runs a suite in `jobs` processes of the program `program`. */
export async function runDivided(
  program: string,
  name: string,
  jobs: number,
  options: SuiteOptions,
): Promise<SuiteResult> {
  const { runs, firstRun = 0 } = options;
  const done = new Array<number>(jobs).fill(0);
  const bounds = Array.from({ length: jobs + 1 }, (_, i) => firstRun + Math.floor((runs * i) / jobs));
  const parts = done.map((_, i) => {
    const part = { firstRun: bounds[i]!, runs: bounds[i + 1]! - bounds[i]! };
    return runPart(program, partArguments(name, part, options), (count) => {
      done[i] = count;
      options.onProgress(
        done.reduce((sum, each) => sum + each, 0),
        runs,
      );
    });
  });
  return mergeResults(await Promise.all(parts));
}

function partArguments(
  name: string,
  part: { firstRun: number; runs: number },
  { seed, plant }: SuiteOptions,
): string[] {
  const args = ['--suite', name, '--seed', String(seed), '--part', `${part.firstRun},${part.runs}`];
  return plant ? [...args, '--plant'] : args;
}

function runPart(
  program: string,
  args: readonly string[],
  onDone: (count: number) => void,
): Promise<SuiteResult> {
  const child = fork(program, args);
  return new Promise((resolve, reject) => {
    child.on('message', (message: PartMessage) => {
      if (message.kind === 'progress') onDone(message.done);
      else resolve(message.result);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`A part of the suite ended with code ${code}.`)));
  });
}
