// An advisory lock as a file. A dead owner is found out by its process (same machine) or by its silence (another one).
// Correctness never depends on it: commits are decided by the rename alone.

import { readdir, readFile, rename, rm, link, utimes, stat, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import { makeFolder } from './durable.js';
import { isMissing, systemCode } from './local-errors.js';
import { checkPath } from './path.js';
import type { Lock } from './storage.js';

/** The folder within a lake where locks and probes lie. */
export const metadataFolderName = '_manifests';

const heartbeatMs = 2_000;
/** An owner on another machine is dead after this much silence; long, since computing may keep a live one from its beat. */
const silenceMs = 120_000;

/** The same where clocks of two machines must be compared. */
const longSilenceMs = 3_600_000;

const lockPrefix = '.lock-';

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the system's own measure: tells a process from a later one with the same number. */
  readonly processStart: string | null;
}

/** What a waiter has seen of an owner's heartbeat; only its own clock counts. */
interface Watch {
  beat: string;
  sinceMs: number;
}

/** @throws LakeError `conflict` after the time-out, `interrupted` */
export async function localLock(
  base: string,
  name: string,
  instance: string,
  runtime: Runtime,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> {
  const path = lockPath(base, name);
  const token = `${instance}-${Math.floor(runtime.random() * 2 ** 40).toString(36)}`;
  const me: Owner = { token, pid: process.pid, host: hostname(), processStart: processStart(process.pid) };
  const watch: Watch = { beat: '', sinceMs: 0 };
  const nowMs = (): number => runtime.now() / 1000;
  const giveUpAtMs = nowMs() + options.timeoutMs;
  await makeFolder(dirname(path));
  while (!(await claim(path, me))) {
    const owner = await readOwner(path);
    if (await isDead(path, owner, watch, nowMs())) {
      await removeIfOwnedBy(path, owner?.token, token);
      continue;
    }
    if (nowMs() >= giveUpAtMs) throw lockedBy(name, owner, options.timeoutMs);
    await runtime.sleep(20 + runtime.random() * 80, options.signal);
  }
  return held(path, token);
}

/** The names of the locks that begin with `prefix` and whose owners live; the files of dead ones are removed. */
export async function localHeldLocks(
  base: string,
  prefix: string,
  instance: string,
  runtime: Runtime,
): Promise<readonly string[]> {
  const held: string[] = [];
  for (const name of await lockNames(base)) {
    if (!name.startsWith(prefix)) continue;
    const path = lockPath(base, name);
    const owner = await readOwner(path);
    if (await isLongDead(path, owner, runtime.now() / 1000))
      await removeIfOwnedBy(path, owner?.token, instance);
    else held.push(name);
  }
  return held.sort(compareText);
}

/** Locks by name; what is on its way in or out (`.tmp-`, `.aside-`) is none. */
async function lockNames(base: string): Promise<readonly string[]> {
  const entries = await readdir(join(base, metadataFolderName)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.startsWith(lockPrefix) && !/\.(tmp|aside)-/.test(entry))
    .map((entry) => entry.slice(lockPrefix.length));
}

function lockPath(base: string, name: string): string {
  return join(base, metadataFolderName, checkPath(`${lockPrefix}${name}`, 'file'));
}

/** Creates the lock file, whole: a hard link never replaces one that is there. */
async function claim(path: string, me: Owner): Promise<boolean> {
  const temporary = `${path}.tmp-${me.token}`;
  await writeFile(temporary, JSON.stringify(me));
  try {
    return await linkExclusively(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function linkExclusively(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function held(path: string, token: string): Lock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeatMs);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      await removeIfOwnedBy(path, token, token);
    },
  };
}

/** Undefined when the lock is gone or unreadable. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const value = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner> | null;
    const { token, pid, host, processStart = null } = value ?? {};
    return typeof token === 'string' && typeof pid === 'number' && typeof host === 'string'
      ? { token, pid, host, processStart }
      : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isDead(path: string, owner: Owner | undefined, watch: Watch, nowMs: number): Promise<boolean> {
  if (owner?.host === hostname()) return !isRunning(owner);
  const beat = await stat(path).then(
    ({ mtimeMs }) => `${owner?.token ?? 'unreadable'} ${mtimeMs}`,
    () => 'gone',
  );
  if (beat !== watch.beat) Object.assign(watch, { beat, sinceMs: nowMs });
  return nowMs - watch.sinceMs > silenceMs;
}

/** For one look, when there is no time to watch: an owner on another machine counts as living for long. */
async function isLongDead(path: string, owner: Owner | undefined, nowMs: number): Promise<boolean> {
  if (owner?.host === hostname()) return !isRunning(owner);
  const beatMs = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => nowMs,
  );
  return nowMs - beatMs > longSilenceMs;
}

function isRunning(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const start = processStart(owner.pid);
  return start === null || owner.processStart === null || start === owner.processStart;
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets. Null where there is none. */
function processStart(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

/**
 * Removes the lock only if it still has the owner that was judged: it is moved aside first, under a name that is
 * nobody else's, and put back when it turns out to belong to another by now.
 */
async function removeIfOwnedBy(path: string, token: string | undefined, mover: string): Promise<void> {
  const aside = `${path}.aside-${mover}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if ((await readOwner(aside))?.token !== token) await linkExclusively(aside, path);
  await rm(aside, { force: true });
}

function lockedBy(name: string, owner: Owner | undefined, timeoutMs: number): LakeError {
  const who = owner === undefined ? 'another writer' : `process ${owner.pid} on ${owner.host}`;
  return new LakeError(
    'conflict',
    `Waited ${Math.round(timeoutMs / 1000)} s for the ${name} lock, which ${who} holds. Let it finish, then run again.`,
    { details: { lock: name, ...(owner === undefined ? {} : { pid: owner.pid, host: owner.host }) } },
  );
}
