// Who holds a lock, as the lock itself says it: the same on a disk and in an object store.

import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import type { Fate, ProcessId, Processes } from './processes.js';

/** A process, and its name for this one lock. */
export interface LockOwner extends ProcessId {
  readonly token: string;
}

/** This process as an owner; `instance` is a name that no other storage has. */
export const ownerHere = (instance: string, processes: Processes, runtime: Runtime): LockOwner => ({
  token: `${instance}-${Math.floor(runtime.random() * 2 ** 40).toString(36)}`,
  ...processes.self,
});

/** The owner in a lock's bytes; undefined where they cannot be read. */
export function readLockOwner(bytes: Uint8Array): LockOwner | undefined {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<LockOwner> | null;
    const { token, pid, host, boot = null, namespace = null, processStart = null } = value ?? {};
    return typeof token === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { token, pid, host, boot, namespace, processStart }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What became of an owner; of nobody knows whom, when the lock cannot be read. */
export const fateOfOwner = (processes: Processes, owner: LockOwner | undefined): Fate =>
  owner === undefined ? 'unknown' : processes.fateOf(owner);

/** A lock that another one held for too long. */
export function heldByAnother(name: string, owner: LockOwner | undefined, timeoutMs: number): LakeError {
  const who = owner === undefined ? 'another writer' : `process ${owner.pid} on ${owner.host}`;
  return new LakeError(
    'conflict',
    `Waited ${Math.round(timeoutMs / 1000)} s for the ${name} lock, which ${who} holds. Let it finish, then run again.`,
    { details: { lock: name, ...(owner === undefined ? {} : { pid: owner.pid, host: owner.host }) } },
  );
}
