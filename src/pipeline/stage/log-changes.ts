// The rows of a folded log as relations for models: whole changed days, or just the changed rows and what they refer to.

import { readIpc } from '../../parquet/ipc.js';
import { textsOf } from '../../parquet/texts.js';
import type { Engine } from '../../engine/engine.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { ChangedKeys } from '../../records/hot-path.js';
import type { Pipeline } from '../define/pipeline.js';
import type { ModelInput } from '../define/spec.js';
import type { Relations } from '../models/relations.js';
import type { Scope } from '../models/spread.js';

/** What a fold changed in a log's table, in the state after it. Streams are Arrow IPC. */
export interface LogChange {
  readonly table: TableDefinition;
  /** Partition values that changed. */
  readonly days: ReadonlySet<string>;
  /** Most rows of the changed partitions are new: narrowing down to them saves nothing. */
  readonly mostlyNew: boolean;
  /** All rows of the changed partitions. */
  completeRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** The rows that were added to them. */
  addedRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** Rows anywhere whose text column equals one of the keys. */
  find(column: string, keys: readonly string[], columns: readonly string[]): AsyncIterable<Uint8Array>;
  changedKeys(): ChangedKeys;
}

const DAYS = 'held.days';
const ROWS = 'held.rows';
const FOUND = 'held.found';
const REFERENCED = 'held.referenced';

/** A log's rows in the engine, loaded once and shown to each model in the extent that its scope needs. */
export class LogRows {
  readonly #engine: Engine;
  readonly #relations: Relations;
  readonly #table: TableDefinition;
  readonly #change: LogChange | undefined;
  /** Every column that any model reads; checks read no other. */
  readonly #columns: readonly string[];
  #days: 'none' | 'changed' | 'all' = 'none';
  #rowsLoaded = false;

  constructor(
    engine: Engine,
    relations: Relations,
    table: TableDefinition,
    change: LogChange | undefined,
    { models }: Pick<Pipeline, 'models'>,
  ) {
    this.#engine = engine;
    this.#relations = relations;
    this.#table = table;
    this.#change = change;
    const read = new Set(
      models.flatMap(({ inputs }) =>
        inputs.flatMap((each) => (each.table === table.name ? each.columns : [])),
      ),
    );
    this.#columns = table.columns.map(({ name }) => name).filter((name) => read.has(name));
  }

  /** Nothing more of the log will have to be gathered. */
  get isLoaded(): boolean {
    return this.#days === 'all' || (this.#days === 'changed' && this.#rowsLoaded);
  }

  /** Points the model's input at the rows that its scope needs. */
  async show(input: ModelInput, scope: Scope): Promise<void> {
    const source = await this.#source(input, scope);
    const name = input.as ?? input.table;
    await this.#engine.run(`CREATE OR REPLACE VIEW ${name} AS SELECT * FROM ${source}`);
  }

  /** Points the table's name at the most rows that are loaded; says whether there are any. */
  async showLoaded(): Promise<boolean> {
    if (this.#days === 'none' && !this.#rowsLoaded) return false;
    const source = this.#days === 'none' ? ROWS : DAYS;
    await this.#engine.run(`CREATE OR REPLACE VIEW ${this.#table.name} AS SELECT * FROM ${source}`);
    return true;
  }

  async #source(input: ModelInput, scope: Scope): Promise<string> {
    if (scope.kind === 'full') return this.#loadDays('all');
    if (scope.kind === 'days') return this.#loadDays('changed');
    await this.#loadRows();
    return input.spread.kind === 'referenced' ? REFERENCED : ROWS;
  }

  async #loadDays(extent: 'changed' | 'all'): Promise<string> {
    if (this.#days === 'none') {
      await this.#create(DAYS);
      if (this.#change !== undefined) await this.#append(DAYS, this.#change.completeRows(this.#columns));
      this.#days = 'changed';
    }
    if (extent === 'all' && this.#days === 'changed') {
      await this.#relations.loadOthers(DAYS, this.#definition(), this.#change?.days ?? new Set());
      this.#days = 'all';
    }
    return DAYS;
  }

  /** The changed rows, those that refer to them, and those that both refer to. */
  async #loadRows(): Promise<void> {
    if (this.#rowsLoaded || this.#change === undefined) return;
    this.#rowsLoaded = true;
    const change = this.#change;
    const key = this.#table.key[0] ?? '';
    await this.#create(ROWS);
    if (change.mostlyNew)
      await this.#engine.run(`INSERT INTO ${ROWS} SELECT * FROM ${await this.#loadDays('changed')}`);
    else await this.#append(ROWS, change.addedRows(this.#columns));
    await this.#create(REFERENCED);
    for (const column of this.#references()) {
      await this.#create(FOUND);
      await this.#append(FOUND, change.find(column, change.changedKeys().keys, this.#columns));
      await this.#engine.run(
        `INSERT INTO ${ROWS} SELECT * FROM ${FOUND} WHERE ${key} NOT IN (SELECT ${key} FROM ${ROWS})`,
      );
      const named = await this.#texts(`SELECT DISTINCT ${column} FROM ${ROWS} WHERE ${column} IS NOT NULL`);
      await this.#append(REFERENCED, change.find(key, named, this.#columns));
    }
  }

  /** The months (of the partition date) that rows of the row scope lie in or lay in before. */
  async changedMonths(): Promise<ReadonlySet<string>> {
    await this.#loadRows();
    const date = this.#table.partition?.source ?? '';
    const now = await this.#texts(`SELECT DISTINCT CAST(${date} AS VARCHAR) FROM ${ROWS}`);
    const before = (this.#change?.changedKeys().oldPartitions ?? []).filter((day) => day !== null);
    return new Set([...now, ...before].map((day) => day.slice(0, 7)));
  }

  /** The relation that holds the row scope. */
  get rowsRelation(): string {
    return ROWS;
  }

  #references(): readonly string[] {
    return (this.#table.keyIndex ?? []).filter((column) => column !== this.#table.key[0]);
  }

  #definition(): TableDefinition {
    return {
      ...this.#table,
      columns: this.#table.columns.filter(({ name }) => this.#columns.includes(name)),
    };
  }

  async #create(relation: string): Promise<void> {
    await this.#engine.create(relation, this.#definition().columns);
  }

  async #append(relation: string, streams: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const ipc of streams) await this.#engine.append(relation, { kind: 'arrow', ipc });
  }

  async #texts(sql: string): Promise<readonly string[]> {
    return textsOf(readIpc(await this.#engine.query(sql)));
  }
}
