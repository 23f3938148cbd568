// Columns may be called as words of SQL, and as the columns of an explanation; keys may have columns of every type.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProject, openLake, type Lake } from '../../src/library/index.js';
import { writeTexts } from './project-folder.js';

const files = {
  'lake.yaml': `name: words
sources:
  readings:
    files: "readings*.ndjson"
    kind: log
    key: [at, on, order, done, price]
    winner: [group]
    fields:
      at: timestamp required
      on: date required
      order: integer required
      done: boolean required
      price: "decimal(18,2) required"
      group: { type: text, one_of: [a, "it's"] }
      value: "decimal(18,2) required"
      contribution: integer
    checks:
      known_groups: { values_of: group }
    dates: { day: at }
    partition: day(day)
range: silver.readings.day
`,
  'models/order/table.sql': `/*
key: [end]
partition: month(end)
reads: { silver.readings: month(day) }
columns: { most: { description: Largest value } }
explain:
  total: { about: all of the day, sum: value, of: silver.readings, where: "day = :end" }
  most: { about: the largest, value: MAX(value) OVER (), of: silver.readings, where: "day = :end" }
*/
SELECT day AS "end", SUM(value) AS total, MAX(value) AS most FROM silver.readings GROUP BY day
`,
  'data/readings.ndjson': `{"at":"2024-03-05T10:00:00Z","on":"2024-03-06","order":9007199254740993,"done":true,"price":1.5,"group":"a","value":2,"contribution":-7}
{"at":"2024-03-05T10:00:00Z","on":"2024-03-06","order":9007199254740992,"done":true,"price":1.5,"group":"it's","value":3.25,"contribution":70}
{"at":"2024-03-05T10:00:00Z","on":"2024-03-06","order":9007199254740992,"done":false,"price":-0.05,"group":null,"value":30,"contribution":null}
{"at":"2024-03-05T10:00:00Z","on":"2024-03-06","order":9007199254740992,"done":false,"price":-0.05,"group":"a","value":1,"contribution":null}
`,
};

describe('a project whose columns are words of SQL and have every type', () => {
  let folder: string;
  let lake: Lake;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lake-words-'));
    await writeTexts(folder, files);
    const project = await loadProject(folder);
    lake = await openLake({ project });
    await lake.ingest({ paths: [join(folder, 'data')] });
  });
  afterAll(async () => {
    await lake.close();
    await rm(folder, { recursive: true, force: true });
  });

  const where = (order: string, done: string, price: string): readonly string[] => [
    'at=2024-03-05 10:00',
    'on=2024-03-06',
    `order=${order}`,
    `done=${done}`,
    `price=${price}`,
  ];

  it('checks keys and accepted values', async () => {
    const { checks: results } = await lake.checks({});
    expect(results.filter(({ name }) => /^order_table_key|known_groups/.test(name))).toMatchObject([
      { status: 'pass' },
      { status: 'pass' },
    ]);
  });

  it.each([
    ['a whole number beyond doubles', where('9007199254740993', 'TRUE', '1.5'), '2.00'],
    ['the one before it', where('9007199254740992', 'true', '+1.500'), '3.25'],
    ['false and a negative decimal', where('9007199254740992', 'False', '-.05'), '1.00'],
  ])('finds the row of a key with %s', async (_, asked, value) => {
    const { row, records } = await lake.explain('silver.readings', { where: asked });
    expect(row).toMatchObject({ value });
    expect(records.length).toBe(value === '1.00' ? 2 : 1);
  });

  it.each([
    ['yes', where('1', 'yes', '1'), '--where done: "yes" is not true or false'],
    [
      'too many digits',
      where('1', 'true', '1.005'),
      '"1.005" is not a number with at most 2 digits after the point',
    ],
    ['no time', where('1', 'true', '1').with(0, 'at=10:00'), '--where at: "10:00" is not a time'],
    [
      'another key',
      where('9007199254740994', 'true', '1.5'),
      'The nearest: at=2024-03-05T10:00:00.000000Z on=2024-03-06 order=9007199254740993',
    ],
  ])('refuses %s', async (_, asked, message) => {
    await expect(lake.explain('silver.readings', { where: asked })).rejects.toThrow(message);
  });

  it('tells what rows add apart from columns that are called so', async () => {
    const { columns } = await lake.explain('order.table', { where: ['end=2024-03-05'], all: true });
    expect(columns).toMatchObject([
      { column: 'total', cell: '6.25', sum: '6.25', rows: 3 },
      { column: 'most', cell: '3.25', sum: '3.25' },
    ]);
    const rows = columns[0]?.sample?.map(({ row, records }) => [
      row['contribution'],
      row['silver.readings.value'],
      row['silver.readings.contribution'],
      records.length,
    ]);
    expect(rows).toEqual([
      ['3.25', '3.25', 70, 1],
      ['2.00', '2.00', -7, 1],
      ['1.00', '1.00', null, 2],
    ]);
  });
});
