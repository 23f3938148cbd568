// The program from its arguments to its exit code. The only place that catches: every error becomes one line (or one
// document) and a number.

import type { Readable, Writable } from 'node:stream';
import { LakeError, type ErrorCode } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import type { Lake } from '../lake/operations.js';
import { parseArguments, type CommonFlags, type Request } from './arguments.js';
import { commands } from './commands/index.js';
import type { EngineChoice } from '../engine/choose-engine.js';
import { engineAsked } from './engine-flag.js';
import { actionable, errorDocument, errorText, EXIT_CODE_OF, exitCodeOf } from './exit-codes.js';
import { styleFor } from './output/style.js';
import { ReaderGone, TextOutput } from './output/text-output.js';
import { visible } from './output/terminal-text.js';
import { noProgress, progressLine, type ProgressLine } from './progress.js';
import type { OpenLake, Session } from './session.js';

type TerminalStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** The process as a parameter. */
export interface World {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  readonly runtime: Runtime;
  readonly version: string;
  /** Fires when the user wants it to stop. */
  readonly signal: AbortSignal;
  readonly openLake: OpenLake;
}

/** Runs one command line; answers the exit code and never rejects. */
export async function runProgram(world: World): Promise<number> {
  const output = new TextOutput(world.stdout);
  world.stderr.on('error', () => undefined); // a closed stderr is no reason to fail
  try {
    const request = await parseArguments(world.argv, commands, world.version);
    const exitCode = await runRequest(request, world, output);
    await output.flush();
    return exitCode;
  } catch (error) {
    if (error instanceof ReaderGone) return 0;
    await reportError(error, world, output);
    return exitCodeOf(error);
  }
}

async function runRequest(request: Request, world: World, output: TextOutput): Promise<number> {
  if (request.kind === 'text') {
    await output.write(`${request.text}\n`);
    return 0;
  }
  const { command, input, common } = request;
  const progress = common.quiet === true ? noProgress : progressOn(world);
  let exitCode = 0;
  const fail = (code: ErrorCode): void => void (exitCode = EXIT_CODE_OF[code]);
  const work = command.run(
    input,
    openSession({ common, engine: engineAsked(input.flags), world, output, progress, fail }),
  );
  try {
    await (command.writes === true ? work : Promise.race([work, interruption(world.signal)]));
    return exitCode;
  } finally {
    progress.clear();
  }
}

/** Rejects when the user interrupts: what only reads can be left where it is. */
async function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new LakeError('interrupted', 'Interrupted; nothing was published.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

function progressOn({ stderr, env, runtime }: World): ProgressLine {
  return progressLine(
    {
      write: (text) => stderr.write(text),
      isTerminal: stderr.isTTY === true && env['TERM'] !== 'dumb',
      columns: stderr.columns ?? 80,
    },
    runtime,
  );
}

interface Run {
  readonly common: CommonFlags;
  readonly engine: EngineChoice | undefined;
  readonly world: World;
  readonly output: TextOutput;
  readonly progress: ProgressLine;
  readonly fail: Session['fail'];
}

function openSession({ common, engine, world, output, progress, fail }: Run): Session {
  const location = lakeLocation(common.lake, world.env);
  const isJson = common.json === true;
  const answer: Session['answer'] = async (document, lines) =>
    isJson ? output.write(`${JSON.stringify(document)}\n`) : output.lines(lines());
  const config = common.config ?? (world.env['LAKE_CONFIG'] || undefined);
  const openLake = (): Promise<Lake> =>
    world.openLake({
      location,
      log: logTo(world, common, progress),
      ...(config !== undefined && { config }),
      ...(engine !== undefined && { engine }),
    });
  return {
    isJson,
    isVerbose: common.verbose === true,
    runtime: world.runtime,
    output,
    style: styleFor(world.stdout, world.env, common['no-color'] === true),
    width: world.stdout.isTTY === true ? (world.stdout.columns ?? 80) : Infinity,
    location,
    operation: { signal: world.signal, onProgress: progress.report },
    answer: async (document, lines) => {
      progress.clear();
      await answer(document, lines);
    },
    report: async (document, lines) => {
      progress.clear();
      await answer(document, common.quiet === true ? () => [] : lines);
    },
    fail,
    async withLake(use) {
      const lake = await openLake();
      try {
        return await use(lake);
      } finally {
        await lake.close();
      }
    },
    readStdin: () => readText(world.stdin),
  };
}

function lakeLocation(flag: string | undefined, env: World['env']): string {
  if (flag === '') throw new LakeError('invalid-input', '--lake: "" is not a folder.');
  return flag ?? (env['LAKE_DIR'] || 'lake');
}

/** Warnings and what is waited for go to standard error; details only with `--verbose`. */
function logTo(world: World, common: CommonFlags, progress: ProgressLine): Runtime['log'] {
  return (level, message) => {
    if (common.quiet === true || (level === 'debug' && common.verbose !== true)) return;
    progress.clear();
    world.stderr.write(`lake: ${level === 'warn' ? 'warning: ' : ''}${visible(message)}\n`);
  };
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks).toString('utf8');
}

/** With `--json` on standard output, as long as nothing else was printed there; otherwise a line on standard error. */
async function reportError(error: unknown, world: World, output: TextOutput): Promise<void> {
  const isBug = actionable(error) === undefined;
  if (wantsJson(world.argv) && !output.hasWritten) {
    await output.write(`${JSON.stringify(errorDocument(error))}\n`);
    if (!isBug) return output.flush();
  }
  await output.flush().catch(() => undefined);
  const text = errorText(error);
  const style = styleFor(world.stderr, world.env, world.argv.includes('--no-color'));
  world.stderr.write(`${style.bad('lake:')} ${isBug ? text : visible(text)}\n`);
}

/** Also when the rest of the command line is not understood. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv
    .slice(0, end === -1 ? undefined : end)
    .some((word) => word === '--json' || word === '--json=true');
}
