// Keys of any columns: one, several or all of them, of every type, beside a model that knows no bytes.

import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { EncodedDataFile } from '../../../src/format/data-file.js';
import { KeyBytes } from '../../../src/format/key-bytes.js';
import { keyIndexSection, probeSorted, wholeKeyId } from '../../../src/format/key-index.js';
import type { FieldType } from '../../../src/format/schema.js';
import { indexedKeys, type TableDefinition } from '../../../src/format/table-definition.js';
import { encodeDataFile } from '../../../src/parquet/encode.js';
import { decodeParquet } from '../../../src/parquet/file.js';
import { tableToRows, type Cell } from '../../../src/parquet/rows.js';
import type { Contract } from '../../../src/records/contract.js';
import { contractOfKinds } from '../contract-kinds.js';
import { encodePartitions, foldLog, startLogWorkers } from '../../../src/records/hot-path.js';
import type { ExistingFile, ExistingRows } from '../../../src/records/hot-path.js';
import { rowShape } from '../../../src/records/rows/row-block.js';
import { keyColumn } from '../../../src/records/rows/row-keys.js';
import { RowWriter } from '../../../src/records/rows/row-writer.js';
import { compareValues } from '../../../src/records/winner-order.js';
import type { Value } from '../../../src/records/values/field-reader.js';
import { isoOfDays } from '../../../src/records/values/values.js';
import { schemaOf } from '../log-model.js';

const pool = startLogWorkers(1);
afterAll(() => pool.close());

const types: Readonly<Record<string, FieldType>> = {
  name: 'string',
  word: 'string',
  count: 'long',
  whole: 'int',
  ratio: 'double',
  flag: 'boolean',
  day: 'date',
  at: 'timestamp',
  price: 'decimal(10,2)',
  mass: 'decimal(38,10)',
};
const names = Object.keys(types);
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 4 });
const few = <T extends Value>(...values: T[]): fc.Arbitrary<Value> => maybe(fc.constantFrom(...values));

/** Values of every column, from so few that keys and contents repeat, at the edges of their types. */
const row: fc.Arbitrary<readonly Value[]> = fc.tuple(
  few('a', 'a\u0000', 'a\u0000b', 'ab', 'b', 'é', '😀', '\uffee'),
  few('new', 'old'),
  few(-(2n ** 63n), -(2n ** 63n) + 5n, -1n, 0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n),
  few(-0x7fffffff, -1, 0, 1, 0x7fffffff),
  few(-1.5, -1, -0, 0, 5e-324, 1, 1e300, -1e300),
  few(true, false),
  few(10_957, 19_722, 19_723, 19_754),
  few(946_684_800_000_000, 1_704_067_200_000_001, 4_102_444_799_999_999),
  few(-(10n ** 10n) + 1n, -1n, 0n, 1n, 2n ** 32n + 1n),
  few(-(10n ** 38n) + 1n, -(2n ** 64n), -1n, 0n, 1n, 2n ** 64n, 10n ** 38n - 1n),
);

interface Kind {
  readonly contract: Contract;
  readonly table: TableDefinition;
}

function kindOf(key: readonly string[], partition: TableDefinition['partition']): Kind {
  const columns = names.map((name) => ({ name, type: types[name]!, required: false }));
  const contract = contractOfKinds({
    source: 'things',
    relation: 'log',
    format: 'ndjson',
    files: ['things*.ndjson'],
    fields: [{ kind: 'enum', name: 'word', values: ['old', 'new'] }],
    columns,
    key,
    winner: [{ column: 'ratio' }, { has: 'mass' }],
  });
  const sortOrder = key.length > 0 ? key : names;
  const keyIndex = key.length === 1 && types[key[0]!] === 'string' ? key : [];
  const table = { name: 'silver.things', columns, sortOrder, key, keyIndex };
  return { contract, table: partition === undefined ? table : { ...table, partition } };
}

const partition = fc.constantFrom<TableDefinition['partition'][]>(
  undefined,
  { source: 'day', transform: 'identity', name: 'day' },
  { source: 'day', transform: 'month', name: 'month' },
);
const key = fc.oneof(
  fc.constantFrom(...names).map((name) => [name]),
  fc.shuffledSubarray(names, { minLength: 2, maxLength: 3 }),
  fc.constant([]),
);
const kind = fc.tuple(key, partition).map(([columns, by]) => kindOf(columns, by));
const rows = fc.array(row, { minLength: 1, maxLength: 25 });

/** A key that is one text must be there; any other may be null. */
const fit = ({ table: { key, keyIndex = [] } }: Kind, all: readonly (readonly Value[])[]): typeof all =>
  keyIndex.length === 0
    ? all
    : all.map((values) => values.map((value, c) => (names[c] === key[0] ? (value ?? 'new') : value)));

function blockOf({ contract }: Kind, values: readonly (readonly Value[])[]): ReturnType<RowWriter['take']> {
  const shape = rowShape(contract);
  const writer = new RowWriter(shape, keyColumn(shape, contract), Math.max(1, values.length));
  for (const each of values) writer.append(each);
  return writer.take();
}

// ── The table in memory ─────────────────────────────────────────────────────────────────────────────────────────────

interface StoredFile extends ExistingFile {
  readonly file: EncodedDataFile;
}
type Stored = ReadonlyMap<string, readonly StoredFile[]>;

function existingRows(stored: Stored, seen: StoredFile[]): ExistingRows<StoredFile> {
  const mayHold = ({ file: { index } }: StoredFile, hashes: Uint32Array, id: number): boolean => {
    const section = index!.columns.find((column) => column.id === id);
    return probeSorted(keyIndexSection(index!.bytes, section!), hashes);
  };
  const idOf = (column: string | null): number => (column === null ? wholeKeyId : names.indexOf(column) + 1);
  return {
    conflicts: null,
    candidates: ({ hashes }, column) =>
      Promise.resolve([...stored.values()].flat().filter((file) => mayHold(file, hashes, idOf(column)))),
    partitionFiles: (value) => stored.get(value) ?? [],
    read: (file) => {
      seen.push(file);
      return Promise.resolve(file.file.bytes.slice());
    },
  };
}

async function ingest(of: Kind, batches: readonly (readonly (readonly Value[])[])[]): Promise<Stored> {
  const stored = new Map<string, readonly StoredFile[]>();
  const schema = schemaOf(of.table);
  for (const batch of batches) {
    const existing = stored.size === 0 ? null : existingRows(stored, []);
    const parsed = [{ rows: [blockOf(of, batch)] }];
    const fold = await foldLog(pool, { ...of, parsed, existing });
    const options = { schema, ...indexedKeys(of.table), maxRowsPerFile: 4 };
    for await (const { value, files } of encodePartitions(pool, fold, options)) {
      if (files.length === 0) stored.delete(value);
      else
        stored.set(
          value,
          files.map((file, i) => ({ path: `${value}/${i}`, value, rows: file.rows, file })),
        );
    }
  }
  return stored;
}

const bytesOf = (stored: Stored): unknown =>
  [...stored].sort().map(([value, files]) => [value, files.map(({ file }) => [file.sha256, file.partition])]);

// ── The model ───────────────────────────────────────────────────────────────────────────────────────────────────────

const plain = (value: Value): Value => (typeof value === 'number' ? value + 0 : value);
const textOf = (values: readonly Value[]): string => JSON.stringify(values.map(String));
const nullsLast = (a: Value, b: Value): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : compareValues(a, b);

function larger(a: readonly Value[], b: readonly Value[]): readonly Value[] {
  const ratio = names.indexOf('ratio');
  const mass = names.indexOf('mass');
  const orders = [
    compareValues(a[ratio]!, b[ratio]!),
    Number(a[mass] !== null) - Number(b[mass] !== null),
    ...a.map((value, c) => compareValues(value, b[c]!)),
  ];
  return (orders.find((order) => order !== 0) ?? 0) < 0 ? b : a;
}

function model({ contract, table }: Kind, all: readonly (readonly Value[])[]): Record<string, unknown> {
  const at = contract.columns.map(({ name }) => name);
  const keyOf = (values: readonly Value[]): readonly Value[] =>
    contract.key.length === 0 ? values : contract.key.map((name) => values[at.indexOf(name)]!);
  const winners = new Map<string, readonly Value[]>();
  for (const values of all.map((each) => each.map(plain))) {
    const rival = winners.get(textOf(keyOf(values)));
    winners.set(textOf(keyOf(values)), rival === undefined ? values : larger(rival, values));
  }
  const sorted = [...winners.values()].sort((a, b) => {
    const [left, right] = [keyOf(a), keyOf(b)];
    return left.map((value, i) => nullsLast(value, right[i]!)).find((order) => order !== 0) ?? 0;
  });
  const found: Record<string, unknown[]> = {};
  for (const values of sorted) {
    const day = values[at.indexOf('day')] as number | null;
    const text = day === null ? '' : isoOfDays(day);
    const value =
      table.partition === undefined ? '' : table.partition.transform === 'month' ? text.slice(0, 7) : text;
    (found[value] ??= []).push(values);
  }
  return found;
}

/** Longs come back as numbers where they are safe. */
const asWritten = (values: readonly Value[]): readonly Cell[] =>
  values.map((value, c) =>
    types[names[c]!] === 'long' && value !== null && Number.isSafeInteger(Number(value))
      ? Number(value)
      : value,
  );

// ── Laws ────────────────────────────────────────────────────────────────────────────────────────────────────────────

describe('folding a log with a key of any columns', () => {
  test('makes of any batches what a simple model makes', async () => {
    await fc.assert(
      fc.asyncProperty(kind, rows, rows, async (of, anyFirst, anySecond) => {
        const [first, second] = [fit(of, anyFirst), fit(of, anySecond)];
        const stored = await ingest(of, [first, second]);
        const found = [...stored].map(([value, files]) => [
          value,
          files.flatMap(({ file }) => tableToRows(decodeParquet(file.bytes), schemaOf(of.table))),
        ]);
        const expected = Object.entries(model(of, [...first, ...second])).map(([value, values]) => [
          value,
          (values as (readonly Value[])[]).map(asWritten),
        ]);
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
      }),
      { numRuns: 60 },
    );
  });

  test('converges: any split and order of the same records end in the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        kind,
        rows.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
            fc.nat({ max: all.length }),
          ),
        ),
        async (of, [all, shuffled, split]) => {
          const parts = [shuffled.slice(split), shuffled.slice(0, split), all];
          const inParts = await ingest(
            of,
            parts.map((part) => fit(of, part)),
          );
          expect(bytesOf(inParts)).toEqual(bytesOf(await ingest(of, [fit(of, all)])));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a lost key index is made again from the rows of the file, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(kind, rows, async (of, all) => {
        for (const { file } of [...(await ingest(of, [fit(of, all)])).values()].flat()) {
          const again = await encodeDataFile(
            decodeParquet(file.bytes),
            schemaOf(of.table),
            indexedKeys(of.table),
          );
          expect(again.index?.sha256).toBe(file.index?.sha256);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('reads old files only where a key may be', async () => {
    const of = kindOf(['count', 'name'], { source: 'day', transform: 'month', name: 'month' });
    const values = (count: bigint, day: number): readonly Value[] =>
      names.map((name) => (name === 'count' ? count : name === 'name' ? 'x' : name === 'day' ? day : null));
    const stored = await ingest(of, [
      Array.from({ length: 20 }, (_, i) => values(BigInt(i), 19_723 + 31 * i)),
    ]);
    const seen: StoredFile[] = [];
    const parsed = [{ rows: [blockOf(of, [values(7n, 10_957)])] }];
    const fold = await foldLog(pool, { ...of, parsed, existing: existingRows(stored, seen) });
    expect(fold).toMatchObject({ addedRows: 0, removedRows: 0, conflictingKeys: 1 });
    expect(seen.map(({ value }) => value)).toEqual(['2024-08']);
  });
});

test('key bytes are in the order of their values, column by column, nulls last, and differ where these do', () => {
  const write = (bytes: KeyBytes, value: Value, type: FieldType): void => {
    if (value === null) bytes.null();
    else if (typeof value === 'boolean') bytes.boolean(value);
    else if (typeof value === 'string') {
      const text = Buffer.from(value);
      bytes.text(text, 0, text.length);
    } else if (type === 'double') bytes.double(Number(value));
    else if (type.startsWith('decimal'))
      bytes.wide(
        Int32Array.from([0n, 32n, 64n, 96n], (bits) => Number(BigInt.asIntN(32, BigInt(value) >> bits))),
        0,
      );
    else
      bytes.long(Number(BigInt.asIntN(32, BigInt(value))), Number(BigInt.asIntN(32, BigInt(value) >> 32n)));
  };
  const keyOf = (values: readonly Value[], columns: readonly number[]): Buffer => {
    const bytes = new KeyBytes();
    for (const c of columns) write(bytes, values[c]!, types[names[c]!]!);
    return Buffer.from(bytes.bytes.slice(0, bytes.length));
  };
  const columns = fc.shuffledSubarray([...names.keys()], { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(row, row, columns, (a, b, some) => {
      const orders = some.map((c) => nullsLast(plain(a[c]!), plain(b[c]!)));
      const expected = orders.find((order) => order !== 0) ?? 0;
      expect(Math.sign(Buffer.compare(keyOf(a, some), keyOf(b, some)))).toBe(Math.sign(expected));
    }),
    { numRuns: 3000 },
  );
});
