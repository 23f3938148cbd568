// The steps of a model: its common table expressions. An explanation may read them by name, so that what a model does in
// the middle is said once.

import { sqlTokens, type SqlToken } from '../../../engine/sql-tokens.js';

/** A step by its name, and the query that gives it. */
interface ModelStep {
  readonly name: string;
  readonly sql: string;
}

/** The steps of a statement that begins with WITH, in order; none of one that does not. */
export function stepsOf(statement: string): readonly ModelStep[] {
  const tokens = sqlTokens(statement);
  const steps: ModelStep[] = [];
  if (!isWord(tokens[0], 'with')) return steps;
  let at = 1;
  for (;;) {
    const name = tokens[at]?.text ?? '';
    const open = tokens.findIndex((token, index) => index > at && token.text === '(');
    const close = closing(tokens, open);
    steps.push({ name, sql: statement.slice(tokens[open]!.start + 1, tokens[close]!.start).trim() });
    if (tokens[close + 1]?.text !== ',') return steps;
    at = close + 2;
  }
}

/** The statement with those of the steps before it that it needs, and that they need. */
export function withSteps(steps: readonly ModelStep[], statement: string): string {
  const needed = new Set<string>();
  const need = (sql: string): void => {
    for (const { text } of sqlTokens(sql)) {
      const step = steps.find(({ name }) => name === text);
      if (step === undefined || needed.has(step.name)) continue;
      needed.add(step.name);
      need(step.sql);
    }
  };
  need(statement);
  const used = steps.filter(({ name }) => needed.has(name));
  if (used.length === 0) return statement;
  return `WITH ${used.map(({ name, sql }) => `${name} AS (\n  ${sql}\n)`).join(',\n\n')}\n\n${statement}`;
}

const isWord = (token: SqlToken | undefined, word: string): boolean => token?.text.toLowerCase() === word;

/** The bracket that closes the one at `open`. */
function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (tokens[at]?.text === '(') depth++;
    if (tokens[at]?.text === ')' && --depth === 0) return at;
  }
  throw new Error('a statement has a bracket that nothing closes');
}
