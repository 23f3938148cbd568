// The connections of a native DuckDB: statements on them can be stopped, and none is at work when it is closed.

import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** An interruption that comes before a statement has begun is lost, so it is said again. */
const REPEAT_MS = 20;

/**
 * The connections of one instance: opens them, runs work on them that a signal can stop, and closes all of them once
 * none is at work.
 */
export class Connections {
  readonly #instance: DuckDBInstance;
  readonly #open = new Set<DuckDBConnection>();
  readonly #working = new Set<Promise<unknown>>();

  constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  async open(): Promise<DuckDBConnection> {
    const connection = await this.#instance.connect();
    this.#open.add(connection);
    return connection;
  }

  /** Closes a connection that has nothing to do, and with it its result. */
  release(connection: DuckDBConnection): void {
    if (this.#open.delete(connection)) connection.closeSync();
  }

  /** Work on a connection, stopped by the signal. */
  async stoppable<T>(
    connection: DuckDBConnection,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      connection.interrupt();
      timer = setInterval(() => connection.interrupt(), REPEAT_MS);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    const working = work();
    this.#working.add(working);
    try {
      return await working;
    } finally {
      this.#working.delete(working);
      signal?.removeEventListener('abort', stop);
      clearInterval(timer);
    }
  }

  /** Stops what is under way and closes all. */
  async close(): Promise<void> {
    while (this.#working.size > 0) {
      for (const connection of this.#open) connection.interrupt();
      const pause = new Promise((done) => setTimeout(done, REPEAT_MS));
      await Promise.race([Promise.allSettled(this.#working), pause]);
    }
    for (const connection of this.#open) this.release(connection);
  }
}
