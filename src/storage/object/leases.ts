// An advisory lock as an object: taken by a write on the condition that there is none, renewed and taken over by writes on
// the condition that it is still the one that was seen. An owner that can be seen from here is dead when its process
// ended; any other one when its lease was not renewed for long. Correctness never depends on it.

import { mapConcurrent } from '../../common/concurrency.js';
import type { Runtime } from '../../common/runtime.js';
import { compareText } from '../../common/text-order.js';
import { fateOfOwner, heldByAnother, ownerHere, readLockOwner, type LockOwner } from '../lock-owner.js';
import { checkPath } from '../path.js';
import type { Processes } from '../processes.js';
import type { Lock } from '../storage.js';
import type { ObjectStore, StoredObject } from './object-store.js';

/** Where leases lie in a lake. */
const leasePrefix = '_manifests/.lock-';

/** How often a lease is renewed. */
const renewalMs = 15_000;
/** A lease that was not renewed for so long has lapsed for who waits; long, since computing may keep an owner from it. */
const lapseMs = 120_000;
/** The same for one look. */
const longLapseMs = 3_600_000;

/** Leases in work at a time. */
const parallelLooks = 16;

/** Where the leases of one storage are, and who asks for them. */
export interface LeasePlace {
  readonly store: ObjectStore;
  /** A name that no other storage has, in this process or another. */
  readonly instance: string;
  readonly processes: Processes;
  readonly runtime: Runtime;
}

/** What a waiter has seen of a lease; only its own clock counts. */
interface Watch {
  version: string;
  sinceMs: number;
}

/** @throws LakeError `conflict` after the time-out, `interrupted`; StoreError */
export async function leaseLock(
  place: LeasePlace,
  name: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> {
  const { store, runtime } = place;
  const key = leaseKey(name);
  const me = ownerHere(place.instance, place.processes, runtime);
  const bytes = encodeLease(me, 0);
  const watch: Watch = { version: '', sinceMs: 0 };
  const nowMs = (): number => runtime.now() / 1000;
  const giveUpAtMs = nowMs() + options.timeoutMs;
  for (;;) {
    const taken = await store.put(key, bytes, 'absent');
    if (taken.state === 'stored') return held(place, key, me, taken.version);
    const found = await store.get(key);
    const owner = found && readLockOwner(found.bytes);
    if (found === undefined) continue; // released meanwhile
    if (owner?.token === me.token) return held(place, key, me, found.version); // the answer was lost
    if (hasLapsed(place, found, owner, watch)) {
      const takenOver = await store.put(key, bytes, { version: found.version });
      if (takenOver.state === 'stored') return held(place, key, me, takenOver.version);
      continue;
    }
    if (nowMs() >= giveUpAtMs) throw heldByAnother(name, owner, options.timeoutMs);
    await runtime.sleep(50 + runtime.random() * 200, options.signal);
  }
}

/** The names of the locks that begin with `prefix` and whose owners live; those of dead ones are removed. */
export async function heldLeases(place: LeasePlace, prefix: string): Promise<readonly string[]> {
  const { store } = place;
  const { objects } = await store.list(leasePrefix + prefix, { stopAtSlash: true });
  const names = await mapConcurrent(objects, parallelLooks, async ({ key }) => {
    const found = await store.get(key);
    if (found === undefined) return [];
    const fate = fateOfOwner(place.processes, readLockOwner(found.bytes));
    const isDead = fate === 'ended' || (fate === 'unknown' && found.ageMs > longLapseMs);
    if (isDead) await store.delete([key]);
    return isDead ? [] : [key.slice(leasePrefix.length)];
  });
  return names.flat().sort(compareText);
}

/** A lock that cannot be taken off is no failure of what was done under it; it lapses. */
function held({ store, processes }: LeasePlace, key: string, me: LockOwner, version: string): Lock {
  let [current, renewals, isReleased, renewal] = [version, 0, false, Promise.resolve()];
  const findOwn = async (): Promise<StoredObject | undefined> => {
    const found = await store.get(key);
    return found !== undefined && readLockOwner(found.bytes)?.token === me.token ? found : undefined;
  };
  const renew = async (): Promise<void> => {
    const renewed = await store.put(key, encodeLease(me, ++renewals), { version: current });
    // Where it is refused the lease is another's by now, or the answer to an earlier renewal was lost.
    current = renewed.state === 'stored' ? renewed.version : ((await findOwn())?.version ?? current);
  };
  const stop = processes.repeat(renewalMs, () => {
    if (!isReleased) renewal = renewal.then(renew).catch(() => undefined);
  });
  return {
    isHeld: async () => (await findOwn()) !== undefined,
    release: async () => {
      stop();
      isReleased = true;
      await renewal; // else it would come back
      await findOwn()
        .then((own) => own && store.delete([key]))
        .catch(() => undefined);
    },
  };
}

/** For a waiter that looks again and again: every renewal is another version. */
function hasLapsed(
  { runtime, processes }: LeasePlace,
  found: StoredObject,
  owner: LockOwner | undefined,
  watch: Watch,
): boolean {
  const fate = fateOfOwner(processes, owner);
  if (fate !== 'unknown') return fate === 'ended';
  const nowMs = runtime.now() / 1000;
  if (found.version !== watch.version) Object.assign(watch, { version: found.version, sinceMs: nowMs });
  return nowMs - watch.sinceMs > lapseMs || found.ageMs > longLapseMs;
}

/** The number of the renewal makes each a version of its own, where versions are hashes of the content. */
function encodeLease(owner: LockOwner, renewal: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ ...owner, renewal }));
}

function leaseKey(name: string): string {
  return checkPath(`${leasePrefix}${name}`, 'file');
}
