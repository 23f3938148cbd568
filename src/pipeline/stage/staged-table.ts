// One table of the snapshot being made: what the base has of it, and what the run has put in its place so far.

import type { DataFile } from '../../format/data-file.js';
import { tableFor } from '../../format/evolve.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { TableFile } from '../../format/table-file.js';
import type { LakeView, TableState } from '../../table/view.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Model } from '../define/spec/pipeline-spec.js';

/** The snapshot that a run begins on. */
export interface StagedBase {
  /** Null: there is no lake yet. */
  readonly base: LakeView | null;
  readonly pipeline: Pipeline;
  /**
   * Every row is made again: partitions that come out as they are named may lie damaged on the disk, and then get
   * their bytes back where they are.
   */
  readonly rebuild?: boolean;
}

/** One table's part of the run. */
export interface Staged {
  readonly definition: TableDefinition;
  readonly state: TableState | undefined;
  /** As the run leaves it, files aside: its schema and partition spec are those of new files. */
  readonly table: TableFile;
  readonly removed: Set<string>;
  readonly added: DataFile[];
  /** Partitions that were written or taken out. */
  readonly partitions: Set<string>;
  /** Partitions that are being written, with the rows they will have: they count before their files are there. */
  planned: ReadonlyMap<string, number>;
  /** What became of files that an engine wrote; undefined where it wrote none. */
  engineWrote: 'kept' | 'encoded again' | undefined;
  /** The model that made the table in this run. */
  model: Model | undefined;
}

/** A table that the run has not touched yet. */
export async function stagedTable(
  { base, pipeline, rebuild }: StagedBase,
  definition: TableDefinition,
): Promise<Staged> {
  const state = await base?.table(definition.name);
  const isModel = pipeline.models.some((model) => model.table === definition);
  const table = tableFor(state?.file, definition, {
    tableId: definition.name,
    oldRows: isModel || rebuild === true ? 'replaced' : 'kept',
  });
  const nothing = { removed: new Set<string>(), added: [], partitions: new Set<string>() };
  return {
    definition,
    state,
    table,
    ...nothing,
    planned: new Map(),
    engineWrote: undefined,
    model: undefined,
  };
}
