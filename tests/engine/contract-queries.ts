// What every engine keeps about queries: rows, types, order, signals, its dialect, what a statement reads.

import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readResult } from '../../src/engine/read-result.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import { rowsOf, ipcOf, arrowRows } from './contract-rows.js';
import type { Trial } from './contract-trial.js';
import type { EngineManners } from './engine-manners.js';

/** Tests of queries. */
export function queriesContract(trial: Trial, manners: EngineManners): void {
  const { rows, failure, queryFailure, endless } = trial;

  describe('queries', () => {
    it('give back any rows that were registered, across batches', async () => {
      const one: ColumnDefinition = { name: 'count', type: 'long', required: false };
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 5_000, size: 'max' }), async (numbers) => {
          const streams = [ipcOf(rowsOf(numbers).select(['count']))];
          await trial.engine.register('law', { kind: 'arrow', columns: [one], streams });
          const table = await readResult(await trial.engine.query('SELECT "count" FROM law'));
          expect(Array.from(table.getChildAt(0) ?? [], Number)).toEqual(numbers);
        }),
        { numRuns: 10 },
      );
    });

    it('have the Arrow types of the lake’s columns', async () => {
      await trial.engine.register('typed', arrowRows(rowsOf([1])));
      const { schema } = await trial.engine.query('SELECT * FROM typed');
      expect(schema.fields.map(({ name, type }) => [name, String(type)])).toEqual([
        ['id', 'Utf8'],
        ['amount', String(new arrow.Decimal(4, 18, 128))],
        ['total', String(new arrow.Decimal(4, 38, 128))],
        ['day', String(new arrow.DateDay())],
        ['at', String(new arrow.TimestampMicrosecond())],
        ['count', 'Int64'],
        ['few', 'Int32'],
        ['rate', 'Float64'],
        ['is_odd', 'Bool'],
        ['raw', 'Binary'],
      ]);
    });

    it('give small decimals, narrow integers, nulls and empty texts exactly', async () => {
      const sql = `SELECT CAST(v AS DECIMAL(4, 1)) AS a, CAST(v AS DECIMAL(9, 2)) AS b, CAST(v AS DECIMAL(18, 3)) AS c,
        CAST(v AS SMALLINT) AS d, t FROM (VALUES (-12, ''), (NULL, NULL), (7, 'exactly12byt'), (0, 'thirteen byte')) AS x(v, t)`;
      const found = (await rows(sql)).map(([a, b, c, d, t]) => [
        ...[a, b, c].map((decimal) => (decimal === null ? null : Int32Array.from(decimal as Uint32Array)[0])),
        d,
        t,
      ]);
      expect(found).toEqual([
        [-120, -1200, -12_000, -12, ''],
        [null, null, null, null, null],
        [70, 700, 7000, 7, 'exactly12byt'],
        [0, 0, 0, 0, 'thirteen byte'],
      ]);
    });

    it('keep every code point, a byte order mark too', async () => {
      const text = '\uFEFFé😀\u0000x';
      const c: ColumnDefinition = { name: 'c', type: 'string', required: false };
      const table = new arrow.Table({ c: arrow.vectorFromArray([text], new arrow.Utf8()) });
      await trial.engine.register('text', { kind: 'arrow', columns: [c], streams: [ipcOf(table)] });
      expect(await rows('SELECT c FROM text')).toEqual([[text]]);
    });

    it('order text by its UTF-8 bytes', async () => {
      const words = ['z', 'ä', 'Z', 'a', '😀', '\uFFFD', 'aa', ''];
      const values = words.map((word) => `('${word}')`).join(', ');
      const ordered = (await rows(`SELECT w FROM (VALUES ${values}) AS x(w) ORDER BY w`)).flat();
      expect(ordered).toEqual(words.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it('sum integers exactly', async () => {
      const table = await readResult(await trial.engine.query('SELECT SUM(9007199254740993) AS total'));
      expect(String(table.getChildAt(0)?.get(0))).toBe('9007199254740993');
    });

    it('are answered in the order in which they were asked', async () => {
      const first = trial.engine.keep('turns', 'SELECT 1 AS n');
      const one = rows('SELECT n FROM turns');
      const second = trial.engine.keep('turns', 'SELECT 2 AS n');
      expect([await one, await rows('SELECT n FROM turns')]).toEqual([[[1]], [[2]]]);
      await Promise.all([first, second]);
    });

    it('are read while others are asked', async () => {
      await trial.engine.keep('many', `SELECT n FROM (${trial.engine.dialect.numbers(100_000)}) AS x`);
      const result = await trial.engine.query('SELECT n FROM many ORDER BY n');
      let sum = 0;
      for await (const batch of result) {
        const other = await rows('SELECT COUNT(*) FROM many');
        expect(other).toEqual([[100_000n]]);
        for (const n of batch.getChildAt(0) ?? []) sum += Number(n);
      }
      expect(sum).toBe(4_999_950_000);
    });

    it('may be left early', async () => {
      const result = await trial.engine.query(
        `SELECT n FROM (${trial.engine.dialect.numbers(1_000_000)}) AS x`,
      );
      for await (const batch of result) {
        expect(batch.numRows).toBeGreaterThan(0);
        break;
      }
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });

    it('leave the caller’s thread free', async () => {
      const ticks: string[] = [];
      const query = rows(`SELECT COUNT(*) FROM (${trial.engine.dialect.numbers(20_000_000)}) AS x`).then(() =>
        ticks.push('query'),
      );
      await new Promise((resolve) => setImmediate(resolve)).then(() => ticks.push('caller'));
      await query;
      expect(ticks).toEqual(['caller', 'query']);
    });

    it('are stopped by a signal, before, during and not after', async () => {
      const before = await failure(trial.engine.query(endless(), { signal: AbortSignal.abort() }));
      const during = await failure(
        (async () => readResult(await trial.engine.query(endless(), { signal: AbortSignal.timeout(50) })))(),
      );
      const kept = await failure(
        trial.engine.keep('endless', endless(), { signal: AbortSignal.timeout(50) }),
      );
      expect([before.code, during.code, kept.code]).toEqual(['interrupted', 'interrupted', 'interrupted']);
      const controller = new AbortController();
      expect(
        await readResult(await trial.engine.query('SELECT 1', { signal: controller.signal })),
      ).toHaveProperty('numRows', 1);
      controller.abort();
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });

    it('say on one line what is wrong', async () => {
      const { complaints } = manners;
      const cases: readonly (readonly [string, RegExp])[] = [
        ['SELECT FROM FROM', complaints.syntax],
        ['SELECT nope FROM nowhere', complaints.missing],
        [
          `SELECT CAST('a' || ${trial.engine.dialect.text('n')} AS INT) FROM (${trial.engine.dialect.numbers(9)}) AS r`,
          complaints.conversion,
        ],
      ];
      for (const [sql, message] of cases) {
        const { code, message: found } = await queryFailure(sql);
        expect(found).toMatch(message);
        expect(found).not.toContain('\n');
        expect(code).toBe('invalid-input');
      }
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });
  });

  describe('the dialect', () => {
    it('names columns and relations whatever is in them', async () => {
      const { quoted, relation } = trial.engine.dialect;
      await trial.engine.keep('odd layer.odd"table', `SELECT 1 AS ${quoted('a"b c')}`);
      expect(await rows(`SELECT ${quoted('a"b c')} FROM ${relation('odd layer.odd"table')}`)).toEqual([[1]]);
    });

    it('has numbers, and text of everything', async () => {
      const { numbers, text } = trial.engine.dialect;
      expect(await rows(`SELECT n FROM (${numbers(3)}) AS x ORDER BY n`)).toEqual([[0], [1], [2]]);
      expect(await rows(`SELECT ${text("DATE '2024-02-29'")}, ${text('1.50')}, ${text('NULL')}`)).toEqual([
        ['2024-02-29', '1.50', null],
      ]);
    });
  });

  describe('relationsOf', () => {
    it.each<[string, readonly string[]]>([
      ['SELECT * FROM silver.users u JOIN gold.x ON u.a = x.a, plain', ['gold.x', 'plain', 'silver.users']],
      ['WITH w AS (SELECT u.users FROM a.b u) SELECT w.users FROM w', ['a.b']],
      ['SELECT 1 WHERE EXISTS (SELECT x.y FROM "o d"."t""x" AS x) -- FROM no.thing', ['o d.t"x']],
      [`SELECT 'é', 'from a.b', a.* FROM silver.t AS a /* FROM c.d */`, ['silver.t']],
      ['SELECT 1', []],
    ])('of %s', async (sql, names) => {
      expect(await trial.engine.relationsOf(sql)).toEqual(names);
    });

    it('does not depend on which relations there are', async () => {
      await trial.engine.register('silver.known', arrowRows());
      expect(await trial.engine.relationsOf('SELECT k.nope FROM silver.known AS k')).toEqual([
        'silver.known',
      ]);
    });

    it('refuses what is no SQL', async () => {
      expect((await failure(trial.engine.relationsOf('SELECT FROM'))).code).toBe('invalid-input');
    });
  });
}
