// Which relations a statement reads, in the engine's own judgement. DuckDB's parser says the bare names of tables
// only, so every dotted name is first given a last part that occurs nowhere else and can be recognised in the answer.

import { sqlTokens, unquoted, type SqlToken } from './sql-tokens.js';

/** A dotted name as written, and where its last part is in the text. */
interface DottedName {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const marker = (index: number): string => `dotted_name_${index}_`;

/**
 * Relations that `sql` reads, sorted, without common table expressions.
 * @param tableNames the parser: bare names of the tables in a statement
 */
export function relationNames(
  sql: string,
  tableNames: (sql: string) => readonly string[],
): readonly string[] {
  const dotted = dottedNames(sqlTokens(sql));
  const distinct = [...new Set(dotted.map(({ name }) => name))];
  const marked = replaceAll(sql, dotted, ({ name }) => marker(distinct.indexOf(name)));
  const byMarker = new Map(distinct.map((name, index) => [marker(index), name]));
  return [...new Set(tableNames(marked).map((name) => byMarker.get(name) ?? name))].sort();
}

function dottedNames(tokens: readonly SqlToken[]): readonly DottedName[] {
  const found: DottedName[] = [];
  let parts: SqlToken[] = [];
  for (const [index, token] of tokens.entries()) {
    const isPart = token.kind === 'name' && (parts.length === 0 || tokens[index - 1]?.text === '.');
    if (isPart) parts.push(token);
    if (tokens[index + 1]?.text === '.' || (token.text === '.' && parts.length > 0)) continue;
    if (isPart && parts.length > 1) found.push(dottedName(parts));
    parts = [];
  }
  return found;
}

function dottedName(parts: readonly SqlToken[]): DottedName {
  const { start, text } = parts.at(-1)!;
  return { name: parts.map((part) => unquoted(part.text)).join('.'), start, end: start + text.length };
}

function replaceAll(
  sql: string,
  names: readonly DottedName[],
  replacement: (name: DottedName) => string,
): string {
  let text = '';
  let end = 0;
  for (const name of names) {
    text += sql.slice(end, name.start) + replacement(name);
    end = name.end;
  }
  return text + sql.slice(end);
}

/** `users` of `silver.users`. */
export const bareName = (relation: string): string => relation.slice(relation.lastIndexOf('.') + 1);

/** Relations by bare names that mean just one of them. */
export function bareNames(relations: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string | undefined>();
  for (const relation of relations) {
    const bare = bareName(relation);
    found.set(bare, found.has(bare) || relations.includes(bare) ? undefined : relation);
  }
  return new Map(
    [...found].flatMap(([bare, relation]) => (relation === undefined ? [] : [[bare, relation]])),
  );
}
