// Runs models in order: each as much of it as its scope asks, against the tables of the snapshot being made.

import { readIpc } from '../../parquet/ipc.js';
import { textsOf } from '../../parquet/texts.js';
import type { Engine } from '../../engine/engine.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { encodeRows } from '../../records/rows/encode-rows.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Model, ModelInput } from '../define/spec.js';
import { modelFingerprint } from '../define/fingerprint.js';
import { LogRows, type LogChange } from '../stage/log-changes.js';
import { Relations } from './relations.js';
import { addMonths, daysOfMonth, inputMonths, scopeOf, type Scope, type TableDelta } from './spread.js';
import { MAX_FILE_ROWS, UNPARTITIONED, partitionValue } from '../stage/partitions.js';
import { type StagedTables } from '../stage/staged-tables.js';

export interface ModelRunOptions {
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
  #daysShown = '';

  constructor(options: ModelRunOptions) {
    const { engine, pipeline, tables, changes } = options;
    this.#options = options;
    this.relations = new Relations(engine, tables);
    this.#logs = new Map(
      pipeline.sources.flatMap(({ kind, table }) =>
        kind === 'log'
          ? [
              [
                table.name,
                new LogRows(
                  engine,
                  this.relations,
                  table,
                  changes.find((c) => c.table.name === table.name),
                  pipeline,
                ),
              ] as const,
            ]
          : [],
      ),
    );
  }

  /** Runs what must run; returns the tables that were made again, in order. */
  async run(): Promise<readonly string[]> {
    const { engine, pipeline, onModel } = this.#options;
    for (const schema of schemas(pipeline)) await engine.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await this.#createRange();
    const written = new Map<string, Promise<void>>();
    try {
      for (const [index, model] of pipeline.models.entries()) {
        onModel?.(index, pipeline.models.length, model.table.name);
        await Promise.all(model.inputs.map(({ table }) => written.get(table) ?? Promise.resolve()));
        const scope = await this.#scope(model);
        if (scope.kind === 'none') continue;
        const { files } = await this.#runModel(model, scope);
        files.catch(() => undefined); // looked at below, once the models that run meanwhile are done
        written.set(model.table.name, files);
      }
    } finally {
      await Promise.allSettled(written.values());
    }
    await Promise.all(written.values());
    onModel?.(pipeline.models.length, pipeline.models.length, '');
    return [...written.keys()];
  }

  /** Shows a log's rows under the table's name, as far as they are loaded: the changed partitions are. */
  async showLog(table: string): Promise<boolean> {
    return (await this.#logs.get(table)?.showLoaded()) ?? false;
  }

  async #scope(model: Model): Promise<Scope> {
    const { tables, deltas, everything } = this.#options;
    if (everything === true) return { kind: 'full' };
    const fingerprint = tables.fingerprintBefore(model.table.name);
    if (fingerprint === undefined || !fingerprint.startsWith(modelFingerprint(model)))
      return { kind: 'full' };
    const lastMonth = await this.#lastMonth(model);
    const scope = scopeOf(model, deltas, lastMonth);
    return scope.kind === 'none' && model.usesRange && (await tables.rangeChanged())
      ? { kind: 'full' }
      : scope;
  }

  /** The last month in which an input of the model has rows. */
  async #lastMonth(model: Model): Promise<string | undefined> {
    const values = await Promise.all(
      model.inputs.map(async ({ table }) => {
        const definition = this.#options.tables.definition(table);
        if (definition.partition === undefined) return [];
        return (await this.#options.tables.files(table)).map((file) =>
          partitionValue(definition, file).slice(0, 7),
        );
      }),
    );
    return values
      .flat()
      .reduce<string | undefined>(
        (last, value) => (last === undefined || value > last ? value : last),
        undefined,
      );
  }

  /**
   * Makes the model's rows; the answer is a promise of their files. The next model need not wait for these, unless it
   * reads the table.
   */
  async #runModel(model: Model, scope: Scope): Promise<{ readonly files: Promise<void> }> {
    const { engine, tables } = this.#options;
    const before = await this.#keepBefore(model);
    await this.#showInputs(model, scope);
    await this.#showDays(scope);
    await engine.run(`CREATE OR REPLACE TABLE run.result AS ${model.sql}`);
    const partitions = await this.#replace(model, scope);
    await engine.run('DROP TABLE run.result');
    tables.madeBy(model);
    return {
      files: this.#write(model.table, partitions).then((changed) =>
        this.#recordDelta(model, changed, before),
      ),
    };
  }

  async #showInputs(model: Model, scope: Scope): Promise<void> {
    for (const input of model.inputs) {
      const log = this.#logs.get(input.table);
      if (log !== undefined) await log.show(input, scope);
      else
        await this.relations.ensure(this.#options.tables.definition(input.table), inputExtent(input, scope));
    }
    if ([...this.#logs.values()].every((log) => log.isLoaded)) this.#options.onLogsRead?.();
  }

  /** Puts the result in place of the old rows of its scope; returns the partitions that may differ. */
  async #replace(model: Model, scope: Scope): Promise<readonly string[]> {
    const { engine } = this.#options;
    const { table } = model;
    const columns = table.columns.map(({ name }) => name).join(', ');
    const insert = `INSERT INTO ${table.name} (${columns}) SELECT ${columns} FROM run.result`;
    if (scope.kind === 'full') {
      await this.relations.reset(table);
      await engine.run(insert);
      return this.#allPartitions(table);
    }
    const months = await this.#months(scope);
    if (scope.kind === 'months') await this.relations.markLoaded(table, months);
    else await this.relations.ensure(table, months);
    const where = `WHERE ${this.#scopeFilter(table, scope)}`;
    const written =
      scope.kind === 'months' ? [...months] : await this.#monthsThatDiffer(table, columns, where);
    await engine.run(`DELETE FROM ${table.name} ${where}`);
    await engine.run(insert);
    return [...written].sort();
  }

  /** Months in which the result is not what the table holds: most corrections change a row that few models read. */
  #monthsThatDiffer(table: TableDefinition, columns: string, where: string): Promise<readonly string[]> {
    const now = `SELECT ${columns} FROM run.result`;
    const before = `SELECT ${columns} FROM ${table.name} ${where}`;
    return this.#texts(
      `SELECT DISTINCT SUBSTR(CAST(${table.partition?.source} AS VARCHAR), 1, 7) AS month
       FROM ((${now} EXCEPT ${before}) UNION ALL (${before} EXCEPT ${now})) AS changed`,
    );
  }

  #scopeFilter(table: TableDefinition, scope: Scope): string {
    if (scope.kind !== 'rows') return `${table.partition?.source} IN (SELECT date FROM run.days)`;
    const key = table.key[0];
    const rows = [...this.#logs.values()].map((log) => log.rowsRelation)[0];
    return `${key} IN (SELECT ${key} FROM ${rows})`;
  }

  async #months(scope: Scope): Promise<ReadonlySet<string>> {
    if (scope.kind === 'months') return scope.months;
    if (scope.kind === 'days') return new Set([...scope.days].map((day) => day.slice(0, 7)));
    const months = await Promise.all([...this.#logs.values()].map((log) => log.changedMonths()));
    return new Set(months.flatMap((set) => [...set]));
  }

  /** Partitions that the new or the old table has. */
  async #allPartitions(table: TableDefinition): Promise<readonly string[]> {
    if (table.partition === undefined) return [UNPARTITIONED];
    const source = table.partition.source;
    const now = await this.#texts(
      `SELECT DISTINCT SUBSTR(CAST(${source} AS VARCHAR), 1, 7) AS month FROM ${table.name} ORDER BY month NULLS LAST`,
    );
    const old = (await this.#options.tables.files(table.name)).map((file) => partitionValue(table, file));
    return [...new Set([...old, ...now])].sort();
  }

  /** Writes partitions of a table as it is now; returns those whose files changed. */
  async #write(table: TableDefinition, partitions: readonly string[]): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    const writes = partitions.map(async (partition) => {
      const { engine, tables, pool } = this.#options;
      const ipc = await engine.query(selectPartition(table, partition));
      const files = await encodeRows(pool().urgent, {
        ipc,
        schema: tables.schema(table),
        maxRowsPerFile: MAX_FILE_ROWS,
      });
      if (await tables.replace(table, partition, files)) changed.add(partition);
    });
    await Promise.allSettled(writes); // so that none goes on after a failure
    await Promise.all(writes);
    return changed;
  }

  /** For tables that a `from` spread reads: the old rows, beside the new. */
  async #keepBefore(model: Model): Promise<readonly string[]> {
    const columns = fromColumns(this.#options.pipeline, model.table.name);
    const { engine, tables, everything } = this.#options;
    if (columns.length === 0 || everything === true) return [];
    await engine.create('held.before', model.table.columns);
    await this.relations.load('held.before', model.table, await tables.filesBefore(model.table.name));
    return columns;
  }

  async #recordDelta(
    model: Model,
    changed: ReadonlySet<string>,
    fromColumnNames: readonly string[],
  ): Promise<void> {
    const { deltas } = this.#options;
    const { table } = model;
    if (changed.size === 0) return;
    if (table.partition !== undefined)
      return void deltas.set(table.name, { kind: 'months', months: changed });
    const firstChanged = new Map<string, string | null>();
    for (const column of fromColumnNames) firstChanged.set(column, await this.#firstChanged(table, column));
    deltas.set(table.name, { kind: 'table', firstChanged });
  }

  /** The smallest old or new value of `column` among the rows in which it changed. */
  async #firstChanged(table: TableDefinition, column: string): Promise<string | null> {
    const columns = [...table.key, column].join(', ');
    const side = (a: string, b: string): string =>
      `(SELECT ${columns} FROM ${a} EXCEPT SELECT ${columns} FROM ${b})`;
    const rows = await this.#texts(
      `SELECT CAST(MIN(${column}) AS VARCHAR) AS first FROM (${side(table.name, 'held.before')} UNION ALL ${side('held.before', table.name)}) AS changed HAVING MIN(${column}) IS NOT NULL`,
    );
    return rows[0] ?? null;
  }

  async #createRange(): Promise<void> {
    const { engine, tables } = this.#options;
    const { first, last } = await tables.range();
    const date = (day: string | null): string =>
      day === null ? 'CAST(NULL AS DATE)' : `CAST('${day}' AS DATE)`;
    await engine.run(
      `CREATE OR REPLACE TABLE run.event_range AS SELECT ${date(first)} AS first_date, ${date(last)} AS last_date`,
    );
  }

  async #showDays(scope: Scope): Promise<void> {
    const days = await this.#daysOf(scope);
    const name = days === 'all' ? 'all' : days.join();
    if (name === this.#daysShown) return;
    this.#daysShown = name;
    await this.#options.engine.run(`CREATE OR REPLACE TABLE run.days AS ${daysQuery(days)}`);
  }

  async #daysOf(scope: Scope): Promise<'all' | readonly string[]> {
    if (scope.kind === 'days') return [...scope.days].sort();
    if (scope.kind === 'months') return [...scope.months].sort().flatMap(daysOfMonth);
    return Promise.resolve('all' as const);
  }

  async #texts(sql: string): Promise<readonly string[]> {
    return textsOf(readIpc(await this.#options.engine.query(sql)));
  }
}

/** Where relations live: the layers of tables, what the machinery gives, and what it holds for itself. */
function schemas({ sources, models }: Pipeline): ReadonlySet<string> {
  const layers = [...sources, ...models].map(({ table }) => table.name.split('.')[0] ?? '');
  return new Set([...layers, 'run', 'held']);
}

/** The partitions of an input that a scope needs. */
function inputExtent(input: ModelInput, scope: Scope): ReadonlySet<string> | 'all' {
  return (scope.kind === 'months' ? inputMonths(input, scope.months) : undefined) ?? 'all';
}

/** Columns of a table that some model's `from` spread names. */
function fromColumns(pipeline: Pipeline, table: string): readonly string[] {
  const inputs = pipeline.models.flatMap((model) => model.inputs).filter((input) => input.table === table);
  return [...new Set(inputs.flatMap(({ spread }) => (spread.kind === 'from' ? [spread.column] : [])))];
}

function selectPartition(table: TableDefinition, partition: string): string {
  const columns = table.columns.map(({ name }) => name).join(', ');
  const order = table.sortOrder.map((name) => `${name} ASC NULLS LAST`).join(', ');
  const source = table.partition?.source;
  const where =
    partition === UNPARTITIONED
      ? ''
      : ` WHERE ${source} >= CAST('${partition}-01' AS DATE) AND ${source} < CAST('${addMonths(partition, 1)}-01' AS DATE)`;
  return `SELECT ${columns} FROM ${table.name}${where} ORDER BY ${order}`;
}

function daysQuery(days: 'all' | readonly string[]): string {
  if (days === 'all')
    return `SELECT DATE '${CALENDAR.first}' + CAST(i AS INT) AS date FROM (SELECT UNNEST(RANGE(${CALENDAR.days})) AS i) AS numbers`;
  if (days.length === 0) return 'SELECT CAST(NULL AS DATE) AS date WHERE 1 = 0';
  return `SELECT CAST(day AS DATE) AS date FROM (VALUES ${days.map((day) => `('${day}')`).join(', ')}) AS days(day)`;
}
