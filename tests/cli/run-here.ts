// Runs a command line in this process, on a real folder: for suites of many commands, where starting a process for each
// would take longer than the tests.

import { PassThrough } from 'node:stream';
import { runProgram } from '../../src/cli/program.js';
import type { OpenLake } from '../../src/cli/session.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { openConfiguredLake } from '../../src/lake/open.js';
import type { CliResult } from './run-cli.js';

export interface HereOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output is a terminal of that many columns. */
  readonly columns?: number;
  /** Standard error is one, too. */
  readonly isNoteTerminal?: boolean;
  readonly openLake?: OpenLake;
  /** Fires when the user wants to stop. */
  readonly signal?: AbortSignal;
}

/** `lake …args`, without a terminal unless said. */
export async function runHere(args: readonly string[], options: HereOptions = {}): Promise<CliResult> {
  const {
    env = {},
    columns,
    isNoteTerminal = false,
    openLake = openConfiguredLake,
    signal = new AbortController().signal,
  } = options;
  const stream = (isTTY: boolean): PassThrough =>
    Object.assign(new PassThrough(), isTTY ? { isTTY, columns: columns ?? 80 } : {});
  const streams = { stdout: stream(columns !== undefined), stderr: stream(isNoteTerminal) };
  const [stdout, stderr] = [textOf(streams.stdout), textOf(streams.stderr)];
  const code = await runProgram({
    ...streams,
    argv: args,
    env,
    stdin: new PassThrough().end(),
    runtime: systemRuntime(),
    version: '0.0.0',
    signal,
    openLake,
  });
  streams.stdout.end();
  streams.stderr.end();
  return { code, stdout: await stdout, stderr: await stderr };
}

/** What a person with a terminal of 80 columns and no colours gets. */
export const terminal: HereOptions = { columns: 80, env: { NO_COLOR: '1' } };

/** `lake …args --json`, its document. Throws with both outputs unless it ends with exit code 0. */
export async function jsonHere<T>(args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await runHere([...args, '--json']);
  if (code !== 0) throw new Error(`lake ${args.join(' ')}: exit code ${code}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}

async function textOf(stream: PassThrough): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
