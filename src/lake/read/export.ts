// Tables as plain files for other tools: whole files under their names, or nothing.

import { open, mkdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Table } from 'apache-arrow';
import { csvRecord, type CsvStyle, type CsvValue } from '../../common/csv.js';
import { LakeError } from '../../common/errors.js';
import { encodeParquet } from '../../parquet/file.js';
import { rowsToTable } from '../../parquet/rows.js';
import type { TableState } from '../../table/view.js';
import { jsonRows } from './json-rows.js';
import type { AtSnapshot, OperationOptions } from '../operation-options.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

/** Which tables (all unless said), where to, and in which form. */
export interface ExportOptions extends AtSnapshot, OperationOptions {
  readonly out: string;
  readonly table?: string;
  readonly format: 'parquet' | 'csv';
  /** How CSV is written. */
  readonly csv?: CsvStyle;
}

/** `lake export`: what was written. */
export interface ExportReport {
  readonly snapshot: number;
  readonly files: readonly ExportedFile[];
}

/** A file that was written. */
export interface ExportedFile {
  readonly table: string;
  /** Absolute. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

/** Rows of one Parquet file; a larger table gets more files, `-2`, `-3`, … */
const MAX_ROWS = 1_000_000;

/** Writes tables to a folder. @throws LakeError `not-found`; `invalid-input` or `out-of-resources` for where nothing can be written */
export async function exportTables(parts: Parts, options: ExportOptions): Promise<ExportReport> {
  const { out, table, format, snapshot, signal, onProgress } = options;
  const view = await viewAt(parts, snapshot);
  const names = table === undefined ? view.tables : [(await tableNamed(view, table)).name];
  await atPath(out, () => mkdir(out, { recursive: true }));
  const files: ExportedFile[] = [];
  for (const [done, name] of names.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'exporting', done, total: names.length, unit: 'files' });
    const state = await tableNamed(view, name);
    const written = format === 'csv' ? writeCsv(state, out, options.csv) : writeParquet(state, out);
    files.push(...(await written));
  }
  return { snapshot: view.snapshot.snapshotId, files };
}

async function writeCsv(
  state: TableState,
  out: string,
  csv: CsvStyle | undefined,
): Promise<readonly ExportedFile[]> {
  let rows = 0;
  const written = await writeWhole(join(out, `${state.name}.csv`), async (file) => {
    const names = state.schema.fields.map(({ name }) => name);
    await file.write(csvRecord(names, csv));
    for await (const table of contents(state)) {
      rows += table.numRows;
      for (const lines of portions(jsonRows(table), csv)) await file.write(lines);
    }
  });
  return [{ table: state.name, rows, ...written }];
}

/** CSV lines in pieces of a size that is good to write. */
function* portions(rows: Iterable<readonly CsvValue[]>, csv: CsvStyle | undefined): Iterable<string> {
  let text = '';
  for (const row of rows) {
    text += csvRecord(row, csv);
    if (text.length < 1 << 20) continue;
    yield text;
    text = '';
  }
  yield text;
}

async function writeParquet(state: TableState, out: string): Promise<readonly ExportedFile[]> {
  const files: ExportedFile[] = [];
  for await (const table of joined(contents(state), emptyTable(state))) {
    const name = files.length === 0 ? state.name : `${state.name}-${files.length + 1}`;
    const bytes = encodeParquet(table);
    const written = await writeWhole(
      join(out, `${name}.parquet`),
      async (file) => void (await file.write(bytes)),
    );
    files.push({ table: state.name, rows: table.numRows, ...written });
  }
  return files;
}

const emptyTable = ({ schema }: TableState): Table => rowsToTable([], schema);

/** The table's data files, in row order. */
async function* contents(state: TableState): AsyncIterable<Table> {
  for (const file of await state.files()) yield await state.rows(file);
}

/** Neighbours joined to tables of at most `MAX_ROWS`; at least one table. */
async function* joined(tables: AsyncIterable<Table>, empty: Table): AsyncIterable<Table> {
  let open: Table[] = [];
  let rows = 0;
  for await (const table of tables) {
    if (rows > 0 && rows + table.numRows > MAX_ROWS) {
      yield empty.concat(...open);
      [open, rows] = [[], 0];
    }
    open.push(table);
    rows += table.numRows;
  }
  yield empty.concat(...open);
}

/** Writes a file under a temporary name and renames it when it is whole. */
export async function writeWhole(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<{ readonly path: string; readonly bytes: number }> {
  const temporary = `${path}.partial`;
  return atPath(path, async () => {
    const file = await open(temporary, 'w');
    try {
      await write(file);
      await file.sync();
      const { size } = await file.stat();
      await file.close();
      await rename(temporary, path);
      return { path: resolve(path), bytes: size };
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  });
}

/** Names the path in what the system refuses. */
async function atPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (error instanceof LakeError || code === undefined) throw error;
    const isInput = code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR' || code === 'ENOENT';
    throw new LakeError(
      isInput ? 'invalid-input' : 'out-of-resources',
      `${path}: it cannot be written (${code}); expected a folder with space and permission to write. Give another with --out.`,
      { details: { path, reason: code }, cause: error },
    );
  }
}
