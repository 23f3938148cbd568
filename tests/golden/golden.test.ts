// The golden cases through the command line, each in a fresh lake.

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonHere } from '../cli/run-here.js';
import { goldenCases } from './cases.js';
import type { GoldenCase } from './cases.js';
import { cellOf, ingestCase, runCase, twoAtATime, withTempDir } from './golden.js';
import type { GoldenOutcome, RowsAnswer } from './golden.js';

const cases = goldenCases();
const outcomes = new Map<string, GoldenOutcome | Error>();

function outcomeOf({ name }: GoldenCase): GoldenOutcome {
  const outcome = outcomes.get(name);
  if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error(`${name} did not run`);
  return outcome;
}

describe('golden cases through the command line', () => {
  beforeAll(async () => {
    const answers = await twoAtATime(cases, runCase);
    for (const [index, { name }] of cases.entries()) outcomes.set(name, answers[index] ?? new Error('no answer'));
  }, 600_000);

  it.each(cases)('$name gives the gold tables: $why', (golden) => {
    const { tables } = outcomeOf(golden);
    for (const [table, { columns, rows }] of Object.entries(golden.gold)) {
      const [header = [], ...records] = tables.get(`gold.${table}`) ?? [];
      const actual = records.map((fields, row) => fields.map((field, column) => cellOf(field, rows[row]?.[column])));
      expect([header.map(({ text }) => text), ...actual], table).toEqual([columns, ...rows]);
    }
  });

  it.each(cases.filter(({ counts }) => Object.keys(counts).length > 0))(
    '$name counts what is read, accepted and refused',
    (golden) => {
      expect(outcomeOf(golden).counts).toEqual(golden.counts);
    },
  );
});

describe('golden rows as JSON', () => {
  it.each(cases.filter(({ name }) => name === '01-basic'))(
    'lake show gives the rows of $name with their columns',
    async (golden) => {
      await withTempDir(async (dir) => {
        const lake = join(dir, 'lake');
        await ingestCase(golden, lake);
        const show = (table: string): Promise<RowsAnswer> =>
          jsonHere<RowsAnswer>(['show', `gold.${table}`, '--limit', '100000', '--lake', lake]);
        const tables = Object.keys(golden.gold);
        const answers = await twoAtATime(tables, show);
        for (const [index, table] of tables.entries()) {
          const answer = answers[index];
          if (answer === undefined || answer instanceof Error) throw answer ?? new Error(`no answer for ${table}`);
          const columns = answer.columns.map(({ name }) => name);
          expect({ columns, rows: answer.rows }, table).toEqual(golden.gold[table]);
        }
      });
    },
  );
});
