import { describe, expect, it } from 'vitest';
import { definitionOf, evolveTable, isWidening, makeTable } from '../../src/format/evolve.js';
import type { ColumnDefinition, TableDefinition } from '../../src/format/table-definition.js';
import { currentSchema, type TableFile } from '../../src/format/table-file.js';

const id: ColumnDefinition = { name: 'id', type: 'string', required: true };
const day: ColumnDefinition = { name: 'day', type: 'date', required: true };
const count: ColumnDefinition = { name: 'count', type: 'int', required: false };
const definition = (...columns: readonly ColumnDefinition[]): TableDefinition => ({
  name: 'silver.events',
  columns,
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['id'],
  key: ['id'],
});
const idsOf = (table: TableFile): Readonly<Record<string, number>> =>
  Object.fromEntries(currentSchema(table).fields.map((field) => [field.name, field.id]));
const first = makeTable(definition(id, day, count), 'uuid');

describe('a table', () => {
  it('gets field ids by position when it is made', () => {
    expect(idsOf(first)).toEqual({ id: 1, day: 2, count: 3 });
    expect(first).toMatchObject({
      lastFieldId: 3,
      sortOrder: [{ sourceId: 1, direction: 'asc', nulls: 'last' }],
    });
    expect(first.specs[0]?.fields).toEqual([{ id: 1000, sourceId: 2, transform: 'identity', name: 'day' }]);
  });

  it('keeps the field id of a column that has another name, until another column has the old one', () => {
    const total = { ...count, name: 'total' };
    const renamed = { ...definition(id, day, total), renamed: { total: 'count' } };
    const after = evolveTable(first, renamed, 'replaced');
    expect(idsOf(after)).toEqual({ id: 1, day: 2, total: 3 });
    expect(evolveTable(after, renamed, 'replaced')).toEqual(after);
    expect(evolveTable(after, definition(id, day, total), 'replaced')).toEqual(after);
    expect(idsOf(evolveTable(first, definition(id, day, total), 'replaced'))).toMatchObject({ total: 4 });
    const both = { ...definition(id, day, count, total), renamed: { total: 'count' } };
    expect(idsOf(evolveTable(first, both, 'replaced'))).toEqual({ id: 1, day: 2, count: 3, total: 4 });
  });

  it.each(['events', 'Silver.events', 'silver.con', 'silver/events', '../x.y', `silver.${'x'.repeat(65)}`])(
    'is not named %j',
    (name) => {
      expect(() => makeTable({ ...definition(id, day), name }, 'uuid')).toThrow(/cannot be a table/);
    },
  );

  it('has no partition field whose name objects have already', () => {
    const partition = { source: 'day', transform: 'identity', name: '__proto__' } as const;
    expect(() => makeTable({ ...definition(id, day), partition }, 'uuid')).toThrow(
      /cannot be a partition field/,
    );
  });

  it('stays as it is under the same definition', () => {
    expect(evolveTable(first, definition(id, day, count), 'kept')).toEqual(first);
    expect(definitionOf(first)).toEqual({ ...definition(id, day, count), key: [] });
  });

  it('keeps ids by name whatever the order, and never gives one twice', () => {
    const extra: ColumnDefinition = { name: 'extra', type: 'string', required: false };
    const second = evolveTable(first, definition(extra, day, id), 'kept');
    expect(idsOf(second)).toEqual({ extra: 4, day: 2, id: 1 });
    expect(second.schemas).toHaveLength(2);
    const third = evolveTable(second, definition(id, day, count), 'kept');
    expect(idsOf(third)).toEqual({ id: 1, day: 2, count: 5 });
    expect(third).toMatchObject({ lastFieldId: 5, currentSchemaId: 2 });
  });

  it('widens in place', () => {
    const wide = evolveTable(first, definition(id, day, { ...count, type: 'long' }), 'kept');
    expect(currentSchema(wide).fields[2]).toEqual({ id: 3, name: 'count', type: 'long', required: false });
  });

  it.each([
    ['a new column without nulls', { name: 'x', type: 'int', required: true }],
    ['a narrower type', { name: 'id', type: 'int', required: true }],
    ['nulls that become forbidden', { name: 'count', type: 'int', required: true }],
  ] as const)('refuses %s while old rows stay, not when all are replaced', (_, column) => {
    const changed = definition(...[id, day, count].filter(({ name }) => name !== column.name), column);
    expect(() => evolveTable(first, changed, 'kept')).toThrow(/while older rows stay/);
    const replaced = evolveTable(first, changed, 'replaced');
    expect(currentSchema(replaced).fields.find(({ name }) => name === column.name)).toMatchObject(column);
  });

  it('gets a new partition spec and comes back to the old one', () => {
    const monthly: TableDefinition = {
      ...definition(id, day, count),
      partition: { source: 'day', transform: 'month', name: 'month' },
    };
    const second = evolveTable(first, monthly, 'kept');
    expect(second.specs[1]).toEqual({
      specId: 1,
      fields: [{ id: 1001, sourceId: 2, transform: 'month', name: 'month' }],
    });
    const third = evolveTable(second, definition(id, day, count), 'kept');
    expect([third.currentSpecId, third.specs.length]).toEqual([0, 2]);
  });

  it.each([
    ['int', 'long', true],
    ['long', 'int', false],
    ['decimal(18,4)', 'decimal(38,4)', true],
    ['decimal(18,4)', 'decimal(38,2)', false],
    ['decimal(38,4)', 'decimal(18,4)', false],
    ['string', 'string', true],
    ['int', 'double', false],
  ] as const)('from %s to %s: %s', (from, to, expected) => {
    expect(isWidening(from, to)).toBe(expected);
  });
});
