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

serveTasks({
  /** First of all: where the lake lies. */
  open({ url, settings }: { url: string; settings: PageSettings }) {
    void parquetReady();
    parts = openParts(url, settings, engines);
    return { value: null };
  },
  async ask({ name, given }: { name: string; given: never }) {
    if (parts === undefined) throw new LakeError('invalid-input', 'No lake was opened.');
    await parquetReady();
    return { value: await ask(parts, name, given) };
  },
  /** Ends every statement that runs. */
  async stop() {
    await engines.stop();
    return { value: null };
  },
});
