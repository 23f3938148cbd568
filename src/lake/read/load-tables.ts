// Tables of a snapshot as relations of an engine: all of them by name, rows only of what a statement reads.

import type { Engine } from '../../engine/engine.js';
import { bareNames } from '../../engine/relation-names.js';
import { quoted } from '../../engine/sql-tokens.js';
import type { TableState } from '../../table/view.js';
import type { TableRead, TableStates } from './query-plan.js';

/** Every table without rows, by its name and by its bare name where that means one table. */
export async function makeRelations(engine: Engine, tables: TableStates): Promise<void> {
  for (const { name, schema } of tables.values()) await engine.create(name, schema.fields);
  for (const [bare, relation] of bareNames([...tables.keys()]))
    await engine.run(`CREATE VIEW ${quoted(bare)} AS SELECT * FROM ${relation}`);
}

const FILES_AT_ONCE = 64;

/** Gives the relations the rows of the files that are taken; columns that are not asked for stay null. */
export async function loadReads(engine: Engine, reads: readonly TableRead[]): Promise<void> {
  for (const read of reads) await load(engine, read);
}

async function load(engine: Engine, { state, columns, scan }: TableRead): Promise<void> {
  const read = columns.length > 0 ? columns : narrowest(state);
  for (let at = 0; at < scan.taken.length; at += FILES_AT_ONCE) {
    const part = scan.taken.slice(at, at + FILES_AT_ONCE);
    const files = await Promise.all(part.map((file) => state.read(file)));
    await engine.append(state.name, { kind: 'parquet', files, columns: read });
  }
}

/** Rows that are only counted need some column. */
const narrowest = ({ schema }: TableState): readonly string[] =>
  schema.fields.slice(0, 1).map(({ name }) => name);
