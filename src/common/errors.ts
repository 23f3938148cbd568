// One error type for everything a caller can act on. Anything else that is thrown is a bug.

/** What the caller should do about it. The command line turns each code into an exit code. */
export type ErrorCode =
  | 'invalid-input' // the input or the request is wrong: fix it
  | 'check-failed' // an error-level check failed: nothing was published
  | 'conflict' // another writer won: compute again on the new head
  | 'corrupt' // the lake is damaged: stop, verify
  | 'unsupported-storage' // the storage cannot keep the promises, or the lake is newer than this program
  | 'not-found' // no such snapshot, table, tag, batch, file
  | 'out-of-resources' // disk, memory or permission: free it, run again
  | 'commit-unknown' // the outcome of a commit is unknown: look, do not clean up
  | 'interrupted'; // asked to stop; nothing was published

/** JSON facts for programs: file, place, expected, actual. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * An error whose message is for the user: file or table, place, expected, actual, next step, on one line.
 * `cause` keeps what was underneath.
 */
export class LakeError extends Error {
  override readonly name = 'LakeError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Whether `error` is a LakeError, of that code if one is given. */
export function isLakeError(error: unknown, code?: ErrorCode): error is LakeError {
  return error instanceof LakeError && (code === undefined || error.code === code);
}

/** What was thrown, in its own words: an error's message, anything else as text. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
