// Results of too many columns are refused before anybody works on them; lists of other things may be as long as they are.

import { describe, expect, it } from 'vitest';
import { refuseWideList, refuseWideResult } from '../../../src/lake/read/result-width.js';

const list = (items: number): string => Array.from({ length: items }, (_, at) => `f(${at}, 1)`).join(', ');

describe('the columns of a result', () => {
  it.each([
    ['a SELECT', `SELECT ${list(10_001)}`],
    ['one behind WITH', `WITH a AS (SELECT 1 AS b)\nSELECT ${list(10_001)} FROM a`],
    ['one behind FROM', `FROM a SELECT ${list(10_001)}`],
    ['the second of a UNION', `SELECT 1 FROM a UNION select ${list(10_001)}`],
    ['one with line comments', `SELECT -- from\n${list(10_001)}`],
  ])('are refused where there are too many to carry: %s', (_, sql) => {
    expect(() => refuseWideList(sql)).toThrow(
      'The result would have over 10000 columns; expected at most 10000. Name fewer columns',
    );
  });

  it.each([
    ['as many as can be carried', `SELECT ${list(10_000)}`],
    ['rows', `SELECT count(*) FROM (VALUES ${list(20_000)}) AS v`],
    ['VALUES by itself', `VALUES ${list(20_000)}`],
    ['a list of values', `SELECT 1 FROM a WHERE b IN (${list(20_000)})`],
    ['relations and orders', `SELECT 1 FROM ${list(20_000)} ORDER BY ${list(20_000)}`],
    ['a text', `SELECT '${list(20_000)}'`],
    ['an array', `SELECT [${list(20_000)}]`],
  ])('are not seen in %s', (_, sql) => {
    expect(() => refuseWideList(sql)).not.toThrow();
  });

  it('are refused where only the engine can count them', () => {
    expect(() => refuseWideResult(10_000)).not.toThrow();
    expect(() => refuseWideResult(12_000)).toThrow('The result has 12000 columns; expected at most 10000.');
  });
});
