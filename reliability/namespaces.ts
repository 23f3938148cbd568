// Processes in PID namespaces of their own, as containers are, with the host name of this one.

import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

const isolated = ['--pid', '--fork', '--mount-proc', '--kill-child'];

/** The ways to ask for a namespace: as root, and as anyone where users may have namespaces. */
const ways: readonly (readonly string[])[] = [isolated, ['--map-root-user', ...isolated]];

let found: readonly string[] | null | undefined;

/** The way that works here, or null. */
function wayIn(): readonly string[] | null {
  found ??= ways.find((way) => spawnSync('unshare', [...way, 'true']).status === 0) ?? null;
  return found;
}

/** Why no process can be put into a namespace here, or undefined. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return `PID namespaces are Linux's, this is ${process.platform}`;
  return wayIn() === null ? '"unshare --pid" is not allowed here' : undefined;
}

/** Starts Node in a namespace; killing what is returned kills all that is in it. */
export function spawnInNamespace(args: readonly string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  const words = [...(wayIn() ?? []), process.execPath, ...args];
  return spawn('unshare', words, { stdio: ['pipe', 'pipe', 'pipe'] });
}
