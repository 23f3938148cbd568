// Going back: a new snapshot whose tables are those of an old one.

import { uuid } from '../../common/runtime.js';
import { inOrderOfFlow } from '../../pipeline/define/roles.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import * as table from '../../table/history/rollback.js';
import { openView } from '../../table/view.js';
import type { ChangeOptions } from '../operation-options.js';
import { batchesMissing, type BatchListing } from './batches.js';
import { headForWriting, onNewestHead, pipelineOf, type Parts } from '../lake-context.js';

/** `lake snapshot rollback`. `snapshot` is null for a dry run, or when the head holds the same already. */
export interface RollbackReport extends table.Rollback {
  /** The head that it came after. */
  readonly from: number;
  /** The snapshot whose contents are the head's again. */
  readonly to: number;
  /** Batches that the lake does not know any more; a later ingest takes them in again. */
  readonly batches: readonly BatchListing[];
  readonly dryRun: boolean;
}

/** `head~1` means what it meant at the beginning, also when others commit meanwhile. */
export async function rollback(
  parts: Parts,
  reference: string,
  options: ChangeOptions,
): Promise<RollbackReport> {
  const target = await resolveReference(parts.storage, reference);
  return onNewestHead(() => onHead(parts, target, options));
}

async function onHead(
  parts: Parts,
  target: number,
  { dryRun = false, signal }: ChangeOptions,
): Promise<RollbackReport> {
  const { storage, runtime } = parts;
  const { pipeline } = pipelineOf(parts);
  const head = await headForWriting(parts, dryRun);
  const to = await openView(storage, target);
  const batches = await batchesMissing(pipeline, head, to);
  const commitId = uuid(runtime);
  const done = await table.rollback(storage, runtime, {
    head,
    to,
    commitId,
    dryRun,
    ...(signal && { signal }),
  });
  const tables = Object.fromEntries(
    inOrderOfFlow(pipeline, Object.keys(done.tables)).map((name) => [name, done.tables[name]!]),
  );
  return { ...done, tables, from: head.snapshot.snapshotId, to: target, batches, dryRun };
}
