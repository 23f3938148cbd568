// What every engine keeps (src/engine/engine.ts), against the real thing.

import * as arrow from 'apache-arrow';
import fc from 'fast-check';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLakeError, LakeError } from '../../src/common/errors.js';
import type { Engine, RelationFile, RelationSource } from '../../src/engine/engine.js';
import { readResult } from '../../src/engine/read-result.js';
import type { ColumnDefinition } from '../../src/format/table-definition.js';
import { encodeParquet } from '../../src/parquet/file.js';
import { textAt } from '../../src/parquet/texts.js';

/** What engines say and do differently, and may. */
export interface EngineManners {
  /** Their words for a statement that is none, a relation that is not there, a value that is not of its type. */
  readonly complaints: Readonly<Record<'syntax' | 'missing' | 'conversion', RegExp>>;
  /** Statements that would reach beyond the relations, in this engine's SQL. */
  readonly hostile: readonly string[];
  /** A statement that takes more memory than 50 MB; none where the memory is another machine's. */
  readonly bomb?: string;
  /** A query of the version that the engine's name tells; none where it tells none. */
  readonly version?: string;
}

/** Hostile in any engine's SQL. */
const hostileEverywhere = (target: string): readonly string[] => [
  `COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN ANALYZE COPY (SELECT 1) TO '${target}'`,
  `EXPLAIN (ANALYZE) CREATE TABLE planted AS SELECT 1`,
  `WITH x AS (SELECT 1 AS "few") INSERT INTO base SELECT * FROM x`,
  `EXPORT DATABASE '${target}'`,
  `ATTACH '${target}'`,
  `SET temp_directory = '/'`,
  `SELECT 1; DROP TABLE x`,
  `DELETE FROM base`,
  ``,
];

export interface EngineLimits {
  readonly memoryLimitBytes?: number;
}

const columns: readonly ColumnDefinition[] = [
  { name: 'id', type: 'string', required: true },
  { name: 'amount', type: 'decimal(18,4)', required: false },
  { name: 'total', type: 'decimal(38,4)', required: false },
  { name: 'day', type: 'date', required: false },
  { name: 'at', type: 'timestamp', required: false },
  { name: 'count', type: 'long', required: false },
  { name: 'few', type: 'int', required: false },
  { name: 'rate', type: 'double', required: false },
  { name: 'is_odd', type: 'boolean', required: false },
  { name: 'raw', type: 'binary', required: false },
];

/** One row for each number: every column in the type that the lake's files have. */
export function rowsOf(numbers: readonly number[]): arrow.Table {
  const fixed = (type: arrow.DataType, data: ArrayBufferView): arrow.Vector =>
    arrow.makeVector(arrow.makeData({ type, length: numbers.length, data } as never));
  return new arrow.Table({
    id: arrow.vectorFromArray(
      numbers.map((n) => `é${n}${'x'.repeat(n % 20)}`),
      new arrow.Utf8(),
    ),
    amount: fixed(new arrow.Decimal(4, 18, 128), Uint32Array.from(numbers.flatMap((n) => [n, 0, 0, 0]))),
    total: fixed(
      new arrow.Decimal(4, 38, 128),
      Uint32Array.from(numbers.flatMap((n) => [n, 0xffffffff, 0xffffffff, 0xffffffff])),
    ),
    day: fixed(
      new arrow.DateDay(),
      Int32Array.from(numbers, () => 19_792),
    ),
    at: fixed(
      new arrow.TimestampMicrosecond('UTC'),
      BigInt64Array.from(numbers, (n) => 1_710_000_000_123_456n + BigInt(n)),
    ),
    count: fixed(new arrow.Int64(), BigInt64Array.from(numbers, BigInt)),
    few: fixed(new arrow.Int32(), Int32Array.from(numbers)),
    rate: fixed(
      new arrow.Float64(),
      Float64Array.from(numbers, (n) => n / 3),
    ),
    is_odd: arrow.vectorFromArray(
      numbers.map((n) => n % 2 === 1),
      new arrow.Bool(),
    ),
    raw: arrow.vectorFromArray(
      numbers.map((n) => Uint8Array.of(n, 0, 255)),
      new arrow.Binary(),
    ),
  });
}
const ipcOf = (table: arrow.Table): Uint8Array => arrow.tableToIPC(table, 'stream');
const arrowRows = (...tables: readonly arrow.Table[]): RelationSource => ({
  kind: 'arrow',
  columns,
  streams: tables.map(ipcOf),
});
const textRow = (n: number): readonly string[] => [
  `é${n}${'x'.repeat(n % 20)}`,
  (n / 10_000).toFixed(4),
  (-(4_294_967_296 - n) / 10_000).toFixed(4),
  '2024-03-10',
  `2024-03-09 16:00:00.${123_456 + n}`,
  String(n),
  String(n),
  String(n / 3),
  String(n % 2 === 1),
  `${n.toString(16).padStart(2, '0')}00ff`,
];

/** Reads cells as they are; text by our own reader, which keeps a byte order mark. */
function cellsOf(table: arrow.Table): readonly (readonly unknown[])[] {
  return table.batches.flatMap((batch) =>
    Array.from({ length: batch.numRows }, (_, row) =>
      batch.data.children.map((data) => {
        const vector = arrow.makeVector(data);
        if (!vector.isValid(row)) return null;
        return arrow.DataType.isUtf8(data.type) ? textAt(data, row) : (vector.get(row) as unknown);
      }),
    ),
  );
}

/** The tests that an engine must pass. `start` makes a new one. */
export function engineContract(
  start: (limits?: EngineLimits) => Engine | Promise<Engine>,
  manners: EngineManners,
): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });
  const folder = mkdtempSync(join(tmpdir(), 'lake-engine-test-'));
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  const rows = async (sql: string, on: Engine = engine): Promise<readonly (readonly unknown[])[]> =>
    cellsOf(await readResult(await on.query(sql)));
  /** Bytes as they are, anything else as text. */
  const texts = async (relation: string): Promise<readonly (readonly unknown[])[]> => {
    const values = columns.map(({ name, type }) =>
      type === 'binary' ? `"${name}"` : `${engine.dialect.text(`"${name}"`)} AS "text of ${name}"`,
    );
    const found = await rows(`SELECT ${values.join(', ')} FROM ${relation} ORDER BY "count"`);
    return found.map((row) =>
      row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)),
    );
  };
  const endless = (): string => {
    const { numbers } = engine.dialect;
    return `SELECT SUM(a.n % 7 + b.n % 3) AS n FROM (${numbers(10_000_000)}) AS a CROSS JOIN (${numbers(100_000)}) AS b`;
  };
  const failure = async (work: Promise<unknown>): Promise<LakeError> => {
    const error: unknown = await work.then(
      () => 'no error',
      (reason: unknown) => reason,
    );
    if (!isLakeError(error)) throw new Error(`not a LakeError: ${String(error)}`);
    return error;
  };
  const queryFailure = (sql: string, on: Engine = engine): Promise<LakeError> => failure(rows(sql, on));

  let files = 0;
  /** A file of these rows that lies on the disk, or that only its bytes tell. */
  const fileOf = (table: arrow.Table, place: 'disk' | 'nowhere' = 'disk'): RelationFile => {
    const bytes = encodeParquet(table);
    const path = join(folder, `${files++}.parquet`);
    if (place === 'disk') writeFileSync(path, bytes);
    return {
      path,
      sizeBytes: bytes.length,
      read: () => Promise.resolve(bytes.slice()),
      locate: () => Promise.resolve(place === 'disk' ? path : undefined),
    };
  };
  const filesSource = (of: readonly RelationFile[], wanted = columns): RelationSource => ({
    kind: 'files',
    columns: wanted,
    files: of,
  });

  describe('relations of files', () => {
    it('have the rows of all of them, exactly, wherever they lie', async () => {
      const parts = [fileOf(rowsOf([1])), fileOf(rowsOf([2, 31]), 'nowhere'), fileOf(rowsOf([5]))];
      await engine.register('silver.files', filesSource(parts));
      expect(await texts('silver.files')).toEqual([1, 2, 5, 31].map(textRow));
    });

    it('have no rows without files', async () => {
      await engine.register('silver.none', filesSource([]));
      expect(await texts('silver.none')).toEqual([]);
    });

    it('may have fewer columns than the files', async () => {
      const narrow = columns.filter(({ name }) => ['count', 'id'].includes(name));
      await engine.register('silver.narrow', filesSource([fileOf(rowsOf([4]))], narrow));
      const result = await readResult(await engine.query('SELECT * FROM silver.narrow'));
      expect(result.schema.names.sort()).toEqual(['count', 'id']);
    });

    it('are registered again with more, fewer or other files', async () => {
      const [one, two, three] = [fileOf(rowsOf([1])), fileOf(rowsOf([2])), fileOf(rowsOf([3]), 'nowhere')];
      const counts: (readonly unknown[])[] = [];
      for (const some of [[one], [one, two], [two, one, three], [three], [], [one]]) {
        await engine.register('silver.again', filesSource(some));
        counts.push((await rows('SELECT "few" FROM silver.again ORDER BY "few"')).flat());
      }
      expect(counts).toEqual([[1], [1, 2], [1, 2, 3], [3], [], [1]]);
    });

    it('say why a file cannot be read, and the engine goes on', async () => {
      const lost: RelationFile = {
        path: 'lost',
        sizeBytes: 1,
        read: () => Promise.reject(new LakeError('corrupt', 'it is lost')),
        locate: () => Promise.reject(new LakeError('corrupt', 'it is lost')),
      };
      const error = await failure(engine.register('silver.lost', filesSource([lost])));
      expect([error.code, error.message]).toEqual(['corrupt', 'it is lost']);
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });
  });

  describe('relations of Arrow streams', () => {
    it('take rows of every type exactly, from any number of streams', async () => {
      await engine.register('silver.t', arrowRows(rowsOf([1, 2]), rowsOf([5])));
      expect(await texts('silver.t')).toEqual([1, 2, 5].map(textRow));
    });

    it('have no rows without streams', async () => {
      await engine.register('silver.t', arrowRows());
      expect(await texts('silver.t')).toEqual([]);
    });

    it('take columns by name, in any order, missing ones as null', async () => {
      const table = rowsOf([7]).select(['count', 'day', 'id']);
      await engine.register('silver.named', arrowRows(table, rowsOf([8])));
      const [first, second] = await texts('silver.named');
      const here = ['id', 'day', 'count'];
      expect(first).toEqual(textRow(7).map((text, i) => (here.includes(columns[i]!.name) ? text : null)));
      expect(second).toEqual(textRow(8));
    });

    it('take streams without rows, dictionaries, and views of a larger buffer', async () => {
      const dictionary = new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32());
      const bytes = ipcOf(new arrow.Table({ c: arrow.vectorFromArray(['a', null, 'a'], dictionary) }));
      const view = new Uint8Array(bytes.length + 16).subarray(8, bytes.length + 8);
      view.set(bytes);
      const none = new arrow.Table(new arrow.Schema([new arrow.Field('c', new arrow.Utf8(), true)]));
      const c: ColumnDefinition = { name: 'c', type: 'string', required: false };
      await engine.register('odd', { kind: 'arrow', columns: [c], streams: [view, ipcOf(none)] });
      expect(await rows('SELECT c, COUNT(*) FROM odd GROUP BY c ORDER BY c NULLS LAST')).toEqual([
        ['a', 2n],
        [null, 1n],
      ]);
    });

    it('refuse bytes that are no whole stream and columns that they do not have, and go on', async () => {
      const c: ColumnDefinition = { name: 'c', type: 'string', required: false };
      const whole = ipcOf(new arrow.Table({ c: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
      const stranger = ipcOf(new arrow.Table({ d: arrow.vectorFromArray(['a'], new arrow.Utf8()) }));
      for (const ipc of [new Uint8Array(0), new Uint8Array(100).fill(7), whole.slice(0, -8), stranger]) {
        const error = await failure(engine.register('odd', { kind: 'arrow', columns: [c], streams: [ipc] }));
        expect(error.code).toBe('invalid-input');
        if (ipc === stranger) expect(error.message).toContain('"d"');
      }
      await engine.register('odd', { kind: 'arrow', columns: [c], streams: [whole] });
      expect(await rows('SELECT c FROM odd')).toEqual([['a']]);
    });

    it('take streams that come while the engine answers others', async () => {
      const streams = async function* (): AsyncGenerator<Uint8Array> {
        for (const n of [1, 2]) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          yield ipcOf(rowsOf([n]));
        }
      };
      const registered = engine.register('slow', { kind: 'arrow', columns, streams: streams() });
      const counted = rows('SELECT COUNT(*) FROM slow');
      await registered;
      expect(await counted).toEqual([[2n]]);
    });
  });

  describe('relations of statements', () => {
    it('are found anew when they are registered, once when they are kept', async () => {
      await engine.register('base', arrowRows(rowsOf([1])));
      await engine.register('run.seen', { kind: 'select', sql: 'SELECT "few" FROM base' });
      await engine.keep('run.kept', 'SELECT "few" FROM base');
      await engine.register('base', arrowRows(rowsOf([2, 3])));
      expect(await rows('SELECT * FROM run.seen ORDER BY 1')).toEqual([[2], [3]]);
      expect(await rows('SELECT * FROM run.kept')).toEqual([[1]]);
    });

    it('take each other’s place, whatever had the name', async () => {
      const sources: readonly (() => Promise<void>)[] = [
        () => engine.register('turn', arrowRows(rowsOf([1]))),
        () => engine.register('turn', { kind: 'select', sql: 'SELECT 2 AS "few"' }),
        () => engine.keep('turn', 'SELECT 3 AS "few"'),
        () => engine.register('turn', filesSource([fileOf(rowsOf([4]))])),
        () => engine.keep('turn', 'SELECT 5 AS "few"'),
        () => engine.register('turn', { kind: 'select', sql: 'SELECT 6 AS "few"' }),
        () => engine.register('turn', filesSource([fileOf(rowsOf([7]))])),
      ];
      const seen: unknown[] = [];
      for (const make of sources) {
        await make();
        seen.push(...(await rows('SELECT "few" FROM turn')).flat());
      }
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    });

    it('are gone after a reset', async () => {
      await engine.register('gone', { kind: 'select', sql: 'SELECT 1 AS n' });
      await engine.keep('silver.gone', 'SELECT 1 AS n');
      await engine.reset();
      for (const name of ['gone', 'silver.gone'])
        expect((await queryFailure(`SELECT * FROM ${name}`)).code).toBe('invalid-input');
    });
  });

  describe('queries', () => {
    it('give back any rows that were registered, across batches', async () => {
      const one: ColumnDefinition = { name: 'count', type: 'long', required: false };
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 5_000, size: 'max' }), async (numbers) => {
          const streams = [ipcOf(rowsOf(numbers).select(['count']))];
          await engine.register('law', { kind: 'arrow', columns: [one], streams });
          const table = await readResult(await engine.query('SELECT "count" FROM law'));
          expect(Array.from(table.getChildAt(0) ?? [], Number)).toEqual(numbers);
        }),
        { numRuns: 10 },
      );
    });

    it('have the Arrow types of the lake’s columns', async () => {
      await engine.register('typed', arrowRows(rowsOf([1])));
      const { schema } = await engine.query('SELECT * FROM typed');
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
      await engine.register('text', { kind: 'arrow', columns: [c], streams: [ipcOf(table)] });
      expect(await rows('SELECT c FROM text')).toEqual([[text]]);
    });

    it('order text by its UTF-8 bytes', async () => {
      const words = ['z', 'ä', 'Z', 'a', '😀', '\uFFFD', 'aa', ''];
      const values = words.map((word) => `('${word}')`).join(', ');
      const ordered = (await rows(`SELECT w FROM (VALUES ${values}) AS x(w) ORDER BY w`)).flat();
      expect(ordered).toEqual(words.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it('sum integers exactly', async () => {
      const table = await readResult(await engine.query('SELECT SUM(9007199254740993) AS total'));
      expect(String(table.getChildAt(0)?.get(0))).toBe('9007199254740993');
    });

    it('are answered in the order in which they were asked', async () => {
      const first = engine.keep('turns', 'SELECT 1 AS n');
      const one = rows('SELECT n FROM turns');
      const second = engine.keep('turns', 'SELECT 2 AS n');
      expect([await one, await rows('SELECT n FROM turns')]).toEqual([[[1]], [[2]]]);
      await Promise.all([first, second]);
    });

    it('are read while others are asked', async () => {
      await engine.keep('many', `SELECT n FROM (${engine.dialect.numbers(100_000)}) AS x`);
      const result = await engine.query('SELECT n FROM many ORDER BY n');
      let sum = 0;
      for await (const batch of result) {
        const other = await rows('SELECT COUNT(*) FROM many');
        expect(other).toEqual([[100_000n]]);
        for (const n of batch.getChildAt(0) ?? []) sum += Number(n);
      }
      expect(sum).toBe(4_999_950_000);
    });

    it('may be left early', async () => {
      const result = await engine.query(`SELECT n FROM (${engine.dialect.numbers(1_000_000)}) AS x`);
      for await (const batch of result) {
        expect(batch.numRows).toBeGreaterThan(0);
        break;
      }
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });

    it('leave the caller’s thread free', async () => {
      const ticks: string[] = [];
      const query = rows(`SELECT COUNT(*) FROM (${engine.dialect.numbers(20_000_000)}) AS x`).then(() =>
        ticks.push('query'),
      );
      await new Promise((resolve) => setImmediate(resolve)).then(() => ticks.push('caller'));
      await query;
      expect(ticks).toEqual(['caller', 'query']);
    });

    it('are stopped by a signal, before, during and not after', async () => {
      const before = await failure(engine.query(endless(), { signal: AbortSignal.abort() }));
      const during = await failure(
        (async () => readResult(await engine.query(endless(), { signal: AbortSignal.timeout(50) })))(),
      );
      const kept = await failure(engine.keep('endless', endless(), { signal: AbortSignal.timeout(50) }));
      expect([before.code, during.code, kept.code]).toEqual(['interrupted', 'interrupted', 'interrupted']);
      const controller = new AbortController();
      expect(await readResult(await engine.query('SELECT 1', { signal: controller.signal }))).toHaveProperty(
        'numRows',
        1,
      );
      controller.abort();
      expect(await rows('SELECT 1')).toEqual([[1]]);
    });

    it('say on one line what is wrong', async () => {
      const { complaints } = manners;
      const cases: readonly (readonly [string, RegExp])[] = [
        ['SELECT FROM FROM', complaints.syntax],
        ['SELECT nope FROM nowhere', complaints.missing],
        [
          `SELECT CAST('a' || ${engine.dialect.text('n')} AS INT) FROM (${engine.dialect.numbers(9)}) AS r`,
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
      const { quoted, relation } = engine.dialect;
      await engine.keep('odd layer.odd"table', `SELECT 1 AS ${quoted('a"b c')}`);
      expect(await rows(`SELECT ${quoted('a"b c')} FROM ${relation('odd layer.odd"table')}`)).toEqual([[1]]);
    });

    it('has numbers, and text of everything', async () => {
      const { numbers, text } = engine.dialect;
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
      expect(await engine.relationsOf(sql)).toEqual(names);
    });

    it('does not depend on which relations there are', async () => {
      await engine.register('silver.known', arrowRows());
      expect(await engine.relationsOf('SELECT k.nope FROM silver.known AS k')).toEqual(['silver.known']);
    });

    it('refuses what is no SQL', async () => {
      expect((await failure(engine.relationsOf('SELECT FROM'))).code).toBe('invalid-input');
    });
  });

  describe('hostile SQL', () => {
    const target = join(folder, 'stolen');
    const given = fileOf(rowsOf([1]));
    const original = readFileSync(given.path);

    it.each([
      ...hostileEverywhere(target),
      `EXPLAIN (ANALYZE, FORMAT JSON) COPY (SELECT 1) TO '${given.path}'`,
      ...manners.hostile,
    ])('%s is refused', async (sql) => {
      await engine.register('silver.given', filesSource([given]));
      await engine.keep('base', 'SELECT 1 AS "few"');
      const errors = [
        await queryFailure(sql),
        await failure(engine.keep('stolen', sql)),
        await failure(
          engine.register('stolen', { kind: 'select', sql }).then(() => rows('SELECT * FROM stolen')),
        ),
      ];
      for (const { code } of errors) expect(code).toBe('invalid-input');
      expect(existsSync(target)).toBe(false);
      expect(readFileSync(given.path)).toEqual(original);
      expect(await rows('SELECT "few" FROM base')).toEqual([[1]]);
    });

    it.skipIf(manners.bomb === undefined)(
      'gets no more memory than there is, and the engine goes on',
      async () => {
        const own = await start({ memoryLimitBytes: 50_000_000 });
        const error = await queryFailure(manners.bomb ?? '', own);
        expect(error.code).toBe('out-of-resources');
        expect(error.message).not.toContain('\n');
        expect(await rows('SELECT 1', own)).toEqual([[1]]);
        await own.close();
      },
    );
  });

  describe('lifetime', () => {
    it.skipIf(manners.version === undefined)('names the version that is really there', async () => {
      const [row] = await rows(manners.version ?? '');
      expect(engine.name).toContain(String(row?.[0]));
    });

    it('refuses requests after close, and those under way', async () => {
      const own = await start();
      const underWay = queryFailure(endless(), own);
      await own.close();
      expect((await underWay).code).toBe('interrupted');
      expect((await queryFailure('SELECT 1', own)).code).toBe('interrupted');
      await own.close();
    });

    it('leaves nothing behind', async () => {
      const ours = (): readonly string[] =>
        readdirSync(tmpdir()).filter((name) => name.startsWith('lake-engine-') && !folder.endsWith(name));
      const before = ours();
      const own = await start();
      await own.register('a', filesSource([fileOf(rowsOf([1]), 'nowhere')]));
      expect(await rows('SELECT COUNT(*) FROM a', own)).toEqual([[1n]]);
      await own.close();
      expect(ours().filter((name) => !before.includes(name))).toEqual([]);
    });
  });
}
