// What the engine lets through. It serves relations that it was given: a text that would change its settings, load
// an extension or name a file is refused here, and a second time by the engine's own locked configuration.

import { LakeError } from '../common/errors.js';
import { sqlTokens, type SqlToken } from './sql-tokens.js';

const queries = [
  'select',
  'with',
  'from',
  'values',
  'table',
  'pivot',
  'unpivot',
  'summarize',
  'describe',
  'desc',
  'show',
  'explain',
  '(',
];
const changes = ['create', 'insert', 'delete', 'update', 'drop', 'alter'];

/** What a statement is, as far as its first words tell. */
interface StatementHead {
  /** Its first word in lower case, behind EXPLAIN and its options: `select`, `insert`, `(`; `nothing` for none. */
  readonly verb: string;
  /** It asks for the engine's plan; with `analyze` the statement is run for it. */
  readonly explained: 'no' | 'planned' | 'run';
  /** Where the statement behind EXPLAIN begins in the text; 0 without one. */
  readonly bodyStart: number;
}

/**
 * Passes if `sql` is one statement with a result, that changes nothing.
 * @throws LakeError `invalid-input`
 */
export function requireQuery(sql: string): void {
  requireStatement(sql, queries, 'a query that begins with');
}

/** What kind of statement a text holds. */
export function statementHead(sql: string): StatementHead {
  return headOf(sqlTokens(sql));
}

/** The text of the only statement without semicolons at its end. @throws LakeError `invalid-input` for several */
export function singleStatement(sql: string): string {
  const tokens = sqlTokens(sql);
  const end = tokens.findIndex(({ text }) => text === ';');
  if (end < 0) return sql;
  if (tokens.slice(end).every(({ text }) => text === ';')) return sql.slice(0, tokens[end]?.start);
  throw refused('found several statements, expected one; ask for one result at a time');
}

function requireStatement(sql: string, allowed: readonly string[], expected: string): void {
  const tokens = sqlTokens(sql);
  const { verb } = headOf(tokens);
  if (!allowed.includes(verb)) {
    const words = allowed.filter((word) => word !== '(' && word !== 'desc').join(', ');
    throw refused(`found ${verb.slice(0, 40).toUpperCase()}, expected ${expected} ${words.toUpperCase()}`);
  }
  singleStatement(sql);
}

function headOf(tokens: readonly SqlToken[]): StatementHead {
  const words = tokens.map(({ text }) => text.toLowerCase());
  if (words[0] !== 'explain') return { verb: verbOf(words, 0), explained: 'no', bodyStart: 0 };
  const { options, body } = explainOptions(words);
  return {
    verb: verbOf(words, body),
    explained: options.includes('analyze') ? 'run' : 'planned',
    bodyStart: tokens[body]?.start ?? 0,
  };
}

/** `EXPLAIN ANALYZE`, `EXPLAIN (ANALYZE, FORMAT json)`; a bracket that begins a query holds no options. */
function explainOptions(words: readonly string[]): {
  readonly options: readonly string[];
  readonly body: number;
} {
  if (words[1] === 'analyze') return { options: ['analyze'], body: 2 };
  const hasOptions = words[1] === '(' && words.includes(')') && !queries.includes(words[2] ?? '');
  const body = hasOptions ? words.indexOf(')') + 1 : 1;
  return { options: words.slice(1, body), body };
}

/** The word that says what is done; behind WITH and its common table expressions the one that follows them. */
function verbOf(words: readonly string[], first: number): string {
  const word = words[first] ?? 'nothing';
  if (word !== 'with') return word;
  let depth = 0;
  for (let at = first + 1; at < words.length; at++) {
    if (words[at] === '(') depth++;
    if (words[at] === ')') depth--;
    const next = words[at + 1] ?? '';
    if (words[at] === ')' && depth === 0 && ![',', 'as', 'using'].includes(next))
      return changes.includes(next) || next === 'merge' ? next : word;
  }
  return word;
}

const refused = (why: string): LakeError => new LakeError('invalid-input', `SQL refused: ${why}.`);
