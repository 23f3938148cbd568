// What became of one table, snapshot by snapshot.

import { runFacts } from '../../format/summary.js';
import { listSnapshots } from '../../table/snapshot-lookup.js';
import type { Parts } from '../lake-context.js';

/** A table in one snapshot. */
interface TableMoment {
  readonly snapshot: number;
  readonly committedAt: string;
  readonly operation: string;
  /** Null where the snapshot has no such table. */
  readonly rows: number | null;
  readonly rowsAdded: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
}

/** The snapshots that wrote to the table, of the newest `limit`; newest first. */
export async function tableHistory(
  { storage }: Pick<Parts, 'storage'>,
  { table, limit }: { readonly table: string; readonly limit: number },
): Promise<readonly TableMoment[]> {
  const all = await listSnapshots(storage, limit);
  return all.flatMap((snapshot) => {
    const written = runFacts(snapshot).tables[table];
    if (written === undefined || written.filesAdded + written.filesRemoved === 0) return [];
    const { rowsAdded, filesAdded, filesRemoved } = written;
    const { snapshotId, committedAt, operation } = snapshot;
    const rows = snapshot.tables[table]?.rows ?? null;
    return [{ snapshot: snapshotId, committedAt, operation, rows, rowsAdded, filesAdded, filesRemoved }];
  });
}
