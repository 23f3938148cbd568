// Leaving files and columns out changes no result: statements over generated conditions, on real files with real bounds,
// beside the same statements over everything.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDuckDbWasm } from '../../../src/engine/wasm/engine.js';
import { chooseEngine } from '../../../src/engine/choose-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import { makeTable } from '../../../src/format/evolve.js';
import { currentSchema } from '../../../src/format/table-file.js';
import type { TableDefinition } from '../../../src/format/table-definition.js';
import { showTables } from '../../../src/lake/read/load-tables.js';
import { explainQuery, query } from '../../../src/lake/read/query.js';
import { openTables, planReads, tablesNamed, type TableStates } from '../../../src/lake/read/query-plan.js';
import type { ResultValue } from '../../../src/lake/read/row-set.js';
import { selectRows } from '../../../src/lake/read/select-rows.js';
import { statementResult } from '../../../src/lake/read/statement-result.js';
import { rows } from '../../../src/lake/read/table-rows.js';
import { encodeDataFile } from '../../../src/parquet/encode.js';
import { rowsToTable, type Row } from '../../../src/parquet/rows.js';
import { memoryStorage } from '../../../src/storage/memory.js';
import { openHead } from '../../../src/table/view.js';
import { lawRuns, lawTimeout } from '../../law-runs.js';
import { add, runtime } from '../../table/lake-fixture.js';

const facts: TableDefinition = {
  name: 'silver.facts',
  columns: [
    { name: 'day', type: 'date', required: true },
    { name: 'id', type: 'string', required: true },
    { name: 'n', type: 'int', required: false },
    { name: 'total', type: 'long', required: false },
    { name: 'price', type: 'decimal(18,4)', required: false },
    { name: 'ratio', type: 'double', required: false },
    { name: 'ts', type: 'timestamp', required: true },
    { name: 'flag', type: 'boolean', required: false },
  ],
  partition: { source: 'day', transform: 'month', name: 'month' },
  sortOrder: ['day', 'id'],
  key: [],
};
const others: TableDefinition = { ...facts, name: 'gold.facts' };

const FIRST_DAY = 19_783; // 2024-03-01
const files = 8;
const rowsOfFile = 12;
const NAMES = [
  '',
  'a',
  'b',
  'ba',
  `it's`,
  'long name that is cut off, a',
  'long name that is cut off, z',
  'é',
  '😀',
];

/** Row `i` of a file: small values that come again in other files, some nulls, one NaN. */
function factRow(file: number, i: number): Row {
  const at = file * rowsOfFile + i;
  const day = FIRST_DAY + file * 9 + (i >> 2);
  return [
    day,
    NAMES[(file + i) % NAMES.length] ?? '',
    i % 5 === 4 ? null : at % 23,
    i % 7 === 6 ? null : BigInt(at - 40) * 10_000_000_000n,
    BigInt((at % 17) * 5_000 - 20_000),
    at === 50 ? NaN : (at % 13) / 4 - 1,
    BigInt(day) * 86_400_000_000n + BigInt(i) * 7_200_000_000n,
    i % 3 === 0 ? null : i % 3 === 1,
  ];
}

const storage = memoryStorage(runtime);
const parts = { storage, startEngine: chooseEngine({ engine: 'wasm' }) };
let tables: TableStates;
/** The planner has no relations, `whole` has all rows, `pruned` those of the last statement. */
let engines: Readonly<Record<'planner' | 'whole' | 'pruned', Engine>>;

beforeAll(async () => {
  for (const definition of [facts, others]) {
    const schema = currentSchema(makeTable(definition, 'unused'));
    const encoded = Array.from({ length: files }, async (_, file) => {
      const table = rowsToTable(Array.from({ length: rowsOfFile }, (__, i) => factRow(file, i)), schema);
      const month = FIRST_DAY + file * 9 < 19_814 ? '2024-03' : FIRST_DAY + file * 9 < 19_844 ? '2024-04' : '2024-05';
      return { ...(await encodeDataFile(table, schema)), partition: { month } };
    }); // prettier-ignore
    await add(storage, definition, await Promise.all(encoded));
  }
  const view = (await openHead(storage))!;
  tables = await openTables(view, view.tables);
  engines = { planner: startDuckDbWasm(), whole: startDuckDbWasm(), pruned: startDuckDbWasm() };
  const everything = [...tables.values()].map(async (state) => ({
    state,
    columns: state.schema.fields.map(({ name }) => name),
    scan: await state.plan({}),
  }));
  await showTables(engines.whole, tables, await Promise.all(everything));
});
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));

async function rowsOn(engine: Engine, sql: string): Promise<readonly (readonly ResultValue[])[]> {
  return [...(await statementResult(engine, sql)).rows];
}

/** The rows of a statement over what it is planned to read, and how many files or manifests are left out. */
async function prunedRows(
  sql: string,
): Promise<{ rows: readonly (readonly ResultValue[])[]; leftOut: number }> {
  const reads = await planReads(engines.planner, tables, sql);
  await showTables(engines.pruned, tables, reads);
  const leftOut = reads.reduce((sum, { scan }) => sum + scan.leftOut.length, 0);
  return { rows: await rowsOn(engines.pruned, sql), leftOut };
}

const day = fc.nat(80).map((at) => `DATE '2024-03-01' + ${at}`);
const text = fc.constantFrom(...NAMES, 'long name', 'c').map((name) => `'${name.replaceAll("'", "''")}'`);
const whole = fc.integer({ min: -2, max: 24 }).map(String);
const op = fc.constantFrom('=', '<', '<=', '>', '>=', '<>');
const compared = (column: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(op, value).map(([sign, each]) => `${column} ${sign} ${each}`),
    fc.tuple(value, value).map(([low, high]) => `${column} BETWEEN ${low} AND ${high}`),
    fc.array(value, { minLength: 1, maxLength: 4 }).map((list) => `${column} IN (${list.join(', ')})`),
    fc.constantFrom(`${column} IS NULL`, `${column} IS NOT NULL`),
  );
const condition = fc.oneof(
  compared('day', day),
  compared(`DATE_TRUNC('month', day)`, fc.constantFrom(`DATE '2024-03-01'`, `DATE '2024-04-01'`)),
  compared('id', text),
  fc.constantFrom(`id LIKE 'long%'`, `id LIKE 'b_'`, `id ^@ 'é'`, 'flag', 'NOT flag', 'n % 2 = 0', 'n + 1 = 5'),
  compared('n', whole),
  compared('total', whole.map((n) => `${n}0000000000`)),
  compared('price', fc.constantFrom('0', '-1.5', '2.25', '0.00001', '3.0000')),
  compared('ratio', fc.constantFrom('0', '0.25', '-0.5', `'nan'::DOUBLE`, '1e300')),
  compared('ts', fc.nat(80).map((at) => `TIMESTAMP '2024-03-01 10:00:00.5' + INTERVAL ${at} DAY`)),
  compared('ts::DATE', day),
); // prettier-ignore
const where: fc.Arbitrary<string> = fc.letrec<{ all: string; either: string; not: string }>((tie) => ({
  all: fc
    .array(fc.oneof({ maxDepth: 2 }, condition, tie('either'), tie('not')), { minLength: 1, maxLength: 3 })
    .map((list) => list.join(' AND ')),
  either: fc.tuple(tie('all'), tie('all')).map((both) => `(${both.join(' OR ')})`),
  not: tie('all').map((inner) => `NOT (${inner})`),
})).all;
const ordered = 'ORDER BY day, id, ts';
const statement = fc.oneof(
  where.map((all) => `SELECT * FROM silver.facts WHERE ${all} ${ordered}`),
  where.map((all) => `SELECT COUNT(*), SUM(n), MIN(id) FROM silver.facts WHERE ${all}`),
  where.map((all) => `SELECT * FROM silver.facts WHERE ${all} ${ordered} LIMIT 5 OFFSET 2`),
  fc.tuple(where, where).map(([some, more]) =>
    `WITH f AS (SELECT * FROM silver.facts WHERE ${some}) SELECT f.id, f.day, COUNT(g.n) AS c FROM f
     LEFT JOIN (SELECT * FROM gold.facts WHERE ${more}) AS g ON f.day = g.day GROUP BY ALL ORDER BY ALL`),
  fc.tuple(where, where).map(([some, more]) =>
    `SELECT COUNT(*) FROM (SELECT day, id FROM silver.facts WHERE ${some} EXCEPT SELECT day, id FROM silver.facts WHERE ${more})`),
  where.map((all) => `SELECT n, COUNT(*) FILTER (WHERE ${all}) AS c FROM silver.facts GROUP BY n ORDER BY n`),
); // prettier-ignore

describe('tables that a statement may mean', () => {
  const all = ['bronze.events', 'silver.events', 'gold.mrr'];
  it.each<[string, readonly string[]]>([
    ['FROM "EVENTS"', ['bronze.events', 'silver.events']],
    ['SELECT 1', []],
    ['SHOW TABLES', all],
    ['FROM duckdb_tables()', all],
    ['FROM information_schema.tables', all],
    [`FROM query('FROM gold.mrr')`, ['gold.mrr']],
  ])('%s', (sql, expected) => {
    expect(tablesNamed(sql, all)).toEqual(expected);
  });

  it('are all of them when a name is made up', async () => {
    const plan = await explainQuery(parts, `SELECT COUNT(*) FROM query_table('fac' || 'ts')`, {}).catch(
      String,
    );
    expect(plan).toMatch(/facts is ambiguous/);
    const found = await query(parts, `SELECT COUNT(*) FROM query('FROM gold.fa' || 'cts')`, {});
    expect(found.totalRows).toBe(1);
  });
});

describe('what a statement reads', () => {
  it('gives the rows that all of the tables give', { timeout: lawTimeout(120_000) }, async () => {
    let leftOut = 0;
    await fc.assert(
      fc.asyncProperty(statement, async (sql) => {
        const pruned = await prunedRows(sql);
        leftOut += pruned.leftOut;
        expect(pruned.rows).toEqual(await rowsOn(engines.whole, sql));
      }),
      { numRuns: lawRuns(60) },
    );
    expect(leftOut).toBeGreaterThan(0);
  });

  it.each<[string, readonly (readonly [table: string, taken: number, columns: string])[]]>([
    [`SELECT n FROM silver.facts WHERE day = '2024-03-10'`, [['silver.facts', 1, 'day n']]],
    [`SELECT COUNT(*) FROM silver.facts WHERE DATE_TRUNC('month', day) = '2024-04-01'`, [['silver.facts', 3, 'day']]],
    [`FROM silver.facts WHERE day > '2024-03-20' AND total < -100000000000 LIMIT 3`, [['silver.facts', 1, 'day id n total price ratio ts flag']]],
    [`SELECT 1 FROM silver.facts AS a JOIN silver.facts AS b USING (id) WHERE a.day = '2024-03-10' AND b.day = '2024-03-01'`, [['silver.facts', 2, 'day id']]],
    [`SELECT 1 FROM silver.facts WHERE day < '2024-01-01'`, [['silver.facts', 0, 'day']]],
    [`SELECT id FROM silver.facts`, [['silver.facts', 8, 'id']]],
    [`SHOW TABLES`, []],
  ])('is no more than %s asks for', async (sql, expected) => {
    const reads = await planReads(engines.planner, tables, sql);
    expect(reads.map(({ state, scan, columns }) => [state.name, scan.taken.length, columns.join(' ')])).toEqual(expected);
    for (const { scan } of reads)
      expect(scan.taken.length + scan.leftOut.reduce((sum, each) => sum + each.files, 0)).toBe(files);
  }); // prettier-ignore

  it('can be asked for with the engine’s plan', async () => {
    const plan = await explainQuery(parts, `SELECT n FROM silver.facts WHERE day = '2024-03-10'`, {});
    expect(plan).toMatchObject({
      snapshot: 2,
      tables: [
        { table: 'silver.facts', files, taken: { files: 1, rows: rowsOfFile }, columns: ['day', 'n'] },
      ],
      enginePlan: expect.stringContaining('SEQ_SCAN') as string,
    });
    expect(plan.tables[0]?.leftOut[0]).toMatchObject({ condition: 'day = 2024-03-10' });
  });
});

describe('rows of a table', () => {
  const ids = async ({ rows: found }: { rows: AsyncIterable<readonly ResultValue[]> }) => {
    const all: ResultValue[] = [];
    for await (const row of found) all.push(row[1] ?? null);
    return all;
  };
  const all = Array.from({ length: files * rowsOfFile }, (_, at) =>
    String(factRow(Math.floor(at / rowsOfFile), at % rowsOfFile)[1]),
  );

  it.each([0, 1, 11, 12, 13, 95, 96, 500])('begin and end with %i of them', async (count) => {
    const shown = (range: { limit?: number; tail?: number }): Promise<readonly ResultValue[]> =>
      rows(parts, 'silver.facts', range).then(ids);
    expect(await shown({ limit: count })).toEqual(all.slice(0, count));
    expect(await shown({ tail: count })).toEqual(count === 0 ? [] : all.slice(-count));
  });

  it('at the end are read from the last files alone', async () => {
    const reads: string[] = [];
    const watched = { ...storage, read: (path: string) => (reads.push(path), storage.read(path)) };
    await ids(await rows({ storage: watched }, 'silver.facts', { tail: 13 }));
    expect(reads.filter((path) => path.startsWith('silver/'))).toHaveLength(2);
  });

  it('meet a condition, in an order, from either end', async () => {
    const where = `day < '2024-03-10' -- the first file`;
    const order = 'ts DESC';
    const first = all.slice(0, rowsOfFile);
    const select = (range: {
      limit?: number;
      tail?: number;
      order?: string;
    }): Promise<readonly ResultValue[]> => selectRows(parts, 'silver.facts', { where, ...range }).then(ids);
    const found = await Promise.all([select({ limit: 3 }), select({ tail: 3 }), select({ order, limit: 3 })]);
    expect(found).toEqual([first.slice(0, 3), first.slice(-3), first.toReversed().slice(0, 3)]);
  });

  it.each([
    [{ where: 'n > ' }, /^Parser Error/],
    [{ where: 'id = a' }, /"a" not found.*Text goes in single quotes: 'a'\.$/],
    [{ where: '1 = 1) OR (1 = 1' }, /^--where: found "\)" without its counterpart/],
    [{ where: '(1 = 1' }, /^--where: a bracket is not closed/],
    [{ where: '1 = 1; DROP TABLE x' }, /^--where: found ";"/],
    [{ where: ' -- nothing' }, /^--where: found nothing; expected a condition/],
    [{ order: 'nope' }, /"nope" not found/],
    [{ order: '' }, /^--order: found nothing; expected columns like/],
  ])('are not selected by %j', async (selection, message) => {
    await expect(selectRows(parts, 'silver.facts', selection)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(message) as string,
    });
  });
});
