// The words of a SQL text, as far as one must know them to tell statements and relation names apart. No parser:
// the engine has one.

export interface SqlToken {
  /** `name` is a keyword or an identifier, quoted or not; `mark` any other single character. */
  readonly kind: 'name' | 'literal' | 'mark';
  readonly text: string;
  /** Where it starts, in UTF-16 units. */
  readonly start: number;
}

const blank = String.raw`\s+|--[^\n]*|/\*[\s\S]*?\*/`;
const literal = String.raw`[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$|\d[\w.]*`;
const name = String.raw`"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`;
const pattern = new RegExp(`(?<blank>${blank})|(?<literal>${literal})|(?<name>${name})|[\\s\\S]`, 'g');

/** Tokens in order, without blanks and comments. */
export function sqlTokens(sql: string): readonly SqlToken[] {
  return [...sql.matchAll(pattern)].flatMap(({ 0: text, index: start, groups = {} }) =>
    groups['blank'] === undefined ? [{ kind: kindOf(groups), text, start }] : [],
  );
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): SqlToken['kind'] {
  if (groups['literal'] !== undefined) return 'literal';
  return groups['name'] === undefined ? 'mark' : 'name';
}

/** The name that a token stands for: without its quotes. */
export const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;

/** A name as SQL text, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
