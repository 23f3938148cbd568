// Why a file cannot be read, in words.

import { LakeError } from '../../common/errors.js';

/** What to do where there is no source of that name. */
const MAKE_SAMPLE = 'Check the path, or make a sample with "lake generate --out DIR"';

/**
 * Of an error that the file system gave; other errors stay what they are.
 * @param ifMissing what to do when there is no such file
 */
export function unreadable(path: string, error: unknown, ifMissing = MAKE_SAMPLE): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof LakeError || code === undefined || code === 'ABORT_ERR') return error;
  const [actual, next] = told(path, code, ifMissing);
  return new LakeError('invalid-input', `${path}: ${actual}; expected a readable file or folder. ${next}.`, {
    details: { path, reason: code },
    cause: error,
  });
}

function told(path: string, code: string, ifMissing: string): readonly [actual: string, next: string] {
  if (code === 'ENOENT' && path.includes('\ufffd'))
    return [
      'its name is not UTF-8, so that it cannot be named here',
      'Rename it; "ls -b" shows the bytes of its name',
    ];
  if (code === 'ENOENT') return ['there is no such file or folder', ifMissing];
  if (code === 'ELOOP')
    return ['it is a link that leads back to itself', 'Remove it, or let it lead to a file'];
  if (code === 'EACCES' || code === 'EPERM')
    return [
      'it may not be read (permission denied)',
      'Change its permissions, or run as a user who may read it',
    ];
  return [`it cannot be read (${code})`, 'Check the path and the disk'];
}
