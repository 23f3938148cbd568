// What goes wrong on a Spark as errors for the user: its own words, one line, and a code that says what to do.

import { isLakeError, LakeError, messageOf } from '../../common/errors.js';
import type { SparkAddress } from './address.js';
import { GrpcError, grpcStatus } from './grpc.js';

/** Anything thrown while a session worked, as a LakeError. */
export function sparkError(cause: unknown, { shown }: SparkAddress): LakeError {
  if (isLakeError(cause)) return cause;
  const text = oneLine(messageOf(cause));
  const status = cause instanceof GrpcError ? cause.status : undefined;
  if (status === grpcStatus.cancelled || interrupted.test(text))
    return new LakeError('interrupted', 'The statement was stopped.');
  if (forgotten.test(text))
    return new LakeError(
      'out-of-resources',
      `The Spark at ${shown} does not know the session any more; it was started anew, or ended the session (${text}). Nothing was published: run again.`,
      { cause },
    );
  if (status === undefined || status === grpcStatus.unavailable)
    return new LakeError(
      'out-of-resources',
      `The Spark at ${shown} does not answer any more (${text}). Nothing was published; see the server's log, start it again, then run again.`,
      { cause },
    );
  if (status === grpcStatus.unauthenticated || status === grpcStatus.permissionDenied)
    return new LakeError('out-of-resources', `The Spark at ${shown} refuses this user: ${text}.`, { cause });
  if (status === grpcStatus.resourceExhausted || outOfMemory.test(text))
    return new LakeError('out-of-resources', `The Spark at ${shown} is out of resources: ${text}`, { cause });
  return new LakeError('invalid-input', text, { cause });
}

const interrupted = /OPERATION_CANCELED|INTERRUPTED|operation (?:was )?cancell?ed/i;
const forgotten = /SESSION_(?:CHANGED|CLOSED|NOT_FOUND)/;
const outOfMemory =
  /OutOfMemoryError|Java heap space|Resources exhausted|UNABLE_TO_ACQUIRE_MEMORY|No space left|spark\.driver\.maxResultSize|ExecutorLostFailure|SparkContext was (?:stopped|shut down)|cancelled because SparkContext/i;

/** The first paragraph without the stack. After it comes the plan, or the statement again. */
function oneLine(message: string): string {
  const [paragraph = ''] = message.split(/\n\s*\n|\n== SQL|\n\s+at |;\n'/);
  return paragraph.replace(/\s+/g, ' ').trim().slice(0, 500);
}

/** Why a server cannot be used at all. */
export function notReachable(cause: unknown, address: SparkAddress): LakeError {
  const isAnswer = cause instanceof GrpcError && cause.status !== undefined;
  if (isLakeError(cause) || isAnswer) return sparkError(cause, address);
  const text = oneLine(messageOf(cause));
  return new LakeError(
    'not-found',
    `No Spark Connect server answers at ${address.shown}: ${text}. Start one there, or give another address with --spark.`,
    { cause },
  );
}
