// The record of what was run: results.json, and the table of RELIABILITY.md that is made from it. Suites that were not
// run keep what they have; a planted run adds what it caught.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { repository } from './places.js';
import type { Finished } from './results.js';
import type { Suite } from './suite.js';

interface Recorded {
  readonly seed: number;
  /** Share of the full length. */
  readonly scale: number;
  readonly runs: number;
  readonly failed: number;
  readonly seconds: number;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly machine: string;
  /** Runs of the suite with its bug in, and how many of them saw it. */
  readonly planted?: { readonly seed: number; readonly runs: number; readonly failed: number };
}

type Results = Readonly<Record<string, Recorded>>;

const resultsFile = new URL('reliability/results.json', repository);
const page = new URL('RELIABILITY.md', repository);

/** Enters what was run and makes the table again. */
export function writeReport(
  suites: readonly Suite[],
  finished: readonly Finished[],
  { seed, scale, plant }: { readonly seed: number; readonly scale: number; readonly plant: boolean },
): void {
  const record: Record<string, Recorded> = { ...readRecord() };
  for (const { suite, result, seconds } of finished) {
    const { runs, failed, facts } = result;
    const before = record[suite.name];
    const planted = plant ? { seed, runs, failed } : before?.planted;
    const now = { seed, scale, runs, failed, seconds: Math.round(seconds), facts, machine: machine() };
    const main = plant ? before : now;
    if (main !== undefined) record[suite.name] = { ...main, ...(planted && { planted }) };
  }
  writeFileSync(resultsFile, `${JSON.stringify(record, null, 2)}\n`);
  writeTable(suites, record);
}

function readRecord(): Results {
  try {
    return JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
  } catch {
    return {};
  }
}

const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${process.platform} ${process.arch}, Node ${process.version}`;

const [start, end] = ['<!-- results -->', '<!-- end of results -->'];

function writeTable(suites: readonly Suite[], record: Results): void {
  const text = readFileSync(page, 'utf8');
  const [before, rest = ''] = text.split(start);
  const after = rest.split(end)[1] ?? '\n';
  const machines = [...new Set(Object.values(record).map((each) => each.machine))];
  const table = [
    '| promise | how it is tested | runs | result | the planted bug, and whether the suite catches it |',
    '| --- | --- | --- | --- | --- |',
    ...suites.map((suite) => rowOf(suite, record[suite.name])),
  ];
  writeFileSync(
    page,
    `${before}${start}\n\n${table.join('\n')}\n\nRun on ${machines.join('; ')}.\n\n${end}${after}`,
  );
}

function rowOf(suite: Suite, recorded: Recorded | undefined): string {
  const cells = [
    `**${suite.name}**: ${suite.promise}`,
    suite.method,
    runsOf(suite, recorded),
    resultOf(recorded),
    `${suite.plantedBug}: ${plantedOf(recorded)}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

const number = (value: string | number): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : value;

function runsOf({ unit, fullRuns }: Suite, recorded: Recorded | undefined): string {
  if (recorded === undefined) return `0 of ${number(fullRuns)} ${unit}`;
  const share = recorded.scale === 1 ? '' : ` (${recorded.scale} of the full length)`;
  return `${number(recorded.runs)} ${unit}${share}, seed ${recorded.seed}, ${number(recorded.seconds)} s`;
}

function resultOf(recorded: Recorded | undefined): string {
  if (recorded === undefined) return 'not run';
  const verdict = recorded.failed === 0 ? 'holds' : `**${number(recorded.failed)} failed**`;
  const facts = Object.entries(recorded.facts).map(([name, value]) => `${name}: ${number(value)}`);
  return [verdict, ...facts].join('; ');
}

function plantedOf(recorded: Recorded | undefined): string {
  if (recorded?.planted === undefined) return 'not run';
  const { runs, failed } = recorded.planted;
  return failed === 0 ? '**missed**' : `caught in ${number(failed)} of ${number(runs)} runs`;
}
