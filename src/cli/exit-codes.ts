// How the program ends: what went wrong as an exit code, as one line for people and as a document for programs.

import { LakeError } from '../common/errors.js';
import type { ErrorCode } from '../common/errors.js';

/** Shown by `lake --help`. */
export const EXIT_CODES: readonly { readonly code: number; readonly meaning: string }[] = [
  { code: 0, meaning: 'done' },
  { code: 1, meaning: 'input or usage is wrong; nothing was published' },
  { code: 2, meaning: 'a check failed; nothing was published' },
  { code: 3, meaning: 'another writer won; nothing was published: run again' },
  { code: 4, meaning: 'the lake is damaged or newer than this program, or the storage is unsuitable' },
  { code: 5, meaning: 'no such snapshot, table, tag or batch' },
  { code: 6, meaning: 'disk full, no permission, or out of memory; nothing was published' },
  { code: 7, meaning: 'unknown whether the commit took place: see lake snapshot list' },
  { code: 70, meaning: 'a bug in lake: please report it' },
  { code: 130, meaning: 'interrupted; nothing was published' },
];

/** For errors that can be acted on. */
export const EXIT_CODE_OF: Readonly<Record<ErrorCode, number>> = {
  'invalid-input': 1,
  'check-failed': 2,
  conflict: 3,
  corrupt: 4,
  'unsupported-storage': 4,
  'not-found': 5,
  'out-of-resources': 6,
  'commit-unknown': 7,
  interrupted: 130,
};

const BUG_EXIT_CODE = 70;

/** Refusals of the operating system that reach the top without having been explained below. */
const MACHINE_REFUSALS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENOMEM: 'out of memory',
  ERR_WORKER_OUT_OF_MEMORY: 'out of memory',
};

/** The error as one that can be acted on; undefined for a bug. */
export function actionable(error: unknown): LakeError | undefined {
  if (error instanceof LakeError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  const refusal = code === undefined ? undefined : MACHINE_REFUSALS[code];
  if (code === undefined || refusal === undefined) return undefined;
  return new LakeError(
    'out-of-resources',
    `${path === undefined ? '' : `${path}: `}${refusal} (${code}). Nothing was published; free it and run again.`,
    { details: { errno: code, ...(path === undefined ? {} : { path }) }, cause: error },
  );
}

/** The code that the process ends with: 70 for whatever cannot be acted on. */
export function exitCodeOf(error: unknown): number {
  const known = actionable(error);
  return known === undefined ? BUG_EXIT_CODE : EXIT_CODE_OF[known.code];
}

/** The error as `--json` prints it. */
export function errorDocument(error: unknown): object {
  const known = actionable(error);
  return known === undefined
    ? { error: { code: 'bug', message: bugText(error), details: {} } }
    : { error: { code: known.code, message: known.message, details: known.details } };
}

/** One line for an error that can be acted on; the stack for a bug. */
export function errorText(error: unknown): string {
  return (
    actionable(error)?.message ?? `this is a bug in lake; please report it with this text:\n${bugText(error)}`
  );
}

function bugText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
