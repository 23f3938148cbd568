// The program from its arguments to its exit code. The only place that catches: every error becomes one line (or one
// document) and a number.

import { isLakeError, LakeError, type ErrorCode } from '../common/errors.js';
import { uuid } from '../common/runtime.js';
import { parseArguments, type Request } from './arguments.js';
import { commands } from './commands/index.js';
import { COMPLETE, completionsOf } from './completion.js';
import { engineAsked } from './engine-flag.js';
import { actionable, errorDocument, errorText, EXIT_CODE_OF, exitCodeOf } from './exit-codes.js';
import { accessOf, lakeLocation, openSession, projectFolder } from './open-session.js';
import { screenOf } from './output/screen.js';
import { ReaderGone, TextOutput } from './output/text-output.js';
import { noProgress, progressLine, type ProgressLine } from './progress.js';
import type { Printing, World } from './world.js';

/** Runs one command line; answers the exit code and never rejects. */
export async function runProgram(world: World): Promise<number> {
  const printing = printingOf(world);
  const { output } = printing;
  try {
    if (world.argv[0] === COMPLETE) await complete(world, output);
    const exitCode = world.argv[0] === COMPLETE ? 0 : await runLine(world, printing);
    await output.flush();
    return exitCode;
  } catch (error) {
    if (error instanceof ReaderGone) return 0;
    await reportError(error, world, printing);
    return exitCodeOf(error);
  }
}

function printingOf({ stdout, stderr, env, argv, runtime }: World): Printing {
  stderr.on('error', () => undefined); // a closed stderr is no reason to fail
  const key = uuid(runtime);
  const noColor = argv.includes('--no-color');
  const screen = screenOf({ stream: stdout, env, noColor, key });
  const notes = screenOf({ stream: stderr, env, noColor, key });
  return {
    output: new TextOutput(stdout, screen),
    screen,
    note: (line) => void stderr.write(`${notes.line(line)}\n`),
    noteStyle: notes.style,
  };
}

async function runLine(world: World, printing: Printing): Promise<number> {
  const request = await parseArguments(world.argv, commands, world.version);
  if (request.kind === 'run') return runCommand(request, world, printing);
  await printing.output.write(`${request.text}\n`);
  return 0;
}

async function runCommand(
  { command, input, common }: Extract<Request, { kind: 'run' }>,
  world: World,
  printing: Printing,
): Promise<number> {
  const progress = common.quiet === true ? noProgress : progressOn(world);
  let exitCode = 0;
  const fail = (code: ErrorCode): void => void (exitCode = EXIT_CODE_OF[code]);
  const engine = engineAsked(input.flags, world.env);
  const session = await openSession({ common, engine, world, printing, progress, fail });
  const work = command.run(input, session);
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
      columns: stderr.columns || 80,
    },
    runtime,
  );
}

/** For a shell: whatever goes wrong, there is nothing to complete. */
async function complete({ argv, env, openLake }: World, output: TextOutput): Promise<void> {
  const tables = async (): Promise<readonly string[]> => {
    const flag = (name: string): string | undefined =>
      argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined;
    const project = await projectFolder(flag('--project'), env);
    const location = lakeLocation(flag('--lake'), env, project);
    const access = accessOf({
      endpoint: flag('--endpoint'),
      region: flag('--region'),
      cache: flag('--cache'),
      'cache-size': flag('--cache-size'),
    });
    const lake = await openLake({ location, access, env, ...(project !== undefined && { project }) });
    return (await lake.tables({})).tables.map(({ name }) => name);
  };
  const found = await completionsOf(argv.slice(1), commands, () => tables().catch(() => []));
  await output.lines(found);
}

/** With `--json` on standard output, as long as nothing else was printed there; otherwise a line on standard error. */
async function reportError(
  error: unknown,
  { argv }: World,
  { output, note, noteStyle }: Printing,
): Promise<void> {
  const isBug = actionable(error) === undefined;
  if (wantsJson(argv) && !output.hasWritten) {
    await output.write(`${JSON.stringify(errorDocument(error))}\n`);
    if (!isBug) return output.flush();
  }
  await output.flush().catch(() => undefined);
  const text = errorText(error);
  const isList = isLakeError(error, 'invalid-input') && typeof error.details['problems'] === 'number';
  const [first = '', ...others] = isBug || isList ? text.split('\n') : [text];
  note(`${noteStyle.bad('lake:')} ${first}`);
  others.forEach(note);
}

/** Also when the rest of the command line is not understood. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv
    .slice(0, end === -1 ? undefined : end)
    .some((word) => word === '--json' || word === '--json=true');
}
