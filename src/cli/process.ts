// A process around `runProgram`. Ctrl-C asks it to stop; a second one does not ask.

import { readFileSync } from 'node:fs';
import { LakeError } from '../common/errors.js';
import { systemRuntime } from '../common/system-runtime.js';
import type { OpenLake } from './session.js';
import { runProgram } from './program.js';

const INTERRUPTED = 130;

/** The lake's parts are loaded when a command needs them: help and usage errors do not wait for them. */
const openLake: OpenLake = async (options) => {
  const parts = await import('../lake/open.js');
  return parts.openConfiguredLake(options);
};

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort(new LakeError('interrupted', 'Interrupted; nothing was published.'));
    process.stderr.write('\nlake: stopping cleanly; Ctrl-C again ends it at once\n');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Runs the process's command line; answers its exit code. */
export function runProcess(): Promise<number> {
  return runProgram({
    argv: process.argv.slice(2),
    env: process.env,
    get stdin() {
      return process.stdin; // opened when it is read
    },
    stdout: process.stdout,
    stderr: process.stderr,
    runtime: systemRuntime(),
    version: version(),
    signal: stopSignal(),
    openLake,
  });
}
