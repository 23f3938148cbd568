// Pins: a process that builds on an old snapshot keeps it from expiring while it works. Advisory locks, so that those of
// dead processes do not count.

import type { Runtime } from '../../common/runtime.js';
import type { Lock, Storage } from '../../storage/storage.js';
import { randomHex } from '../writers.js';

const prefix = 'pin-';

/** Keeps a snapshot until the lock is released. Whoever pins looks afterwards whether it is still there and unmarked. */
export function pinSnapshot(storage: Storage, runtime: Runtime, snapshotId: number): Promise<Lock> {
  return storage.lock(`${prefix}${snapshotId}-${randomHex(runtime)}`, { timeoutMs: 1000 });
}

/** The numbers of all snapshots that living processes have pinned. */
export async function pinnedSnapshots(storage: Storage): Promise<ReadonlySet<number>> {
  const names = await storage.heldLocks(prefix);
  return new Set(names.map((name) => Number(name.slice(prefix.length, -9))));
}
