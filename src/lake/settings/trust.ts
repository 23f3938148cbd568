// Which settings files the user of this machine trusts to name commands and addresses: path and content, written down in the
// user's own folder. A file that changes is a stranger again.

import { mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LakeError } from '../../common/errors.js';
import { isoMicros, type Runtime } from '../../common/runtime.js';
import { sha256 } from '../../common/sha256.js';

/** The environment of the process, as a parameter. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A file that was trusted, as it was then. */
export interface TrustedFile {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly sha256: string;
  readonly trustedAt: string;
}

const recordShape = z.strictObject({
  version: z.literal(1),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), trustedAt: z.string() })),
});

/** `$XDG_CONFIG_HOME/lake`, `~/.config/lake`, on Windows `%APPDATA%\lake`; undefined for a user without a home. */
export function userFolder(env: Environment): string | undefined {
  const { XDG_CONFIG_HOME: xdg, APPDATA: appData, HOME: home } = env;
  if (xdg) return join(xdg, 'lake');
  if (process.platform === 'win32' && appData) return join(appData, 'lake');
  return home ? join(home, '.config', 'lake') : undefined;
}

/** `$XDG_CACHE_HOME/lake`, `~/.cache/lake`, on Windows `%LOCALAPPDATA%\\lake`; undefined for a user without a home. */
export function cacheFolder(env: Environment): string | undefined {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: appData, HOME: home } = env;
  if (xdg) return join(xdg, 'lake');
  if (process.platform === 'win32' && appData) return join(appData, 'lake');
  return home ? join(home, '.cache', 'lake') : undefined;
}

/** Everything that is trusted, in the order of its paths. */
async function trustedFiles(env: Environment): Promise<readonly TrustedFile[]> {
  const path = recordPath(env);
  if (path === undefined) return [];
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (text === undefined) return [];
  try {
    return recordShape.parse(JSON.parse(text)).files;
  } catch (cause) {
    throw new LakeError(
      'invalid-input',
      `${path}: expected the record of trusted files, found something else. Delete it, and trust them again.`,
      { cause, details: { path } },
    );
  }
}

/** A trusted file, and whether it still is what was trusted. */
export interface TrustState extends TrustedFile {
  readonly state: 'trusted' | 'changed' | 'missing';
}

/** Everything that was trusted, and what became of it. */
export async function trustStates(env: Environment): Promise<readonly TrustState[]> {
  const files = await trustedFiles(env);
  return Promise.all(
    files.map(async (file) => {
      const content = await readFile(file.path).catch(() => undefined);
      if (content === undefined) return { ...file, state: 'missing' as const };
      return { ...file, state: (await sha256(content)) === file.sha256 ? 'trusted' : 'changed' } as const;
    }),
  );
}

/** Whether this very content was trusted at this path. */
export async function isTrusted(env: Environment, path: string, content: Uint8Array): Promise<boolean> {
  const files = await trustedFiles(env);
  if (files.length === 0) return false;
  const [real, hash] = [await realpath(path), await sha256(content)];
  return files.some((file) => file.path === real && file.sha256 === hash);
}

/**
 * Writes down that this content is trusted at this path, in place of what was trusted there before.
 * @throws LakeError `invalid-input` for a user without a folder to write it down in
 */
export async function trustFile(
  env: Environment,
  path: string,
  content: Uint8Array,
  runtime: Runtime,
): Promise<TrustedFile> {
  const trusted: TrustedFile = {
    path: await realpath(path),
    sha256: await sha256(content),
    trustedAt: isoMicros(runtime.now()),
  };
  const others = (await trustedFiles(env)).filter((file) => file.path !== trusted.path);
  await writeRecord(env, [...others, trusted]);
  return trusted;
}

/**
 * Takes the trust back; the file may be gone by now.
 * @throws LakeError `not-found` where nothing was trusted
 */
export async function revokeTrust(env: Environment, path: string): Promise<TrustedFile> {
  const real = await realpath(path).catch(() => path);
  const files = await trustedFiles(env);
  const revoked = files.find((file) => file.path === real);
  if (revoked === undefined)
    throw new LakeError('not-found', `${path} is not trusted. See lake trust --list.`, { details: { path } });
  await writeRecord(
    env,
    files.filter((file) => file !== revoked),
  );
  return revoked;
}

function recordPath(env: Environment): string | undefined {
  const folder = userFolder(env);
  return folder === undefined ? undefined : join(folder, 'trusted.json');
}

/** Whole or not at all, and for the user alone. */
async function writeRecord(env: Environment, files: readonly TrustedFile[]): Promise<void> {
  const path = recordPath(env);
  if (path === undefined)
    throw new LakeError(
      'invalid-input',
      'There is nowhere to record trusted files: neither HOME nor XDG_CONFIG_HOME is set.',
    );
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify({ version: 1, files: sorted }, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}
