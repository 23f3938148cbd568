// What a run leaves about itself in a snapshot's summary, in checked pieces. A summary vouches for nothing and may come
// from anyone, so this is the only way to read one: a piece that is there is what it should be, or the snapshot is damaged.

import { z } from 'zod';
import { count, jsonObject, recordOf } from './json-shapes.js';
import { parseValue } from './metadata.js';
import { snapshotPath } from './paths.js';
import type { Snapshot, Summary } from './snapshot.js';

/** What a run wrote to one table. */
export interface WrittenTable {
  readonly changedPartitions: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly rowsAdded: number;
  readonly bytesAdded: number;
}

/** A batch that a run read, or found to be known. */
export interface TakenBatch {
  readonly batchId: string;
  readonly source: string;
  readonly fileName: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
  /** Records by the reason of their refusal. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Whether an earlier run had brought it. */
  readonly known: boolean;
}

/** What a check of a run came to. */
interface CheckOutcome {
  readonly name: string;
  readonly severity: 'error' | 'warn';
  readonly status: 'pass' | 'fail';
  /** NaN where there was none to measure. */
  readonly value: number;
  /** What passes: a number, or bounds as text. */
  readonly expected: number | string;
  readonly reason: string;
  /** Of a failed check: the first of what is wrong. */
  readonly sample?: readonly SampledRow[];
}

/** Something that a check found wrong. */
interface SampledRow {
  /** By column, as text. */
  readonly cells: Readonly<Record<string, string | null>>;
  /** Where the records behind it arrived. */
  readonly origins?: readonly SampleOrigin[];
}

/** Where a record arrived. */
interface SampleOrigin {
  readonly source: string;
  readonly sourceFile: string;
  readonly lineNumber: number;
  readonly batchId: string;
}

/** The pieces of a summary that readers use; none that is missing is an error. */
interface RunFacts {
  readonly batches: readonly TakenBatch[];
  /** By table name. */
  readonly tables: Readonly<Record<string, WrittenTable>>;
  /** Undefined for an operation that checks nothing, which is another thing than no check. */
  readonly checks: readonly CheckOutcome[] | undefined;
  /** The pipeline that made the tables; undefined where none recorded its name. */
  readonly pipeline: string | undefined;
  /** What decided rows: the pipeline's own, which must check them itself. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** Of a rollback: the snapshot that it went back to. */
  readonly to: number | undefined;
}

const written = z.object({
  changedPartitions: count,
  filesAdded: count,
  filesRemoved: count,
  rowsAdded: count,
  bytesAdded: count,
});
const batch = z.object({
  batchId: z.string(),
  source: z.string(),
  fileName: z.string(),
  bytes: count,
  records: count,
  accepted: count,
  rejected: recordOf(z.string(), count),
  known: z.boolean(),
});
const origin = z.object({
  source: z.string(),
  sourceFile: z.string(),
  lineNumber: z.number(),
  batchId: z.string(),
});
const cells = jsonObject.refine(
  (found): found is Record<string, string | null> =>
    Object.values(found).every((value) => value === null || typeof value === 'string'),
  'not a row of texts',
);
const check = z.object({
  name: z.string(),
  severity: z.enum(['error', 'warn']),
  status: z.enum(['pass', 'fail']),
  value: z.union([z.number(), z.null().transform(() => NaN)]),
  expected: z.union([z.number(), z.string()]),
  reason: z.string(),
  sample: z.array(z.object({ cells, origins: z.array(origin).optional() })).optional(),
});
const facts = z.object({
  batches: z.array(batch).default([]),
  tables: recordOf(z.string(), written).default({}),
  checks: z.array(check).optional(),
  pipeline: z.string().optional(),
  settings: jsonObject.optional(),
  to: count.optional(),
});

/** What a snapshot says of the run that made it. @throws LakeError `corrupt` naming the snapshot and the place in it */
export function runFacts({ snapshotId, summary }: Snapshot): RunFacts {
  const { batches, tables, checks, pipeline, settings, to } = parseValue(
    facts,
    summary,
    `${snapshotPath(snapshotId)}, summary`,
  );
  return { batches, tables, checks: checks as readonly CheckOutcome[] | undefined, pipeline, settings, to };
}

/** What holds for the next snapshot as well, whatever makes it: which pipeline's tables these are. */
export const lastingFacts = ({ summary }: Pick<Snapshot, 'summary'>): Summary =>
  typeof summary['pipeline'] === 'string' ? { pipeline: summary['pipeline'] } : {};

const evidence = z.object({
  formatVersion: z.literal(1),
  operation: z.string(),
  commitId: z.string(),
  parent: count.nullable(),
  startedAt: z.string(),
  failedAt: z.string(),
  batches: z.array(batch),
  checks: z.array(check),
});

/** What is kept of a run that was refused. */
export interface RefusedRun {
  readonly formatVersion: 1;
  readonly operation: string;
  readonly commitId: string;
  /** The snapshot that stayed the head; null before the first. */
  readonly parent: number | null;
  readonly startedAt: string;
  readonly failedAt: string;
  readonly batches: readonly TakenBatch[];
  readonly checks: readonly CheckOutcome[];
}

/** The evidence in a file of the failed runs. @throws LakeError `corrupt` for anything else */
export function parseRefusedRun(value: unknown, path: string): RefusedRun {
  return parseValue(evidence, value, path) as RefusedRun;
}
