// The engine's contract, against the real DuckDB-WASM on its thread.

import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isLakeError, type LakeError } from '../../src/common/errors.js';
import { startDuckDbWasm } from '../../src/engine/duckdb-wasm.js';
import type { Engine } from '../../src/engine/engine.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import { encodeParquet } from '../../src/parquet/file.js';

const engine = startDuckDbWasm();
afterAll(() => engine.close());

const columns: readonly ColumnDefinition[] = [
  { name: 'id', type: 'string', required: true },
  { name: 'amount', type: 'decimal(18,4)', required: false },
  { name: 'day', type: 'date', required: false },
  { name: 'at', type: 'timestamp', required: false },
  { name: 'count', type: 'long', required: false },
];

/** One row for each number: every column in the type that the lake's files have. */
function rowsOf(numbers: readonly number[]): arrow.Table {
  const fixed = (type: arrow.DataType, data: ArrayBufferView): arrow.Vector =>
    arrow.makeVector(arrow.makeData({ type, length: numbers.length, data } as never));
  return new arrow.Table({
    id: arrow.vectorFromArray(
      numbers.map((n) => `é${n}`),
      new arrow.Utf8(),
    ),
    amount: fixed(new arrow.Decimal(4, 18, 128), Uint32Array.from(numbers.flatMap((n) => [n, 0, 0, 0]))),
    day: fixed(
      new arrow.DateDay(),
      Int32Array.from(numbers, () => 19_792),
    ),
    at: fixed(
      new arrow.TimestampMicrosecond('UTC'),
      BigInt64Array.from(numbers, (n) => 1_710_000_000_123_456n + BigInt(n)),
    ),
    count: fixed(new arrow.Int64(), BigInt64Array.from(numbers, BigInt)),
  });
}
const ipcOf = (table: arrow.Table): Uint8Array => arrow.tableToIPC(table, 'stream');
const textRow = (n: number): readonly string[] => [
  `é${n}`,
  (n / 10_000).toFixed(4),
  '2024-03-10',
  `2024-03-09 16:00:00.${123_456 + n}`,
  String(n),
];

async function rows(sql: string, on: Engine = engine): Promise<readonly (readonly unknown[])[]> {
  const table = arrow.tableFromIPC(await on.query(sql));
  return (table.toArray() as arrow.StructRow[]).map((row) => Object.values<unknown>(row.toJSON()));
}
const texts = (relation: string): Promise<readonly (readonly unknown[])[]> =>
  rows(
    `SELECT ${columns.map(({ name }) => `CAST("${name}" AS VARCHAR)`).join(', ')} FROM ${relation} ORDER BY "count"`,
  );
const failure = async (work: Promise<unknown>): Promise<LakeError> => {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (!isLakeError(error)) throw new Error(`not a LakeError: ${String(error)}`);
  return error;
};

describe('relations', () => {
  it('take Arrow rows of every type exactly, in any number of appends', async () => {
    await engine.create('silver.t', columns);
    await engine.append('silver.t', { kind: 'arrow', ipc: ipcOf(rowsOf([1, 2])) });
    await engine.append('silver.t', { kind: 'arrow', ipc: ipcOf(rowsOf([3])) });
    expect(await texts('silver.t')).toEqual([1, 2, 3].map(textRow));
  });

  it('are empty after create, also when they had rows', async () => {
    await engine.create('silver.again', columns);
    await engine.append('silver.again', { kind: 'arrow', ipc: ipcOf(rowsOf([1])) });
    await engine.create('silver.again', columns);
    expect(await texts('silver.again')).toEqual([]);
  });

  it('take Parquet files, of which only the named columns are read', async () => {
    await engine.create('silver.files', columns);
    const files = [encodeParquet(rowsOf([1])), encodeParquet(rowsOf([2, 3]))];
    await engine.append('silver.files', { kind: 'parquet', files, columns: columns.map(({ name }) => name) });
    const narrow = [encodeParquet(rowsOf([4]))];
    await engine.append('silver.files', { kind: 'parquet', files: narrow, columns: ['count', 'id'] });
    expect(await texts('silver.files')).toEqual([...[1, 2, 3].map(textRow), ['é4', null, null, null, '4']]);
  });

  it('take columns by name, in any order, missing ones as null', async () => {
    await engine.create('silver.named', columns);
    const table = rowsOf([7]).select(['count', 'day', 'id']);
    await engine.append('silver.named', { kind: 'arrow', ipc: ipcOf(table) });
    expect(await texts('silver.named')).toEqual([['é7', null, '2024-03-10', null, '7']]);
  });

  it('take streams without rows, dictionaries, and views of a larger buffer', async () => {
    await engine.create('odd', [{ name: 'c', type: 'string', required: false }]);
    const dictionary = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
    const table = new arrow.Table({ c: arrow.vectorFromArray(['a', null, 'a'], dictionary) });
    const bytes = ipcOf(table);
    const view = new Uint8Array(bytes.length + 16).subarray(8, bytes.length + 8);
    view.set(bytes);
    await engine.append('odd', { kind: 'arrow', ipc: view });
    const none = new arrow.Table(new arrow.Schema([new arrow.Field('c', new arrow.Utf8(), true)]));
    await engine.append('odd', { kind: 'arrow', ipc: ipcOf(none) });
    expect(await rows('SELECT c, COUNT(*) FROM odd GROUP BY c ORDER BY c NULLS LAST')).toEqual([
      ['a', 2n],
      [null, 1n],
    ]);
    expect(view.length).toBe(bytes.length);
  });

  it('refuse bytes that are no whole stream, and go on', async () => {
    await engine.create('odd', [{ name: 'c', type: 'string', required: false }]);
    const whole = ipcOf(new arrow.Table({ c: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
    for (const ipc of [new Uint8Array(0), new Uint8Array(100).fill(7), whole.slice(0, -8)]) {
      expect((await failure(engine.append('odd', { kind: 'arrow', ipc }))).code).toBe('invalid-input');
    }
    await engine.append('odd', { kind: 'arrow', ipc: whole });
    expect(await rows('SELECT c FROM odd')).toEqual([['a']]);
  });

  it('refuse columns that they do not have, and go on', async () => {
    await engine.create('odd', [{ name: 'c', type: 'string', required: false }]);
    const stranger = ipcOf(new arrow.Table({ d: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
    const error = await failure(engine.append('odd', { kind: 'arrow', ipc: stranger.slice() }));
    expect(error.message).toContain('"d"');
    await failure(engine.append('odd', { kind: 'arrow', ipc: stranger }));
    expect(await rows('SELECT COUNT(*) FROM odd')).toEqual([[0n]]);
  });
});

describe('queries', () => {
  it('give back any rows that were appended, across batches', async () => {
    await engine.create('law', [{ name: 'count', type: 'long', required: false }]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 5_000, size: 'max' }), async (numbers) => {
        await engine.run('DELETE FROM law');
        await engine.append('law', { kind: 'arrow', ipc: ipcOf(rowsOf(numbers).select(['count'])) });
        const table = arrow.tableFromIPC(await engine.query('SELECT "count" FROM law'));
        expect(Array.from(table.getChildAt(0) ?? [], Number)).toEqual(numbers);
      }),
      { numRuns: 10 },
    );
  });

  it('sum integers exactly', async () => {
    const sum = arrow.tableFromIPC(await engine.query('SELECT SUM(9007199254740993) AS total'));
    expect(String(sum.getChildAt(0)?.get(0))).toBe('9007199254740993');
  });

  it('are answered in the order in which they were asked', async () => {
    await engine.create('turns', [{ name: 'n', type: 'int', required: false }]);
    const insert = engine.run('INSERT INTO turns VALUES (1)');
    const count = rows('SELECT COUNT(*) FROM turns');
    const clear = engine.run('DELETE FROM turns');
    expect(await count).toEqual([[1n]]);
    await Promise.all([insert, clear]);
  });

  it('leave the caller’s thread free', async () => {
    const ticks: string[] = [];
    const query = engine.query('SELECT COUNT(*) FROM range(20000000)').then(() => ticks.push('query'));
    await new Promise((resolve) => setImmediate(resolve)).then(() => ticks.push('caller'));
    await query;
    expect(ticks).toEqual(['caller', 'query']);
  });

  it('say on one line what is wrong', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['SELECT FROM FROM', /^Parser Error: syntax error at or near "FROM"$/],
      ['SELECT nope FROM nowhere', /^Catalog Error: Table with name nowhere does not exist!/],
      [`SELECT ${'('.repeat(10_000)}1`, /^SQL refused: the statement is nested too deeply/],
      [`SELECT ${'1+'.repeat(2_000)}1`, /^SQL refused: the statement is nested too deeply/],
      [`SELECT CAST('a' || i AS INT) FROM range(9) AS r(i)`, /^Conversion Error: .*'a0'/],
    ];
    for (const [sql, message] of cases) {
      const { code, message: found } = await failure(engine.query(sql));
      expect(found).toMatch(message);
      expect(found).not.toContain('\n');
      expect(code).toBe('invalid-input');
    }
    expect(await rows('SELECT 1')).toEqual([[1]]);
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
    expect(await engine.relationsOf(sql)).toEqual(names);
  });

  it('does not depend on which relations there are', async () => {
    await engine.create('silver.known', columns);
    expect(await engine.relationsOf('SELECT k.nope FROM silver.known AS k')).toEqual(['silver.known']);
  });

  it('refuses what is no SQL', async () => {
    expect((await failure(engine.relationsOf('SELECT FROM'))).code).toBe('invalid-input');
  });
});

describe('hostile SQL', () => {
  const target = join(tmpdir(), `lake-engine-${process.pid}`);

  it.each([
    `SELECT * FROM read_csv('/etc/passwd')`,
    `SELECT * FROM '/etc/passwd'`,
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_blob('/etc/passwd')`,
    `SELECT * FROM glob('/etc/*')`,
    `SELECT * FROM read_parquet('x.parquet')`,
    `SELECT * FROM read_csv('https://localhost/x.csv')`,
    `SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' AT TIME ZONE 'America/New_York'`,
    `SELECT DATE_TRUNC('week', NOW())`,
    `COPY (SELECT 1) TO '${target}'`,
    `EXPORT DATABASE '${target}'`,
    `IMPORT DATABASE '/etc'`,
    `ATTACH '${target}'`,
    `INSTALL parquet`,
    `LOAD parquet`,
    `SET enable_external_access = true`,
    `PRAGMA database_list`,
    `SELECT 1; DROP TABLE x`,
    `/* SELECT */ CALL pragma_version()`,
    `/* /* */ SELECT 1 */ CALL pragma_version()`,
    `SELECT ${'('.repeat(10_000)}1${')'.repeat(10_000)}`,
    `SELECT ${'NOT '.repeat(2_000)}true`,
    `SELECT ${'['.repeat(100)}1${']'.repeat(100)}`,
    ``,
  ])('%s is refused', async (sql) => {
    for (const work of [engine.query(sql), engine.run(sql)]) {
      expect((await failure(work)).code).toBe('invalid-input');
    }
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    `CREATE TABLE stolen AS SELECT * FROM read_text('/etc/passwd')`,
    `CREATE VIEW stolen AS SELECT * FROM read_csv('/etc/passwd')`,
  ])('%s is refused', async (sql) => {
    expect((await failure(engine.run(sql))).message).toMatch(/^Permission Error: Cannot access file/);
  });

  it('gets no more memory than there is, and the engine goes on', async () => {
    const own = startDuckDbWasm({ memoryLimitBytes: 50_000_000 });
    const bomb = `CREATE TABLE bomb AS SELECT repeat('x', 1000000) || i AS s FROM range(1000) AS r(i)`;
    const error = await failure(own.run(bomb));
    expect(error.code).toBe('out-of-resources');
    expect(error.message).not.toContain('\n');
    expect(await rows('SELECT 1', own)).toEqual([[1]]);
    await own.close();
  });

  it('that never ends is stopped, and the engine says so from then on', async () => {
    const own = startDuckDbWasm({ timeoutMs: 300 });
    const error = await failure(own.query('SELECT COUNT(*) FROM range(1000000000000)'));
    expect(error.code).toBe('out-of-resources');
    expect(error.message).toContain('more than 0.3 s');
    expect((await failure(own.query('SELECT 1'))).message).toBe(error.message);
    await own.close();
  });
});

describe('lifetime', () => {
  it('names the versions that are really there', async () => {
    const [row] = await rows('SELECT version()');
    expect(engine.name).toContain(`(DuckDB ${String(row?.[0])})`);
  });

  it('refuses requests after close, and those under way', async () => {
    const own = startDuckDbWasm();
    const underWay = failure(own.query('SELECT 1'));
    await own.close();
    expect((await underWay).code).toBe('interrupted');
    expect((await failure(own.query('SELECT 1'))).code).toBe('interrupted');
  });
});
