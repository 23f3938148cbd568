// The main job: one run of the pipeline, and what it says of itself.

import { availableParallelism, totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { daysOfIso } from '../common/calendar.js';
import { LakeError } from '../common/errors.js';
import type { WorkerPool } from '../common/worker-pool.js';
import { startDuckDbWasm } from '../engine/duckdb-wasm.js';
import type { Engine } from '../engine/engine.js';
import type { CheckResult } from '../pipeline/checks.js';
import type { ReadBatch } from '../pipeline/read-batches.js';
import { runIngest, type Resources, type RunOutcome, type RunStage } from '../pipeline/run.js';
import { defaultSettings } from '../pipelines/saas/settings.js';
import { saasPipeline } from '../pipelines/saas/pipeline.js';
import { startLogWorkers } from '../records/log.js';
import { openForWriting } from '../table/lake-file.js';
import type { IngestOptions } from './lake.js';
import type { Parts } from './parts.js';
import type { BatchReport, CheckReport, IngestReport, Progress, TableReport } from './results.js';

export async function ingest(parts: Parts, options: IngestOptions): Promise<IngestReport> {
  const { runtime, storage } = parts;
  const { signal, onProgress, dryRun = false } = options;
  const startedAt = runtime.now();
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  const started = startResources();
  try {
    if (!dryRun) await openForWriting(storage, runtime);
    const outcome = await runIngest({
      ...{ storage, runtime, resources: started.resources, paths: options.paths, dryRun },
      pipeline: saasPipeline(),
      settings: defaultSettings,
      ingestDate: ingestDay(options.ingestDate, startedAt),
      ...(signal && { signal }),
      onStage: (stage, done, total) => onProgress?.(progressOf(stage, done, total)),
    });
    return report(outcome, Math.round((runtime.now() - startedAt) / 1000));
  } finally {
    await started.close();
  }
}

/** Days since the epoch. */
function ingestDay(text: string | undefined, nowMicros: number): number {
  if (text === undefined) return Math.floor(nowMicros / 86_400_000_000);
  const day = daysOfIso(text);
  if (day !== null) return day;
  throw new LakeError('invalid-input', `The ingest date "${text}" is no day; expected YYYY-MM-DD.`, {
    details: { actual: text },
  });
}

/** Below this a second thread costs more to start than it saves. */
const SMALL_INPUT_BYTES = 16 << 20;

/**
 * A run is a short program with much code, most of it run a few times. With V8's defaults a tenth of its processor time
 * goes into optimizing code that is not run long enough to pay for it (the engine alone is 35 MB of WebAssembly).
 * These only move thresholds, which may change while V8 runs.
 */
const V8_FLAGS = ['--wasm-tiering-budget=100000000', '--interrupt-budget=1000000'];

/** Workers and the engine, each started when it is first asked for. */
function startResources(): { readonly resources: Resources; close(): Promise<void> } {
  let threads = 1;
  let pool: WorkerPool | undefined;
  let engine: Engine | undefined;
  return {
    resources: {
      expect: (inputBytes) => (threads = inputBytes < SMALL_INPUT_BYTES ? 1 : Math.min(2, availableParallelism())),
      pool: () => (pool ??= startLogWorkers(threads)),
      engine: () => (engine ??= startDuckDbWasm()),
      engineStarted: () => engine !== undefined,
      memoryBytes: totalmem(),
    },
    close: async () => void (await Promise.all([pool?.close(), engine?.close()])),
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

function progressOf(stage: RunStage, done: number, total: number): Progress {
  const { text, unit } = stages[stage];
  return { stage: text, unit, done, total };
}

function report(outcome: RunOutcome, durationMs: number): IngestReport {
  const { snapshot, parent, read, checks, engine, plan } = outcome;
  return {
    snapshot,
    parent,
    changed: Object.keys(outcome.written).length > 0,
    batches: read.map(batchReport),
    tables: tableReports(outcome),
    checks: checks.map(checkReport),
    durationMs,
    engine,
    ...(plan && { plan }),
  };
}

function tableReports({ tables, written }: RunOutcome): Readonly<Record<string, TableReport>> {
  return Object.fromEntries(
    Object.entries(tables).map(([name, { rows, files, bytes }]) => [
      name,
      { rows, files, bytes, changedPartitions: written[name]?.changedPartitions ?? 0 },
    ]),
  );
}

function batchReport({ kind, file, batch }: ReadBatch): BatchReport {
  return {
    source: batch.source,
    path: file.path,
    sha256: batch.sha256,
    bytes: batch.bytes,
    records: batch.records,
    accepted: batch.accepted,
    rejected: batch.rejectedByReason,
    batchId: batch.batchId,
    known: kind === 'known',
  };
}

const checkReport = ({ name, severity, status, value, expected, reason }: CheckResult): CheckReport => ({
  ...{ name, severity, status, value, expected, reason },
});
