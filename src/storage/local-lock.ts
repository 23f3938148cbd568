// An advisory lock as a file. An owner that can be seen from here is dead when its process ended; any other one counts as
// alive until it was silent for long. Correctness never depends on it: commits are decided by the rename alone, and look
// before whether their locks and their files are still there.

import { dirname, join, relative } from 'node:path';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import { makeFolder, removeFile, writeSynced } from './durable.js';
import type { FileSystem } from './file-system.js';
import { isMissing, storageError, systemCode } from './local-errors.js';
import { fateOfOwner, heldByAnother, ownerHere, readLockOwner, type LockOwner } from './lock-owner.js';
import { checkPath } from './path.js';
import type { Processes } from './processes.js';
import type { Lock } from './storage.js';

/** The folder within a lake where locks and probes lie. */
export const metadataFolderName = '_manifests';

const heartbeatMs = 2_000;
/**
 * An owner that cannot be seen from here (of another machine or container) is dead after this much silence; long, since
 * computing may keep a live one from its beat.
 */
const silenceMs = 120_000;

/** The same for one look, where the clocks of two machines must be compared. */
const longSilenceMs = 3_600_000;

const lockPrefix = '.lock-';

/** Where the locks of one storage are, and who asks for them. */
export interface LockPlace {
  readonly fs: FileSystem;
  /** The lake's folder. */
  readonly base: string;
  /** A name that no other storage has, in this process or another. */
  readonly instance: string;
  readonly processes: Processes;
  readonly runtime: Runtime;
}

/** What a waiter has seen of an owner's heartbeat; only its own clock counts. */
interface Watch {
  beat: string;
  sinceMs: number;
}

/** @throws LakeError `conflict` after the time-out, `interrupted` */
export async function localLock(
  place: LockPlace,
  name: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> {
  const { fs, runtime } = place;
  const path = lockPath(place, name);
  const watch: Watch = { beat: '', sinceMs: 0 };
  const me = ownerHere(place.instance, place.processes, runtime);
  const nowMs = (): number => runtime.now() / 1000;
  const giveUpAtMs = nowMs() + options.timeoutMs;
  await makeFolder(fs, dirname(path));
  while (!(await claim(fs, path, me))) {
    const owner = readOwner(fs, path);
    if (await isDead(place, path, owner, watch)) {
      await removeIfOwnedBy(fs, path, owner?.token, me.token);
      continue;
    }
    if (nowMs() >= giveUpAtMs) throw heldByAnother(name, owner, options.timeoutMs);
    await runtime.sleep(20 + runtime.random() * 80, options.signal);
  }
  return held(place, path, me.token);
}

/** The names of the locks that begin with `prefix` and whose owners live; the files of dead ones are removed. */
export async function localHeldLocks(place: LockPlace, prefix: string): Promise<readonly string[]> {
  const held: string[] = [];
  for (const name of await lockNames(place)) {
    if (!name.startsWith(prefix)) continue;
    const path = lockPath(place, name);
    const owner = readOwner(place.fs, path);
    if (await isLongDead(place, path, owner))
      await removeIfOwnedBy(place.fs, path, owner?.token, place.instance);
    else held.push(name);
  }
  return held.sort(compareText);
}

/** Locks by name; what is on its way in or out (`.tmp-`, `.aside-`) is none. */
async function lockNames({ fs, base }: LockPlace): Promise<readonly string[]> {
  const entries = await fs.readdir(join(base, metadataFolderName)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .map(({ name }) => name)
    .filter((name) => name.startsWith(lockPrefix) && !/\.(tmp|aside)-/.test(name))
    .map((name) => name.slice(lockPrefix.length));
}

function lockPath({ base }: LockPlace, name: string): string {
  return join(base, metadataFolderName, checkPath(`${lockPrefix}${name}`, 'file'));
}

/** Creates the lock file, whole, also after a power cut: a hard link never replaces one that is there. */
async function claim(fs: FileSystem, path: string, me: LockOwner): Promise<boolean> {
  const temporary = `${path}.tmp-${me.token}`;
  try {
    await writeSynced(fs, temporary, new TextEncoder().encode(JSON.stringify(me)));
    const answer = await linkExclusively(fs, temporary, path);
    if (answer !== 'gone') return answer === 'made';
  } finally {
    await removeFile(fs, temporary);
  }
  return claim(fs, path, me);
}

/** `gone`: a clean-up that knows no grace took the file for a leftover. */
async function linkExclusively(fs: FileSystem, from: string, to: string): Promise<'made' | 'there' | 'gone'> {
  try {
    await fs.link(from, to);
    return 'made';
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'there';
    if (isMissing(error)) return 'gone';
    throw error;
  }
}

/** A lock that cannot be taken off is no failure of what was done under it; it ends with its process. */
function held({ fs, base, processes, runtime }: LockPlace, path: string, token: string): Lock {
  const stop = processes.repeat(heartbeatMs, () => {
    fs.touch(path, runtime.now() / 1000).catch(() => undefined);
  });
  return {
    isHeld: () =>
      Promise.resolve()
        .then(() => readOwner(fs, path)?.token === token)
        .catch((error: unknown) => {
          throw storageError(error, 'look at', base, relative(base, path));
        }),
    release: async () => {
      stop();
      await removeIfOwnedBy(fs, path, token, token).catch(() => undefined);
    },
  };
}

/** Undefined when the lock is gone or unreadable. */
function readOwner(fs: FileSystem, path: string): LockOwner | undefined {
  try {
    return readLockOwner(fs.readNow(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** For a waiter that looks again and again. */
async function isDead(
  place: LockPlace,
  path: string,
  owner: LockOwner | undefined,
  watch: Watch,
): Promise<boolean> {
  const fate = fateOfOwner(place.processes, owner);
  if (fate !== 'unknown') return fate === 'ended';
  const nowMs = place.runtime.now() / 1000;
  const beatMs = await lastBeatMs(place, path);
  const beat = `${owner?.token ?? 'unreadable'} ${beatMs ?? 'gone'}`;
  if (beat !== watch.beat) Object.assign(watch, { beat, sinceMs: nowMs });
  return nowMs - watch.sinceMs > silenceMs || isLongSilent(nowMs, beatMs);
}

/** For one look, when there is no time to watch. */
async function isLongDead(place: LockPlace, path: string, owner: LockOwner | undefined): Promise<boolean> {
  const fate = fateOfOwner(place.processes, owner);
  if (fate !== 'unknown') return fate === 'ended';
  return isLongSilent(place.runtime.now() / 1000, await lastBeatMs(place, path));
}

function isLongSilent(nowMs: number, beatMs: number | undefined): boolean {
  return beatMs !== undefined && nowMs - beatMs > longSilenceMs;
}

/** Undefined when the lock is gone. */
function lastBeatMs({ fs }: LockPlace, path: string): Promise<number | undefined> {
  return fs.lstat(path).then(
    ({ modifiedAtMs }) => modifiedAtMs,
    () => undefined,
  );
}

/**
 * Removes the lock only if it still has the owner that was judged: it is moved aside first, under a name that is
 * nobody else's, and put back when it turns out to belong to another by now.
 */
async function removeIfOwnedBy(
  fs: FileSystem,
  path: string,
  token: string | undefined,
  mover: string,
): Promise<void> {
  const aside = `${path}.aside-${mover}`;
  try {
    await fs.rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (readOwner(fs, aside)?.token !== token) await linkExclusively(fs, aside, path);
  await removeFile(fs, aside);
}
