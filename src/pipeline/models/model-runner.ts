// Runs models in order: each as much of it as its scope asks, against the tables of the snapshot being made.

import type { WorkerPool } from '../../common/worker-pool.js';
import type { Dialect } from '../../engine/dialect.js';
import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { textsOf } from '../../parquet/texts.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Model } from '../define/spec/pipeline-spec.js';
import type { LogChange } from '../stage/log-changes.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { held } from './held-names.js';
import { LogRows } from './log-rows.js';
import { modelFacts } from './model-facts.js';
import { decide } from './model-plan.js';
import { day } from './partition-sql.js';
import { Relations } from './relations.js';
import { DAYS, daysOf, runModel, showInputs, type ModelRoom } from './run-model.js';
import { deltaOf, partitionKind, type Scope, type TableDelta } from './spread.js';

/** What the models of one run read, what changed in it, and what they are made with. */
interface ModelRunOptions {
  readonly engine: Engine;
  readonly pipeline: Pipeline;
  readonly tables: StagedTables;
  readonly changes: readonly LogChange[];
  /** What the parsed tables changed; the runner adds what the models change. */
  readonly deltas: Map<string, TableDelta>;
  readonly pool: () => WorkerPool;
  /** Makes every model whole, whatever changed. */
  readonly everything?: boolean;
  /** The rows of logs that models read are in the engine; may be called more than once. */
  readonly onLogsRead?: () => void;
  readonly onModel?: (done: number, total: number, table: string) => void;
}

/** The calendar that whole-table models see: the years 2000 to 2099, from the Monday of their first week on. */
const CALENDAR = { first: '1999-12-27', days: 36_530 };

/** One run's models: what of each must be made again, making it, and passing on what changed. */
export class ModelRunner {
  readonly relations: Relations;
  readonly #options: ModelRunOptions;
  readonly #logs: ReadonlyMap<string, LogRows>;
  readonly #room: ModelRoom;
  #daysShown = '';

  constructor(options: ModelRunOptions) {
    const { engine, tables, pool } = options;
    this.#options = options;
    this.relations = new Relations(engine, tables);
    this.#logs = this.#logRows();
    this.#room = { engine, tables, relations: this.relations, logs: this.#logs, pool: () => pool().urgent };
  }

  #logRows(): ReadonlyMap<string, LogRows> {
    const { engine, pipeline, tables, changes } = this.#options;
    const logs = pipeline.sources.filter(({ kind }) => kind === 'log');
    return new Map(
      logs.map(({ table }) => {
        const change = changes.find((each) => each.table.name === table.name);
        const { relations } = this;
        return [table.name, new LogRows({ engine, relations, tables, pipeline, table, change })];
      }),
    );
  }

  /** Runs what must run; returns the tables that were made again, in order. */
  async run(): Promise<readonly string[]> {
    const { engine, pipeline, onModel } = this.#options;
    await engine.reset();
    await this.#showRange();
    const placed = new Map<string, Promise<void>>();
    try {
      for (const [index, model] of pipeline.models.entries()) {
        onModel?.(index, pipeline.models.length, model.table.name);
        for (const { table } of model.inputs) await placed.get(table);
        await this.#make(model, placed);
        this.#tellLogsRead(index);
      }
    } finally {
      await Promise.allSettled(placed.values());
    }
    await Promise.all(placed.values());
    onModel?.(pipeline.models.length, pipeline.models.length, '');
    return [...placed.keys()];
  }

  /** Shows a log's rows under the table's name: those of the changed days, or more. False: there are none. */
  async showLog(table: string): Promise<boolean> {
    return (await this.#logs.get(table)?.showChanged()) ?? false;
  }

  /** Makes as much of a model as must be; its files are written while the next one, unless it reads them, is made. */
  async #make(model: Model, placed: Map<string, Promise<void>>): Promise<void> {
    const { deltas, tables, changes, everything = false } = this.#options;
    const { scope } = decide(
      model,
      deltas,
      await modelFacts(model, this.#options.pipeline, { tables, everything, changes }),
    );
    if (scope.kind === 'none') return;
    const before = await this.#keepBefore(model);
    await showInputs(this.#room, model, scope);
    await this.#showDays(scope);
    this.#tellLogsRead();
    const { read, changed } = await runModel(this.#room, model, scope);
    const recorded = changed.then((partitions) => this.#recordDelta(model, partitions, before));
    recorded.catch(() => undefined); // looked at when all are placed
    placed.set(model.table.name, recorded);
    await read;
  }

  /** Once no model after `index` reads a log, or all logs are loaded as far as any needs them. */
  #tellLogsRead(index = -1): void {
    const { pipeline, onLogsRead } = this.#options;
    const isNeeded = pipeline.models
      .slice(index + 1)
      .some(({ inputs }) => inputs.some(({ table }) => this.#logs.has(table)));
    if (!isNeeded || [...this.#logs.values()].every((log) => log.isLoaded)) onLogsRead?.();
  }

  /** For tables that a `from` spread reads: the columns that it compares, of the old rows. */
  async #keepBefore({ table }: Model): Promise<readonly string[]> {
    const columns = fromColumns(this.#options.pipeline, table.name);
    const { engine, tables, everything } = this.#options;
    if (columns.length === 0 || everything === true || partitionKind(table) !== 'none') return [];
    const wanted = table.columns.filter(({ name }) => [...table.key, ...columns].includes(name));
    const files = await tables.filesBefore(table.name);
    await engine.register(held(table.name, 'before'), this.relations.filesSource(files, wanted));
    return columns;
  }

  async #recordDelta(
    { table }: Model,
    changed: ReadonlySet<string>,
    fromColumnNames: readonly string[],
  ): Promise<void> {
    const { deltas } = this.#options;
    if (changed.size === 0) return;
    const firstChanged = new Map<string, string | null>();
    for (const column of fromColumnNames) firstChanged.set(column, await this.#firstChanged(table, column));
    deltas.set(table.name, deltaOf(table, changed, firstChanged));
  }

  /** The smallest old or new value of `column` among the rows in which it changed. */
  async #firstChanged(table: TableDefinition, column: string): Promise<string | null> {
    const { engine } = this.#options;
    const { quoted, relation, text } = engine.dialect;
    const columns = [...table.key, column].map(quoted).join(', ');
    const [now, before] = (['made', 'before'] as const).map((what) => relation(held(table.name, what)));
    const side = (a = '', b = ''): string =>
      `(SELECT ${columns} FROM ${a} EXCEPT SELECT ${columns} FROM ${b})`;
    const first = `MIN(${quoted(column)})`;
    const sql = `SELECT ${text(first)} AS first FROM (${side(now, before)} UNION ALL ${side(before, now)}) AS changed HAVING ${first} IS NOT NULL`;
    return textsOf(await readResult(await engine.query(sql)))[0] ?? null;
  }

  async #showRange(): Promise<void> {
    const { engine, tables, pipeline } = this.#options;
    if (!pipeline.models.some(({ usesRange }) => usesRange)) return;
    const { first, last } = await tables.range();
    const sql = `SELECT ${day(first)} AS first_date, ${day(last)} AS last_date`;
    await engine.register('run.event_range', { kind: 'select', sql });
  }

  async #showDays(scope: Scope): Promise<void> {
    const days = daysOf(scope);
    const name = days === 'all' ? 'all' : days.join();
    if (name === this.#daysShown) return;
    this.#daysShown = name;
    const { engine } = this.#options;
    await engine.keep(DAYS, daysQuery(engine.dialect, days));
  }
}

/** Columns of a table that some model's `from` spread names. */
function fromColumns(pipeline: Pipeline, table: string): readonly string[] {
  const inputs = pipeline.models.flatMap((model) => model.inputs).filter((input) => input.table === table);
  return [...new Set(inputs.flatMap(({ spread }) => (spread.kind === 'from' ? [spread.column] : [])))];
}

function daysQuery(dialect: Dialect, days: 'all' | readonly string[]): string {
  if (days === 'all')
    return `SELECT ${day(CALENDAR.first)} + n AS date FROM (${dialect.numbers(CALENDAR.days)}) AS numbers`;
  if (days.length === 0) return `SELECT ${day(null)} AS date WHERE 1 = 0`;
  const values = days.map((each) => `('${each}')`).join(', ');
  return `SELECT CAST(day AS DATE) AS date FROM (VALUES ${values}) AS days(day)`;
}
