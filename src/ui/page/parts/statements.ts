// Several statements in one text, each with its place.

import { sqlTokens } from '../../../engine/sql-tokens.js';

/** A statement of a text. */
interface PlacedStatement {
  readonly sql: string;
  /** Where it begins in the text. */
  readonly start: number;
}

/** Split at semicolons outside of texts, names and comments. */
export function statementsOf(text: string): readonly PlacedStatement[] {
  const ends = sqlTokens(text).flatMap((token) => (token.text === ';' ? [token.start] : []));
  const bounds = [-1, ...ends, text.length];
  return bounds.slice(1).flatMap((end, at) => {
    const begin = (bounds[at] ?? -1) + 1;
    const piece = text.slice(begin, end);
    const sql = piece.trim();
    return sqlTokens(sql).length === 0 ? [] : [{ sql, start: begin + piece.indexOf(sql) }];
  });
}
