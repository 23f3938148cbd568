// What every kind of run is given, and what it answers.

import type { Runtime } from '../../common/runtime.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { Engine } from '../../engine/engine.js';
import type { Snapshot } from '../../format/snapshot.js';
import type { Storage } from '../../storage/storage.js';
import type { LakeView, TableSource } from '../../table/view.js';
import type { CheckResult } from '../checks/check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { CheckPolicy } from '../define/spec/check-policy.js';
import type { RunPlan } from '../models/model-plan.js';
import type { ReadBatch } from '../read/read-batch.js';
import type { PassedOver } from '../read/source-files.js';
import type { PortionLimits, RunPortions } from '../stage/portions.js';
import type { StagedTables } from '../stage/staged-tables.js';
import type { TableWritten } from './summary.js';

/** What a run may use; each is started when it is first asked for. */
export interface Resources {
  readonly pool: () => WorkerPool;
  readonly engine: () => Promise<Engine>;
  /** Told before the others are asked for: how many bytes there are to read. */
  readonly expect: (inputBytes: number) => void;
  /** Name and version of the engine; null if it was not asked for. */
  readonly engineName: () => string | null;
  /** Of the machine; a run that cannot fit is refused before it starts. */
  readonly memoryBytes: number;
}

/** What a run is at, in this order. */
export type RunStage = 'reading' | 'folding' | 'writing' | 'modelling' | 'checking' | 'publishing';

/** What every kind of run needs. */
export interface RunBasis {
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly resources: Resources;
  readonly pipeline: Pipeline;
  /** What users say about checks; the defaults unless given. */
  readonly policy?: CheckPolicy;
  /** Adds to samples where their records arrived; `view` is the run's tables as it leaves them. */
  readonly trace?: (view: TableSource, checks: readonly CheckResult[]) => Promise<readonly CheckResult[]>;
  readonly dryRun: boolean;
  /** How much of its logs a run holds; the defaults unless given. What comes out does not depend on it. */
  readonly portions?: PortionLimits;
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: RunStage, done: number, total: number) => void;
}

/** What became of a run. */
export interface RunOutcome {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number | null;
  readonly read: readonly ReadBatch[];
  /** What the run wrote, by table. */
  readonly written: Readonly<Record<string, TableWritten>>;
  /** Every table of the new snapshot; none for a dry run. */
  readonly tables: Snapshot['tables'];
  readonly checks: readonly CheckResult[];
  readonly engine: string | null;
  readonly plan?: RunPlan;
  /** Of an ingest: files of the given folders that nothing reads. */
  readonly passedOver?: readonly PassedOver[];
}

/** One computation on one head. */
export interface Attempt {
  readonly base: LakeView | null;
  readonly tables: StagedTables;
  readonly portions: RunPortions;
  readonly commitId: string;
  /** Microseconds. */
  readonly startedAt: number;
}
