// The arguments of the command, checked.

import { parseArgs } from 'node:util';
import type { Suite } from './suite.js';

/** What the command line asks for. */
export interface Arguments {
  readonly suites: readonly Suite[];
  readonly scale: number;
  readonly seed: number;
  readonly plant: boolean;
  readonly write: boolean;
  /** Nothing runs: only what may be asked for is told. */
  readonly help: boolean;
  /** Processes at a time. */
  readonly jobs: number;
  /** One run only. */
  readonly run?: number;
  /** Of a process that does a part for another: its first run and their number. */
  readonly part?: { readonly firstRun: number; readonly runs: number };
}

/** What the command says of itself. */
export const helpText = (all: readonly Suite[]): string => `npm run reliability -- [flags]

Attacks the promises of the format, each in a suite; prints which hold.

  --suite NAMES  only these, with commas between: ${all.map(({ name }) => name).join(', ')}
  --scale SHARE  of the full length (default: 1, which takes hours; 0.01 takes minutes)
  --seed N       the same attacks again (default: another each time; it is printed)
  --run N        that run of a suite alone
  --jobs N       processes at a time (default: 1)
  --plant        with the suite's bug in: it must be caught
  --write        enters the results in RELIABILITY.md
  --help         this text
`;

const options = {
  suite: { type: 'string' },
  scale: { type: 'string', default: '1' },
  seed: { type: 'string' },
  run: { type: 'string' },
  jobs: { type: 'string', default: '1' },
  part: { type: 'string' },
  plant: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws Error in the user's words; `freshSeed` is used when none is given */
export function readArguments(args: readonly string[], all: readonly Suite[], freshSeed: number): Arguments {
  const { values } = parseArgs({ args: [...args], options });
  const [firstRun, runs] = (values.part ?? '').split(',').map(Number);
  return {
    suites: chosen(values.suite, all),
    scale: numberOf('scale', values.scale),
    seed: values.seed === undefined ? freshSeed : numberOf('seed', values.seed),
    plant: values.plant,
    write: values.write,
    help: values.help,
    jobs: Math.max(1, numberOf('jobs', values.jobs)),
    ...(values.run !== undefined && { run: numberOf('run', values.run) }),
    ...(firstRun !== undefined && runs !== undefined && { part: { firstRun, runs } }),
  };
}

function chosen(names: string | undefined, all: readonly Suite[]): readonly Suite[] {
  if (names === undefined) return all;
  return names.split(',').map((name) => {
    const suite = all.find((each) => each.name === name.trim());
    if (suite === undefined)
      throw new Error(`There is no suite "${name}": ${all.map((each) => each.name).join(', ')}.`);
    return suite;
  });
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new Error(`--${option} ${text}: expected a number.`);
  return value;
}
