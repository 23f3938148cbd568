// What passes between a worker and who asks it, in threads of Node and in a browser: a task's name and input there, its value
// or its failure back.

import { type ErrorCode, type ErrorDetails, LakeError, messageOf } from './errors.js';

/** A task's answer, and the buffers in it that are moved instead of copied. */
export interface TaskAnswer<Moved> {
  readonly value: unknown;
  readonly transfer?: readonly Moved[];
}

/** What a worker can do: the tasks by name. */
export type TaskTable<Moved> = Readonly<
  Record<string, (input: never) => Promise<TaskAnswer<Moved>> | TaskAnswer<Moved>>
>;

/** An error as a message: a null `code` is none of ours. */
interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: ErrorCode | null;
  readonly details: ErrorDetails;
}

/** What a task came to. */
export type Reply = { readonly value: unknown } | { readonly failure: Failure };

/** Runs a task in the worker; whatever it throws is its reply. */
export async function replyOf<Moved>(
  tasks: TaskTable<Moved>,
  task: string,
  input: never,
): Promise<{ readonly reply: Reply; readonly transfer: readonly Moved[] }> {
  try {
    const run = tasks[task];
    if (run === undefined) throw new Error(`No such task: ${task}`);
    const { value, transfer = [] } = await run(input);
    return { reply: { value }, transfer };
  } catch (error) {
    return { reply: { failure: failureOf(error) }, transfer: [] };
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof LakeError) {
    return { message: error.message, stack: error.stack, code: error.code, details: error.details };
  }
  const isTooLarge = error instanceof RangeError && /allocation|array length/i.test(error.message);
  const stack = error instanceof Error ? error.stack : undefined;
  const message = messageOf(error);
  return { message, stack, code: isTooLarge ? 'out-of-resources' : null, details: {} };
}

/** Who waits for a task. */
export interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells who asked what became of the task, with the error that the worker had. */
export function settle({ resolve, reject }: Waiting, reply: Reply): void {
  if ('value' in reply) return resolve(reply.value as never);
  const { code, message, details, stack } = reply.failure;
  const error = code === null ? new Error(message) : new LakeError(code, message, { details });
  if (stack !== undefined) error.stack = stack;
  reject(error);
}
