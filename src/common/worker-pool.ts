// A few worker threads that take plain messages and answer them. It knows nothing of what the messages mean,
// never keeps the process alive, and turns a thread's death into an error that says what to do.

import { availableParallelism } from 'node:os';
import { parentPort, Worker } from 'node:worker_threads';
import type { Transferable } from 'node:worker_threads';
import { LakeError } from './errors.js';
import {
  replyOf,
  settle,
  type Reply,
  type TaskAnswer as Answer,
  type TaskTable as Tasks,
  type Waiting,
} from './worker-protocol.js';

/** A task's answer, and the buffers in it that are moved instead of copied. */
export type TaskAnswer = Answer<Transferable>;

/** What a thread can do: the tasks by name. */
export type TaskTable = Tasks<Transferable>;

/** What takes tasks. */
export interface TaskRunner {
  /** Threads. */
  readonly size: number;
  /**
   * Runs a task on the next free thread; `input` is cloned, except for shared memory and what `transfer` moves.
   * @throws LakeError of the task; `out-of-resources` when the thread dies (memory); other errors of the task are bugs
   */
  run<Output>(task: string, input: unknown, transfer?: readonly Transferable[]): Promise<Output>;
}

/** Threads that take tasks until they are closed; an idle pool keeps no process alive. */
export interface WorkerPool extends TaskRunner {
  /** The same threads; its tasks go before those that wait already. For what others wait for. */
  readonly urgent: TaskRunner;
  /** Ends the threads that are idle, with all that their memory grew to; the next tasks start others. */
  rest(): void;
  /** Ends the threads; tasks that are under way are rejected with `interrupted`. */
  close(): Promise<void>;
}

interface Job extends Waiting {
  readonly task: string;
  readonly input: unknown;
  readonly transfer: readonly Transferable[];
  readonly isUrgent?: boolean;
}

/** Two threads at most unless said: more of them want memory that a SQL engine needs beside them. */
const defaultPoolSize = (): number => Math.min(2, availableParallelism());

/** A pool of threads that run `program`, which must call `serveTasks`. Threads start with their first task. */
export function startWorkerPool(program: URL, size: number = defaultPoolSize()): WorkerPool {
  const waiting: Job[] = [];
  const seats = Array.from({ length: size }, () => new Seat(program, () => waiting.shift()));
  let isClosed = false;
  const runner = (enqueue: (job: Job) => void): TaskRunner => ({
    size,
    run: (task, input, transfer = []) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(closedError());
        enqueue({ task, input, transfer, resolve, reject });
        (seats.find((seat) => seat.isIdle && seat.isStarted) ?? seats.find((seat) => seat.isIdle))?.next();
      }),
  });
  return {
    ...runner((job) => void waiting.push(job)),
    urgent: runner((job) => void waiting.splice(firstNotUrgent(waiting), 0, { ...job, isUrgent: true })),
    rest() {
      for (const seat of seats) seat.rest();
    },
    async close() {
      isClosed = true;
      for (const job of waiting.splice(0)) job.reject(closedError());
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}

/** Urgent jobs keep their order among themselves. */
function firstNotUrgent(jobs: readonly Job[]): number {
  const at = jobs.findIndex(({ isUrgent }) => isUrgent !== true);
  return at === -1 ? jobs.length : at;
}

const closedError = (): LakeError =>
  new LakeError('interrupted', 'The worker threads were closed while work was under way.');

/** One place at the pool: a thread, started when needed and again after a death, and the job that it is on. */
class Seat {
  #worker: Worker | undefined;
  #job: Job | undefined;

  constructor(
    readonly program: URL,
    readonly takeJob: () => Job | undefined,
  ) {}

  get isIdle(): boolean {
    return this.#job === undefined;
  }

  get isStarted(): boolean {
    return this.#worker !== undefined;
  }

  /** Starts the next job, if there is one. The thread holds the process only while it works. */
  next(): void {
    this.#job = this.takeJob();
    if (this.#job === undefined) return this.#worker?.unref();
    this.#worker ??= this.#start();
    this.#worker.ref();
    try {
      this.#worker.postMessage({ task: this.#job.task, input: this.#job.input }, [...this.#job.transfer]);
    } catch (error) {
      this.#finish((job) => job.reject(error));
    }
  }

  rest(): void {
    if (!this.isIdle) return;
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#job?.reject(closedError());
    this.#job = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.program);
    const died = (cause: unknown): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#finish((job) => job.reject(deathError(job.task, cause)));
    };
    worker.on('message', (reply: Reply) => this.#finish((job) => settle(job, reply)));
    worker.on('error', died);
    worker.on('exit', (exitCode) => died(new ThreadExit(`exit code ${exitCode}`)));
    return worker;
  }

  #finish(settleJob: (job: Job) => void): void {
    const job = this.#job;
    this.#job = undefined;
    if (job !== undefined) settleJob(job);
    this.next();
  }
}

/** A thread that ends by itself, or says that its memory is out, is out of memory; whatever else it throws is a bug. */
function deathError(task: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !(cause instanceof ThreadExit || isOutOfMemory(cause))) return cause;
  return new LakeError(
    'out-of-resources',
    `A worker thread died while it ran "${task}" (${cause.message}): most likely the memory is used up. Free memory or bring less data at once.`,
    { cause },
  );
}

class ThreadExit extends Error {}

const isOutOfMemory = (error: Error): boolean => 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

/** Answers tasks for ever; the last line of a worker's program. */
export function serveTasks(tasks: TaskTable): void {
  const port = parentPort;
  if (port === null) throw new Error('A worker program must run in a worker thread.');
  port.on('message', ({ task, input }: { task: string; input: never }) => {
    void replyOf(tasks, task, input).then(({ reply, transfer }) => port.postMessage(reply, [...transfer]));
  });
}

/**
 * Maps the items of a stream in order. It is read on as long as no more than `ahead` of them are under way, whatever
 * becomes of the results.
 */
export async function* mapStream<Input, Output>(
  items: AsyncIterable<Input>,
  ahead: number,
  work: (item: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const queue: Promise<Output>[] = [];
  for await (const item of items) {
    const promise = work(item);
    promise.catch(() => undefined); // reported when its turn comes
    queue.push(promise);
    if (queue.length >= ahead) yield await queue.shift()!;
  }
  for (const promise of queue) yield await promise;
}

/**
 * Maps items in order, at most `ahead` of them under way or waiting to be taken: what comes out does not pile up.
 * A consumer that stops early leaves nothing behind but work that is under way.
 */
export async function* mapAhead<Input, Output>(
  items: Iterable<Input>,
  ahead: number,
  work: (item: Input) => Promise<Output>,
): AsyncGenerator<Output> {
  const source = items[Symbol.iterator]();
  const queue: Promise<Output>[] = [];
  const fill = (): void => {
    while (queue.length < ahead) {
      const item = source.next();
      if (item.done === true) return;
      const promise = work(item.value);
      promise.catch(() => undefined); // reported when its turn comes
      queue.push(promise);
    }
  };
  for (fill(); queue.length > 0; fill()) {
    const first = queue.shift();
    if (first !== undefined) yield await first;
  }
}
