// What the operating system's errors mean to a caller.

import { dirname } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { FileSystem } from './file-system.js';

const nextSteps: Readonly<Record<string, string>> = {
  ENOSPC:
    'the disk is full: free some space ("lake snapshot expire" and "lake vacuum" need none themselves) and run again',
  EDQUOT:
    'the disk quota is used up: free some space ("lake snapshot expire" and "lake vacuum" need none themselves) and run again',
  EACCES: 'permission is missing: allow it and run again',
  EPERM: 'permission is missing: allow it and run again',
  EROFS: 'the disk is mounted read-only: mount it writable and run again',
  EMFILE: 'too many files are open: raise the limit (ulimit -n) and run again',
  ENFILE: 'too many files are open on this machine: close some and run again',
  ENOMEM: 'memory is out: free some and run again',
};

/** The code of a system error (`ENOENT`), or the empty text for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether there is nothing at a path that was asked for. */
export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

/** Whether nothing can be at the path: it is missing, or something above it is a file. */
export function isNothingThere(error: unknown): boolean {
  return isMissing(error) || systemCode(error) === 'ENOTDIR';
}

/** The LakeError for a failed operation on `path` (relative to `root`). LakeErrors and bugs pass through unchanged. */
export function storageError(error: unknown, action: string, root: string, path: string): unknown {
  const code = systemCode(error);
  if (error instanceof LakeError || code === '') return error;
  const place = `${root}/${path}`;
  const details = { path: place, system: code };
  const fail = (
    kind: 'out-of-resources' | 'invalid-input' | 'not-found' | 'corrupt',
    message: string,
  ): LakeError => new LakeError(kind, message, { details, cause: error });
  const step = nextSteps[code];
  if (step !== undefined) return fail('out-of-resources', `Cannot ${action} ${place}: ${step} (${code}).`);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')
    return fail('not-found', `There is no file ${place}.`);
  if (code === 'ENAMETOOLONG')
    return fail('invalid-input', `Cannot ${action} ${place}: the name is too long for this file system.`);
  return fail(
    'corrupt',
    `Cannot ${action} ${place}: the system reports ${code}. Check the disk, then run again.`,
  );
}

/** The LakeError for a lake whose folder is a file, or lies in one; undefined when the error has another reason. */
export async function rootError(
  fs: FileSystem,
  error: unknown,
  root: string,
): Promise<LakeError | undefined> {
  const code = systemCode(error);
  if ((code !== 'ENOTDIR' && code !== 'EEXIST') || !(await isFile(fs, root))) return undefined;
  const message = `${root} is a file, or lies in one: a lake is a folder. Give another path.`;
  return new LakeError('invalid-input', message, { details: { path: root, system: code }, cause: error });
}

/** Whether the path, or a folder that it would lie in, is a file. */
async function isFile(fs: FileSystem, path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).kind === 'file';
  } catch (error) {
    if (systemCode(error) !== 'ENOTDIR') return false;
    return dirname(path) === path || isFile(fs, dirname(path));
  }
}
