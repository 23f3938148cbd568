// The program of the page's worker: one lake, asked by messages. Files are read, checked and decoded here, so that the
// page itself stays free.

import { LakeError } from '../../common/errors.js';
import type { Parts } from '../../lake/lake-context.js';
import { parquetReady } from '../platform/parquet.js';
import { serveTasks } from '../platform/worker-pool.js';
import { enginePool } from './engines.js';
import { openParts, type PageSettings } from './open.js';
import { ask } from './questions.js';

const engines = enginePool();
let parts: Parts | undefined;
/** Of everything that was asked since the last stop. */
let stopping = new AbortController();

serveTasks({
  /** First of all: where the lake lies. */
  open({ url, settings }: { url: string; settings: PageSettings }) {
    void parquetReady();
    parts = openParts(url, settings, engines);
    return { value: null };
  },
  async ask({ name, given }: { name: string; given: never }) {
    if (parts === undefined) throw new LakeError('invalid-input', 'No lake was opened.');
    const stoppable = { ...parts, startEngine: startingUntil(stopping.signal, parts.startEngine) };
    await parquetReady();
    return { value: await ask(stoppable, name, given) };
  },
  /** Ends every statement that runs, and those that were asked and have not begun. */
  async stop() {
    stopping.abort();
    stopping = new AbortController();
    await engines.stop();
    return { value: null };
  },
});

/** Starts engines for what was asked before a stop no more. */
const startingUntil =
  (signal: AbortSignal, start: Parts['startEngine']): Parts['startEngine'] =>
  (needs) =>
    signal.aborted
      ? Promise.reject(new LakeError('interrupted', 'The statement was stopped.'))
      : start(needs);
