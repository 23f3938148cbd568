// Elements of records: what each becomes, and what of it is told.

import { describe, expect, it } from 'vitest';
import { parentFault, recordJudge } from '../../src/records/elements.js';
import type { KeyedContract } from '../../src/records/contract.js';
import type { Field, FieldType } from '../../src/records/field.js';
import { parseRawJson } from '../../src/records/values/raw-value.js';

const text: FieldType = { kind: 'text', form: { trim: true, collapse: false } };
const field = (name: string, type: FieldType, other: Partial<Field> = {}): Field => ({
  name,
  from: { kind: 'path', steps: [name] },
  type,
  isStrict: false,
  blank: 'null',
  nulls: [],
  when: [],
  since: [],
  reasons: { invalid: `invalid_${name}`, ...(other.reasons ?? {}) },
  ...(other.from && { from: other.from }),
});
const isRequired = (name: string): Partial<Field> => ({
  reasons: { invalid: `invalid_${name}`, missing: `missing_${name}` },
});

const price: FieldType = { kind: 'decimal', precision: 18, scale: 2 };
const items: KeyedContract & { readonly array: string } = {
  source: 'order_items',
  array: 'order_items',
  key: ['id', 'place'],
  rules: [],
  derived: [],
  unknown: 'keep',
  fields: [
    field('id', text, { from: { kind: 'parent', column: 'id' } }),
    field('place', { kind: 'integer', bits: 64 }, { from: { kind: 'position' } }),
    field(
      'at',
      { kind: 'timestamp', formats: [{ kind: 'iso' }], zone: 'UTC' },
      { from: { kind: 'parent', column: 'at' } },
    ),
    field('total', { ...price, scale: 4 }, { from: { kind: 'parent', column: 'total' } }),
    field('sku', text, isRequired('sku')),
    field('price', price),
  ],
  columns: [
    ...(['id', 'sku'] as const).map((name) => ({ name, type: 'string' as const, required: true })),
    { name: 'place', type: 'long', required: true },
    { name: 'at', type: 'timestamp', required: false },
    { name: 'total', type: 'decimal(18,4)', required: false },
    { name: 'price', type: 'decimal(18,2)', required: false },
  ],
};
const orders: KeyedContract = {
  source: 'orders',
  key: ['id'],
  rules: [],
  derived: [],
  unknown: 'keep',
  children: [items],
  fields: [
    field('id', text, isRequired('id')),
    field('at', { kind: 'timestamp', formats: [{ kind: 'iso' }], zone: 'UTC' }),
    field('total', price),
    {
      ...field('order_items', { kind: 'json' }),
      from: { kind: 'path', steps: ['body', 'items'] },
      reasons: {},
    },
  ],
  columns: [
    { name: 'id', type: 'string', required: true },
    { name: 'at', type: 'timestamp', required: false },
    { name: 'total', type: 'decimal(18,2)', required: false },
    { name: 'order_items', type: 'string', required: false },
  ],
};

const judge = recordJudge(orders);
const judged = (body: string, other = ''): ReturnType<typeof judge> =>
  judge(parseRawJson(`{"id":"A","at":"2024-03-01T10:00:00.5Z","total":12.5${other},"body":${body}}`));

describe('the elements of a record', () => {
  it('are refused one by one, with their places, and leave the record alone', () => {
    expect(judged('{"items":[{"sku":"x"},{"price":1},7,{"sku":"y","price":"no"}]}')).toMatchObject({
      ok: true,
      refusedElements: [
        { source: 'order_items', place: 2, reason: 'missing_sku', raw: '{"price":1}' },
        { source: 'order_items', place: 3, reason: 'invalid_json', raw: '7' },
        { source: 'order_items', place: 4, reason: 'invalid_price', raw: '{"sku":"y","price":"no"}' },
      ],
    });
  });

  it.each(['{"items":"none"}', '{"items":{"sku":"x"}}', '{"items":3}'])(
    'that are no array are refused as one: %s',
    (body) => {
      expect(judged(body)).toMatchObject({
        ok: true,
        refusedElements: [{ place: 0, reason: 'not_an_array' }],
      });
    },
  );

  it.each(['{"items":null}', '{}', 'null', '{"items":[]}', '{"items":" "}'])(
    'that are none refuse nothing: %s',
    (body) => {
      expect(judged(body)).toMatchObject({ ok: true, refusedElements: [] });
    },
  );

  it('tell of fields that nothing names by their way from the record', () => {
    const found = judged('{"items":[{"sku":"x","size":{"w":1}}],"note":1}');
    expect(found.ok && found.unknownFields.map(({ field: name }) => name)).toEqual([
      'body.note',
      'body.items[].size',
    ]);
  });

  it('with text that cannot be stored are refused by themselves', () => {
    expect(judged('{"items":[{"sku":"\\ud800"},{"sku":"x"}]}')).toMatchObject({
      ok: true,
      refusedElements: [{ place: 1, reason: 'invalid_unicode' }],
    });
  });

  it('do not matter in a record that is refused', () => {
    expect(judge(parseRawJson('{"body":{"items":[7]}}'))).toEqual({ ok: false, reason: 'missing_id' });
  });
});

describe('a value of the parent', () => {
  it.each([
    ['id', text, undefined],
    ['total', text, undefined],
    ['total', { ...price, scale: 4 }, undefined],
    [
      'at',
      { kind: 'date', formats: [] },
      '^at is timestamp in the parent; expected that type, or text, found date',
    ],
    ['order_items', text, '^order_items is json in the parent; expected that type, found text'],
    ['colour', text, 'the parent has no field colour; it has id, at, total, order_items'],
  ] as const)('%s is of its own type, or text', (column, type, fault) => {
    expect(parentFault({ type }, column, orders)).toBe(fault);
  });
});
