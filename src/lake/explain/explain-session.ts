// Statements of explanations over one snapshot: the engine is started for the first of them and given only the files
// that they need, each once.

import type { Engine } from '../../engine/engine.js';
import { startDuckDbWasm } from '../../engine/duckdb-wasm.js';
import { readIpc } from '../../parquet/ipc.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { ScanFilter } from '../../table/scan.js';
import type { RowsBehind, Statement } from './explained.js';
import { requireTable, type LakeView } from '../../table/view.js';
import type { RowRecord } from '../read/row-set.js';
import { dateRangeIn } from '../read/date-range.js';
import { columnsOf, jsonRows } from '../read/json-rows.js';

const EVENT_RANGE = 'run.event_range';
const FILES_AT_ONCE = 64;

/** What the rows of a cell come to. */
export interface Totals {
  readonly rows: number;
  /** With four decimals. */
  readonly sum: string;
}

/** Statements over one snapshot. Close it: it may have an engine. */
export class ExplainSession {
  readonly view: LakeView;
  readonly pipeline: Pipeline;
  #engine: Engine | undefined;
  /** Paths of the files that each relation holds. */
  readonly #loaded = new Map<string, Set<string>>();
  #hasRange = false;

  constructor(view: LakeView, pipeline: Pipeline) {
    this.view = view;
    this.pipeline = pipeline;
  }

  /** All rows of a statement by column. */
  async rows(statement: Statement): Promise<readonly RowRecord[]> {
    const engine = await this.#ready(statement);
    const result = readIpc(await engine.query(statement.sql));
    const names = columnsOf(result.schema.fields).map(({ name }) => name);
    return Array.from(jsonRows(result), (row) =>
      Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])),
    );
  }

  /** The first rows of a cell: those that add most, then by what tells them apart. */
  async first(behind: RowsBehind, limit: number): Promise<readonly RowRecord[]> {
    const size = behind.adds ? 'ABS(contribution) DESC, ' : '';
    const most = limit === Infinity ? '' : `\nLIMIT ${limit}`;
    const sql = `SELECT * FROM (\n${behind.sql}\n) AS behind\nORDER BY ${size}${behind.by.join(', ')}${most}`;
    return this.rows({ ...behind, sql });
  }

  async totals(behind: RowsBehind): Promise<Totals> {
    const sql = `SELECT
  CAST(COUNT(*) AS BIGINT) AS total_rows,
  CAST(COALESCE(SUM(contribution), 0) AS DECIMAL(38, 4)) AS total
FROM (\n${behind.sql}\n) AS behind`;
    const [row] = await this.rows({ ...behind, sql });
    return { rows: Number(row?.['total_rows'] ?? 0), sum: String(row?.['total'] ?? '0.0000') };
  }

  async close(): Promise<void> {
    await this.#engine?.close();
  }

  async #ready({ sql, files = {} }: Statement): Promise<Engine> {
    const engine = (this.#engine ??= startDuckDbWasm());
    for (const relation of await engine.relationsOf(sql))
      if (relation === EVENT_RANGE) await this.#loadRange(engine);
      else await this.#load(engine, relation, files[relation]);
    return engine;
  }

  async #load(engine: Engine, table: string, filter: ScanFilter | undefined): Promise<void> {
    const state = await requireTable(this.view, table);
    const loaded = this.#loaded.get(table) ?? new Set<string>();
    if (!this.#loaded.has(table)) await engine.create(table, state.schema.fields);
    this.#loaded.set(table, loaded);
    const missing = (await state.files(filter)).filter(({ path }) => !loaded.has(path));
    const columns = state.schema.fields.map(({ name }) => name);
    for (let at = 0; at < missing.length; at += FILES_AT_ONCE) {
      const part = missing.slice(at, at + FILES_AT_ONCE);
      const files = await Promise.all(part.map((file) => state.read(file)));
      await engine.append(table, { kind: 'parquet', files, columns });
    }
    for (const { path } of missing) loaded.add(path);
  }

  /** As the models see it: the first and the last partition of the pipeline's `range` table. */
  async #loadRange(engine: Engine): Promise<void> {
    if (this.#hasRange) return;
    this.#hasRange = true;
    const { first, last } = await dateRangeIn(this.view, this.pipeline);
    const day = (value: string | null): string => `CAST(${value === null ? 'NULL' : `'${value}'`} AS DATE)`;
    await engine.run('CREATE SCHEMA IF NOT EXISTS run');
    await engine.run(
      `CREATE TABLE ${EVENT_RANGE} AS SELECT ${day(first)} AS first_date, ${day(last)} AS last_date`,
    );
  }
}
