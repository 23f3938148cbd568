// The evidence behind the lake's promises: `npm run reliability -- [options]`.
//
//   --suite NAME[,NAME]   some of the suites instead of all
//   --scale 0.1           a share of the full length
//   --seed N              the same runs again; without it a new seed, which is printed
//   --run R               run R of the seed alone: a failure again
//   --jobs 2              processes at a time, for suites whose runs can be divided
//   --plant               with each suite's bug planted: every suite must fail now
//   --write               enters the results in reliability/results.json and in the table of RELIABILITY.md
//
// A suite (suite.ts) attacks one promise; run r of it derives everything from (seed, r). It exits with 1 when a promise
// did not hold; with --plant, when a suite missed its bug.

import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { helpText, readArguments, type Arguments } from './arguments.js';
import { runDivided, type PartMessage } from './divide.js';
import { repository } from './places.js';
import { progressOf } from './progress.js';
import { writeReport } from './report.js';
import { resultsTable, type Finished } from './results.js';
import type { Suite, SuiteOptions, SuiteResult } from './suite.js';
import { suites } from './suites/index.js';

const program = fileURLToPath(import.meta.url);

async function main(): Promise<void> {
  const chosen = readArguments(process.argv.slice(2), suites, Math.floor(performance.timeOrigin) % 2 ** 31);
  if (chosen.help) return void process.stdout.write(helpText(suites));
  if (chosen.part !== undefined) return runPart(chosen);
  process.stderr.write(`seed ${chosen.seed}\n`);
  const finished: Finished[] = [];
  for (const suite of chosen.suites) {
    const reason = suite.unavailable?.();
    if (reason === undefined) finished.push(await runSuite(suite, chosen));
    else process.stdout.write(`${suite.name.padEnd(14)} skipped: ${reason}\n`);
  }
  process.stdout.write(resultsTable(finished, chosen));
  if (chosen.write) writeReport(suites, finished, chosen);
  const isRight = ({ result }: Finished): boolean => result.failed > 0 === chosen.plant;
  process.exitCode = finished.every(isRight) ? 0 : 1;
}

async function runSuite(suite: Suite, chosen: Arguments): Promise<Finished> {
  const runs = chosen.run === undefined ? Math.max(1, Math.round(suite.fullRuns * chosen.scale)) : 1;
  const options = await optionsOf(suite, chosen, { firstRun: chosen.run ?? 0, runs }, progressOf(suite.name));
  const started = performance.now();
  const isDivided = suite.divisible === true && chosen.jobs > 1 && runs > chosen.jobs;
  const result = isDivided
    ? await runDivided(program, suite.name, chosen.jobs, options)
    : await suite.run(options);
  await rm(options.workFolder, { recursive: true, force: true });
  return { suite, result, seconds: (performance.now() - started) / 1000 };
}

async function optionsOf(
  suite: Suite,
  { seed, plant }: Arguments,
  part: { readonly firstRun: number; readonly runs: number },
  onProgress: SuiteOptions['onProgress'],
): Promise<SuiteOptions> {
  const workFolder = fileURLToPath(new URL(`reliability/.work/${suite.name}-${process.pid}`, repository));
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(workFolder, { recursive: true });
  return { seed, plant, workFolder, onProgress, ...part };
}

/** As a process that does a part for another. */
async function runPart(chosen: Arguments): Promise<void> {
  const tell = (message: PartMessage): void => void process.send?.(message);
  const suite = chosen.suites[0]!;
  const every = Math.ceil(chosen.part!.runs / 100);
  const options = await optionsOf(suite, chosen, chosen.part!, (done, total) => {
    if (done % every === 0 || done === total) tell({ kind: 'progress', done });
  });
  const result: SuiteResult = await suite.run(options);
  await rm(options.workFolder, { recursive: true, force: true });
  tell({ kind: 'result', result });
  process.disconnect();
}

await main();
