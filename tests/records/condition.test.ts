import { describe, expect, it } from 'vitest';
import { parseRule } from '../../src/project/rule-text.js';
import { compileCondition } from '../../src/records/condition.js';
import type { Field, FieldType } from '../../src/records/field.js';
import type { FieldValue } from '../../src/records/values/field-reader.js';

const field = (name: string, type: FieldType): Field => ({
  name,
  from: { kind: 'path', steps: [name] },
  type,
  isStrict: false,
  blank: 'null',
  nulls: [],
  when: [],
  since: [],
  reasons: {},
});
const iso = [{ kind: 'iso' }] as const;
const fields = [
  field('text', { kind: 'text', form: { trim: true, collapse: false } }),
  field('whole', { kind: 'integer', bits: 64 }),
  field('money', { kind: 'decimal', precision: 18, scale: 2 }),
  field('ratio', { kind: 'double' }),
  field('flag', { kind: 'boolean' }),
  field('day', { kind: 'date', formats: iso }),
  field('at', { kind: 'timestamp', formats: iso, zone: 'UTC' }),
];
const values = new Map<string, FieldValue | null>([
  ['text', 'b'],
  ['whole', 3n],
  ['money', 250n],
  ['ratio', 2.5],
  ['flag', true],
  ['day', 19_783],
  ['at', (19_783 * 86_400 + 3600) * 1_000_000],
  ['none', null],
]);

function compiled(rule: string): ReturnType<typeof compileCondition> {
  const parsed = parseRule(rule);
  if (!parsed.ok) throw new Error(parsed.message);
  return compileCondition(parsed.condition, [...fields, field('none', { kind: 'integer', bits: 64 })]);
}

describe('a condition', () => {
  it.each<[string, boolean | null]>([
    ["text = 'b'", true],
    ["text < 'a'", false],
    ["text in ('a', 'b')", true],
    ["text not in ('a', 'c')", true],
    ['whole > money', true],
    ['money = 2.50', true],
    ['money = 2.501', false],
    ['whole <= 3', true],
    ['ratio = money', true],
    ['flag = true', true],
    ['at > day', true],
    ["day = '2024-03-01'", true],
    ["at >= '2024-03-01T01:00:00Z'", true],
    ["at > '2024-03-02'", false],
    ['none = 1', null],
    ['none <> 1', null],
    ['not none = 1', null],
    ['none is null', true],
    ['none is not null', false],
    ['none = 1 and text = text', null],
    ["none = 1 and text = 'x'", false],
    ['none = 1 or text = text', true],
    ["none = 1 or text = 'x'", null],
    ['whole in (1, none)', null],
    ['whole in (3, none)', true],
    ['whole not in (1, none)', null],
  ])('%s is %s', (rule, truth) => {
    const condition = compiled(rule);
    if (typeof condition === 'string') throw new Error(condition);
    expect(condition((name) => values.get(name) ?? null)).toBe(truth);
  });

  it.each([
    ['price = 1', /there is no field price; there are text, whole/],
    ["whole = 'x'", /cannot compare whole \(number\) with "x" \(text\)/],
    ["day = 'soon'", /expected a day or a time/],
    ['flag = 1', /cannot compare/],
  ])('is refused where its sides do not compare: %s', (rule, message) => {
    expect(compiled(rule)).toMatch(message);
  });
});
