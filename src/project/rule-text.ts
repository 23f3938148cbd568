// Rules of a source as data: `shipped_at < ordered_at or status = 'void'`. The language is that of SQL conditions over the
// fields of one record, cut down to what every reader of a contract can decide the same way.

import type { Comparison, RuleCondition, RuleOperand } from '../records/condition.js';

/** A rule's text, parsed, or what is wrong with it and where (characters from the text's start). */
type ParsedRule =
  | { readonly ok: true; readonly condition: RuleCondition }
  | { readonly ok: false; readonly at: number; readonly message: string };

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
  readonly at: number;
}

/** Levels of brackets and negations. */
const MAX_DEPTH = 32;
const TOKEN = /\s*(?:([A-Za-z_]\w*)|('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|(<=|>=|<>|!=|==|[=<>(),]))/y;

class Refused extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/** Parses a condition. */
export function parseRule(text: string): ParsedRule {
  try {
    const parser = new RuleParser(tokensOf(text));
    return { ok: true, condition: parser.whole() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, at: error.at, message: error.message };
    throw error;
  }
}

/** The fields that a condition names, each once. */
export function fieldsOfRule(condition: RuleCondition): readonly string[] {
  const operands = (each: RuleCondition): readonly RuleOperand[] => {
    switch (each.kind) {
      case 'and':
      case 'or':
        return each.of.flatMap(operands);
      case 'not':
        return operands(each.of);
      case 'compare':
        return [each.left, each.right];
      case 'null':
        return [each.of];
      case 'in':
        return [each.of, ...each.values];
    }
  };
  const names = operands(condition).flatMap((operand) => (operand.kind === 'field' ? [operand.name] : []));
  return [...new Set(names)];
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (;;) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [whole, word, quoted, number, sign] = match;
    const at = position + whole.length - whole.trimStart().length;
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    if (quoted !== undefined)
      tokens.push({ kind: 'text', text: quoted.slice(1, -1).replaceAll("''", "'"), at });
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at });
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign, at });
    position = TOKEN.lastIndex;
  }
  const rest = text.slice(position);
  if (rest.trim() !== '')
    throw new Refused(position, `cannot read ${JSON.stringify(rest.trim().slice(0, 20))}`);
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

/** Recursive descent: or, and, not, comparison. */
class RuleParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): RuleCondition {
    const condition = this.#or();
    if (this.#token.kind !== 'end') this.#refuse('expected the end of the rule, "and" or "or"');
    return condition;
  }

  get #token(): Token {
    return this.#tokens[this.#next]!;
  }

  #refuse(expected: string): never {
    const { kind, text, at } = this.#token;
    throw new Refused(at, `${expected}, found ${kind === 'end' ? 'nothing' : JSON.stringify(text)}`);
  }

  #takeWord(word: string): boolean {
    const { kind, text } = this.#token;
    if (kind !== 'word' || text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #takeSign(...signs: readonly string[]): string | undefined {
    const { kind, text } = this.#token;
    if (kind !== 'sign' || !signs.includes(text)) return undefined;
    this.#next += 1;
    return text;
  }

  #or(): RuleCondition {
    const of = [this.#and()];
    while (this.#takeWord('or')) of.push(this.#and());
    return of.length === 1 ? of[0]! : { kind: 'or', of };
  }

  #and(): RuleCondition {
    const of = [this.#not()];
    while (this.#takeWord('and')) of.push(this.#not());
    return of.length === 1 ? of[0]! : { kind: 'and', of };
  }

  #not(): RuleCondition {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#refuse(`expected at most ${MAX_DEPTH} levels of brackets`);
    const condition = this.#takeWord('not')
      ? { kind: 'not' as const, of: this.#not() }
      : (this.#bracketed() ?? this.#comparison());
    this.#depth -= 1;
    return condition;
  }

  #bracketed(): RuleCondition | undefined {
    if (this.#takeSign('(') === undefined) return undefined;
    const condition = this.#or();
    if (this.#takeSign(')') === undefined) this.#refuse('expected )');
    return condition;
  }

  #comparison(): RuleCondition {
    const left = this.#operand();
    if (this.#takeWord('is')) {
      const isNot = this.#takeWord('not');
      if (!this.#takeWord('null')) this.#refuse('expected null');
      return { kind: 'null', of: left, isNot };
    }
    const isNot = this.#takeWord('not');
    if (this.#takeWord('in')) return { kind: 'in', of: left, values: this.#list(), isNot };
    if (isNot) this.#refuse('expected in');
    const sign = this.#takeSign('=', '==', '<>', '!=', '<', '<=', '>', '>=');
    if (sign === undefined) this.#refuse('expected a comparison: =, <>, <, <=, >, >=, is null, in (…)');
    const by = sign === '==' ? '=' : sign === '!=' ? '<>' : (sign as Comparison);
    return { kind: 'compare', by, left, right: this.#operand() };
  }

  #list(): readonly RuleOperand[] {
    if (this.#takeSign('(') === undefined) this.#refuse('expected (');
    const values = [this.#operand()];
    while (this.#takeSign(',') !== undefined) values.push(this.#operand());
    if (this.#takeSign(')') === undefined) this.#refuse('expected , or )');
    return values;
  }

  #operand(): RuleOperand {
    const { kind, text } = this.#token;
    if (kind === 'end' || kind === 'sign') this.#refuse('expected a field, a number or a text in quotes');
    this.#next += 1;
    if (kind === 'text') return { kind, value: text };
    if (kind === 'number') return { kind, value: text };
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
    return { kind: 'field', name: text };
  }
}
