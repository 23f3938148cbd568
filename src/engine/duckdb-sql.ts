// DuckDB's SQL: types, names, and its dialect. The same in WebAssembly and on the machine.

import type { FieldType } from '../format/schema.js';
import type { ColumnDefinition } from '../format/table-definition.js';
import type { Dialect } from './dialect.js';
import type { RelationColumns } from './query-scans.js';
import { bareNames } from './relation-names.js';
import { quoted } from './sql-tokens.js';

/** The SQL type of a field type. Timestamps are UTC without a zone. */
export function duckDbType(type: FieldType): string {
  switch (type) {
    case 'boolean':
      return 'BOOLEAN';
    case 'int':
      return 'INTEGER';
    case 'long':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
    case 'string':
      return 'VARCHAR';
    case 'binary':
      return 'BLOB';
    default:
      return type.toUpperCase();
  }
}

/** Column names and types, as CREATE TABLE wants them. Nulls are allowed everywhere: a stream may lack columns. */
export const columnList = (columns: readonly ColumnDefinition[]): string =>
  columns.map(({ name, type }) => `${quoted(name)} ${duckDbType(type)}`).join(', ');

/** A relation's name in its parts: `silver.events` is a table in a schema, a bare name a table in `main`. */
export function relationParts(relation: string): { readonly schema: string; readonly name: string } {
  const dot = relation.indexOf('.');
  return dot < 0
    ? { schema: 'main', name: relation }
    : { schema: relation.slice(0, dot), name: relation.slice(dot + 1) };
}

/** A relation's name as SQL text. */
export function quotedRelation(relation: string): string {
  const { schema, name } = relationParts(relation);
  return `${quoted(schema)}.${quoted(name)}`;
}

/** A text as a literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** How DuckDB writes what engines write differently. */
export const duckDbDialect: Dialect = {
  quoted,
  relation: quotedRelation,
  text: (expression) => `CAST(${expression} AS VARCHAR)`,
  numbers: (count) => `SELECT CAST(range AS INT) AS n FROM range(${count})`,
};

/** What has a name in a DuckDB session: dropping and replacing must know. */
export type CatalogKind = 'TABLE' | 'VIEW';

/** The names of a session, and the statements that make room for new ones. */
export class Catalog {
  readonly #kinds = new Map<string, CatalogKind>();

  /** What must run before a relation of this kind is created or replaced, so that nothing else of its name is in the way. */
  makeRoom(relation: string, kind: CatalogKind): readonly string[] {
    const { schema } = relationParts(relation);
    const inTheWay = this.#kinds.get(relation) === kind ? [] : this.drop(relation);
    this.#kinds.set(relation, kind);
    return [`CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`, ...inTheWay];
  }

  /** Statements that drop a relation; none where there is none. */
  drop(relation: string): readonly string[] {
    const kind = this.#kinds.get(relation);
    this.#kinds.delete(relation);
    return kind === undefined ? [] : [`DROP ${kind} IF EXISTS ${quotedRelation(relation)}`];
  }

  /** Statements that drop everything. */
  clear(): readonly string[] {
    return [...this.#kinds.keys()].flatMap((relation) => this.drop(relation));
  }
}

/**
 * Statements that make relations about which DuckDB believes nothing, for a transaction that is rolled back: of a table with
 * a row of the same transaction it has no statistics, so that no plan is made for "it is empty". Plans name tables without
 * their schemas; so each relation is a view on a table that has its whole name.
 */
export function emptyTables(relations: RelationColumns): readonly string[] {
  const names = Object.keys(relations);
  const schemas = new Set(names.map((relation) => relationParts(relation).schema));
  const views = [...names.map((name) => [name, name] as const), ...bareNames(names)];
  return [
    ...[...schemas].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`),
    ...Object.entries(relations).flatMap(([relation, columns]) => [
      `CREATE TABLE main.${quoted(relation)} (${columnList(columns)})`,
      `INSERT INTO main.${quoted(relation)} DEFAULT VALUES`,
    ]),
    ...views.map(
      ([name, relation]) => `CREATE VIEW ${quotedRelation(name)} AS SELECT * FROM main.${quoted(relation)}`,
    ),
  ];
}
