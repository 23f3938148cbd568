// Every type that the engine has, as results show it: by the rules of cli.md where it has one, else as DuckDB prints it.

import { afterAll, describe, expect, it } from 'vitest';
import type { ResultValue } from '../../../src/lake/read/row-set.js';
import { statementResult } from '../../../src/lake/read/statement-result.js';
import { engines } from '../../engine/engines.js';

interface Shown {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly rows: readonly (readonly ResultValue[])[];
}

describe.each(engines)('$name', ({ start }) => {
  const engine = start();
  afterAll(() => engine.close());

  async function show(sql: string): Promise<Shown> {
    const { columns, rows, totalRows } = await statementResult(engine, sql);
    const all = [...rows];
    expect(totalRows).toBe(all.length);
    return {
      types: columns.map(({ typeName }) => typeName),
      names: columns.map(({ name }) => name),
      rows: all,
    };
  }

  /** Expressions, their types and what is shown; each is also asked for in a second row, where it is null. */
  type Example = readonly [expression: string, type: string, shown: ResultValue];

  async function expectShown(examples: readonly Example[]): Promise<void> {
    const values = examples.map(([expression], at) => `${expression} AS v${at}`).join(',\n');
    const { types, rows } = await show(
      `SELECT t.* EXCLUDE (k) FROM range(2) AS r(n) LEFT JOIN (SELECT 0 AS k, ${values}) AS t ON t.k = r.n ORDER BY n`,
    );
    expect(types).toEqual(examples.map(([, type]) => type));
    expect(rows).toEqual([examples.map(([, , shown]) => shown), examples.map(() => null)]);
  }

  /** Of those the text is DuckDB's own. */
  async function expectPrinted(expressions: readonly string[]): Promise<void> {
    const { rows } = await show(
      `SELECT ${expressions.join(', ')}, ${expressions.map((each) => `CAST(${each} AS VARCHAR)`).join(', ')}`,
    );
    const [row = []] = rows;
    expect(row.slice(0, expressions.length)).toEqual(row.slice(expressions.length));
    expect(row).not.toContain(null);
  }

  describe('single values', () => {
    it('are JSON’s own where JSON has them', () =>
      expectShown([
        ['true', 'BOOLEAN', true],
        ['false', 'BOOLEAN', false],
        [`'it''s'`, 'VARCHAR', `it's`],
        ['(-128)::TINYINT', 'TINYINT', -128],
        ['(-32768)::SMALLINT', 'SMALLINT', -32768],
        ['-2147483647', 'INTEGER', -2147483647],
        ['255::UTINYINT', 'UTINYINT', 255],
        ['65535::USMALLINT', 'USMALLINT', 65535],
        ['4294967295::UINTEGER', 'UINTEGER', 4294967295],
        ['0.1::DOUBLE', 'DOUBLE', 0.1],
        ['0.1::FLOAT', 'FLOAT', 0.1],
        ['16777217::FLOAT', 'FLOAT', 16777216],
      ]));

    it('are text where a number would not be safe', () =>
    expectShown([
      ['9007199254740991', 'BIGINT', 9007199254740991],
      ['9007199254740993', 'BIGINT', '9007199254740993'],
      ['(-9223372036854775807)', 'BIGINT', '-9223372036854775807'],
      ['5::UBIGINT', 'UBIGINT', 5],
      ['18446744073709551615::UBIGINT', 'UBIGINT', '18446744073709551615'],
      ['5::HUGEINT', 'HUGEINT', 5],
      ['170141183460469231731687303715884105727', 'HUGEINT', '170141183460469231731687303715884105727'],
      ['340282366920938463463374607431768211455::UHUGEINT', 'UHUGEINT', '340282366920938463463374607431768211455'],
      [`'-123456789012345678901234567890123456789012345678901'::BIGNUM`, 'BIGNUM', '-123456789012345678901234567890123456789012345678901'],
      ['7::BIGNUM', 'BIGNUM', 7],
    ])); // prettier-ignore

    it('keep the scale of decimals of any width', () =>
      expectShown([
        ['1.5::DECIMAL(4,1)', 'DECIMAL(4,1)', '1.5'],
        ['(-0.05)::DECIMAL(9,3)', 'DECIMAL(9,3)', '-0.050'],
        ['12.5::DECIMAL(18,4)', 'DECIMAL(18,4)', '12.5000'],
        ['1::DECIMAL(38,37)', 'DECIMAL(38,37)', `1.${'0'.repeat(37)}`],
        ['12::DECIMAL(5,0)', 'DECIMAL(5,0)', '12'],
      ]));

    it('are the engine’s words where JSON has no number', () =>
      expectShown(
        ['DOUBLE', 'FLOAT'].flatMap((type) =>
          ['nan', 'inf', '-inf'].map((text): Example => [`'${text}'::${type}`, type, text]),
        ),
      ));

    it('are days and instants in ISO form, at any distance', () =>
      expectShown([
        [`DATE '2024-02-29'`, 'DATE', '2024-02-29'],
        [`DATE '0001-01-01'`, 'DATE', '0001-01-01'],
        [`'290000-03-01'::DATE`, 'DATE', '290000-03-01'],
        [`'0044-03-15 (BC)'::DATE`, 'DATE', '0044-03-15 (BC)'],
        [`'infinity'::DATE`, 'DATE', 'infinity'],
        [`'-infinity'::DATE`, 'DATE', '-infinity'],
        [`TIMESTAMP '2024-02-29 12:00:00.000001'`, 'TIMESTAMP', '2024-02-29T12:00:00.000001Z'],
        [`TIMESTAMP '2300-01-01 00:00:00.000001'`, 'TIMESTAMP', '2300-01-01T00:00:00.000001Z'],
        [`TIMESTAMP '0001-01-01 00:00:00'`, 'TIMESTAMP', '0001-01-01T00:00:00.000000Z'],
        [`TIMESTAMP '290000-01-01 00:00:00'`, 'TIMESTAMP', '+290000-01-01T00:00:00.000000Z'],
        [`TIMESTAMP '0044-03-15 (BC) 01:02:03.5'`, 'TIMESTAMP', '-000043-03-15T01:02:03.500000Z'],
        [`TIMESTAMP 'infinity'`, 'TIMESTAMP', 'infinity'],
        [`TIMESTAMP '-infinity'`, 'TIMESTAMP', '-infinity'],
        [`TIMESTAMP_S '1969-12-31 23:59:59'`, 'TIMESTAMP_S', '1969-12-31T23:59:59.000000Z'],
        [`TIMESTAMP_S 'infinity'`, 'TIMESTAMP_S', 'infinity'],
        [`TIMESTAMP_MS '2024-02-29 12:00:00.5'`, 'TIMESTAMP_MS', '2024-02-29T12:00:00.500000Z'],
        [`TIMESTAMP_NS '2024-02-29 12:00:00.123456789'`, 'TIMESTAMP_NS', '2024-02-29T12:00:00.123456789Z'],
        [`TIMESTAMP_NS '1969-12-31 23:59:59.999999999'`, 'TIMESTAMP_NS', '1969-12-31T23:59:59.999999999Z'],
        [`TIMESTAMPTZ '2024-02-29 12:00:00+02'`, 'TIMESTAMP WITH TIME ZONE', '2024-02-29T10:00:00.000000Z'],
      ]));

    it('are bytes as the text that they are, or as DuckDB prints them', () =>
      expectShown([
        [String.raw`'abc "é'::BLOB`.replace('é', String.raw`\xC3\xA9`), 'BLOB', 'abc "é'],
        [String.raw`'\xAA\x00a"'::BLOB`, 'BLOB', String.raw`\xAA\x00a\x22`],
        [String.raw`'a\x00'::BLOB`, 'BLOB', String.raw`a\x00`],
        [`''::BLOB`, 'BLOB', ''],
      ]));

    it('of all other types are what DuckDB prints', async () => {
      await expectShown([
        [`'b'::ENUM('a', 'b')`, `ENUM('a', 'b')`, 'b'],
        [`'it''s'::ENUM('a(', 'it''s', '),')`, `ENUM('a(', 'it''s', '),')`, `it's`],
        [`TIME '12:30:00'`, 'TIME', '12:30:00'],
        [`TIMETZ '12:30:00+02'`, 'TIME WITH TIME ZONE', '12:30:00+02'],
        [`TIME_NS '12:30:00.123456789'`, 'TIME_NS', '12:30:00.123456789'],
        [`INTERVAL '1 year 2 days 3 seconds'`, 'INTERVAL', '1 year 2 days 00:00:03'],
        [`'0010101'::BIT`, 'BIT', '0010101'],
        [`UUID 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'`, 'UUID', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
        [`42::VARIANT`, 'VARIANT', '42'],
      ]);
      await expectPrinted([
      ...[`TIME '00:00:00.000001'`, `INTERVAL '-1 month 04:00:00.5'`, `INTERVAL 0 DAYS`, `BITSTRING('1', 33)`],
      ...[`ENUM_FIRST(NULL::ENUM('x', 'y'))`, `UUID '00000000-0000-0000-0000-000000000000'`, `TIMETZ '00:00:00-15:59'`],
      ...[`DATE '9999-12-31'`, `DATE '0001-01-01' - 1`, `'5881580-07-10'::DATE`, `'5877642-06-25 (BC)'::DATE`],
      ...[String.raw`'\x01\xFF\x27''"\x5C'::BLOB`],
    ]); // prettier-ignore
    });

    it('name a null as what DuckDB takes it for', async () => {
      expect(await show('SELECT NULL AS n')).toEqual({ types: ['INTEGER'], names: ['n'], rows: [[null]] });
    });
  });

  it('are read whatever the type, at both of its ends', async () => {
    const { columns } = await statementResult(engine, 'FROM test_all_types()');
    const names = columns.map(({ name }) => name);
    const { rows } = await show('FROM test_all_types()');
    expect([rows.length, rows[2]]).toEqual([3, names.map(() => null)]);
    const printed = await show(`SELECT ${names.map((name) => `CAST("${name}" AS VARCHAR)`).join(', ')} FROM test_all_types()`);
    const hasRule = /^(BOOLEAN|.*INT(EGER)?|DECIMAL.*|FLOAT|DOUBLE|TIMESTAMP.*|BLOB|BIGNUM)$/;
    for (const [at, { type, typeName }] of columns.entries())
      if (type.kind === 'scalar' && !hasRule.test(typeName))
        expect([typeName, ...rows.map((row) => row[at])]).toEqual([typeName, ...printed.rows.map((row) => row[at])]);
  }); // prettier-ignore

  describe('nested values', () => {
    it('are JSON with the same rules for their parts', () =>
    expectShown([
      ['[1, NULL, 3]', 'INTEGER[]', [1, null, 3]],
      ['[]::INTEGER[]', 'INTEGER[]', []],
      [`[[DATE '2024-01-01'], [], NULL]`, 'DATE[][]', [['2024-01-01'], [], null]],
      ['[9007199254740993, 1]', 'BIGINT[]', ['9007199254740993', 1]],
      [`['nan'::DOUBLE, 0.5]`, 'DOUBLE[]', ['nan', 0.5]],
      ['[1, 2]::INTEGER[2]', 'INTEGER[2]', [1, 2]],
      [`[TIME '01:02:03', NULL]::TIME[2]`, 'TIME[2]', ['01:02:03', null]],
      [`{'a': 1.50, 'b c': NULL::DATE}`, 'STRUCT(a DECIMAL(3,2), "b c" DATE)', { a: '1.50', 'b c': null }],
      [`{'e': 'x'::ENUM('x'), 't': [INTERVAL 1 DAY]}`, `STRUCT(e ENUM('x'), t INTERVAL[])`, { e: 'x', t: ['1 day'] }],
      [`{'q"': {'select': [1::HUGEINT]}}`, 'STRUCT("q""" STRUCT("select" HUGEINT[]))', { 'q"': { select: [1] } }],
      [`ROW(1, TIME '01:02:03')`, 'STRUCT(INTEGER, TIME)', [1, '01:02:03']],
      [`ROW(TIMESTAMPTZ '2024-01-01 00:00:00+00', TIMETZ '01:00:00+00')`, 'STRUCT(TIMESTAMP WITH TIME ZONE, TIME WITH TIME ZONE)', ['2024-01-01T00:00:00.000000Z', '01:00:00+00']],
      [`MAP {'k': 1, '__proto__': NULL}`, 'MAP(VARCHAR, INTEGER)', JSON.parse('{"k": 1, "__proto__": null}') as ResultValue],
      [`MAP {DATE '2024-01-01': [TRUE]}`, 'MAP(DATE, BOOLEAN[])', { '2024-01-01': [true] }],
      [`MAP {1: '1'::BIT}`, 'MAP(INTEGER, BIT)', { 1: '1' }],
      ['MAP {}', 'MAP(INTEGER, INTEGER)', {}],
      ['UNION_VALUE(num := 2)', 'UNION(num INTEGER)', { num: 2 }],
      [`(TIME '01:02:03')::UNION(n INTEGER, t TIME)`, 'UNION(n INTEGER, t TIME)', { t: '01:02:03' }],
      [`[(1)::UNION(n INTEGER, t TIME), NULL]`, 'UNION(n INTEGER, t TIME)[]', [{ n: 1 }, null]],
      [`{'v': 1::VARIANT}`, 'STRUCT(v VARIANT)', { v: '1' }],
      [String.raw`['\xFF'::BLOB]`, 'BLOB[]', [String.raw`\xFF`]],
    ])); // prettier-ignore

    it('keep their rows apart', async () => {
      const sql = `SELECT CASE WHEN i % 3 > 0 THEN RANGE(i) END AS l, {'a': i, 'b': [TIME '00:00:00'] } AS s
      FROM range(300) AS r(i) ORDER BY i`;
      const { rows } = await show(sql);
      expect(rows).toEqual(
        Array.from({ length: 300 }, (_, i) => [
          i % 3 > 0 ? Array.from({ length: i }, (__, at) => at) : null,
          { a: i, b: ['00:00:00'] },
        ]),
      );
    });
  });

  describe('a result', () => {
    it('has the names and the order of the statement, whatever is cast', async () => {
      expect(await show(`SELECT 2 AS a, INTERVAL 1 DAY AS a, 'x' AS "q""" ORDER BY 1; -- done`)).toEqual({
        types: ['INTEGER', 'INTERVAL', 'VARCHAR'],
        names: ['a', 'a', 'q"'],
        rows: [[2, '1 day', 'x']],
      });
      const { rows } = await show('SELECT i, CAST(i AS HUGEINT) FROM range(300000) AS r(i) ORDER BY i DESC');
      expect(rows.every(([a, b], at) => a === 299_999 - at && b === a)).toBe(true);
    });

    it.each<[string, readonly (readonly ResultValue[])[]]>([
    ['VALUES (1, TIME \'01:00:00\')', [[1, '01:00:00']]],
    ['WITH w AS (SELECT 1::BIT AS b) FROM w', [['00000000000000000000000000000001']]],
    ['(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1', [[1], [2]]],
    [`PIVOT (VALUES ('a', TIME '01:00:00'), ('b', NULL)) t(k, v) ON k USING FIRST(v)`, [['01:00:00', null]]],
    ['SHOW TABLES', []],
    ['DESCRIBE SELECT 1::UUID AS u', [['u', 'UUID', 'YES', null, null, null]]],
  ])('of %s', async (sql, expected) => {
    expect((await show(sql)).rows).toEqual(expected);
  }); // prettier-ignore

    it('of SUMMARIZE and EXPLAIN is text', async () => {
      expect((await show('SUMMARIZE SELECT 1 AS a')).rows[0]?.slice(0, 4)).toEqual([
        'a',
        'INTEGER',
        '1',
        '1',
      ]);
      expect((await show('EXPLAIN SELECT 1')).rows[0]?.[1]).toContain('DUMMY_SCAN');
      expect((await show('EXPLAIN ANALYZE SELECT 1')).rows[0]?.[0]).toBe('analyzed_plan');
    });
  });
});
