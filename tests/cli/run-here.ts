// Runs a command line in this process, on a real folder: for suites of many commands, where starting a process for each
// would take longer than the tests.

import { PassThrough } from 'node:stream';
import { runProgram } from '../../src/cli/program.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { openConfiguredLake } from '../../src/lake/open.js';
import type { CliResult } from './run-cli.js';

/** `lake …args`, without a terminal. */
export async function runHere(args: readonly string[]): Promise<CliResult> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const [stdout, stderr] = [textOf(streams.stdout), textOf(streams.stderr)];
  const code = await runProgram({
    ...streams,
    argv: args,
    env: {},
    stdin: new PassThrough().end(),
    runtime: systemRuntime(),
    version: '0.0.0',
    signal: new AbortController().signal,
    openLake: openConfiguredLake,
  });
  streams.stdout.end();
  streams.stderr.end();
  return { code, stdout: await stdout, stderr: await stderr };
}

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
