// Read-only SQL over the tables of one snapshot: the engine is given just the tables that the statement names.

import { isLakeError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import type { LakeView } from '../../table/view.js';
import { columnsOf, jsonRows } from './json-rows.js';
import { filesSource } from './table-files.js';
import type { AtSnapshot } from '../operation-options.js';
import type { RowSet } from './row-set.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

export async function query(parts: Parts, sql: string, { snapshot }: AtSnapshot): Promise<RowSet> {
  const view = await viewAt(parts, snapshot);
  const engine = await parts.startEngine();
  try {
    await showTables(engine, view, sql);
    const result = await readResult(await engine.query(sql));
    return {
      snapshot: view.snapshot.snapshotId,
      columns: columnsOf(result.schema.fields),
      rows: asynchronous(jsonRows(result)),
    };
  } finally {
    await engine.close();
  }
}

async function* asynchronous<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items;
  await Promise.resolve();
}

/** Loads what the statement reads; a bare name becomes a view on the table of that name. */
async function showTables(engine: Engine, view: LakeView, sql: string): Promise<void> {
  const shown = new Set<string>();
  for (const relation of await relationsIn(engine, view, sql)) {
    const state = await tableNamed(view, relation);
    if (!shown.has(state.name)) await engine.register(state.name, filesSource(state, await state.files()));
    shown.add(state.name);
    if (relation !== state.name)
      await engine.register(relation, {
        kind: 'select',
        sql: `SELECT * FROM ${engine.dialect.relation(state.name)}`,
      });
  }
}

/** As the engine reads the statement; where it cannot without the tables' columns, every table whose name occurs. */
async function relationsIn(engine: Engine, view: LakeView, sql: string): Promise<readonly string[]> {
  try {
    return await engine.relationsOf(sql);
  } catch (error) {
    if (!isLakeError(error, 'invalid-input')) throw error;
    return view.tables.filter((table) => sql.toLowerCase().includes(table));
  }
}
