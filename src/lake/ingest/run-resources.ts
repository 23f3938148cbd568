// What runs of the pipeline use of the machine, started when it is first asked for, and what they say while they run.

import { availableParallelism, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { EngineNeeds } from '../../engine/choose-engine.js';
import type { Engine } from '../../engine/engine.js';
import type { Resources, RunStage } from '../../pipeline/run/ingest.js';
import { defaultPortions } from '../../pipeline/stage/portions.js';
import { startLogWorkers } from '../../records/hot-path.js';
import type { Progress } from '../operation-options.js';

/** Below this a second thread costs more to start than it saves. */
const SMALL_INPUT_BYTES = 16 << 20;

/**
 * A run is a short program with much code, most of it run a few times. With V8's defaults a tenth of its processor time
 * goes into optimizing code that is not run long enough to pay for it (the engine alone is 35 MB of WebAssembly).
 * These only move thresholds, which may change while V8 runs.
 */
const V8_FLAGS = ['--wasm-tiering-budget=100000000', '--interrupt-budget=1000000'];

/** Workers and the engine, each started when it is first asked for. */
export function startResources(startEngine: (needs: Pick<EngineNeeds, 'packs'>) => Promise<Engine>): {
  readonly resources: Resources;
  close(): Promise<void>;
} {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  let threads = 1;
  let packs = false;
  let pool: WorkerPool | undefined;
  let engine: Promise<Engine> | undefined;
  let engineName: string | null = null;
  return {
    resources: {
      expect: (inputBytes) => {
        threads = inputBytes < SMALL_INPUT_BYTES ? 1 : Math.min(2, availableParallelism());
        packs = inputBytes > defaultPortions.logBytes;
      },
      pool: () => (pool ??= startLogWorkers(threads)),
      engine: () =>
        (engine ??= startEngine({ packs }).then((started) => {
          engineName = started.name;
          return started;
        })),
      engineName: () => engineName,
      memoryBytes: totalmem(),
    },
    close: async () => void (await Promise.all([pool?.close(), engine?.then((started) => started.close())])),
  };
}

const stages: Readonly<Record<RunStage, { readonly text: string; readonly unit: Progress['unit'] }>> = {
  reading: { text: 'reading', unit: 'bytes' },
  folding: { text: 'finding duplicates', unit: 'files' },
  writing: { text: 'writing', unit: 'files' },
  modelling: { text: 'making tables', unit: 'models' },
  checking: { text: 'checking', unit: 'files' },
  publishing: { text: 'publishing', unit: 'files' },
};

/** A stage of a run in words. */
export function progressOf(stage: RunStage, done: number, total: number): Progress {
  const { text, unit } = stages[stage];
  return { stage: text, unit, done, total };
}
