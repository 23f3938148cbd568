// The rows of a folded log as relations for models: all days, whole changed days, or just the changed rows and what they
// refer to. Each is made when a model first needs it, and once.

import { readResult } from '../../engine/read-result.js';
import type { Engine } from '../../engine/engine.js';
import type { ColumnDefinition, TableDefinition } from '../../format/table-definition.js';
import { textsOf } from '../../parquet/texts.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Check, ModelInput } from '../define/spec/pipeline-spec.js';
import type { LogChange } from '../stage/log-changes.js';
import { partitionValue } from '../stage/partitions.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { held } from './held-names.js';
import { unionOf, type Relations } from './relations.js';
import { extentOf, type Extent, type Scope } from './spread.js';

/** One log's table, what a run changed in it, and where its rows are shown. */
interface LogRowsOptions {
  readonly engine: Engine;
  readonly relations: Relations;
  readonly tables: StagedTables;
  readonly pipeline: Pick<Pipeline, 'models' | 'checks'>;
  /** The log's table. */
  readonly table: TableDefinition;
  /** What the run changed in it. */
  readonly change: LogChange | undefined;
}

/** One log's rows in the engine. */
export class LogRows {
  readonly #options: LogRowsOptions;
  readonly #inputs: readonly ModelInput[];
  /** Every column that a model or a check reads, and the key. */
  readonly #columns: readonly ColumnDefinition[];
  /** Columns by which rows refer to others, in order. */
  readonly #references: readonly string[];
  #changedDays: Promise<string> | undefined;
  #allDays: Promise<string> | undefined;
  #rows: Promise<string> | undefined;

  constructor(options: LogRowsOptions) {
    this.#options = options;
    const { table, pipeline } = options;
    this.#inputs = pipeline.models.flatMap(({ inputs }) =>
      inputs.filter((each) => each.table === table.name),
    );
    const read = new Set([...table.key, ...this.#inputs.flatMap(({ columns }) => columns)]);
    this.#columns = table.columns.filter(
      ({ name }) => read.has(name) || isNamed(pipeline.checks, table, name),
    );
    this.#references = [
      ...new Set(this.#inputs.flatMap(({ spread }) => (spread.kind === 'referenced' ? [spread.column] : []))),
    ];
  }

  /** Whether nothing more of the log will have to be gathered from what was read. */
  get isLoaded(): boolean {
    const byRows = this.#inputs.filter(
      ({ spread }) => spread.kind === 'rows' || spread.kind === 'referenced',
    );
    const needsRows = byRows.length > 0;
    const needsDays = byRows.length < this.#inputs.length;
    return (
      (!needsRows || this.#rows !== undefined) &&
      (!needsDays || this.#changedDays !== undefined || this.#allDays !== undefined)
    );
  }

  /** Points a model's input at the rows that its scope needs. */
  async show(input: ModelInput, scope: Scope): Promise<void> {
    const source = await this.#source(input, scope);
    await this.#select(input.as ?? input.table, source);
  }

  /** Points the table's name at the changed days, or more; says whether there are any. */
  async showChanged(): Promise<boolean> {
    if (this.#options.change === undefined && this.#allDays === undefined) return false;
    await this.#select(this.#options.table.name, await (this.#allDays ?? this.changedDays()));
    return true;
  }

  #select(name: string, source: string): Promise<void> {
    const { engine } = this.#options;
    return engine.register(name, { kind: 'select', sql: unionOf(engine, this.#columns, [source]) });
  }

  #source(input: ModelInput, scope: Scope): Promise<string> {
    if (scope.kind === 'rows' && scope.log === input.table) return this.#rowsFor(input);
    const extent = extentOf(input, this.#options.table, scope);
    return extent === 'all' ? this.allDays() : this.#someDays(extent);
  }

  async #rowsFor({ table, spread }: ModelInput): Promise<string> {
    const rows = await this.changedRows();
    return spread.kind === 'referenced'
      ? held(table, `named_${this.#references.indexOf(spread.column)}`)
      : rows;
  }

  /** A relation of at least the days that are wanted: those that changed, and others as they are. */
  async #someDays(wants: Exclude<Extent, 'all'>): Promise<string> {
    const { engine, tables, table, change } = this.#options;
    const changed = await this.changedDays();
    const isOther = (day: string): boolean => wants(day) && change?.days.has(day) !== true;
    const files = await tables.filesBefore(table.name);
    if (!files.some((file) => isOther(partitionValue(table, file)))) return changed;
    const [some, wanted] = [held(table.name, 'some'), held(table.name, 'wanted')];
    await this.#registerFiles(some, isOther);
    const sql = unionOf(engine, this.#columns, [changed, some]);
    await engine.register(wanted, { kind: 'select', sql });
    return wanted;
  }

  /** The relation of all rows of the days that changed. */
  changedDays(): Promise<string> {
    return (this.#changedDays ??= this.#makeChangedDays());
  }

  async #makeChangedDays(): Promise<string> {
    const { engine, table, change } = this.#options;
    const relation = held(table.name, 'days');
    if (change !== undefined && isInFiles(change, engine)) {
      await change.written();
      await this.#registerFiles(relation, (day) => change.days.has(day));
    } else {
      const streams = change?.held?.completeRows(this.#columnNames()) ?? [];
      await engine.register(relation, { kind: 'arrow', columns: this.#columns, streams });
    }
    return relation;
  }

  /** The relation of all rows as the run leaves them. */
  allDays(): Promise<string> {
    return (this.#allDays ??= this.#makeAllDays());
  }

  async #makeAllDays(): Promise<string> {
    const { engine, table, change } = this.#options;
    const relation = held(table.name, 'all');
    if (change === undefined || isInFiles(change, engine)) {
      await change?.written();
      await this.#registerFiles(relation, () => true);
      return relation;
    }
    const parts = [await this.changedDays(), held(table.name, 'others')] as const;
    await this.#registerFiles(parts[1], (day) => !change.days.has(day));
    await engine.register(relation, { kind: 'select', sql: unionOf(engine, this.#columns, parts) });
    return relation;
  }

  async #registerFiles(relation: string, wants: (day: string) => boolean): Promise<void> {
    const { engine, relations, tables, table } = this.#options;
    const files = (await tables.files(table.name)).filter((file) => wants(partitionValue(table, file)));
    await engine.register(relation, relations.filesSource(files, this.#columns));
  }

  /** The relation of the changed rows and of those that refer to them; what both refer to is held beside it. */
  changedRows(): Promise<string> {
    return (this.#rows ??= this.#makeChangedRows());
  }

  async #makeChangedRows(): Promise<string> {
    const { engine, table, change } = this.#options;
    const inMemory = change?.held;
    if (inMemory === undefined || inMemory === null)
      throw new Error(`no changed rows of ${table.name} are held`);
    const added = inMemory.mostlyNew
      ? await this.changedDays()
      : await this.#registerStreams('added', inMemory.addedRows(this.#columnNames()));
    const found: string[] = [];
    for (const [at, column] of this.#references.entries()) {
      const streams = inMemory.find(column, inMemory.changedKeys().keys, this.#columnNames());
      found.push(await this.#registerStreams(`found_${at}`, streams));
    }
    const rows = held(table.name, 'rows');
    await engine.keep(rows, this.#withoutRepeats([added, ...found]));
    for (const [at, column] of this.#references.entries()) await this.#makeNamed(at, column, rows);
    return rows;
  }

  /** The days in which the changed rows lie, and the partitions (days or months) in which they lay before. */
  async changedRowTimes(): Promise<ReadonlySet<string>> {
    const { engine, table, change } = this.#options;
    const { relation, quoted, text } = engine.dialect;
    const rows = relation(await this.changedRows());
    const date = text(quoted(table.partition?.source ?? ''));
    const now = await readResult(await engine.query(`SELECT DISTINCT ${date} AS day FROM ${rows}`));
    const before = change?.held?.changedKeys().oldPartitions.filter((day) => day !== null) ?? [];
    return new Set([...textsOf(now), ...before]);
  }

  /** The rows that `rows` refer to by a column. */
  async #makeNamed(at: number, column: string, rows: string): Promise<void> {
    const { engine, table, change } = this.#options;
    const { quoted, relation } = engine.dialect;
    const names = await readResult(
      await engine.query(
        `SELECT DISTINCT ${quoted(column)} FROM ${relation(rows)} WHERE ${quoted(column)} IS NOT NULL`,
      ),
    );
    const [key = ''] = table.key;
    await this.#registerStreams(
      `named_${at}`,
      change?.held?.find(key, textsOf(names), this.#columnNames()) ?? [],
    );
  }

  /** The rows of relations, less those whose keys an earlier one has. */
  #withoutRepeats(relations: readonly string[]): string {
    const { engine, table } = this.#options;
    const { quoted, relation } = engine.dialect;
    const columns = this.#columns.map(({ name }) => `later.${quoted(name)}`).join(', ');
    const selects = relations.map((name, at) => {
      const conditions = relations.slice(0, at).map((earlier) => {
        const sameKey = table.key.map((key) => `earlier.${quoted(key)} = later.${quoted(key)}`).join(' AND ');
        return `NOT EXISTS (SELECT 1 FROM ${relation(earlier)} AS earlier WHERE ${sameKey})`;
      });
      const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      return `SELECT ${columns} FROM ${relation(name)} AS later${where}`;
    });
    return selects.join(' UNION ALL ');
  }

  async #registerStreams(
    what: Parameters<typeof held>[1],
    streams: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): Promise<string> {
    const relation = held(this.#options.table.name, what);
    await this.#options.engine.register(relation, { kind: 'arrow', columns: this.#columns, streams });
    return relation;
  }

  #columnNames(): readonly string[] {
    return this.#columns.map(({ name }) => name);
  }
}

/** Whether a check that reads the table may read the column: its name is somewhere in the text. */
const isNamed = (checks: readonly Check[], { name }: TableDefinition, column: string): boolean =>
  checks.some(({ tables, sql }) => tables.includes(name) && new RegExp(`\\b${column}\\b`).test(sql));

/** Whether an engine reads what changed from the files that the run writes. */
const isInFiles = ({ held }: LogChange, { capabilities }: Engine): boolean =>
  held === null || capabilities.readsFiles;
