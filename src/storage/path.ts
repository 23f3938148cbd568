// The shape of every path that a storage is given: relative, plain pieces, inside the root.

import { LakeError } from '../common/errors.js';

/**
 * Refuses paths that could leave the root. The root itself is the empty path, for folders only.
 * @throws LakeError `invalid-input`
 */
export function checkPath(path: string, kind: 'file' | 'folder'): string {
  const pieces = path.split('/');
  const isRoot = path === '' && kind === 'folder';
  if (isRoot || (pieces.every(isPiece) && !/[\\\0\p{Surrogate}]/u.test(path))) return path;
  throw new LakeError(
    'invalid-input',
    `"${path}" is not a path within the lake: relative, without "." and "..", joined by "/".`,
  );
}

/**
 * The paths of an argument that may be one path or many, each checked and once.
 * @throws LakeError `invalid-input` before any of them is used
 */
export function everyPath(paths: string | readonly string[]): readonly string[] {
  const all = new Set(typeof paths === 'string' ? [paths] : paths);
  return [...all].map((path) => checkPath(path, 'file'));
}

function isPiece(piece: string): boolean {
  return piece !== '' && piece !== '.' && piece !== '..' && !/^[A-Za-z]:$/.test(piece);
}

/** The folder that a path lies in; empty for the root. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Where `publish` gathers the files of one caller before they become visible as a whole. */
export function stagingFolder(folder: string, token: string): string {
  const parent = parentOf(folder);
  return checkPath(`${parent === '' ? '' : `${parent}/`}.staging-${token}`, 'folder');
}
