// Read-only SQL over the tables of one snapshot: the engine is given just the tables that the statement names.

import type { Engine } from '../engine/engine.js';
import { startDuckDbWasm } from '../engine/duckdb-wasm.js';
import { readIpc } from '../parquet/ipc.js';
import { readDataFile } from '../table/read.js';
import type { LakeView, TableState } from '../table/view.js';
import { columnsOf, jsonRows } from './json-rows.js';
import type { AtSnapshot, RowSet } from './lake.js';
import { tableNamed, viewAt, type Parts } from './parts.js';

export async function query(parts: Parts, sql: string, { snapshot }: AtSnapshot): Promise<RowSet> {
  const view = await viewAt(parts, snapshot);
  const engine = startDuckDbWasm();
  try {
    await showTables(parts, engine, view, sql);
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
async function showTables({ storage }: Parts, engine: Engine, view: LakeView, sql: string): Promise<void> {
  const shown = new Set<string>();
  for (const relation of await engine.relationsOf(sql)) {
    const state = await tableNamed(view, relation);
    if (!shown.has(state.name)) await load(storage, engine, state, sql);
    shown.add(state.name);
    if (relation !== state.name) await engine.run(`CREATE VIEW ${quoted(relation)} AS SELECT * FROM ${state.name}`);
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function load(
  storage: Parts['storage'],
  engine: Engine,
  state: TableState,
  sql: string,
): Promise<void> {
  const { name, schema } = state;
  const columns = readsEverything(sql) ? schema.fields : schema.fields.filter((field) => mentions(sql, field.name));
  const shown = columns.length > 0 ? columns : schema.fields.slice(0, 1);
  await engine.create(name, shown);
  const list = await state.files();
  for (let at = 0; at < list.length; at += FILES_AT_ONCE) {
    const contents = await Promise.all(list.slice(at, at + FILES_AT_ONCE).map((file) => readDataFile(storage, file)));
    await engine.append(name, { kind: 'parquet', files: contents, columns: shown.map((column) => column.name) });
  }
}

const FILES_AT_ONCE = 64;

/** A star other than that of COUNT(*), or statements that show columns by themselves: every column is needed. */
const readsEverything = (sql: string): boolean =>
  /\*/.test(sql.replace(/\(\s*\*\s*\)/g, '()')) || /\b(describe|summarize|natural|columns|from\s+\S+\s*;?\s*$)/i.test(sql) || /^\s*from\b/i.test(sql);

const mentions = (sql: string, column: string): boolean => sql.toLowerCase().includes(column.toLowerCase());

