// Names in statements that people read.

import { expect, it } from 'vitest';
import { readResult } from '../../src/engine/read-result.js';
import { sqlName, sqlRelation } from '../../src/engine/sql-names.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';

it('are bare where that is safe, else in quotes', () => {
  const names = ['day', 'order', 'Day', 'a b', 'say "x"', '1st'];
  expect(names.map(sqlName)).toEqual(['day', '"order"', '"Day"', '"a b"', '"say ""x"""', '"1st"']);
  expect(sqlRelation('silver.group')).toBe('silver."group"');
});

it('are bare for no word that the engine takes for its own', async () => {
  const engine = startDuckDbWasm();
  const words = await readResult(await engine.query('SELECT keyword_name AS word FROM duckdb_keywords()'));
  const bare = Array.from(words.getChild('word') ?? [], String).filter((word) => sqlName(word) === word);
  expect(bare.length).toBeGreaterThan(300);
  const cells = bare.map((word, at) => `${word} + 0 AS c${at}`).join(', ');
  const given = bare.map((word) => `1 AS "${word}"`).join(', ');
  const sql = `SELECT ${cells} FROM (SELECT ${given}) AS given`;
  const { numRows } = await readResult(await engine.query(sql));
  expect(numRows).toBe(1);
  await engine.close();
});
