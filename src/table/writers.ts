// Writers of data files make themselves known, so that a clean-up leaves alone what they have not committed yet.

import type { Runtime } from '../common/runtime.js';
import type { Lock, Storage } from '../storage/storage.js';

const prefix = 'writer-';

/** Nobody else asks for a lock of this name: it is there at once. */
const timeoutMs = 1000;

/**
 * Says that a writer begins now; to be called before its first file is written, released once it is committed or given up.
 * A writer that dies is not waited for.
 */
export function announceWriter(storage: Storage, runtime: Runtime): Promise<Lock> {
  const start = String(Math.floor(runtime.now())).padStart(16, '0');
  return storage.lock(`${prefix}${start}-${randomHex(runtime)}`, { timeoutMs });
}

/** When the oldest writer that lives began, in microseconds since the epoch; undefined when there is none. */
async function oldestWriter(storage: Storage): Promise<number | undefined> {
  const starts = (await storage.heldLocks(prefix)).map((name) => Number(name.slice(prefix.length, -9)));
  return starts.length === 0 ? undefined : Math.min(...starts);
}

/** A file may be older than its writer's start by as much as the disk's clock is coarse. */
const coarseMs = 1000;

/**
 * What is on its way into the metadata (staging folders, probes, temporary files) is there for seconds; it stays this
 * long whatever the grace period, since not everyone who makes some announces it.
 */
export const inFlightMs = 600_000;

/** Files last changed before this moment (milliseconds since the epoch) are no living writer's. Age alone would not tell. */
export async function cleanUpBefore(storage: Storage, nowMs: number, graceMs: number): Promise<number> {
  const writer = await oldestWriter(storage);
  return Math.min(nowMs - graceMs, writer === undefined ? Infinity : writer / 1000 - coarseMs);
}

/** Eight hex digits, to tell apart what begins in the same microsecond. */
export function randomHex(runtime: Runtime): string {
  return Math.floor(runtime.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}
