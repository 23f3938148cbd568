// Read-only SQL over the tables of one snapshot: the engine is given just the tables that the statement names.

import { isLakeError } from '../../common/errors.js';
import type { Engine } from '../../engine/engine.js';
import { startDuckDbWasm } from '../../engine/duckdb-wasm.js';
import { readIpc } from '../../parquet/ipc.js';
import type { LakeView, TableState } from '../../table/view.js';
import { columnsOf, jsonRows } from './json-rows.js';
import type { AtSnapshot } from '../operation-options.js';
import type { RowSet } from './row-set.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

export async function query(parts: Parts, sql: string, { snapshot }: AtSnapshot): Promise<RowSet> {
  const view = await viewAt(parts, snapshot);
  const engine = startDuckDbWasm();
  try {
    await showTables(engine, view, sql);
    const result = readIpc(await engine.query(sql));
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
    if (!shown.has(state.name)) await load(engine, state);
    shown.add(state.name);
    if (relation !== state.name)
      await engine.run(`CREATE VIEW ${quoted(relation)} AS SELECT * FROM ${state.name}`);
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

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** All columns: which of them a statement needs, only the engine can tell. */
async function load(engine: Engine, state: TableState): Promise<void> {
  const { name, schema } = state;
  const columns = schema.fields.map((field) => field.name);
  await engine.create(name, schema.fields);
  const list = await state.files();
  for (let at = 0; at < list.length; at += FILES_AT_ONCE) {
    const part = list.slice(at, at + FILES_AT_ONCE);
    const files = await Promise.all(part.map((file) => state.read(file)));
    await engine.append(name, { kind: 'parquet', files, columns });
  }
}

const FILES_AT_ONCE = 64;
