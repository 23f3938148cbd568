// Merging small files, for all tables or one of them.

import { uuid } from '../../common/runtime.js';
import {
  compact as compactTables,
  defaultTargetSizeBytes,
  type Compaction,
} from '../../table/maintenance/compact.js';
import type { ChangeOptions } from '../operation-options.js';
import { headForWriting, onNewestHead, tableNamed, viewAt, type Parts } from '../lake-context.js';

/** What to merge: one table or all, files below a size. */
export interface CompactOptions extends ChangeOptions {
  readonly table?: string;
  readonly targetSizeBytes?: number;
}

/** `lake compact`: each table's files before and after, and the proof that no row changed. */
export type CompactReport = Compaction;

/** @throws LakeError `not-found` for a table that is not there; `conflict` when other writers do not let it through */
export async function compact(parts: Parts, options: CompactOptions): Promise<CompactReport> {
  await headForWriting(parts, options.dryRun === true);
  return onNewestHead(() => onHead(parts, options));
}

async function onHead({ storage, runtime }: Parts, options: CompactOptions): Promise<Compaction> {
  const { table, targetSizeBytes = defaultTargetSizeBytes, dryRun = false, signal, onProgress } = options;
  const view = await viewAt({ storage });
  return compactTables(storage, runtime, {
    view,
    tables: table === undefined ? view.tables : [(await tableNamed(view, table)).name],
    commitId: uuid(runtime),
    targetSizeBytes,
    dryRun,
    ...(signal && { signal }),
    onFiles: (done, total) => onProgress?.({ stage: 'compacting', done, total, unit: 'files' }),
  });
}
