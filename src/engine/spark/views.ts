// The relations of a session as views with names of their own, which statements read in place of the relations' names.

import { pathToFileURL } from 'node:url';
import type { ColumnDefinition } from '../../format/table-definition.js';
import type { FileSet } from '../engine-folder.js';
import { parquetRelation, sqlRelation, type Relation, type SparkSession } from './session.js';
import { inSparkSql, sparkName, sparkType, type SparkStatement } from './spark-sql.js';
import { valuesOf, type TypedColumn } from './typed-columns.js';

/** A relation as it was registered. */
interface Defined {
  readonly view: string;
  /** How many views there were; it counts up with everything that is defined. */
  readonly age: number;
  /** What it was made of, if its rows are found anew. */
  readonly statement?: SparkStatement;
}

/** The views of one session. */
export class SparkViews {
  readonly #session: SparkSession;
  /** By names in lower case. */
  readonly #defined = new Map<string, Defined>();
  #views = 0;

  constructor(session: SparkSession) {
    this.#session = session;
  }

  /** Forgets all relations; the session's views stay until it ends. */
  clear(): void {
    this.#defined.clear();
  }

  /** A statement over views that are as they would be if it were asked now. */
  async inSparkSql(statement: SparkStatement): Promise<string> {
    for (const { name } of statement.places) await this.#renew(name, []);
    const views = new Map(Array.from(this.#defined, ([name, { view }]) => [name, view]));
    return inSparkSql(statement, views);
  }

  /** Gives a name to the rows of a statement, found anew whenever it is read. */
  async defineStatement(relation: string, statement: SparkStatement): Promise<void> {
    await this.define(relation, await this.inSparkSql(statement), statement);
  }

  /** Gives a name to rows, in place of what had it. */
  async define(relation: string, sparkSql: string, statement?: SparkStatement): Promise<void> {
    const view = await this.#view(relation, sqlRelation(sparkSql));
    this.#defined.set(relation.toLowerCase(), {
      view,
      age: this.#views,
      ...(statement !== undefined && { statement }),
    });
  }

  /** The rows of files as a SELECT. */
  async rowsOf(columns: readonly ColumnDefinition[], sets: readonly FileSet[]): Promise<string> {
    const typed = columns.map(({ name, type }) => ({ name, sqlType: sparkType(type) }));
    const filled = sets.filter(({ paths }) => paths.length > 0);
    if (filled.length === 0) return `SELECT ${valuesOf(typed, [])} WHERE false`;
    const scans: string[] = [];
    for (const set of filled) scans.push(await this.scan(typed, set));
    return scans.join(' UNION ALL ');
  }

  /** The rows of one set of files as a SELECT; columns that they lack are null. */
  async scan(columns: readonly TypedColumn[], { present, paths }: FileSet): Promise<string> {
    const files = await this.#view('files', parquetRelation(paths.map(urlOf)));
    return `SELECT ${valuesOf(columns, present)} FROM ${sparkName(files)}`;
  }

  /** Spark finds the rows of a view when it is made; so it is made again once what it reads is another. */
  async #renew(name: string, above: readonly string[]): Promise<number> {
    const key = name.toLowerCase();
    const found = this.#defined.get(key);
    if (found?.statement === undefined || above.includes(key)) return found?.age ?? 0;
    const ages: number[] = [];
    for (const read of found.statement.places) ages.push(await this.#renew(read.name, [...above, key]));
    if (Math.max(0, ...ages) > found.age) await this.defineStatement(name, found.statement);
    return this.#defined.get(key)?.age ?? 0;
  }

  /** A view with a name of its own. */
  async #view(relation: string, rows: Relation): Promise<string> {
    const view = `${relation.replace(/\W/g, '_')}_${++this.#views}`;
    await this.#session.createView(view, rows);
    return view;
  }
}

/** A path as the server is told it. */
export const urlOf = (path: string): string => pathToFileURL(path).href;
