import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { applyEvolutions, type Evolution } from '../../src/format/evolution.js';
import { definitionOf, makeTable } from '../../src/format/evolve.js';
import { partitionFolder } from '../../src/format/partition.js';
import { currentSchema, currentSpec } from '../../src/format/table-file.js';
import type { ColumnPredicate } from '../../src/format/stats.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { encodeDataFile } from '../../src/parquet/encode.js';
import { decodeParquet } from '../../src/parquet/file.js';
import { rowsToTable, tableToRows, type Row } from '../../src/parquet/rows.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { commit, type CommitRequest } from '../../src/table/commit.js';
import { compact } from '../../src/table/maintenance/compact.js';
import { contentHash } from '../../src/table/maintenance/content-hash.js';
import { evolve, type EvolveResult } from '../../src/table/evolve.js';
import { openHead, openView, requireTable, type TableState } from '../../src/table/view.js';
import { writeDataFiles } from '../../src/table/write.js';
import { runtime } from './lake-fixture.js';

const first: TableDefinition = {
  name: 'silver.events',
  columns: [
    { name: 'id', type: 'int', required: true },
    { name: 'day', type: 'date', required: true },
    { name: 'count', type: 'int', required: false },
    { name: 'price', type: 'decimal(6,2)', required: false },
    { name: 'note', type: 'string', required: false },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['id'],
  key: ['id'],
};

const stateOf = async (storage: Storage, snapshotId?: number): Promise<TableState> =>
  requireTable(
    snapshotId === undefined ? (await openHead(storage))! : await openView(storage, snapshotId),
    first.name,
  );

async function evolveHead(storage: Storage, ...evolutions: readonly Evolution[]): Promise<EvolveResult> {
  const view = (await openHead(storage))!;
  return evolve(storage, runtime, { view, table: first.name, evolutions, commitId: uuid(runtime) });
}

const isoDay = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** Rows in the table's current schema, each day (or month) in a file of its own. */
async function write(storage: Storage, rows: readonly Row[]): Promise<CommitRequest> {
  const base = await openHead(storage);
  const table = base === null ? makeTable(first, 'unused') : (await stateOf(storage)).file;
  const [schema, spec] = [currentSchema(table), currentSpec(table)];
  const groups = new Map<string, Row[]>();
  const at = schema.fields.findIndex(({ id }) => id === 2);
  const partitionOf = (row: Row): Readonly<Record<string, string>> =>
    Object.fromEntries(
      spec.fields.map(({ name, transform }) => {
        const day = isoDay(Number(row[at]));
        return [name, transform === 'month' ? day.slice(0, 7) : day];
      }),
    );
  for (const row of rows) {
    const folder = partitionFolder(spec, partitionOf(row));
    groups.set(folder, [...(groups.get(folder) ?? []), row]);
  }
  const files: EncodedDataFile[] = [];
  for (const group of groups.values())
    files.push({
      ...(await encodeDataFile(rowsToTable(group, schema), schema)),
      partition: partitionOf(group[0]!),
    });
  const commitId = uuid(runtime);
  const added = await writeDataFiles(storage, { commitId, table, files });
  const change = { definition: base === null ? first : definitionOf(table), removed: [], added };
  return { base, commitId, operation: 'ingest', summary: {}, changes: [change], reads: [] };
}

const add = async (storage: Storage, rows: readonly Row[]): Promise<unknown> =>
  commit(storage, runtime, await write(storage, rows));

async function rowsOf(state: TableState): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of await state.files()) {
    const read = tableToRows(await state.rows(file), state.schema);
    expect(tableToRows(decodeParquet(await state.read(file)), state.schema)).toEqual(read);
    rows.push(...read);
  }
  return rows;
}

describe('an evolved table', () => {
  it('reads old files by field id and keeps old snapshots as they were', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [[1, 19_000, 5, 250n, 'old']]);
    const result = await evolveHead(
      storage,
      { kind: 'rename', from: 'count', to: 'visits' },
      { kind: 'widen', column: 'visits', type: 'long' },
      { kind: 'widen', column: 'price', type: 'decimal(18,2)' },
      { kind: 'drop', column: 'note' },
      { kind: 'add', column: { name: 'note', type: 'string' } },
      { kind: 'add', column: { name: 'flag', type: 'boolean' } },
    );
    expect(result).toEqual({ snapshot: 2, schemaId: 1, specId: 0 });
    expect(await storage.names('_manifests/0000000002')).toEqual(['silver.events.json', 'snapshot.json']);
    await add(storage, [[2, 19_001, 2 ** 40, 10n ** 15n, 'new', true]]);
    const now = await stateOf(storage);
    expect(now.schema.fields.map(({ id, name, type }) => [id, name, type])).toEqual([
      [1, 'id', 'int'],
      [2, 'day', 'date'],
      [3, 'visits', 'long'],
      [4, 'price', 'decimal(18,2)'],
      [6, 'note', 'string'],
      [7, 'flag', 'boolean'],
    ]);
    expect(await rowsOf(now)).toEqual([
      [1, 19_000, 5, 250n, null, null],
      [2, 19_001, 2 ** 40, 10n ** 15n, 'new', true],
    ]);
    const then = await stateOf(storage, 1);
    expect(then.schema.fields.map(({ name }) => name)).toEqual(first.columns.map(({ name }) => name));
    expect(await rowsOf(then)).toEqual([[1, 19_000, 5, 250n, 'old']]);
  });

  it('gives null in every type for a column that came later', async () => {
    const types = [
      'boolean',
      'int',
      'long',
      'double',
      'date',
      'timestamp',
      'string',
      'binary',
      'decimal(9,3)',
    ] as const;
    const storage = memoryStorage(runtime);
    await add(storage, [
      [1, 19_000, 5, 250n, 'old'],
      [2, 19_000, 5, 250n, 'old'],
    ]);
    await evolveHead(
      storage,
      ...types.map((type, i) => ({ kind: 'add', column: { name: `c${i}`, type } }) as const),
    );
    const rows = await rowsOf(await stateOf(storage));
    expect(rows.map((row) => row.slice(5))).toEqual([types.map(() => null), types.map(() => null)]);
  });

  it('is partitioned otherwise from then on; old files stay where they are', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [
      [1, 19_000, 5, null, null],
      [2, 19_001, 5, null, null],
    ]);
    const before = (await (await stateOf(storage)).files()).map(({ path }) => path);
    const by = { source: 'day', transform: 'month', name: 'month' } as const;
    expect(await evolveHead(storage, { kind: 'partition', by })).toMatchObject({ specId: 1, schemaId: 0 });
    await add(storage, [
      [3, 19_000, 6, null, null],
      [4, 19_001, 6, null, null],
    ]);
    const state = await stateOf(storage);
    const files = await state.files();
    expect(files.slice(0, 2).map(({ path }) => path)).toEqual(before);
    expect(files.slice(2).map(({ partition, rows }) => [partition, rows])).toEqual([
      [{ month: '2022-01' }, 2],
    ]);
    expect((await rowsOf(state)).map(([id]) => id)).toEqual([1, 2, 3, 4]);
    expect(await evolveHead(storage, { kind: 'partition', by: first.partition! })).toMatchObject({
      specId: 0,
    });
    await evolveHead(storage, { kind: 'partition', by: null });
    await add(storage, [[5, 19_500, 6, null, null]]);
    expect((await rowsOf(await stateOf(storage))).map(([id]) => id)).toEqual(
      [1, 2, 5, 3, 4].toSorted((a, b) => a - b),
    );
  });

  it('prunes no file with a row that matches, whatever was evolved', async () => {
    const row = fc.tuple(
      fc.nat({ max: 60 }),
      fc.option(fc.integer({ min: -3, max: 3 })),
      fc.option(fc.bigInt(-9n, 9n)),
    );
    const steps: readonly Evolution[] = [
      { kind: 'widen', column: 'count', type: 'long' },
      { kind: 'widen', column: 'price', type: 'decimal(18,2)' },
      { kind: 'partition', by: { source: 'day', transform: 'month', name: 'month' } },
      { kind: 'partition', by: null },
      { kind: 'drop', column: 'note' },
      { kind: 'add', column: { name: 'month', type: 'string' } },
    ];
    const op = fc.constantFrom('=', '<', '<=', '>', '>=');
    const predicate = fc.oneof(
      fc.record({
        name: fc.constant('day'),
        op,
        value: fc.nat({ max: 60 }).map((day) => isoDay(19_000 + day)),
      }),
      fc.record({ name: fc.constant('count'), op, value: fc.integer({ min: -3, max: 3 }) }),
      fc.record({
        name: fc.constant('price'),
        op,
        value: fc.integer({ min: -9, max: 9 }).map((cents) => (cents / 100).toFixed(2)),
      }),
      fc.record({
        name: fc.constantFrom('day', 'count', 'price', 'month'),
        op: fc.constantFrom('is null', 'is not null'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.array(row, { minLength: 1, maxLength: 4 }),
            fc.shuffledSubarray([...steps], { maxLength: 2 }),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        fc.array(predicate, { minLength: 1, maxLength: 2 }),
        async (rounds, conditions) => {
          const storage = memoryStorage(runtime);
          let id = 0;
          for (const [rows, evolutions] of rounds) {
            const fields =
              (await openHead(storage)) === null ? first.columns : (await stateOf(storage)).schema.fields;
            await add(
              storage,
              rows.map(([day, count, price]) => {
                const cells: Record<string, Row[number]> = { id: id++, day: 19_000 + day, count, price };
                return fields.map(({ name }) => cells[name] ?? null);
              }),
            );
            for (const evolution of evolutions)
              await evolveHead(storage, evolution).catch((error: { code: string }) =>
                expect(error.code).toBe('invalid-input'),
              );
          }
          const state = await stateOf(storage);
          const names = state.schema.fields.map(({ name }) => name);
          const asked = conditions.filter(({ name }) => names.includes(name)); // "month" may be only a partition
          const filter: Record<string, ColumnPredicate[]> = {};
          for (const { name, ...condition } of asked) (filter[name] ??= []).push(condition);
          const planned = new Set((await state.files(filter)).map(({ path }) => path));
          for (const file of await state.files()) {
            const rows = tableToRows(await state.rows(file), state.schema);
            const hasMatch = rows.some((cells) =>
              asked.every(({ name, ...condition }) =>
                holds(cells[names.indexOf(name)]!, name, condition as ColumnPredicate),
              ),
            );
            if (hasMatch) expect(planned).toContain(file.path);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('does not take a column for the partition whose name it got', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [[1, 19_000, 5, null, null]]);
    const by = { source: 'day', transform: 'month', name: 'month' } as const;
    await evolveHead(storage, { kind: 'partition', by });
    await evolveHead(storage, { kind: 'add', column: { name: 'month', type: 'string' } });
    await add(storage, [[2, 19_000, 5, null, null, null]]);
    const state = await stateOf(storage);
    expect(await state.files({ month: { op: 'is null' } })).toHaveLength(2);
    expect(await state.files({ day: { op: '=', value: '2022-02-08' } })).toHaveLength(0);
  });

  it('is compacted and hashed as ever, with files of several schemas', async () => {
    const storage = memoryStorage(runtime);
    const request = await write(storage, [[1, 19_000, 5, 250n, 'old']]);
    const [change] = request.changes;
    await commit(storage, runtime, {
      ...request,
      changes: [{ ...change!, definition: { ...first, sortOrder: [] } }],
    });
    await evolveHead(storage, { kind: 'add', column: { name: 'flag', type: 'boolean' } });
    for (const id of [2, 3]) await add(storage, [[id, 19_000, 5, 1n, 'new', true]]);
    const before = await contentHash(storage, await stateOf(storage));
    const view = (await openHead(storage))!;
    const result = await compact(storage, runtime, { view, tables: [first.name], commitId: uuid(runtime) });
    expect(result.tables[first.name]).toMatchObject({ filesBefore: 3, filesAfter: 2 });
    expect(await contentHash(storage, await stateOf(storage))).toEqual(before);
    expect((await rowsOf(await stateOf(storage))).map(([id]) => id)).toEqual([1, 2, 3]);
  });
});

/** Whether a value meets a condition, by the value and not by any bound. */
function holds(cell: Row[number], name: string, condition: ColumnPredicate): boolean {
  if (condition.op === 'is null') return cell === null;
  if (condition.op === 'is not null') return cell !== null;
  if (cell === null || condition.op === 'in') return false;
  const value = name === 'day' ? isoDay(Number(cell)) : Number(cell);
  const wanted =
    name === 'day'
      ? condition.value
      : name === 'price'
        ? Math.round(Number(condition.value) * 100)
        : Number(condition.value);
  const answers = {
    '=': value === wanted,
    '<': value < wanted,
    '<=': value <= wanted,
    '>': value > wanted,
    '>=': value >= wanted,
  };
  return answers[condition.op];
}

describe('an evolution', () => {
  it('lands beside writers, and is a conflict with another one', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [[1, 19_000, 5, 250n, 'old']]);
    const view = (await openHead(storage))!;
    const request = { view, table: first.name, commitId: uuid(runtime) };
    await add(storage, [[2, 19_001, 5, 250n, 'old']]);
    const column = { name: 'flag', type: 'boolean' } as const;
    expect(
      await evolve(storage, runtime, { ...request, evolutions: [{ kind: 'add', column }] }),
    ).toMatchObject({ snapshot: 3 });
    expect(await rowsOf(await stateOf(storage))).toHaveLength(2);
    const again = {
      ...request,
      commitId: uuid(runtime),
      evolutions: [{ kind: 'drop', column: 'note' }] as const,
    };
    await expect(evolve(storage, runtime, again)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is a conflict for a writer that began before it', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [[1, 19_000, 5, 250n, 'old']]);
    const request = await write(storage, [[2, 19_001, 5, 250n, 'x']]);
    await evolveHead(storage, { kind: 'drop', column: 'note' });
    await expect(commit(storage, runtime, request)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('changes nothing when nothing is to be changed, or when it is only a plan', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, [[1, 19_000, 5, 250n, 'old']]);
    const stored = await storage.list('');
    expect(await evolveHead(storage, { kind: 'widen', column: 'count', type: 'int' })).toMatchObject({
      snapshot: null,
    });
    const view = (await openHead(storage))!;
    const evolutions = [{ kind: 'drop', column: 'note' }] as const;
    const plan = { view, table: first.name, evolutions, commitId: uuid(runtime), dryRun: true };
    expect(await evolve(storage, runtime, plan)).toEqual({ snapshot: null, schemaId: 1, specId: 0 });
    expect(await storage.list('')).toEqual(stored);
  });

  it('goes there and back without a new schema, and never gives an id twice', () => {
    const table = { ...makeTable(first, 'table'), manifests: [] };
    const there = applyEvolutions(table, [{ kind: 'rename', from: 'note', to: 'text' }]);
    const back = applyEvolutions(there, [{ kind: 'rename', from: 'text', to: 'note' }]);
    expect(back).toMatchObject({ currentSchemaId: 0, lastFieldId: 5 });
    expect(back.schemas).toHaveLength(2);
    const other = applyEvolutions(back, [
      { kind: 'drop', column: 'note' },
      { kind: 'add', column: { name: 'note', type: 'int' } },
    ]);
    expect(currentSchema(other).fields.at(-1)).toEqual({ id: 6, name: 'note', type: 'int', required: false });
  });

  it.each([
    [{ kind: 'add', column: { name: 'note', type: 'int' } }, /there is such a column already/],
    [{ kind: 'drop', column: 'nope' }, /there is no such column; it has id, day/],
    [{ kind: 'drop', column: 'id' }, /sorted or partitioned/],
    [{ kind: 'drop', column: 'day' }, /sorted or partitioned/],
    [{ kind: 'rename', from: 'note', to: 'id' }, /already/],
    [{ kind: 'widen', column: 'note', type: 'binary' }, /string cannot become binary/],
    [{ kind: 'widen', column: 'price', type: 'decimal(5,2)' }, /cannot become/],
    [{ kind: 'partition', by: { source: 'id', transform: 'month', name: 'm' } }, /only dates have months/],
  ] as readonly (readonly [Evolution, RegExp])[])('refuses %j', (evolution, message) => {
    expect(() => applyEvolutions(makeTable(first, 'table'), [evolution])).toThrow(message);
  });
});
