// Which texts count as queries, and how they are taken apart. DuckDB's own judgement of the same texts is asked in
// duckdb-wasm.test.ts; here are the ones that it must never see.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqlTokens } from '../../src/engine/sql-tokens.js';
import { requireQuery, singleStatement, statementHead } from '../../src/engine/statements.js';

const texts = (sql: string): readonly string[] => sqlTokens(sql).map(({ text }) => text);

describe('the words of a statement', () => {
  it.each<[string, readonly string[]]>([
    [`SELECT 'it''s', "a""b".c`, ['SELECT', `'it''s'`, ',', `"a""b"`, '.', 'c']],
    [`E'a\\'b' e'' x`, [`E'a\\'b'`, `e''`, 'x']],
    ['$$a;b$$ $t$;$$;$t$ $1', ['$$a;b$$', '$t$;$$;$t$', '$', '1']],
    ['a -- b\rc -- d\ne', ['a', 'c', 'e']],
    ['a /* b /* c */ d */ e', ['a', 'e']],
    ['/* no end', []],
    [`'no end`, [`'no end`]],
    ['1.5e3+é$x', ['1.5e3', '+', 'é$x']],
    ['a\u00a0b\u200bc', ['a', 'b', 'c']],
  ])('%j', (sql, words) => {
    expect(texts(sql)).toEqual(words);
  });

  it('are all of the text but blanks and comments, in order', () => {
    const piece = fc.constantFrom(
      `'`,
      `"`,
      'a',
      '1',
      '$',
      '$t$',
      ';',
      '--',
      '\n',
      '/*',
      '*/',
      ' ',
      '\\',
      `e'`,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const sql = pieces.join('');
        let end = 0;
        for (const { text, start } of sqlTokens(sql)) {
          expect(sql.slice(start, start + text.length)).toBe(text);
          expect(sql.slice(end, start)).toMatch(/^(\s|--|\/\*|$)/);
          end = start + text.length;
        }
      }),
    );
  });

  it.each([
    ['literal', `'${'x'.repeat(20_000_000)}'`],
    ['literal of quotes', `'${`''`.repeat(5_000_000)}'`],
    ['name', `"${'x'.repeat(20_000_000)}"`],
    ['comment', `/*${'/* */'.repeat(2_000_000)}*/ 1`],
  ])('may hold a very long %s', (_, text) => {
    expect(sqlTokens(`SELECT ${text}`)).toHaveLength(2);
  });
});

describe('a query', () => {
  it.each([
    'SELECT 1',
    'select 1;',
    ';'.padStart(9, 'TABLE t '),
    'WITH a AS (SELECT 1), b(x) AS (SELECT 2) SELECT update FROM b',
    'WITH RECURSIVE t(a) USING KEY (a) AS (SELECT 1) FROM t',
    'WITH a AS (SELECT 1) (SELECT * FROM a)',
    'FROM t',
    'PIVOT t ON a USING SUM(b)',
    'DESC t',
    'SHOW TABLES',
    'EXPLAIN (SELECT 1) UNION (SELECT 2)',
    'EXPLAIN (FORMAT json, ANALYZE) SELECT 1',
    '/* ; */ SELECT 1 -- ; x',
    `SELECT ';'`,
  ])('%s', (sql) => {
    expect(() => requireQuery(sql)).not.toThrow();
  });

  it.each([
    ['', /found NOTHING/],
    ['; SELECT 1', /found ;/],
    ['INSERT INTO t VALUES (1)', /found INSERT, expected a query that begins with SELECT, WITH/],
    ['WITH a AS (SELECT 1) INSERT INTO t FROM a', /found INSERT/],
    ['WITH a AS (SELECT 1), b AS (SELECT 2) DELETE FROM t', /found DELETE/],
    ['WITH a AS (SELECT 1) UPDATE t SET x = 1', /found UPDATE/],
    ['WITH a AS (SELECT 1) MERGE INTO t USING a ON true WHEN MATCHED THEN DELETE', /found MERGE/],
    ['EXPLAIN ANALYZE INSERT INTO t VALUES (1)', /found INSERT/],
    ['EXPLAIN (ANALYZE) DROP TABLE t', /found DROP/],
    ['EXPLAIN (verbose, ANALYZE) DROP TABLE t', /found DROP/],
    ['/* /* */ SELECT 1 */ DROP TABLE t', /found DROP/],
    ['-- \rDROP TABLE t', /found DROP/],
    ['SELECT 1 -- \r; DROP TABLE t', /several statements/],
    ['SELECT $1a$; DROP TABLE t; SELECT $1a$', /several statements/],
    ['SELECT 1; SELECT 2', /found several statements, expected one/],
    ['"SELECT" 1', /found "SELECT"/],
    ['SET threads = 1', /found SET/],
    ['PRAGMA version', /found PRAGMA/],
    ['COPY t TO 1', /found COPY/],
  ])('is not %j', (sql, message) => {
    expect(() => requireQuery(sql)).toThrow(message);
  });
});

describe('the head of a statement', () => {
  it('tells what an EXPLAIN is about, and whether it is run', () => {
    expect(statementHead('SELECT 1')).toEqual({ verb: 'select', explained: 'no', bodyStart: 0 });
    expect(statementHead('explain FROM t')).toEqual({ verb: 'from', explained: 'planned', bodyStart: 8 });
    expect(statementHead('explain analyze FROM t')).toMatchObject({ explained: 'run', bodyStart: 16 });
    expect(statementHead('explain (format json) FROM t')).toMatchObject({ verb: 'from', bodyStart: 22 });
  });

  it('leaves semicolons at the end away', () => {
    expect(singleStatement('SELECT 1 ; ;-- x')).toBe('SELECT 1 ');
    expect(singleStatement(`SELECT ';'`)).toBe(`SELECT ';'`);
  });
});
