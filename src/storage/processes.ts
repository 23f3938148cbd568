// Who holds a lock, and whether it lives: this process and the others on its machine.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from './local-errors.js';

export interface ProcessId {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the system's own measure: tells a process from a later one with the same number. */
  readonly processStart: string | null;
}

export interface Processes {
  /** The one that runs this code. */
  readonly self: ProcessId;
  /** Of a process on this host; when in doubt, true. */
  isRunning(process: ProcessId): boolean;
  /** Repeats work for as long as this process lives, without keeping it alive; ends when what it returns is called. */
  repeat(everyMs: number, work: () => void): () => void;
}

/** The processes of this machine. */
export const systemProcesses: Processes = {
  self: { pid: process.pid, host: hostname(), processStart: processStart(process.pid) },
  isRunning: (owner) => {
    try {
      process.kill(owner.pid, 0);
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false;
    }
    const start = processStart(owner.pid);
    return start === null || owner.processStart === null || start === owner.processStart;
  },
  repeat: (everyMs, work) => {
    const timer = setInterval(work, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets. Null where there is none. */
function processStart(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
