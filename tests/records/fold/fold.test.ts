import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Table } from 'apache-arrow';
import { afterAll, describe, expect, test } from 'vitest';
import { keyIndexSection, probeSorted } from '../../../src/format/key-index.js';
import type { EncodedDataFile } from '../../../src/format/data-file.js';
import { blocksOfTable } from '../../../src/records/rows/decode-rows.js';
import { decodeParquet } from '../../../src/parquet/file.js';
import { readIpc } from '../../../src/parquet/ipc.js';
import {
  addedRows,
  changedKeys,
  encodePartitions,
  findRows,
  foldLog,
  parseLog,
  rowsOfPartitions,
  startLogWorkers,
} from '../../../src/records/hot-path.js';
import type { ExistingFile, ExistingRows, Fold, ParsedLog } from '../../../src/records/hot-path.js';
import type { Value } from '../../../src/records/values/field-reader.js';
import {
  contract,
  cutAt,
  eventsTable,
  goodRecord,
  keyColumn,
  modelOf,
  partitionsOf,
  rowTexts,
  schemaOf,
  shape,
  valuesOfBlocks,
} from '../log-model.js';

async function collected<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const pool = startLogWorkers(2);
afterAll(() => pool.close());
const schema = schemaOf(eventsTable);
const keyIndex = eventsTable.keyIndex ?? [];

interface StoredFile extends ExistingFile {
  readonly file: EncodedDataFile;
}

/** A table that lives in memory, made of real data files. */
interface Stored {
  readonly files: ReadonlyMap<string, readonly StoredFile[]>;
  readonly conflicts: Table | null;
}

const nothing: Stored = { files: new Map(), conflicts: null };
/** What the table lets others see: how many files were read. */
let filesRead = 0;

function existingRows({ files, conflicts }: Stored): ExistingRows<StoredFile> {
  const all = [...files.values()].flat();
  return {
    conflicts,
    candidates({ hashes }, column) {
      const id = schema.fields.find(({ name }) => name === column)?.id;
      const may = ({ file: { index } }: StoredFile): boolean => {
        const section = index?.columns.find((candidate) => candidate.id === id);
        return section !== undefined && probeSorted(keyIndexSection(index!.bytes, section), hashes);
      };
      return Promise.resolve(all.filter(may));
    },
    partitionFiles: (value) => files.get(value) ?? [],
    read: ({ file }) => Promise.resolve(file.bytes.slice()).finally(() => filesRead++),
  };
}

function parse(records: readonly string[]): Promise<ParsedLog> {
  const pieces = cutAt(Buffer.from(records.map((record) => `${record}\n`).join('')), [3, 100]);
  return parseLog(pool, { contract, pieces, firstLine: 1 });
}

function fold(stored: Stored, parsed: readonly ParsedLog[]): Promise<Fold> {
  const existing = stored.files.size === 0 ? null : existingRows(stored);
  return foldLog(pool, { contract, table: eventsTable, parsed, existing });
}

async function apply(stored: Stored, result: Fold, maxRowsPerFile = 1_000_000): Promise<Stored> {
  const files = new Map(stored.files);
  for await (const { value, files: encoded } of encodePartitions(pool, result, {
    schema,
    keyIndex,
    maxRowsPerFile,
  })) {
    const named = encoded.map((file, i) => ({ path: `${value}/${i}`, value, rows: file.rows, file }));
    if (named.length === 0) files.delete(value);
    else files.set(value, named);
  }
  return { files, conflicts: result.conflicts ?? stored.conflicts };
}

/** Folds batches one after another, and again what was in one batch file by file. */
async function ingest(stored: Stored, batches: readonly (readonly string[])[]): Promise<Stored> {
  for (const batch of batches) stored = await apply(stored, await fold(stored, [await parse(batch)]));
  return stored;
}

/** The table's content by the hashes of its files, and the conflicts row by row. */
function content({ files, conflicts }: Stored): unknown {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: sorted.map(([value, own]) => [value, own.map(({ file }) => [file.sha256, file.index?.sha256])]),
    conflicts: conflicts === null ? [] : rowTexts(conflicts, ['is_winner']),
  };
}

const tableOfFiles = (files: readonly StoredFile[]): Table[] =>
  files.map(({ file }) => decodeParquet(file.bytes));

/** Every value of every row, and of every conflict with its flag, as the simple model has them. */
function expectModel(stored: Stored, values: readonly (readonly Value[])[]): void {
  const model = modelOf(values);
  const valuesOf = (tables: readonly Table[]): (readonly Value[])[] =>
    valuesOfBlocks(tables.flatMap((table) => blocksOfTable(shape, keyColumn, table)));
  const rows = [...stored.files].map(([value, files]) => [value, valuesOf(tableOfFiles(files))]);
  expect(Object.fromEntries(rows)).toEqual(partitionsOf(model));
  const { conflicts } = stored;
  expect(conflicts === null ? [] : valuesOf([conflicts])).toEqual([...model.conflicts.values()].flat());
  expect([...(conflicts?.getChild('is_winner') ?? [])]).toEqual(
    [...model.conflicts.values()].flatMap((variants) => variants.map((_, v) => v === 0)),
  );
}

const records = fc.array(goodRecord, { minLength: 1, maxLength: 25 });

describe('folding a log', () => {
  test('makes of any batches what a simple model makes', async () => {
    await fc.assert(
      fc.asyncProperty(records, records, async (first, second) => {
        const stored = await ingest(nothing, [first, second]);
        expectModel(stored, valuesOfBlocks([...(await parse(first)).rows, ...(await parse(second)).rows]));
      }),
      { numRuns: 60 },
    );
  });

  test('converges: any split, order and repeats of the same records end in the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        records.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
            fc.subarray(all),
            fc.nat({ max: all.length }),
          ),
        ),
        async ([all, shuffled, again, split]) => {
          const atOnce = await ingest(nothing, [all]);
          const inParts = await ingest(nothing, [
            shuffled.slice(0, split),
            [...again, ...shuffled.slice(split)],
            again,
          ]);
          expect(content(inParts)).toEqual(content(atOnce));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a rerun of known records changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (all) => {
        const stored = await ingest(nothing, [all]);
        const result = await fold(stored, [await parse(all)]);
        expect(result).toMatchObject({
          partitions: [],
          addedRows: 0,
          removedRows: 0,
          duplicates: all.length,
          conflicts: null,
        });
      }),
      { numRuns: 25 },
    );
  });

  test('counts add up, and changed keys say where rows were and are', async () => {
    await fc.assert(
      fc.asyncProperty(records, records, async (first, second) => {
        const before = await ingest(nothing, [first]);
        const result = await fold(before, [await parse(second)]);
        const after = await apply(before, result);
        const rowsOf = ({ files }: Stored): number =>
          [...files.values()].flat().reduce((sum, { rows }) => sum + rows, 0);
        expect(rowsOf(after)).toBe(rowsOf(before) + result.addedRows - result.removedRows);
        const { keys, oldPartitions, newPartitions } = changedKeys(result);
        expect(oldPartitions.filter((value) => value !== null).length).toBe(result.removedRows);
        const place = (stored: Stored, key: string): string | null =>
          [...stored.files].find(([, files]) =>
            tableOfFiles(files).some((t) => [...(t.getChild('event_id') ?? [])].includes(key)),
          )?.[0] ?? null;
        expect(keys.map((key) => place(before, key))).toEqual(oldPartitions);
        expect(keys.map((key) => place(after, key))).toEqual(newPartitions);
      }),
      { numRuns: 25 },
    );
  });

  test('gives the engine exactly the rows that it writes, and finds rows by key in the state after the fold', async () => {
    await fc.assert(
      fc.asyncProperty(records, records, async (first, second) => {
        const before = await ingest(nothing, [first]);
        const result = await fold(before, [await parse(second)]);
        const after = await apply(before, result);
        const names = contract.columns.map(({ name }) => name);
        const rowsIn = (streams: readonly Uint8Array[]): string[] =>
          streams.flatMap((ipc) => rowTexts(readIpc(ipc)));
        const changed = result.partitions.flatMap(({ value }) => tableOfFiles(after.files.get(value) ?? []));
        expect(rowsIn(await collected(rowsOfPartitions(pool, result, names)))).toEqual(
          changed.flatMap((table) => rowTexts(table)),
        );
        const keys = new Set(changedKeys(result).keys);
        const all = tableOfFiles([...after.files.values()].flat()).flatMap((table) => rowTexts(table));
        const wanted = all.filter((row) => keys.has(row.split('|')[0]!)).sort();
        expect(rowsIn(await collected(addedRows(pool, result, names))).sort()).toEqual(wanted);
        for (const column of ['event_id', 'refers_to_event_id']) {
          const found = rowsIn(
            await collected(
              findRows(pool, existingRows(before), {
                contract,
                column,
                keys: ['a', 'k1', 'none'],
                fold: result,
                columns: names,
              }),
            ),
          );
          const at = names.indexOf(column);
          expect(found.sort()).toEqual(all.filter((row) => ['a', 'k1'].includes(row.split('|')[at]!)).sort());
        }
      }),
      { numRuns: 25 },
    );
  });

  const record = (id: string, day: string, more = {}): string =>
    JSON.stringify({
      event_id: id,
      event_type: 'login',
      timestamp: `${day}T00:00:00Z`,
      schema_version: 1,
      ...more,
    });

  test('a winner that moves to another day changes both days', async () => {
    const before = await ingest(nothing, [
      [record('a', '2024-01-01'), record('b', '2024-01-01'), record('c', '2024-01-02')],
    ]);
    const result = await fold(before, [await parse([record('a', '2024-01-03')])]);
    expect(result.partitions).toEqual([
      { value: '2024-01-01', rows: 1 },
      { value: '2024-01-03', rows: 1 },
    ]);
    expect(result).toMatchObject({ addedRows: 1, removedRows: 1, duplicates: 0, conflictingKeys: 1 });
  });

  test('a partition that loses its last row is reported empty, without files', async () => {
    const before = await ingest(nothing, [[record('a', '2024-01-01')]]);
    const result = await fold(before, [await parse([record('a', '2024-01-03')])]);
    expect(result.partitions[0]).toEqual({ value: '2024-01-01', rows: 0 });
    expect([...(await apply(before, result)).files.keys()]).toEqual(['2024-01-03']);
  });

  test('a losing variant changes the conflicts only', async () => {
    const before = await ingest(nothing, [[record('a', '2024-01-03')]]);
    const result = await fold(before, [await parse([record('a', '2024-01-01')])]);
    expect(result.partitions).toEqual([]);
    expect(result.conflicts?.numRows).toBe(2);
  });

  test('reads old files only where a key may be or a day changes', async () => {
    const days = Array.from({ length: 20 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);
    const before = await ingest(nothing, [days.map((day, i) => record(`e${i}`, day))]);
    filesRead = 0;
    await fold(before, [await parse([record('new', '2024-01-05')])]);
    expect(filesRead).toBe(1);
  });

  test('cuts a partition into files of a constant number of rows, and folds over such files', async () => {
    const ids = Array.from({ length: 10 }, (_, i) => record(`e${i}`, '2024-01-01'));
    const stored = await apply(nothing, await fold(nothing, [await parse(ids)]), 4);
    expect(stored.files.get('2024-01-01')?.map(({ rows }) => rows)).toEqual([4, 4, 2]);
    const result = await fold(stored, [
      await parse([record('e4', '2024-01-01', { user_id: 'u' }), record('e99', '2024-01-01')]),
    ]);
    expect(result).toMatchObject({
      addedRows: 2,
      removedRows: 1,
      partitions: [{ value: '2024-01-01', rows: 11 }],
    });
  });

  test('sorts keys by their bytes, whatever their length and start', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.oneof(
            fc.string({ minLength: 1, unit: 'grapheme' }),
            fc.integer({ min: 0, max: 400 }).map((n) => `key-of-some-length-${n}`),
          ),
          { minLength: 1, maxLength: 200 },
        ),
        async (keys) => {
          const result = await fold(nothing, [await parse(keys.map((key) => record(key, '2024-01-01')))]);
          const [stream] = await collected(rowsOfPartitions(pool, result, ['event_id']));
          const found =
            stream === undefined ? [] : [...(readIpc(stream).getChild('event_id') ?? [])].map(String);
          expect(found).toEqual([...found].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
          expect(found.length).toBe(result.addedRows);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('files carry the hash of their bytes', async () => {
    const stored = await ingest(nothing, [[record('a', '2024-01-01')]]);
    const { file } = stored.files.get('2024-01-01')![0]!;
    expect(file.sha256).toBe(createHash('sha256').update(file.bytes).digest('hex'));
    expect(file.partition).toEqual({ event_date: '2024-01-01' });
  });
});
