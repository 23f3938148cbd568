// Who holds a lock, and whether it lives: this process and the others that its numbers tell apart. A number means the
// same process only within one start of one machine and one PID namespace; containers have namespaces of their own,
// often under the same host name.

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './local-errors.js';

/** A process as it makes itself known to others, which may run elsewhere. */
export interface ProcessId {
  readonly pid: number;
  readonly host: string;
  /** Start of the machine: no two starts of any machine share one. Null where the system does not tell. */
  readonly boot: string | null;
  /** Where `pid` counts: the PID namespace. Null where the system does not tell. */
  readonly namespace: string | null;
  /** When the process started, in the system's own measure: tells a process from a later one with the same number. */
  readonly processStart: string | null;
}

/** What became of a process; `unknown` for one that cannot be seen from here, which is to be taken for alive. */
export type Fate = 'running' | 'ended' | 'unknown';

/** The processes that this one can see. */
export interface Processes {
  /** The one that runs this code. */
  readonly self: ProcessId;
  /** `ended` only where that is certain. */
  fateOf(process: ProcessId): Fate;
  /** Repeats work for as long as this process lives, without keeping it alive; ends when what it returns is called. */
  repeat(everyMs: number, work: () => void): () => void;
}

/** Systems without PID namespaces: there the host's name and the number say who it is. */
const plainPlatforms: ReadonlySet<string> = new Set(['darwin', 'win32']);

/** Whether /proc counts processes as this one does; one that was mounted for another namespace does not. */
const seesItself = (linkOf('/proc/self') ?? '') === String(process.pid);

/** The processes of this machine, as far as this one's namespace reaches. */
export const systemProcesses: Processes = {
  self: {
    pid: process.pid,
    host: hostname(),
    boot: textOf('/proc/sys/kernel/random/boot_id'),
    namespace: linkOf('/proc/self/ns/pid'),
    processStart: processStart(process.pid),
  },
  fateOf: (owner) =>
    isNeighbour(owner, systemProcesses.self, process.platform) ? fateHere(owner) : 'unknown',
  repeat: (everyMs, work) => {
    const timer = setInterval(work, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Whether two processes count in the same way, so that one's number tells the other whether it lives. */
export function isNeighbour(owner: ProcessId, self: ProcessId, platform: string): boolean {
  if (owner.host !== self.host || owner.boot !== self.boot || owner.namespace !== self.namespace)
    return false;
  return plainPlatforms.has(platform) || (self.boot !== null && self.namespace !== null);
}

function fateHere(owner: ProcessId): Fate {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return 'ended';
  }
  const start = processStart(owner.pid);
  return start === null || owner.processStart === null || start === owner.processStart ? 'running' : 'ended';
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets. Null where there is none. */
function processStart(pid: number): string | null {
  const text = seesItself ? textOf(`/proc/${pid}/stat`) : null;
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return null;
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
