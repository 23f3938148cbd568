// What can go wrong with a store, and what that means to a caller.

import { LakeError, type ErrorCode } from '../../common/errors.js';
import { schemeOf, type StoreScheme } from './location.js';

/** Why a store did not do what it was asked. */
export type StoreFailure =
  | 'unreachable' // no connection: nothing was sent
  | 'unanswered' // sent, and no answer came, or one that says nothing
  | 'busy' // throttled, or failing inside
  | 'denied' // the user may not
  | 'credentials' // none, or the store does not know them
  | 'clock' // this machine's clock is off
  | 'no-bucket'
  | 'region' // the bucket is elsewhere
  | 'full'
  | 'no-condition' // the store knows no conditional writes
  | 'refused'; // any other answer

/** A request that failed for good: every try within the deadline, or the first one that told. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;
  /** The request may have had its effect all the same. */
  readonly mayHaveHappened: boolean;

  /** `message` is what the store, or the system, said. */
  constructor(
    failure: StoreFailure,
    message: string,
    options: { mayHaveHappened: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.failure = failure;
    this.mayHaveHappened = options.mayHaveHappened;
  }
}

interface Meaning {
  readonly code: ErrorCode;
  readonly nextStep: string | Readonly<Record<StoreScheme, string>>;
}

const meanings: Readonly<Record<StoreFailure, Meaning>> = {
  unreachable: {
    code: 'invalid-input',
    nextStep: {
      s3: 'check --endpoint (or AWS_ENDPOINT_URL) and the network',
      gs: 'check --endpoint (or STORAGE_EMULATOR_HOST) and the network',
      az: 'check the account, --endpoint (or AZURE_STORAGE_BLOB_ENDPOINT) and the network',
    },
  },
  unanswered: { code: 'out-of-resources', nextStep: 'check the network and run again' },
  busy: { code: 'out-of-resources', nextStep: 'run again when the store is less busy' },
  denied: {
    code: 'out-of-resources',
    nextStep:
      'the credentials lack the permission: allow reading, writing, listing and deleting there and run again',
  },
  credentials: {
    code: 'invalid-input',
    nextStep: {
      s3: 'give valid ones: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile (AWS_PROFILE)',
      gs: 'give valid ones: GOOGLE_APPLICATION_CREDENTIALS, or "gcloud auth application-default login"',
      az: 'give valid ones: AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_CONNECTION_STRING',
    },
  },
  clock: { code: 'invalid-input', nextStep: "set this machine's clock and run again" },
  'no-bucket': {
    code: 'not-found',
    nextStep: {
      s3: 'make the bucket, or name another one with --lake',
      gs: 'make the bucket, or name another one with --lake',
      az: 'make the container, or name another one with --lake',
    },
  },
  region: { code: 'invalid-input', nextStep: 'name the region of the bucket with --region' },
  full: {
    code: 'out-of-resources',
    nextStep: 'free some space ("lake snapshot expire" and "lake vacuum") and run again',
  },
  'no-condition': {
    code: 'unsupported-storage',
    nextStep: 'a lake needs conditional writes: use another store',
  },
  refused: { code: 'out-of-resources', nextStep: 'see what the store says and run again' },
};

/** The LakeError for a failed operation on `path` of the lake at `location`. Other errors pass through unchanged. */
export function lakeErrorOf(error: unknown, action: string, location: string, path: string): unknown {
  if (!(error instanceof StoreError)) return error;
  const { code, nextStep } = meanings[error.failure];
  const place = path === '' ? location : `${location}/${path}`;
  const step = typeof nextStep === 'string' ? nextStep : nextStep[schemeOf(location) ?? 's3'];
  return new LakeError(code, `Cannot ${action} ${place}: ${error.message}; ${step}.`, {
    details: { path: place, failure: error.failure },
    cause: error,
  });
}
