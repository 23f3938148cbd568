// What an engine says of a project's statements: which tables each reads, which columns of them, and which columns it gives.
// Nothing is read for it: the engine has empty tables, and no way to a file.

import { isLakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import type { Engine } from '../../engine/engine.js';
import type { RelationColumns } from '../../engine/query-scans.js';
import { readResult } from '../../engine/read-result.js';
import { describingStatement } from '../../engine/result-columns.js';
import { quoted } from '../../engine/sql-tokens.js';
import { requireQuery } from '../../engine/statements.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import type { ModelLineage } from '../../pipeline/define/spec/lineage.js';
import { textsOf } from '../../parquet/texts.js';
import { type GivenColumn, resultColumns } from './result-types.js';
import { columnLineage, keyLineage } from './model-lineage.js';
import { orderOfModels } from './model-order.js';
import { placeOfComplaint, placeOfWord, type RuleFault, ruleFault } from './statement-rules.js';

/** A statement of a project, and what its faults are told by. */
export interface Statement {
  /** A model's table; of checks and figures any name that no other has. */
  readonly name: string;
  readonly sql: string;
}

/** A model's statement. */
interface ModelStatement extends Statement {
  /** Columns that its header names as its key; perhaps not all are there. Of none a row goes by any column. */
  readonly key: readonly string[];
}

/** What a project asks an engine about. */
export interface ProjectStatements {
  /** The tables of sources. */
  readonly sources: RelationColumns;
  /** Relations that stand for rows of a table, and that table (model-spec.ts). */
  readonly referenced: Readonly<Record<string, string>>;
  readonly models: readonly ModelStatement[];
  /** Checks and figures: they read tables, and nothing reads them. */
  readonly others: readonly Statement[];
}

/** What is wrong with a statement, and where in its text. */
interface StatementFault extends RuleFault {
  readonly name: string;
}

/** What is known of a model. */
export interface ModelFacts {
  readonly table: string;
  /** Columns that it reads, by table, in the order of the table. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  readonly usesRange: boolean;
  /** What its statement gives. */
  readonly columns: readonly GivenColumn[];
  /** What each of these is made of. */
  readonly lineage: ModelLineage;
}

/** What is known of a project's statements. */
export interface ProjectFacts {
  /** In an order in which every model comes after its inputs. */
  readonly models: readonly ModelFacts[];
  /** The tables that each other statement reads, by its name. */
  readonly others: Readonly<Record<string, readonly string[]>>;
  readonly faults: readonly StatementFault[];
}

const RANGE = 'run.event_range';
/** What the machinery gives to models (pipeline/define/spec.ts). */
const RUN_RELATIONS: RelationColumns = {
  'run.days': [{ name: 'date', type: 'date', required: true }],
  [RANGE]: [
    { name: 'first_date', type: 'date', required: false },
    { name: 'last_date', type: 'date', required: false },
  ],
};

/** Asks an engine that was just started; it is left with relations that mean nothing. */
export async function askEngine(engine: Engine, statements: ProjectStatements): Promise<ProjectFacts> {
  const asking = new Asking(engine, statements);
  await asking.models();
  await asking.others();
  return asking.facts;
}

class Asking {
  readonly #engine: Engine;
  readonly #statements: ProjectStatements;
  /** Tables as far as they are known. */
  readonly #known: Record<string, readonly ColumnDefinition[]>;
  readonly #models: ModelFacts[] = [];
  readonly #others: Record<string, readonly string[]> = {};
  readonly #faults: StatementFault[] = [];

  constructor(engine: Engine, statements: ProjectStatements) {
    this.#engine = engine;
    this.#statements = statements;
    const { sources, referenced } = statements;
    const standIns = Object.entries(referenced).map(([name, of]) => [name, sources[of] ?? []] as const);
    this.#known = { ...RUN_RELATIONS, ...sources, ...Object.fromEntries(standIns) };
  }

  get facts(): ProjectFacts {
    return { models: this.#models, others: this.#others, faults: this.#faults };
  }

  async models(): Promise<void> {
    const { models } = this.#statements;
    const tables = { ...this.#known };
    const reads = new Map<string, readonly string[]>();
    for (const model of models) {
      const relations = await this.#asked(model, () => this.#relationsOf(model));
      if (relations !== undefined) reads.set(model.name, relations);
    }
    const { order, circle } = orderOfModels(reads);
    const [first] = circle ?? [];
    if (circle !== undefined && first !== undefined)
      this.#fault(
        { name: first, sql: this.#sqlOf(first) },
        `the model reads what is made of it: ${[...circle, first].join(', which reads ')}; expected no such circle`,
      );
    const ordered = order.flatMap((name) => models.filter((model) => model.name === name));
    for (const [name, columns] of Object.entries(tables))
      await this.#engine.register(name, { kind: 'arrow', columns, streams: [] });
    const given = new Map<string, readonly GivenColumn[]>();
    for (const model of ordered) {
      const isKnown = (reads.get(model.name) ?? []).every((name) => Object.hasOwn(this.#known, name));
      const columns = isKnown ? await this.#asked(model, () => this.#columnsOf(model)) : undefined;
      if (columns !== undefined) given.set(model.name, columns);
    }
    await this.#engine.reset();
    for (const model of ordered) {
      const columns = given.get(model.name);
      if (columns === undefined) continue;
      const facts = await this.#asked(model, () =>
        this.#factsOf(model, reads.get(model.name) ?? [], columns),
      );
      if (facts !== undefined) this.#models.push(facts);
    }
  }

  async others(): Promise<void> {
    for (const statement of this.#statements.others) {
      const relations = await this.#asked(statement, () => this.#relationsOf(statement));
      const isKnown = relations?.every((name) => Object.hasOwn(this.#known, name)) === true;
      if (relations === undefined || !isKnown) continue;
      await this.#asked(statement, async () => {
        await this.#engine.scansOf(statement.sql, this.#only(relations));
        this.#others[statement.name] = relations;
      });
    }
  }

  #sqlOf(name: string): string {
    return this.#statements.models.find((model) => model.name === name)?.sql ?? '';
  }

  #fault({ name, sql }: Statement, message: string, place = placeOfWord(sql, '')): void {
    this.#faults.push({ name, ...place, message });
  }

  /** The answer; undefined where the engine refuses the statement, which is a fault of it then. */
  async #asked<T>(statement: Statement, ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (!isLakeError(error, 'invalid-input')) throw error;
      const message = error.message.split('\n')[0] ?? '';
      this.#fault(statement, message, placeOfComplaint(statement.sql, message));
      return undefined;
    }
  }

  /** The relations that a statement reads; undefined where it is none, or reads what is not there. */
  async #relationsOf(statement: Statement): Promise<readonly string[] | undefined> {
    const { sql } = statement;
    requireQuery(sql);
    const fault = ruleFault(sql);
    if (fault !== undefined) {
      this.#fault(statement, fault.message, fault);
      return undefined;
    }
    const { models, sources, referenced } = this.#statements;
    const tables = [
      ...[...Object.keys(sources), ...models.map((model) => model.name)],
      ...Object.keys(referenced),
    ];
    const relations = await this.#engine.relationsOf(sql);
    const unknown = relations.filter((each) => !tables.includes(each) && !Object.hasOwn(RUN_RELATIONS, each));
    for (const relation of unknown)
      this.#fault(statement, noTable(relation, tables), placeOfWord(sql, relation));
    return unknown.length === 0 ? relations : undefined;
  }

  async #columnsOf(model: Statement): Promise<readonly GivenColumn[] | undefined> {
    const described = await readResult(await this.#engine.query(describingStatement(model.sql) ?? model.sql));
    const { columns, faults } = resultColumns(textsOf(described, 0), textsOf(described, 1));
    for (const message of faults) this.#fault(model, message);
    if (faults.length > 0) return undefined;
    const definitions = columns.map(({ name, type }) => ({ name, type, required: false }));
    this.#known[model.name] = definitions;
    await this.#engine.register(model.name, { kind: 'arrow', columns: definitions, streams: [] });
    return columns;
  }

  async #factsOf(
    { name, sql, key }: ModelStatement,
    relations: readonly string[],
    columns: readonly GivenColumn[],
  ): Promise<ModelFacts> {
    const scans = await this.#engine.scansOf(sql, this.#only(relations));
    const tables = relations.filter((relation) => !Object.hasOwn(RUN_RELATIONS, relation));
    const reads = tables.map((table) => {
      const read = new Set(scans.filter((scan) => scan.relation === table).flatMap((scan) => scan.columns));
      const all = this.#known[table]!.map((column) => column.name);
      // Rows that are only counted need some column.
      return [table, read.size === 0 ? all.slice(0, 1) : all.filter((column) => read.has(column))] as const;
    });
    const lineage = await columnLineage(columns, async (column) => {
      const read = await this.#engine.scansOf(columnStatement(column, sql), this.#only(relations));
      return read.flatMap((scan) => scan.columns.map((each) => `${this.#tableOf(scan.relation)}.${each}`));
    });
    const keys = await keyLineage(
      columns.filter((column) => key.length === 0 || key.includes(column.name)),
      async (condition) => {
        const read = await this.#engine.scansOf(rowsStatement(condition, sql), this.#only(relations));
        return read.map((scan) => ({ ...scan, relation: this.#tableOf(scan.relation) }));
      },
    );
    return {
      ...{ table: name, reads: Object.fromEntries(reads), usesRange: relations.includes(RANGE) },
      ...{ columns, lineage: { ...lineage, keys } },
    };
  }

  #tableOf(relation: string): string {
    return this.#statements.referenced[relation] ?? relation;
  }

  #only(relations: readonly string[]): RelationColumns {
    return Object.fromEntries(relations.map((name) => [name, this.#known[name] ?? []]));
  }
}

/** How many tables a message names. */
const NAMED = 12;

function noTable(relation: string, tables: readonly string[]): string {
  const meant = tables.filter((each) => each.split('.')[1] === relation.split('.').at(-1));
  const near = meant.length > 0 ? meant.join(' or ') : nearMiss(relation, tables);
  const others = tables.length > NAMED ? ', …' : '';
  const hint =
    near === undefined ? `there are ${tables.slice(0, NAMED).join(', ')}${others}` : `did you mean ${near}?`;
  return `there is no table ${relation} to read; ${hint}`;
}

const columnStatement = (column: string, sql: string): string =>
  `SELECT ${quoted(column)} FROM (\n${sql}\n) AS made`;

const rowsStatement = (condition: string, sql: string): string =>
  `SELECT * FROM (\n${sql}\n) AS made WHERE ${condition}`;
