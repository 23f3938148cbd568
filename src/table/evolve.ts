// A table's columns and partition changed in one commit of metadata (format §2): old files stay as they are and are read
// by field id, old snapshots keep their schema.

import type { Runtime } from '../common/runtime.js';
import { applyEvolutions, type Evolution } from '../format/evolution.js';
import type { Storage } from '../storage/storage.js';
import { commit } from './commit.js';
import { requireTable, type LakeView } from './view.js';
import { announceWriter } from './writers.js';

export type { Evolution } from '../format/evolution.js';

/** Which table to change, and how. */
interface EvolveOptions {
  /** The newest snapshot. */
  readonly view: LakeView;
  readonly table: string;
  /** One after the other. */
  readonly evolutions: readonly Evolution[];
  readonly commitId: string;
  /** Plan only. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

/** What came of an evolution. */
export interface EvolveResult {
  /** Null for a dry run, or when nothing was to be changed. */
  readonly snapshot: number | null;
  /** Of the table as it is now. */
  readonly schemaId: number;
  readonly specId: number;
}

/**
 * Changes a table's metadata, beside writers of its rows: what they commit meanwhile stays.
 * @throws LakeError `invalid-input`; `not-found`; `conflict` when another evolution of the table came first
 */
export async function evolve(
  storage: Storage,
  runtime: Runtime,
  { view, table, evolutions, commitId, dryRun, signal }: EvolveOptions,
): Promise<EvolveResult> {
  const { file } = await requireTable(view, table);
  const after = applyEvolutions(file, evolutions);
  const result = { snapshot: null, schemaId: after.currentSchemaId, specId: after.currentSpecId };
  const isSame = after.currentSchemaId === file.currentSchemaId && after.currentSpecId === file.currentSpecId;
  if (isSame || dryRun === true) return result;
  const writer = await announceWriter(storage, runtime);
  try {
    const { snapshotId } = await commit(storage, runtime, {
      base: view,
      commitId,
      operation: 'evolve',
      summary: { table, evolutions },
      changes: [],
      metadata: [{ table, apply: (now) => now && applyEvolutions(now, evolutions) }],
      reads: [{ table, partitions: [] }],
      ...(signal && { signal }),
    });
    return { ...result, snapshot: snapshotId };
  } finally {
    await writer.release();
  }
}
