// What it takes to put an engine's rows in place of a table's partitions, and what comes of them.

import type { TaskRunner } from '../../common/worker-pool.js';
import type { Engine } from '../../engine/engine.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { EncodedFile } from '../../parquet/encode.js';
import type { StagedTables } from '../stage/staged-tables.js';

/** Rows in the engine, and the partitions that they take the place of. */
export interface PlaceOptions {
  readonly engine: Engine;
  readonly tables: StagedTables;
  readonly pool: TaskRunner;
  readonly table: TableDefinition;
  /** Has the rows of these partitions, and perhaps of others. */
  readonly relation: string;
  /** Those that are replaced; one without rows goes. */
  readonly partitions: readonly string[];
  /** The relation has rows of no other partition, and new ones are welcome. */
  readonly isWhole: boolean;
}

/** A partition with all its files, in order. */
export interface EncodedPartition {
  readonly partition: string;
  readonly files: readonly EncodedFile[];
}
