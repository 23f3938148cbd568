// DuckDB-WASM as the engine, on a thread of its own: the caller's thread stays free, requests are answered in order.

import { compiledUrl } from '../common/compiled-url.js';
import { LakeError } from '../common/errors.js';
import { startWorkerPool, type WorkerPool } from '../common/worker-pool.js';
import type { Engine, RelationRows } from './engine.js';

/** Of the installed package, and the DuckDB that it says it is. */
const versions = { package: '1.32.0', duckDb: 'v1.4.3' };

export interface DuckDbWasmOptions {
  /** A request that takes longer is given up, and the engine with it. Ten minutes unless said. */
  readonly timeoutMs?: number;
  /** Memory for relations and for the work on them; about 3.1 GiB unless said, and no more. */
  readonly memoryLimitBytes?: number;
}

const defaultTimeoutMs = 10 * 60 * 1000;

/**
 * Starts DuckDB and returns at once; the first request waits until it is there. It has 4 GiB of memory at most and no
 * other place to put data. It cannot reach files, the network, or extensions (Parquet goes through `parquet/`).
 */
export function startDuckDbWasm(options: DuckDbWasmOptions = {}): Engine {
  const thread = new EngineThread(options);
  return {
    name: `duckdb-wasm ${versions.package} (DuckDB ${versions.duckDb})`,
    create: (relation, columns) => thread.ask('create', { relation, columns }),
    append(relation, rows) {
      const moved = movable(rows);
      return thread.ask('append', { relation, rows: moved.rows }, moved.transfer);
    },
    run: (sql) => thread.ask('run', { sql }),
    query: (sql) => thread.ask('query', { sql }),
    relationsOf: (sql) => thread.ask('relationsOf', { sql }),
    scansOf: (sql, relations) => thread.ask('scansOf', { sql, relations }),
    close: () => thread.close(),
  };
}

/** One thread, and why it is of no use any more. */
class EngineThread {
  readonly #pool: WorkerPool;
  readonly #timeoutMs: number;
  readonly #opened: Promise<unknown>;
  #last: Promise<unknown> = Promise.resolve();
  #broken: LakeError | undefined;

  constructor({ timeoutMs = defaultTimeoutMs, memoryLimitBytes }: DuckDbWasmOptions) {
    this.#timeoutMs = timeoutMs;
    this.#pool = startWorkerPool(compiledUrl(import.meta.url, './duckdb-wasm-worker.js'), 1);
    this.#opened = this.#pool.run('open', { memoryLimitBytes });
    this.#opened.catch(() => undefined); // every request reports it
  }

  /** Answers in turn, so that the time of a request is its own and not that of those before it. */
  ask<Output>(task: string, input: unknown, transfer: readonly ArrayBuffer[] = []): Promise<Output> {
    const answer = this.#last.then(() => this.#answer<Output>(task, input, transfer));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answer<Output>(task: string, input: unknown, transfer: readonly ArrayBuffer[]): Promise<Output> {
    await this.#opened;
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

/** Rows whose buffers can be moved to another thread: a view of a part of a buffer, or of shared memory, is copied. */
function movable(rows: RelationRows): {
  readonly rows: RelationRows;
  readonly transfer: readonly ArrayBuffer[];
} {
  if (rows.kind === 'arrow') {
    const ipc = alone(rows.ipc);
    return { rows: { ...rows, ipc }, transfer: [ipc.buffer] };
  }
  const files = rows.files.map(alone);
  return { rows: { ...rows, files }, transfer: files.map(({ buffer }) => buffer) };
}

function alone(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const ownsAll = buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength;
  return ownsAll ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
