// How DuckDB's plan of a statement is read: relations, columns, and the conditions of which there is no doubt.

import { afterAll, describe, expect, it } from 'vitest';
import { scansOfPlan, type RelationColumns, type RelationScan } from '../../src/engine/query-scans.js';
import type { FieldType } from '../../src/format/schema.js';
import { engines } from './engines.js';

const columnsOf = (types: Readonly<Record<string, FieldType>>) =>
  Object.entries(types).map(([name, type]) => ({ name, type, required: true }));

const relations: RelationColumns = {
  'gold.t': columnsOf({ day: 'date', a: 'int', b: 'long', x: 'double', s: 'string', d: 'decimal(18,4)', ts: 'timestamp', f: 'boolean' }),
  'gold.u': columnsOf({ a: 'int', day: 'date', extra: 'string' }),
  'silver.two': columnsOf({ id: 'string', day: 'date' }),
  'gold.two': columnsOf({ id: 'string', total: 'long' }),
}; // prettier-ignore

describe.each(engines)('$name', ({ start }) => {
  const engine = start();
  afterAll(() => engine.close());

  const scans = (sql: string): Promise<readonly RelationScan[]> => engine.scansOf(sql, relations);
  const columnsRead = async (sql: string): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries((await scans(sql)).map(({ relation, columns }) => [relation, columns.join(' ')]));
  const conditions = async (where: string): Promise<unknown> => {
    const [scan] = await scans(`SELECT COUNT(*) FROM gold.t WHERE ${where}`);
    return { ...scan?.conditions };
  };

  describe('relations and columns', () => {
    it.each<[string, Readonly<Record<string, string>>]>([
    ['SELECT COUNT(*) FROM gold.t', { 'gold.t': '' }],
    ['FROM t', { 'gold.t': 'day a b x s d ts f' }],
    ['SELECT "S" FROM "GOLD"."T"', { 'gold.t': 's' }],
    ['SELECT COUNT(*) FROM t WHERE s = \'y\'', { 'gold.t': 's' }],
    ['SELECT x FROM t JOIN u USING (a)', { 'gold.t': 'a x', 'gold.u': 'a' }],
    ['SELECT COUNT(x) FROM t NATURAL JOIN u', { 'gold.t': 'day a x', 'gold.u': 'a day' }],
    ['SELECT 1 FROM t ASOF JOIN u ON t.a = u.a AND t.day >= u.day', { 'gold.t': 'day a', 'gold.u': 'a day' }],
    ['SELECT b FROM t POSITIONAL JOIN u', { 'gold.t': 'b', 'gold.u': '' }],
    ['SELECT m FROM u, LATERAL (SELECT MAX(b) AS m FROM t WHERE t.a = u.a)', { 'gold.t': 'a b', 'gold.u': 'a' }],
    ['SELECT 1 WHERE EXISTS (SELECT u.* FROM gold.u AS u WHERE u.extra IS NULL)', { 'gold.u': 'extra' }],
    ['WITH t AS (SELECT 1 AS a) SELECT * FROM t', {}],
    ['WITH w AS (SELECT a FROM t) SELECT * FROM w UNION SELECT a FROM u', { 'gold.t': 'a', 'gold.u': 'a' }],
    ['SELECT id FROM silver.two', { 'silver.two': 'id' }],
    ['VALUES (1)', {}],
    ['SELECT i FROM range(3) AS t(i) -- FROM u', {}],
    ["SELECT 'FROM gold.t', /* FROM u */ 1", {}],
    ['SHOW TABLES', {}],
    ['DESCRIBE t', {}],
    ['SUMMARIZE u', { 'gold.u': 'a day extra' }],
    ['EXPLAIN ANALYZE SELECT a FROM u', { 'gold.u': 'a' }],
    ['PIVOT u ON a IN (SELECT a FROM t) USING COUNT(*)', { 'gold.u': 'a day extra', 'gold.t': 'day a b x s d ts f' }],
    ['SELECT 1 FROM t WHERE a = 1 AND 1 = 2', {}],
    ['SELECT COLUMNS(\'^[ab]$\') FROM t', { 'gold.t': 'a b' }],
  ])('of %s', async (sql, expected) => {
    expect(await columnsRead(sql)).toEqual(expected);
  }); // prettier-ignore

    it('that are not there, or are two, are told by the engine', async () => {
      await expect(scans('SELECT * FROM nope')).rejects.toThrow(
        /^Catalog Error: Table with name nope does not/,
      );
      await expect(scans('SELECT * FROM two')).rejects.toThrow(
        /^Catalog Error: Table with name two does not/,
      );
      await expect(scans('SELECT rowid FROM gold.t')).rejects.toThrow(/column "rowid" not found/);
      await expect(scans('SELECT nope FROM t')).rejects.toThrow(/^Binder Error: Referenced column "nope"/);
    });

    it('are asked about without leaving anything behind', async () => {
      await scans('SELECT * FROM t');
      await expect(engine.query('SELECT * FROM gold.t')).rejects.toThrow(/does not exist/);
      await engine.keep('gold.t', 'SELECT 1 AS a');
      await engine.query('SELECT * FROM gold.t');
      await engine.reset();
    });
  });

  describe('conditions', () => {
    it.each<[string, unknown]>([
    [`day >= '2024-01-01' AND day < DATE '2024-02-01'`, { day: [{ op: '>=', value: '2024-01-01' }, { op: '<', value: '2024-02-01' }] }],
    [`DATE_TRUNC('month', day) = '2024-01-01'`, { day: [{ op: '>=', value: '2024-01-01' }, { op: '<', value: '2024-02-01' }] }],
    ['a = 5 AND b > -7', { a: [{ op: '=', value: 5 }], b: [{ op: '>', value: '-7' }] }],
    ['a IN (1, 3, 9)', { a: [{ op: 'in', values: [1, 3, 9] }] }],
    [`s IN ('x', 'it''s')`, { s: [{ op: 'in', values: ['x', `it's`] }] }],
    [`s LIKE 'ab%'`, { s: [{ op: '>=', value: 'ab' }, { op: '<', value: 'ac' }] }],
    ['x <= 1.5 AND d = 2', { x: [{ op: '<=', value: 1.5 }], d: [{ op: '=', value: '2.0000' }] }],
    [`ts < '2024-01-01 01:02:03.5'`, { ts: [{ op: '<', value: '2024-01-01T01:02:03.500000Z' }] }],
    ['a IS NULL AND s IS NOT NULL', { a: [{ op: 'is null' }], s: [{ op: 'is not null' }] }],
    [`s = 'a=1' AND a <> 1`, { s: [{ op: '=', value: 'a=1' }] }],
  ])('are taken from %s', async (where, expected) => {
    expect(await conditions(where)).toEqual(expected);
  }); // prettier-ignore

    it.each([
      `(a = 1 AND a < 5) OR a = 9`,
      `a = 1 OR b = 2`,
      `s = 'x' OR s = 'y'`,
      `s > 'x' AND s < 'z' OR s = 'a'`,
      `NOT (a = 1)`,
      `a = NULL::INT OR s = 'x'`,
      `s = 'x' || CHR(10) || 'a=1'`,
      `s = 'x' || CHR(10) || 'a=1' || CHR(10)`,
      `s = CHR(0)`,
      `LOWER(s) = 'x'`,
      `x = 'nan'::DOUBLE OR x > 1e300`,
      `x > 1e300`,
      `day > '12024-01-01'`,
      `day = 'infinity'`,
      `f`,
      `d > 0.00001`,
      `a % 2 = 0`,
    ])('are not taken from %s', async (where) => {
      expect(await conditions(where)).toEqual({});
    });

    it('hold for rows that a LIMIT looks up again', async () => {
    const found = await scans(`SELECT * FROM t WHERE day > '2024-01-01' ORDER BY a DESC LIMIT 3`);
    expect(found).toMatchObject([{ relation: 'gold.t', conditions: { day: [{ op: '>', value: '2024-01-01' }] } }]);
    expect(found[0]?.columns).toHaveLength(8);
  }); // prettier-ignore

    it('are no conditions of an outer join’s other side', async () => {
      const [left, right] = await scans(`SELECT * FROM t LEFT JOIN u ON t.a = u.a AND u.day = '2024-01-01'`);
      expect(left).toMatchObject({ relation: 'gold.t', conditions: {} });
      expect(right?.conditions).toMatchObject({ day: [{ op: '=', value: '2024-01-01' }] });
    });

    it('are not taken from names that could be read as conditions', () => {
      const columns = columnsOf({ 'a=1 AND b': 'int', a: 'int' });
      const plan = JSON.stringify([{ extra_info: { Table: 't', Filters: 'a=1 AND b=5' } }]);
      expect(scansOfPlan(plan, { t: columns })[0]?.conditions).toEqual({});
    });
  });
});
