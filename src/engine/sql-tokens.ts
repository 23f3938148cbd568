// The words of a SQL text, as far as one must know them to tell statements and relation names apart. No parser:
// the engine has one. Read the way DuckDB reads them: block comments nest, a line comment ends at LF or CR.

/** A word, a literal or a single other character of a statement. */
export interface SqlToken {
  /** `name` is a keyword or an identifier, quoted or not; `mark` any other single character. */
  readonly kind: 'name' | 'literal' | 'mark';
  readonly text: string;
  /** Where it starts, in UTF-16 units. */
  readonly start: number;
}

const blank = /[\s\u200b]+/y;
const dollarTag = /\$(?:(?:[A-Za-z_]|[^\p{ASCII}\s\u200b])(?:\w|[^\p{ASCII}\s\u200b])*)?\$/uy;
const number = /\d[\w.]*/y;
const word = /(?:[A-Za-z_]|[^\p{ASCII}\s\u200b])(?:[\w$]|[^\p{ASCII}\s\u200b])*/uy;

/** Tokens in order, without blanks and comments. A literal or comment that has no end goes to the end of the text. */
export function sqlTokens(sql: string): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  for (let start = 0; start < sql.length;) {
    const { kind, end } = nextPiece(sql, start);
    if (kind !== 'blank') tokens.push({ kind, text: sql.slice(start, end), start });
    start = end;
  }
  return tokens;
}

interface Piece {
  readonly kind: SqlToken['kind'] | 'blank';
  /** Exclusive. */
  readonly end: number;
}

function nextPiece(sql: string, start: number): Piece {
  const two = sql.slice(start, start + 2);
  if (two === '--') return { kind: 'blank', end: lineEnd(sql, start) };
  if (two === '/*') return { kind: 'blank', end: commentEnd(sql, start) };
  if (two === "e'" || two === "E'") return { kind: 'literal', end: escapedEnd(sql, start + 2) };
  if (two.startsWith("'")) return { kind: 'literal', end: quoteEnd(sql, start, "'") };
  if (two.startsWith('"')) return { kind: 'name', end: quoteEnd(sql, start, '"') };
  const tag = match(dollarTag, sql, start);
  if (tag !== '') return { kind: 'literal', end: after(sql, tag, start + tag.length) };
  for (const [kind, pattern] of simple) {
    const text = match(pattern, sql, start);
    if (text !== '') return { kind, end: start + text.length };
  }
  return { kind: 'mark', end: start + 1 };
}

const simple = [
  ['blank', blank],
  ['literal', number],
  ['name', word],
] as const;

function match(sticky: RegExp, sql: string, start: number): string {
  sticky.lastIndex = start;
  return sticky.exec(sql)?.[0] ?? '';
}

/** Right after the next `mark`. */
function after(sql: string, mark: string, from: number): number {
  const at = sql.indexOf(mark, from);
  return at < 0 ? sql.length : at + mark.length;
}

/** After the quote that ends what begins at `start`; a doubled one does not. */
function quoteEnd(sql: string, start: number, quote: string): number {
  let end = after(sql, quote, start + 1);
  while (sql[end] === quote) end = after(sql, quote, end + 1);
  return end;
}

/** The same where a backslash takes the next character's meaning away. */
function escapedEnd(sql: string, from: number): number {
  for (let at = from; at < sql.length; at++) {
    if (sql[at] === '\\') at++;
    else if (sql[at] !== "'") continue;
    else if (sql[at + 1] === "'") at++;
    else return at + 1;
  }
  return sql.length;
}

function lineEnd(sql: string, start: number): number {
  const end = /[\n\r]/g;
  end.lastIndex = start;
  return end.exec(sql)?.index ?? sql.length;
}

function commentEnd(sql: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let found = marks.exec(sql); found !== null; found = marks.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

/** The name that a token stands for: without its quotes. */
export const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;

/** A name as SQL text, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
