// The main job: one run of the pipeline, and what it says of itself.

import type { PlannedModel } from '../../pipeline/models/model-plan.js';
import { isLakeError } from '../../common/errors.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { inOrderOfFlow } from '../../pipeline/define/roles.js';
import { countOf, type ReadBatch } from '../../pipeline/read/read-batch.js';
import { refusedElementsOf, unknownFieldsOf } from '../../pipeline/read/read-fields.js';
import { runIngest, type RunOutcome } from '../../pipeline/run/ingest.js';
import { openForWriting } from '../../table/lake-file.js';
import { checkReport, type CheckReport } from '../quality/check-report.js';
import { progressOf, startResources } from './run-resources.js';
import { ingestDay } from './ingest-day.js';
import { alertOfRefusal, alertOfRun, tell } from './alerts.js';
import { withLineage } from '../lineage/run.js';
import { pipelineOf, runBasisOf, startEngineFor, warnOfUntrusted, type Parts } from '../lake-context.js';
import type { OperationOptions } from '../operation-options.js';

/** What to read, as of which day. */
export interface IngestOptions extends OperationOptions {
  /** Folders, files, or `-` for `stdin`. */
  readonly paths: readonly string[];
  /** The source of `-` and of single files whose names tell none. */
  readonly source?: string;
  /** What `-` stands for; read to its end, once. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** `YYYY-MM-DD`; today (UTC) unless said. */
  readonly ingestDate?: string;
  readonly dryRun?: boolean;
  /** Who is told of a run with alerts, beside what the settings say. */
  readonly alerts?: { readonly command?: string; readonly url?: string };
  /** Where OpenLineage events go; instead of what the settings say. */
  readonly lineage?: { readonly file?: string; readonly url?: string };
}

/** What was read of one file. */
export interface BatchReport {
  readonly source: string;
  /** As it was given. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Of accepted records: fields that the contract does not know, with the number of records. */
  readonly unknownFields: Readonly<Record<string, number>>;
  /** Of accepted records: refused elements of their arrays, by the source that these are, then by reason. */
  readonly rejectedElements: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly batchId: string;
  /** The lake held these bytes already: nothing was read again, the counts are those of the first time. */
  readonly known: boolean;
}

/** A table as the run left it. */
export interface TableReport {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly changedPartitions: number;
}

/** `lake ingest --json`. */
export interface IngestReport {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number | null;
  readonly changed: boolean;
  readonly batches: readonly BatchReport[];
  /** Files of the given folders that nothing reads, and what each was probably meant to be. */
  readonly passedOver: readonly { readonly path: string; readonly reason: string }[];
  readonly tables: Readonly<Record<string, TableReport>>;
  readonly checks: readonly CheckReport[];
  readonly durationMs: number;
  /** Null when no engine was started. */
  readonly engine: string | null;
  /** For a dry run: what the run would do. */
  readonly plan?: IngestPlan;
}

/** What a run would do. */
export interface IngestPlan {
  /** Partitions of each parsed table that would be rewritten. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  /** Models that would be made again, at most. */
  readonly models: readonly PlannedModel[];
}

/** @throws LakeError `invalid-input` for files that break a contract; `check-failed`; `conflict`; `commit-unknown`; `interrupted` */
export async function ingest(parts: Parts, options: IngestOptions): Promise<IngestReport> {
  const { runtime, storage } = parts;
  const { signal, onProgress, source, stdin, dryRun = false } = options;
  const startedAt = runtime.now();
  const alerts = { targets: { ...parts.settings.alerts, ...options.alerts }, signal };
  const started = startResources((needs) => startEngineFor(parts, needs));
  try {
    if (!dryRun) {
      warnOfUntrusted(parts);
      await openForWriting(storage, runtime);
    }
    const run = (): Promise<RunOutcome> =>
      runIngest({
        storage,
        runtime,
        resources: started.resources,
        paths: options.paths,
        dryRun,
        ...runBasisOf(parts),
        ingestDate: ingestDay(options.ingestDate, startedAt),
        ...(parts.settings.spark.parseFrom !== undefined && { parseFrom: parts.settings.spark.parseFrom }),
        ...(source !== undefined && { source }),
        ...(stdin && { stdin }),
        ...(signal && { signal }),
        onStage: (stage, done, total) => onProgress?.(progressOf(stage, done, total)),
      });
    const outcome = dryRun
      ? await run()
      : await withLineage(parts, { operation: 'ingest', targets: options.lineage, signal }, run);
    await tell(parts, () => alertOfRun(parts, alerts, outcome));
    return report(pipelineOf(parts).pipeline, outcome, Math.round((runtime.now() - startedAt) / 1000));
  } catch (error) {
    if (isLakeError(error, 'check-failed') && !dryRun)
      await tell(parts, () => alertOfRefusal(parts, alerts, error));
    throw error;
  } finally {
    await started.close();
  }
}

function report(pipeline: Pipeline, outcome: RunOutcome, durationMs: number): IngestReport {
  const { snapshot, parent, read, checks, engine, plan, passedOver = [] } = outcome;
  return {
    snapshot,
    parent,
    changed: Object.keys(outcome.written).length > 0,
    batches: read.map(batchReport),
    passedOver,
    tables: tableReports(pipeline, outcome),
    checks: checks.map(checkReport),
    durationMs,
    engine,
    ...(plan && { plan }),
  };
}

/** Every table of the new snapshot, in the order in which data flows. */
function tableReports(
  pipeline: Pipeline,
  { tables, written }: RunOutcome,
): Readonly<Record<string, TableReport>> {
  const names = inOrderOfFlow(pipeline, Object.keys(tables));
  return Object.fromEntries(
    names.map((name) => {
      const { rows, files, bytes } = tables[name]!;
      return [name, { rows, files, bytes, changedPartitions: written[name]?.changedPartitions ?? 0 }];
    }),
  );
}

function rejectedElements(read: ReadBatch): BatchReport['rejectedElements'] {
  const refused = refusedElementsOf(read);
  const sources = [...new Set(refused.map(({ source }) => source))].sort();
  return Object.fromEntries(
    sources.map((name) => [
      name,
      countOf(refused.flatMap(({ source, reason }) => (source === name ? [reason] : []))),
    ]),
  );
}

function batchReport(read: ReadBatch): BatchReport {
  const { kind, file, batch } = read;
  return {
    source: batch.source,
    path: file.path,
    sha256: batch.sha256,
    bytes: batch.bytes,
    records: batch.records,
    accepted: batch.accepted,
    rejected: batch.rejectedByReason,
    unknownFields: Object.fromEntries(unknownFieldsOf(read).map(({ field, records }) => [field, records])),
    rejectedElements: rejectedElements(read),
    batchId: batch.batchId,
    known: kind === 'known',
  };
}
