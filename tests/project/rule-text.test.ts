import { describe, expect, it } from 'vitest';
import { fieldsOfRule, parseRule } from '../../src/project/rule-text.js';

describe('a rule', () => {
  it('is a condition over fields with the precedence of SQL', () => {
    expect(parseRule("a < b or not c = 'it''s' and d is not null")).toEqual({
      ok: true,
      condition: {
        kind: 'or',
        of: [
          {
            kind: 'compare',
            by: '<',
            left: { kind: 'field', name: 'a' },
            right: { kind: 'field', name: 'b' },
          },
          {
            kind: 'and',
            of: [
              {
                kind: 'not',
                of: {
                  kind: 'compare',
                  by: '=',
                  left: { kind: 'field', name: 'c' },
                  right: { kind: 'text', value: "it's" },
                },
              },
              { kind: 'null', of: { kind: 'field', name: 'd' }, isNot: true },
            ],
          },
        ],
      },
    });
  });

  it('names its fields once, and keeps every digit of a number', () => {
    const parsed = parseRule('(a in (1, 90071992547409931.50, b)) and a <> TRUE');
    if (!parsed.ok) throw new Error(parsed.message);
    expect(fieldsOfRule(parsed.condition)).toEqual(['a', 'b']);
    expect(JSON.stringify(parsed.condition)).toContain('"90071992547409931.50"');
  });

  it.each([
    ['', 0, /expected a field/],
    ['a', 1, /expected a comparison/],
    ['a < ', 4, /found nothing/],
    ['a < b c', 6, /expected the end of the rule/],
    ['a ; drop', 1, /cannot read/],
    ['a not null', 6, /expected in/],
    ['(a = 1', 6, /expected \)/],
    ["a = 'open", 3, /cannot read/],
    [`${'('.repeat(100)}a = 1${')'.repeat(100)}`, 32, /levels of brackets/],
  ])('is refused with its place: %s', (text, at, message) => {
    const parsed = parseRule(text);
    if (parsed.ok) throw new Error('taken');
    expect(parsed.at).toBe(at);
    expect(parsed.message).toMatch(message);
  });
});
