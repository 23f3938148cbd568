import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { evolveTable, makeTable } from '../../src/format/evolve.js';
import { currentSchema } from '../../src/format/table-file.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { encodeDataFile } from '../../src/parquet/encode.js';
import { rowsToTable } from '../../src/parquet/rows.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import { commit } from '../../src/table/commit.js';
import {
  diffViews,
  rowDiffs,
  type RowDiff,
  type TableDiff,
  type ViewPair,
} from '../../src/table/history/diff.js';
import { openHead, openView, requireTable } from '../../src/table/view.js';
import { add, adding, plainFile, runtime, totals } from './lake-fixture.js';

const sales: TableDefinition = {
  name: 'gold.sales',
  columns: [
    { name: 'day', type: 'date', required: true },
    { name: 'id', type: 'int', required: true },
    { name: 'price', type: 'decimal(18,4)', required: false },
    { name: 'note', type: 'string', required: false },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['id'],
  key: ['id'],
};
const schema = currentSchema(makeTable(sales, 'table'));

interface Sale {
  readonly day: number;
  readonly price: bigint | null;
  readonly note: string | null;
}
/** By id. */
type Sales = Readonly<Record<number, Sale>>;

const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Replaces the whole table: one file per day and `perFile` rows. */
async function publish(storage: MemoryStorage, list: Sales, perFile: number): Promise<void> {
  const files = [];
  for (const day of new Set(Object.values(list).map((sale) => sale.day))) {
    const rows = Object.entries(list)
      .filter(([, sale]) => sale.day === day)
      .map(([id, { price, note }]) => [day, Number(id), price, note]);
    for (let at = 0; at < rows.length; at += perFile) {
      const file = await encodeDataFile(rowsToTable(rows.slice(at, at + perFile), schema), schema);
      files.push({ ...file, partition: { day: isoDay(day) } });
    }
  }
  const base = await openHead(storage);
  const removed = ((await (await base?.table(sales.name))?.files()) ?? []).map(({ path }) => path);
  await commit(
    storage,
    runtime,
    await adding(storage, base, sales, files, { removed, commitId: uuid(runtime) }),
  );
}

async function pair(storage: MemoryStorage, from: number, to: number): Promise<ViewPair> {
  return { from: await openView(storage, from), to: await openView(storage, to) };
}

async function diff(
  storage: MemoryStorage,
  from: number,
  to: number,
  key = ['id'],
): Promise<readonly TableDiff[]> {
  return diffViews(await pair(storage, from, to), { keyOf: () => key });
}

async function rows(storage: MemoryStorage, key = ['id']): Promise<readonly RowDiff[]> {
  const views = await pair(storage, 1, 2);
  const found: RowDiff[] = [];
  for await (const row of rowDiffs(views, { table: sales.name, key })) found.push(row);
  return found;
}

const sale: fc.Arbitrary<Sale> = fc.record({
  day: fc.integer({ min: 19_000, max: 19_002 }),
  price: fc.option(fc.bigInt({ min: -2n, max: 2n }), { freq: 3 }),
  note: fc.constantFrom(null, '', 'a', 'ab'),
});
const salesArbitrary: fc.Arbitrary<Sales> = fc
  .uniqueArray(fc.tuple(fc.nat({ max: 12 }), sale), { selector: ([id]) => id, maxLength: 10 })
  .map((entries) => Object.fromEntries(entries));

describe('the difference of two snapshots', () => {
  it('counts and lists exactly the rows that differ, wherever they lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        salesArbitrary,
        salesArbitrary,
        fc.integer({ min: 1, max: 4 }),
        async (one, other, perFile) => {
          const storage = memoryStorage(runtime);
          const now: Sales = { ...other, ...(one[0] && { 0: one[0] }) };
          await publish(storage, one, 3);
          await publish(storage, now, perFile);
          const ids = [...new Set([...Object.keys(one), ...Object.keys(now)])]
            .map(Number)
            .sort((a, b) => a - b);
          const cells = (id: number, of: Sales): unknown =>
            of[id] && [of[id].day, id, of[id].price, of[id].note];
          const text = (value: unknown): string | undefined =>
            JSON.stringify(value, (_, cell: unknown) => (typeof cell === 'bigint' ? `${cell}n` : cell));
          const expected = ids
            .filter((id) => text(cells(id, one)) !== text(cells(id, now)))
            .map((id) => ({
              kind: one[id] === undefined ? 'added' : now[id] === undefined ? 'removed' : 'changed',
              key: [id],
              ...(one[id] && { before: cells(id, one) }),
              ...(now[id] && { after: cells(id, now) }),
            }));
          expect(await rows(storage)).toEqual(expected);
          const count = (kind: string): number => expected.filter((row) => row.kind === kind).length;
          expect(await diff(storage, 1, 2)).toMatchObject([
            {
              rowsBefore: Object.keys(one).length,
              rowsAfter: Object.keys(now).length,
              rowsAdded: count('added'),
              rowsRemoved: count('removed'),
              rowsChanged: count('changed'),
            },
          ]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('compares whole rows where there is no key, each as often as it occurs', async () => {
    const storage = memoryStorage(runtime);
    const same = { day: 19_000, price: 1n, note: 'x' };
    await publish(storage, { 1: same, 2: { ...same, note: 'y' } }, 1);
    await publish(storage, { 1: same, 2: { ...same, note: 'z' } }, 9);
    expect(await diff(storage, 1, 2, [])).toMatchObject([{ rowsAdded: 1, rowsRemoved: 1, rowsChanged: 0 }]);
    const bag = await diff(storage, 1, 2, ['day', 'price']);
    expect(bag).toMatchObject([{ rowsAdded: 0, rowsRemoved: 0, rowsChanged: 1 }]);
    expect((await rows(storage, [])).map(({ kind, key }) => [kind, key[3]])).toEqual([
      ['removed', 'y'],
      ['added', 'z'],
    ]);
  });

  it('names tables that come, go and stay, and partitions whose files differ', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, totals, [await plainFile('t')]);
    await publish(storage, { 1: { day: 19_000, price: 1n, note: null } }, 9);
    await publish(
      storage,
      { 1: { day: 19_000, price: 1n, note: null }, 2: { day: 19_001, price: 1n, note: null } },
      9,
    );
    expect(await diff(storage, 1, 3)).toMatchObject([
      { table: sales.name, change: 'added', rowsBefore: null, rowsAfter: 2, rowsAdded: 2, filesAdded: 2 },
      { table: totals.name, change: 'same', rowsAdded: 0, filesAdded: 0, partitions: [] },
    ]);
    expect(await diff(storage, 2, 1)).toMatchObject([
      { change: 'dropped', rowsRemoved: 1, partitions: ['2022-01-08'] },
      { change: 'same' },
    ]);
  });

  it('reads no file that both name, and none where rows only came', async () => {
    const reads: string[] = [];
    const storage = memoryStorage(runtime, (step, path) => void (step === 'read' && reads.push(path)));
    const first = { 1: { day: 19_000, price: 1n, note: null } };
    await publish(storage, first, 9);
    const base = await openHead(storage);
    const file = await encodeDataFile(rowsToTable([[19_001, 2, 1n, null]], schema), schema);
    await commit(
      storage,
      runtime,
      await adding(storage, base, sales, [{ ...file, partition: { day: isoDay(19_001) } }]),
    );
    expect(await diff(storage, 1, 2)).toMatchObject([{ rowsAdded: 1, partitions: ['2022-01-09'] }]);
    expect(reads.filter((path) => path.endsWith('.parquet'))).toEqual([]);
  });

  it('shows a change of schema by field id, and compares old rows by the new one', async () => {
    const storage = memoryStorage(runtime);
    await publish(
      storage,
      { 1: { day: 19_000, price: 1n, note: 'x' }, 2: { day: 19_000, price: 2n, note: null } },
      9,
    );
    const columns = [
      ...sales.columns.slice(0, 1),
      { name: 'id', type: 'long', required: true } as const,
      sales.columns[2]!,
      { name: 'extra', type: 'int', required: false } as const,
    ];
    const wider: TableDefinition = { ...sales, columns };
    const base = (await openHead(storage))!;
    const before = await requireTable(base, sales.name);
    const now = currentSchema(evolveTable(before.file, wider, 'kept'));
    const list = [
      [19_000, 1, 1n, null],
      [19_000, 2, 2n, 7],
    ];
    const file = {
      ...(await encodeDataFile(rowsToTable(list, now), now)),
      partition: { day: isoDay(19_000) },
    };
    const removed = (await before.files()).map(({ path }) => path);
    await commit(storage, runtime, await adding(storage, base, wider, [file], { removed }));
    const [there, back] = [await diff(storage, 1, 2), await diff(storage, 2, 1)];
    expect(there).toMatchObject([{ rowsAdded: 0, rowsRemoved: 0, rowsChanged: 1 }]);
    expect(there[0]?.schema).toEqual([
      { kind: 'dropped', column: 'note', type: 'string' },
      { kind: 'widened', column: 'id', from: 'int', to: 'long' },
      { kind: 'added', column: 'extra', type: 'int' },
    ]);
    expect(back[0]?.schema).toContainEqual({ kind: 'narrowed', column: 'id', from: 'long', to: 'int' });
    expect(back).toMatchObject([{ rowsChanged: 1 }]); // only 'x' is new in the columns of then
  });

  it('refuses a key column that the table lacks', async () => {
    const storage = memoryStorage(runtime);
    await publish(storage, { 1: { day: 19_000, price: 1n, note: 'x' } }, 9);
    await publish(storage, { 1: { day: 19_000, price: 2n, note: 'x' } }, 9);
    await expect(diff(storage, 1, 2, ['nope'])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('calls a column of another type damage: no table goes there', async () => {
    const storage = memoryStorage(runtime);
    await publish(storage, { 1: { day: 1, price: 1n, note: 'a' } }, 1);
    await publish(storage, { 1: { day: 1, price: 2n, note: 'a' } }, 1);
    await forgeTable(storage, 2, (text) => text.replace('"type":"decimal(18,4)"', '"type":"date"'));
    await expect(diff(storage, 1, 2)).rejects.toMatchObject({ code: 'corrupt' });
  });
});

/** Changes a snapshot's table file by hand, with all hashes right. */
async function forgeTable(
  storage: MemoryStorage,
  id: number,
  change: (text: string) => string,
): Promise<void> {
  const folder = `_manifests/${String(id).padStart(10, '0')}`;
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const [snapshot, table] = await Promise.all(
    [`${folder}/snapshot.json`, `${folder}/${sales.name}.json`].map(async (path) =>
      new TextDecoder().decode(await storage.read(path)),
    ),
  );
  const forged = change(table!);
  expect(forged).not.toBe(table);
  const open = snapshot!.replace(hash(table!), hash(forged)).replace(/,"checksum":"[0-9a-f]{64}"/, '');
  const sealed = `${open.slice(0, -1)},"checksum":"${hash(open)}"}`;
  await storage.write([
    { path: `${folder}/snapshot.json`, bytes: new TextEncoder().encode(sealed) },
    { path: `${folder}/${sales.name}.json`, bytes: new TextEncoder().encode(forged) },
  ]);
}
