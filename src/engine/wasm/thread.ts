// One worker thread with an engine on it, and why it is of no use any more.

import { LakeError } from '../../common/errors.js';
import { startWorkerPool, type WorkerPool } from '../../common/worker-pool.js';
import { inTurn, type Turns } from '../turns.js';

const DEFAULT_TIMEOUT_MS = 10 * 60 * 1000;

/** Takes requests in turn, so that the time of a request is its own and not that of those before it. */
export class EngineThread {
  readonly #pool: WorkerPool;
  readonly #timeoutMs: number;
  readonly #started: Promise<unknown>;
  readonly #turns: Turns = inTurn();
  #broken: LakeError | undefined;

  /** @param options of the program's task `start` */
  constructor(program: URL, options: unknown, timeoutMs = DEFAULT_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
    this.#pool = startWorkerPool(program, 1);
    this.#started = this.#pool.run('start', options);
    this.#started.catch(() => undefined); // every request reports it
  }

  /** @throws LakeError of the task; `out-of-resources` when it takes too long, `interrupted` when the thread is closed */
  ask<Output>(task: string, input: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Output> {
    return this.#turns(() => this.#answer<Output>(task, input, transfer));
  }

  async #answer<Output>(task: string, input: unknown, transfer: readonly ArrayBuffer[]): Promise<Output> {
    await this.#started;
    if (this.#broken !== undefined) throw this.#broken;
    const timer = setTimeout(() => void this.#giveUp(), this.#timeoutMs);
    try {
      return await this.#pool.run<Output>(task, input, transfer);
    } catch (error) {
      throw this.#broken ?? error;
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    this.#broken ??= new LakeError('interrupted', 'The SQL engine was closed.');
    await this.#pool.close();
  }

  async #giveUp(): Promise<void> {
    const message = `The SQL engine was stopped: a request took more than ${this.#timeoutMs / 1000} s. Ask for less at once.`;
    this.#broken ??= new LakeError('out-of-resources', message);
    await this.#pool.close();
  }
}
