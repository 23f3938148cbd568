// Every model keeps the rules of portable SQL; every rule sees its violation.

import { describe, expect, it } from 'vitest';
import { violations } from './portable-sql.js';
import { readProject } from '../../src/project/read-project.js';
import { loadModels } from './built-in-saas.js';

const models = loadModels();
const { models: files } = await readProject('pipelines/saas');

describe('portable SQL', () => {
  it.each(models)('$table.name', ({ sql }) => {
    expect(violations(sql)).toEqual([]);
  });

  it.each(files)('$table opens with its meaning', ({ header, sql }) => {
    expect(header.description).toMatch(/^\S[^]{20,}\.\s*$/);
    expect(sql.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('violations', () => {
  const select = (rest: string): string => `SELECT CAST(a AS BIGINT) AS a ${rest}`;

  it.each<[string, RegExp]>([
    [select('FROM t LEFT JOIN u ON t.a = u.a AND u.b > 3'), /LEFT JOIN on more/],
    [select("FROM t LEFT JOIN u ON t.a = u.a AND u.kind = 'x'"), /LEFT JOIN on more/],
    [select('FROM t LEFT JOIN (SELECT b FROM u) AS v ON t.a = v.b + 1 WHERE a > 1'), /LEFT JOIN on more/],
    [select('FROM t ORDER BY a'), /ORDER BY without NULLS.*: a/],
    [select('FROM t ORDER BY a NULLS LAST, b DESC LIMIT 3'), /ORDER BY without NULLS.*: b desc/],
    [
      'SELECT CAST(ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) AS BIGINT) AS n FROM t',
      /ORDER BY without NULLS/,
    ],
    ['SELECT a FROM t', /output column without CAST/],
    [
      'WITH w AS (SELECT 1 AS a) SELECT CAST(a AS INT) AS a, COUNT(*) AS n FROM w',
      /output column without CAST.*count/,
    ],
    ['SELECT CAST(a AS INT) FROM t', /output column without CAST/],
    [select('FROM t WHERE b > c + INTERVAL 1 DAY'), /not portable: INTERVAL/],
    ['SELECT CAST(AVG(a) AS DOUBLE) AS a FROM t', /not portable: AVG/],
    ['SELECT CAST(a AS VARCHAR) AS a FROM t', /not portable: VARCHAR/],
    [select('FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a NULLS LAST) = 1'), /not portable: QUALIFY/],
    [select('FROM t AS at'), /a name that is a keyword elsewhere: at/],
    ["SELECT CAST(DATE_TRUNC('week', a) AS TIMESTAMP) AS a FROM t", /DATE_TRUNC without/],
    [select("FROM t WHERE b = DATE_TRUNC('month', c)"), /DATE_TRUNC without/],
    ['SELECT CAST(a / b AS DOUBLE) AS a FROM t', /a ratio not of/],
    ['SELECT CAST(a AS DOUBLE) / CAST(b AS DOUBLE) AS a FROM t', /a ratio not of/],
    [select('FROM t WHERE "b" = 1'), /a quoted identifier/],
    [select("FROM t WHERE b = 'it''s'"), /a literal with a quote/],
    [select("FROM t WHERE b = 'a\\n'"), /a literal with a quote or backslash/],
    [select('FROM t WHERE b = c::INT'), /a cast with ::/],
    ['SELECT CAST(a AS INT) AS a, FROM t', /a trailing comma/],
    [select('FROM (SELECT DISTINCT ON (b) a FROM t) AS u'), /DISTINCT ON/],
    ['SELECT CAST(COUNT(DISTINCT a) OVER (PARTITION BY b) AS BIGINT) AS a FROM t', /DISTINCT in a window/],
  ])('of %s', (sql, message) => {
    expect(violations(sql).join('\n')).toMatch(message);
  });

  it.each([
    select('FROM t LEFT JOIN u ON t.a = u.a AND u.b = t.b WHERE u.c > 3'),
    "SELECT CAST(a AS DOUBLE) / CAST(NULLIF(b, 0) AS DOUBLE) AS c, CAST(DATE_TRUNC('week', d) AS DATE) AS e FROM t",
    select('FROM t ORDER BY a DESC NULLS LAST, b NULLS FIRST LIMIT 3 -- INTERVAL'),
    "SELECT CAST(COUNT(DISTINCT a) AS BIGINT) AS n FROM t WHERE b = 'interval'",
  ])('none in %s', (sql) => {
    expect(violations(sql)).toEqual([]);
  });
});
