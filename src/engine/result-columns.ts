// What columns a query has, and how to ask for their values so that all of them arrive: statements about a statement.

import { carriedAs, parseSqlType, type SqlType } from './sql-types.js';
import { quoted } from './sql-tokens.js';
import { singleStatement, statementHead } from './statements.js';

/** A column of a result. */
export interface ResultColumn {
  readonly name: string;
  /** The engine's own name of its type: `ENUM('a', 'b')`, `STRUCT(a INTEGER)[]`. */
  readonly typeName: string;
  readonly type: SqlType;
}

/** A column from its name and the name of its type. */
export const resultColumn = (name: string, typeName: string): ResultColumn => ({
  name,
  typeName,
  type: parseSqlType(typeName),
});

/**
 * The statement that describes the columns of a query: their names first, their types second. Undefined for EXPLAIN, whose
 * columns are text.
 */
export function describingStatement(sql: string): string | undefined {
  const { verb, explained } = statementHead(sql);
  if (explained !== 'no') return undefined;
  const body = `\n${singleStatement(sql)}\n`; // a comment may end it
  // As a subquery names that come twice are numbered, so only what DESCRIBE does not take by itself becomes one.
  return ['select', 'with', 'from', 'values'].includes(verb)
    ? `DESCRIBE ${body}`
    : `DESCRIBE SELECT * FROM (${body})`;
}

/** The query itself, or around it one that asks for text where Arrow has no type for a column or does not fill it. */
export function carriedStatement(sql: string, columns: readonly ResultColumn[]): string {
  const casts = columns.map(({ type }) => carriedAs(type));
  if (casts.every((cast) => cast === undefined)) return sql;
  const names = columns.map((_, at) => `result_${at}`);
  const values = columns.map(({ name }, at) => {
    const value = names[at] ?? '';
    return `${casts[at] === undefined ? value : `CAST(${value} AS ${casts[at]})`} AS ${quoted(name)}`;
  });
  return `SELECT ${values.join(', ')} FROM (\n${singleStatement(sql)}\n) AS result(${names.join(', ')})`;
}
