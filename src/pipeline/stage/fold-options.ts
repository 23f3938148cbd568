// What the fold of a run's batches into the tables of their sources works with.

import type { WorkerPool } from '../../common/worker-pool.js';
import type { Pipeline } from '../define/pipeline.js';
import type { RunPortions } from './portions.js';
import type { StagedTables } from './staged-tables.js';

/** The tables that are being made, and whether they are made of the batches alone. */
export interface FoldOptions {
  readonly pipeline: Pipeline;
  readonly tables: StagedTables;
  readonly pool: () => WorkerPool;
  /** What was not held of logs. */
  readonly portions: Pick<RunPortions, 'taken'>;
  /** The batches are all that there are: tables are made of them alone, and only partitions that it names are kept. */
  readonly rebuild?: { readonly wants: (partition: string) => boolean; readonly everything: boolean };
}
