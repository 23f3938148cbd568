// Statements of explanations over one snapshot: the engine is started for the first of them and given only the files
// that they need, each once.

import type { Engine } from '../../engine/engine.js';
import { sqlName } from '../../engine/sql-names.js';
import { readResult } from '../../engine/read-result.js';
import type { DataFile } from '../../format/data-file.js';
import { day } from '../../pipeline/models/partition-sql.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { ScanFilter } from '../../table/scan.js';
import type { RowsBehind, Statement } from './explained.js';
import { requireTable, type LakeView } from '../../table/view.js';
import type { JsonValue, RowRecord } from '../read/row-set.js';
import { dateRangeIn } from '../read/date-range.js';
import { jsonRows } from '../read/json-rows.js';
import { filesSource } from '../read/table-files.js';

const EVENT_RANGE = 'run.event_range';

/** What the rows of a cell come to. */
interface Totals {
  readonly rows: number;
  /** Those of them that add something: not null. */
  readonly valued: number;
  /** In the type that `RowsBehind.adds` names; zero where no row adds anything. */
  readonly sum: JsonValue;
}

/** Statements over one snapshot. Close it: it may have an engine. */
export class ExplainSession {
  readonly view: LakeView;
  readonly pipeline: Pipeline;
  readonly #startEngine: () => Promise<Engine>;
  #engine: Promise<Engine> | undefined;
  /** The files that each relation has, by their paths. */
  readonly #shown = new Map<string, ReadonlyMap<string, DataFile>>();
  #hasRange = false;

  constructor(view: LakeView, pipeline: Pipeline, startEngine: () => Promise<Engine>) {
    this.#startEngine = startEngine;
    this.view = view;
    this.pipeline = pipeline;
  }

  /** All rows of a statement by column. */
  async rows(statement: Statement): Promise<readonly RowRecord[]> {
    const engine = await this.#ready(statement);
    const result = await readResult(await engine.query(statement.sql));
    const names = result.schema.fields.map(({ name }) => name);
    return Array.from(jsonRows(result), (row) =>
      Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])),
    );
  }

  /** The first rows of a cell: those that add most, then by what tells them apart. */
  async first(behind: RowsBehind, limit: number): Promise<readonly RowRecord[]> {
    const order = [
      ...(behind.adds === undefined ? [] : ['ABS(contribution) DESC']),
      ...behind.by.map(sqlName),
    ];
    const sorted = order.length === 0 ? '' : `\nORDER BY ${order.join(', ')}`;
    const most = limit === Infinity ? '' : `\nLIMIT ${limit}`;
    const sql = `SELECT * FROM (\n${behind.sql}\n) AS behind${sorted}${most}`;
    return this.rows({ ...behind, sql });
  }

  /** How many rows there are behind a cell, and what they add up to. */
  async totals(behind: RowsBehind): Promise<Totals> {
    const sql = `SELECT
  CAST(COUNT(*) AS BIGINT) AS total_rows,
  CAST(COUNT(contribution) AS BIGINT) AS valued,
  CAST(COALESCE(SUM(contribution), 0) AS ${behind.adds ?? 'BIGINT'}) AS total
FROM (\n${behind.sql}\n) AS behind`;
    const [row] = await this.rows({ ...behind, sql });
    return {
      rows: Number(row?.['total_rows'] ?? 0),
      valued: Number(row?.['valued'] ?? 0),
      sum: row?.['total'] ?? 0,
    };
  }

  async close(): Promise<void> {
    await (await this.#engine)?.close();
  }

  async #ready({ sql, files = {} }: Statement): Promise<Engine> {
    const engine = await (this.#engine ??= this.#startEngine());
    for (const relation of await engine.relationsOf(sql))
      if (relation === EVENT_RANGE) await this.#loadRange(engine);
      else await this.#show(engine, relation, files[relation]);
    return engine;
  }

  async #show(engine: Engine, table: string, filter: ScanFilter | undefined): Promise<void> {
    const state = await requireTable(this.view, table);
    const shown = this.#shown.get(table);
    const wanted = (await state.files(filter)).map((file) => [file.path, file] as const);
    const files = new Map([...(shown ?? []), ...wanted]);
    if (shown?.size === files.size) return;
    await engine.register(table, filesSource(state, [...files.values()]));
    this.#shown.set(table, files);
  }

  /** As the models see it: the first and the last partition of the pipeline's `range` table. */
  async #loadRange(engine: Engine): Promise<void> {
    if (this.#hasRange) return;
    this.#hasRange = true;
    const { first, last } = await dateRangeIn(this.view, this.pipeline);
    const sql = `SELECT ${day(first)} AS first_date, ${day(last)} AS last_date`;
    await engine.register(EVENT_RANGE, { kind: 'select', sql });
  }
}
