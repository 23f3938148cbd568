// A user's command, with a document on its input. It ends: by itself, or with everything that it started.

import { spawn, type ChildProcess } from 'node:child_process';

/** How long a command may take. */
interface CommandLimits {
  readonly timeoutMs: number;
  /** Between asking it to end (SIGTERM) and ending it (SIGKILL). */
  readonly graceMs: number;
  /** The user wants to stop: the command is ended at once. */
  readonly signal?: AbortSignal;
}

/**
 * Runs it through the shell, as a person would type it, in a process group of its own; what it prints goes to standard
 * error. After its time, or when the signal fires, the whole group is ended, whatever it does about SIGTERM.
 * @throws Error that says how it ended, unless that was with exit code 0
 */
export function runCommand(
  command: string,
  document: string,
  { timeoutMs, graceMs, signal }: CommandLimits,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, detached: hasGroups, stdio: ['pipe', 'ignore', 'inherit'] });
    let ended: string | undefined;
    let killer: NodeJS.Timeout | undefined;
    const end = (why: string): void => {
      ended ??= why;
      kill(child, 'SIGTERM');
      killer ??= setTimeout(() => kill(child, 'SIGKILL'), graceMs);
    };
    const onAbort = (): void => end('it was interrupted');
    const onExit = (): void => kill(child, 'SIGKILL');
    const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1000} s and was ended`), timeoutMs);
    const settled = (): void => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener('abort', onAbort);
      process.removeListener('exit', onExit);
      if (ended !== undefined) kill(child, 'SIGKILL'); // what the command left behind in its group
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    process.once('exit', onExit);
    child.on('error', (error) => {
      settled();
      reject(error);
    });
    child.on('exit', (code, bySignal) => {
      settled();
      if (ended !== undefined) reject(new Error(ended));
      else if (code === 0) resolve();
      else reject(new Error(code === null ? `ended by ${bySignal}` : `exit code ${code}`));
    });
    child.stdin?.on('error', () => undefined); // a command need not read its input
    child.stdin?.end(`${document}\n`);
    if (signal?.aborted === true) onAbort();
  });
}

/** Windows has no process groups; there the shell alone is ended. */
const hasGroups = process.platform !== 'win32';

function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (hasGroups) process.kill(-pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended.
  }
}
