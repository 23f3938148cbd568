// An engine as one run uses it: whoever stops the run stops the statement that it is at, however long that would take.

import type { Engine, StatementOptions } from './engine.js';

/** The same engine; once `signal` is aborted, what is under way fails with `interrupted`, and nothing more is begun. */
export function interruptible(engine: Engine, signal: AbortSignal | undefined): Engine {
  if (signal === undefined) return engine;
  const begun = <T>(work: () => Promise<T>): Promise<T> =>
    signal.aborted ? Promise.reject(signal.reason as Error) : work();
  const stoppable = (options: StatementOptions | undefined): StatementOptions => ({ signal, ...options });
  return {
    name: engine.name,
    capabilities: engine.capabilities,
    dialect: engine.dialect,
    register: (relation, source) => begun(() => engine.register(relation, source)),
    keep: (relation, sql, options) => begun(() => engine.keep(relation, sql, stoppable(options))),
    reset: () => begun(() => engine.reset()),
    query: (sql, options) => begun(() => engine.query(sql, stoppable(options))),
    ...(engine.write && { write: (sql, target) => begun(() => engine.write!(sql, target)) }),
    ...(engine.run && { run: (run) => begun(() => engine.run!({ signal, ...run })) }),
    relationsOf: (sql) => begun(() => engine.relationsOf(sql)),
    scansOf: (sql, relations) => begun(() => engine.scansOf(sql, relations)),
    close: () => engine.close(),
  };
}
