// Tables of a snapshot as relations of an engine: all of them by name, rows only of what a statement reads.

import type { Engine } from '../../engine/engine.js';
import { bareNames } from '../../engine/relation-names.js';
import type { TableRead, TableStates } from './query-plan.js';
import { filesSource } from './table-files.js';

/**
 * Every table by its name, and by its bare name where that means one table. Rows are those of the files that are taken;
 * columns that are not asked for may be null.
 */
export async function showTables(
  engine: Engine,
  tables: TableStates,
  reads: readonly TableRead[],
): Promise<void> {
  for (const state of tables.values()) {
    const read = reads.find((each) => each.state.name === state.name);
    await engine.register(state.name, filesSource(state, read?.scan.taken ?? [], read?.columns));
  }
  for (const [bare, relation] of bareNames([...tables.keys()]))
    await engine.register(bare, {
      kind: 'select',
      sql: `SELECT * FROM ${engine.dialect.relation(relation)}`,
    });
}
