// Runs the compiled command line as a user would, in a process of its own.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/program/lake.js', import.meta.url));

export interface CliOptions {
  readonly cwd?: string;
  /** Added to the environment, from which `LAKE_DIR` and everything about colour is taken first. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is then closed. */
  readonly input?: string;
}

export interface CliResult {
  /** The exit code; -1 for an end by a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const withheld: readonly string[] = ['LAKE_DIR', 'NO_COLOR', 'FORCE_COLOR'];

function environment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !withheld.includes(name));
  return { ...Object.fromEntries(inherited), ...added };
}

/** `lake …args`. Rejects only if the process cannot be started. */
export function runCli(
  args: readonly string[],
  { cwd, env, input = '' }: CliOptions = {},
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd, env: environment(env) });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
    child.on('error', reject);
    child.on('close', (code) => {
      const text = (pieces: readonly Buffer[]): string => Buffer.concat(pieces).toString();
      resolve({ code: code ?? -1, stdout: text(stdout), stderr: text(stderr) });
    });
    // A command that does not read its input may be gone before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** `lake …args --json`, its document. Throws with both outputs unless it ends with exit code 0. */
export async function runJson<T>(args: readonly string[], options: CliOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], options);
  if (code !== 0) throw new Error(`lake ${args.join(' ')}: exit code ${code}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as T;
}
