import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { makeTable } from '../../src/format/evolve.js';
import { currentSchema } from '../../src/format/table-file.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { encodeDataFile } from '../../src/parquet/encode.js';
import { decodeParquet } from '../../src/parquet/file.js';
import { rowsToTable, tableToRows, type Row } from '../../src/parquet/rows.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit } from '../../src/table/commit.js';
import { compact, type CompactOptions, type Compaction } from '../../src/table/maintenance/compact.js';
import { contentHash } from '../../src/table/maintenance/content-hash.js';
import { readDataFile } from '../../src/table/read.js';
import { openHead, openView } from '../../src/table/view.js';
import { add, adding, plainFile, runtime, totals } from './lake-fixture.js';

const lines: TableDefinition = {
  name: 'bronze.lines',
  columns: [
    { name: 'batch', type: 'string', required: true },
    { name: 'line', type: 'long', required: true },
    { name: 'raw', type: 'binary', required: false },
    { name: 'good', type: 'boolean', required: true },
    { name: 'price', type: 'decimal(18,4)', required: false },
    { name: 'day', type: 'date', required: true },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: [],
  key: [],
};
const schema = currentSchema(makeTable(lines, 'table'));

async function batchFile(batch: string, day: number, count: number): Promise<EncodedDataFile> {
  const rows = Array.from({ length: count }, (_, i): Row => {
    const raw = i % 5 === 3 ? null : new TextEncoder().encode(`${batch} line ${i} ${'x'.repeat(i % 7)}`);
    return [batch, BigInt(i), raw, i % 3 === 0, i % 4 === 1 ? null : BigInt(i * 100), 19_000 + day];
  });
  const file = await encodeDataFile(rowsToTable(rows, schema), schema);
  const partition = { day: new Date((19_000 + day) * 86_400_000).toISOString().slice(0, 10) };
  return { ...file, partition, batches: [batch] };
}

async function rowsOf(storage: Storage, snapshotId?: number): Promise<readonly Row[]> {
  const view = snapshotId === undefined ? await openHead(storage) : await openView(storage, snapshotId);
  const rows: Row[] = [];
  for (const file of (await (await view?.table(lines.name))?.files()) ?? []) {
    rows.push(...tableToRows(decodeParquet(await readDataFile(storage, file)), schema));
  }
  return rows;
}

const filesOf = async (storage: Storage): Promise<readonly { rows: number; batches?: readonly string[] }[]> =>
  (await (await (await openHead(storage))?.table(lines.name))?.files()) ?? [];

async function compactHead(storage: Storage, options: Partial<CompactOptions> = {}): Promise<Compaction> {
  const view = options.view ?? (await openHead(storage))!;
  return compact(storage, runtime, { view, tables: [lines.name], commitId: uuid(runtime), ...options });
}

describe('compaction', () => {
  it('makes one file of many per partition and keeps every row in its place, and every old snapshot', async () => {
    const storage = memoryStorage(runtime);
    for (const [batch, day] of [
      ['b1', 1],
      ['b2', 1],
      ['b3', 2],
      ['b4', 1],
    ] as const) {
      await add(storage, lines, [await batchFile(batch, day, 40)]);
    }
    const before = await rowsOf(storage);
    const result = await compactHead(storage);
    expect(result).toMatchObject({
      snapshot: 5,
      tables: { [lines.name]: { filesBefore: 4, filesAfter: 2 } },
    });
    const head = (await openHead(storage))!;
    const { sha256, rows } = await contentHash(storage, (await head.table(lines.name))!);
    expect(await contentHash(storage, (await (await openView(storage, 4)).table(lines.name))!)).toEqual({
      sha256,
      rows,
    });
    expect(result.proof).toMatchObject({ tables: 1, rows: 160, how: 'rows' });
    expect(head.snapshot.summary['proof']).toEqual(result.proof);
    expect(await rowsOf(storage)).toEqual(before);
    expect(await rowsOf(storage, 4)).toEqual(before);
    expect((await filesOf(storage)).map((file) => file.batches)).toEqual([['b1', 'b2', 'b4'], ['b3']]);
  });

  it('changes no row, and nothing at all the second time, whatever the files and the target', async () => {
    const file = fc.record({ day: fc.integer({ min: 1, max: 3 }), rows: fc.integer({ min: 1, max: 300 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30_000 }),
        async (list, targetSizeBytes) => {
          const storage = memoryStorage(runtime);
          const files = await Promise.all(list.map(({ day, rows }, i) => batchFile(`b${i}`, day, rows)));
          await add(storage, lines, files);
          const before = await rowsOf(storage);
          await compactHead(storage, { targetSizeBytes });
          expect(await rowsOf(storage)).toEqual(before);
          expect((await compactHead(storage, { targetSizeBytes })).snapshot).toBeNull();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('stands beside an ingest into the same partition', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, lines, [await batchFile('b1', 1, 9), await batchFile('b2', 1, 9)]);
    const view = (await openHead(storage))!;
    await add(storage, lines, [await batchFile('b3', 1, 9)]);
    const before = await rowsOf(storage);
    expect(await compactHead(storage, { view })).toMatchObject({ snapshot: 3 });
    expect(await rowsOf(storage)).toEqual(before);
    expect((await filesOf(storage)).map((file) => file.batches)).toEqual([['b1', 'b2'], ['b3']]);
  });

  it('is a conflict with another compaction, and takes back what it wrote', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, lines, [await batchFile('b1', 1, 9), await batchFile('b2', 1, 9)]);
    const view = (await openHead(storage))!;
    await compactHead(storage, { view });
    const stored = (await storage.list('bronze')).length;
    await expect(compactHead(storage, { view })).rejects.toMatchObject({ code: 'conflict' });
    expect(await storage.list('bronze')).toHaveLength(stored);
  });

  it('publishes nothing when what was written holds other rows', async () => {
    const inner = memoryStorage(runtime);
    await add(inner, lines, [await batchFile('b1', 1, 9), await batchFile('b2', 1, 9)]);
    const other = await batchFile('b2', 1, 18);
    const forging: Storage = {
      ...inner,
      write: (files) => inner.write(files.map((file) => ({ ...file, bytes: other.bytes }))),
    };
    await expect(compactHead(forging)).rejects.toMatchObject({ code: 'corrupt' });
    expect((await openHead(inner))?.snapshot.snapshotId).toBe(1);
    expect(await inner.list('bronze')).toHaveLength(2);
  });

  it('only says what it would do when asked for a plan', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, lines, [await batchFile('b1', 1, 9), await batchFile('b2', 1, 9)]);
    const stored = await storage.list('');
    expect(await compactHead(storage, { dryRun: true })).toMatchObject({
      snapshot: null,
      tables: { [lines.name]: { filesBefore: 2, filesAfter: 1 } },
    });
    expect(await storage.list('')).toEqual(stored);
  });

  it('leaves sorted tables alone and says why', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, totals, [await plainFile('a'), await plainFile('b')]);
    const result = await compactHead(storage, { tables: [totals.name, 'no.such'] });
    expect(result).toEqual({
      snapshot: null,
      tables: {
        [totals.name]: {
          filesBefore: 2,
          filesAfter: 2,
          bytesBefore: 2,
          bytesAfter: 2,
          note: 'canonical already',
        },
      },
    });
  });

  it('stops at a damaged file and publishes nothing', async () => {
    const storage = memoryStorage(runtime);
    const request = await adding(storage, null, lines, [
      await batchFile('b1', 1, 9),
      await batchFile('b2', 1, 9),
    ]);
    await commit(storage, runtime, request);
    const [path] = request.changes[0]!.added.map((file) => file.path);
    const bytes = await storage.read(path!);
    bytes[10]! ^= 1;
    await storage.write([{ path: path!, bytes }]);
    await expect(compactHead(storage)).rejects.toMatchObject({ code: 'corrupt', details: { path } });
    expect((await openHead(storage))?.snapshot.snapshotId).toBe(1);
  });
});
