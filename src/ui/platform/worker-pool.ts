// A worker of the browser that takes plain messages and answers them, in place of common/worker-pool.ts: the same
// functions with the same promises, and one worker that takes any number of tasks at once.

import { LakeError } from '../../common/errors.js';
import {
  replyOf,
  settle,
  type Reply,
  type TaskAnswer as Answer,
  type TaskTable as Tasks,
  type Waiting,
} from '../../common/worker-protocol.js';

/** A task's answer, and the buffers in it that are moved instead of copied. */
export type TaskAnswer = Answer<Transferable>;

/** What a worker can do: the tasks by name. */
export type TaskTable = Tasks<Transferable>;

/** A worker that takes tasks until it is closed. */
export interface WorkerPool {
  /**
   * Runs a task; `input` is cloned, except for what `transfer` moves.
   * @throws LakeError of the task; `out-of-resources` when the worker breaks down, `interrupted` when it is closed
   */
  run<Output>(task: string, input: unknown, transfer?: readonly Transferable[]): Promise<Output>;
  close(): Promise<void>;
}

/** A worker that runs `program`, which must call `serveTasks`. It starts with its first task. */
export function startWorkerPool(program: URL): WorkerPool {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;
  const fail = (error: LakeError): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(program, { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<Reply & { readonly id: number }>) => {
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (asked !== undefined) settle(asked, data);
    };
    started.onerror = (event) => {
      event.preventDefault();
      fail(brokeDown(event.message));
    };
    return started;
  };
  let isClosed = false;
  return {
    run: (task, input, transfer = []) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closed());
        worker ??= start();
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, task, input }, [...transfer]);
      }),
    close: () => {
      isClosed = true;
      worker?.terminate();
      fail(closed());
      return Promise.resolve();
    },
  };
}

const closed = (): LakeError => new LakeError('interrupted', 'The work was stopped.');

const brokeDown = (why: string | undefined): LakeError =>
  new LakeError(
    'out-of-resources',
    `A worker of this page broke down (${why ?? 'no reason given'}): most likely its memory is used up. Reload the page and ask for less at once.`,
  );

/** Answers tasks for ever; the last line of a worker's program. */
export function serveTasks(tasks: TaskTable): void {
  const port = self as unknown as Worker;
  port.onmessage = ({ data }: MessageEvent<{ id: number; task: string; input: never }>) => {
    void replyOf(tasks, data.task, data.input).then(({ reply, transfer }) =>
      port.postMessage({ id: data.id, ...reply }, [...transfer]),
    );
  };
}
