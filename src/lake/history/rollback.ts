// Going back: a new snapshot whose tables are those of an old one.

import { uuid } from '../../common/runtime.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import * as table from '../../table/history/rollback.js';
import { openView } from '../../table/view.js';
import { batchesMissing } from './batches.js';
import type { Lake } from '../lake.js';
import { headForWriting, onNewestHead, type Parts } from '../lake-context.js';
import type { RollbackReport } from '../maintenance/maintenance-results.js';

type RollbackOptions = Parameters<Lake['rollback']>[1];

/** `head~1` means what it meant at the beginning, also when others commit meanwhile. */
export async function rollback(
  parts: Parts,
  reference: string,
  options: RollbackOptions,
): Promise<RollbackReport> {
  const target = await resolveReference(parts.storage, reference);
  return onNewestHead(() => onHead(parts, target, options));
}

async function onHead(
  parts: Parts,
  target: number,
  { dryRun = false, signal }: RollbackOptions,
): Promise<RollbackReport> {
  const { storage, runtime } = parts;
  const head = await headForWriting(parts, dryRun);
  const to = await openView(storage, target);
  const batches = await batchesMissing(head, to);
  const commitId = uuid(runtime);
  const done = await table.rollback(storage, runtime, {
    head,
    to,
    commitId,
    dryRun,
    ...(signal && { signal }),
  });
  return { ...done, from: head.snapshot.snapshotId, to: target, batches, dryRun };
}
