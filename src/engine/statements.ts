// What the engine lets through. It serves relations that it was given: a text that would change its settings, load
// an extension or name a file is refused here, and a second time by the engine's own locked configuration.

import { LakeError } from '../common/errors.js';
import { sqlTokens } from './sql-tokens.js';

const queries = [
  'select',
  'with',
  'values',
  'from',
  'table',
  'describe',
  'show',
  'explain',
  'summarize',
  '(',
];
const changes = ['create', 'insert', 'delete', 'update', 'drop', 'alter'];

/**
 * Passes if `sql` is one statement with a result.
 * @throws LakeError `invalid-input`
 */
export const requireQuery = (sql: string): void => requireStatement(sql, queries);

/**
 * Passes if `sql` is one statement that changes relations.
 * @throws LakeError `invalid-input`
 */
export const requireChange = (sql: string): void => requireStatement(sql, changes);

function requireStatement(sql: string, allowed: readonly string[]): void {
  const tokens = sqlTokens(sql);
  const words = tokens.map(({ text }) => text.toLowerCase());
  const explained = words[0] === 'explain' ? (words[1] === 'analyze' ? 2 : 1) : 0;
  const first = words[explained] ?? 'nothing';
  if (!allowed.includes(first)) {
    const expected = allowed.slice(0, -1).join(', ').toUpperCase();
    throw refused(
      `found ${first.slice(0, 40).toUpperCase()}, expected a statement that starts with ${expected}`,
    );
  }
  const end = tokens.findIndex(({ text }) => text === ';');
  if (tokens.slice(end).some(({ text }) => text !== ';') && end >= 0) {
    throw refused('found several statements, expected one');
  }
}

const refused = (why: string): LakeError => new LakeError('invalid-input', `SQL refused: ${why}.`);
