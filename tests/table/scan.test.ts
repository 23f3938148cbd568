import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { murmur3 } from '../../src/format/key-index.js';
import { encodeKeyIndex } from '../../src/format/key-index.js';
import { sha256 } from '../../src/common/sha256.js';
import type { EncodedDataFile } from '../../src/format/data-file.js';
import { compareBounds, type ColumnPredicate } from '../../src/format/stats.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { KeyIndexes } from '../../src/table/key-probe.js';
import { compareText } from '../../src/common/text-order.js';
import { columnStats } from '../../src/format/stats.js';
import type { Storage } from '../../src/storage/storage.js';
import { mightHoldAny, wantedTexts } from '../../src/format/wanted-keys.js';
import { describeScan, type ScanFilter } from '../../src/table/scan.js';
import { openHead, requireTable, type TableState } from '../../src/table/view.js';
import { add, dayFile, events, runtime } from './lake-fixture.js';

const monthly: TableDefinition = {
  ...events,
  name: 'silver.monthly',
  partition: { source: 'day', transform: 'month', name: 'month' },
};
const dayOf = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
const pathsOf = (files: readonly { path: string }[]): readonly string[] => files.map((file) => file.path);

async function open(definition: TableDefinition, files: readonly EncodedDataFile[]): Promise<TableState> {
  const storage = memoryStorage(runtime);
  await add(storage, definition, files);
  return requireTable((await openHead(storage))!, definition.name);
}

describe('a scan plan', () => {
  const days = fc.uniqueArray(fc.nat({ max: 90 }), { minLength: 1, maxLength: 12 });
  const value = fc.nat({ max: 90 }).map(dayOf);
  const predicate: fc.Arbitrary<ColumnPredicate> = fc.oneof(
    fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>='), value }),
    fc.record({ op: fc.constant('in'), values: fc.array(value, { maxLength: 4 }) }),
    fc.record({ op: fc.constantFrom('is null', 'is not null') }),
  );
  const holds = (day: string, condition: ColumnPredicate): boolean => {
    if (condition.op === 'is null') return false;
    if (condition.op === 'is not null') return true;
    if (condition.op === 'in') return condition.values.includes(day);
    const order = compareBounds('date', day, condition.value);
    const answers = { '=': order === 0, '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 };
    return answers[condition.op];
  };

  it.each([events, monthly])(
    'never leaves out a file with a row that matches ($name)',
    async (definition) => {
      await fc.assert(
        fc.asyncProperty(
          days,
          fc.array(predicate, { minLength: 1, maxLength: 2 }),
          async (list, conditions) => {
            const isMonthly = definition === monthly;
            const files = await Promise.all(
              list.map(async (day) => {
                const file = await dayFile(dayOf(day), 'a');
                return isMonthly ? { ...file, partition: { month: dayOf(day).slice(0, 7) } } : file;
              }),
            );
            const table = await open(definition, files);
            const plan = await table.plan({ day: conditions });
            const planned = new Set(pathsOf(plan.taken));
            const leftOut = plan.leftOut.reduce((sum, { files: count }) => sum + count, 0);
            expect(planned.size + leftOut).toBe(list.length);
            for (const file of await table.files()) {
              const matches = conditions.every((condition) =>
                holds(String(file.columns['2']?.min), condition),
              );
              expect(planned.has(file.path)).toBe(matches);
            }
          },
        ),
        { numRuns: 60 },
      );
    },
  );

  it('reads only the manifests whose partitions may match', async () => {
    const reads: string[] = [];
    const storage = memoryStorage(runtime, (step, path) => void (step === 'read' && reads.push(path)));
    await add(
      storage,
      events,
      await Promise.all(Array.from({ length: 2300 }, (_, day) => dayFile(dayOf(day), 'a'))),
    );
    const table = await requireTable((await openHead(storage))!, events.name);
    reads.length = 0;
    const filters: readonly ScanFilter[] = [
      { day: { op: '=', value: dayOf(1500) } },
      { day: { op: 'in', values: [dayOf(1501)] } },
    ];
    for (const filter of filters) expect(await table.files(filter)).toHaveLength(1);
    expect(reads).toEqual(['_manifests/0000000001/silver.events.m15.json']);
    expect(await table.files({ id: { op: '>', value: 'b' } })).toEqual([]);
  });

  it('says of each file that it leaves out which condition rules it out, and by what', async () => {
    const files = await Promise.all([
      dayFile('2024-01-01', 'a', 'c'),
      dayFile('2024-01-02', 'd', 'f'),
      dayFile('2024-01-03', 'a', 'z'),
    ]);
    const table = await open(events, files);
    const from = { op: '>=', value: '2024-01-02' } as const;
    const plan = await table.plan({ day: from, id: { op: 'in', values: ['x', 'y'] } });
    expect(pathsOf(plan.taken)).toEqual([(await table.files())[2]!.path]);
    expect(plan.leftOut.map(({ why }) => why)).toEqual([
      { on: 'day', predicate: from, by: 'partition', field: 'day', min: '2024-01-01', max: '2024-01-01' },
      {
        on: 'id',
        predicate: { op: 'in', values: ['x', 'y'] },
        by: 'bounds',
        field: 'id',
        min: 'd',
        max: 'f',
      },
    ]);
    const bytes = files[0].bytes.length;
    expect(describeScan(plan)).toEqual({
      table: events.name,
      files: 3,
      taken: { files: 1, rows: 1, bytes },
      leftOut: [
        { condition: 'day >= 2024-01-02', by: 'partition day', files: 1, rows: 1, bytes },
        { condition: 'id in (x, y)', by: 'bounds of id', files: 1, rows: 1, bytes },
      ],
    });
  });

  it('counts the files of manifests that it does not read', async () => {
    const days = Array.from({ length: 1500 }, (_, day) => dayFile(dayOf(day), 'a'));
    const table = await open(events, await Promise.all(days));
    const plan = await table.plan({ day: { op: '=', value: dayOf(1200) } });
    expect(plan.leftOut[0]).toMatchObject({
      path: '_manifests/0000000001/silver.events.m0.json',
      files: 78,
    });
    expect(describeScan(plan).leftOut).toMatchObject([{ by: 'partition day', files: 1499 }]);
  });

  it('names the tables that there are when one is missing', async () => {
    const storage = memoryStorage(runtime);
    await add(storage, events, []);
    const view = (await openHead(storage))!;
    await expect(requireTable(view, 'gold.nothing')).rejects.toThrow(
      /no table gold.nothing in snapshot 1; it has silver.events/,
    );
    expect(await view.table('__proto__')).toBeUndefined();
  });
});

describe('a data file of the wrong partition', () => {
  it.each([
    ['other bounds', { '2': { nulls: 0, min: '2024-03-05', max: '2024-03-06' } }],
    ['nulls', { '2': { nulls: 1, min: '2024-03-05', max: '2024-03-05' } }],
    ['no statistics', {}],
  ])('is refused with %s', async (_, columns) => {
    const file = { ...(await dayFile('2024-03-05', 'a')), columns };
    await expect(open(events, [file])).rejects.toMatchObject({ code: 'check-failed' });
  });
});

describe('a probe of key indexes', () => {
  const hash = (text: string): number => murmur3(new TextEncoder().encode(text), 0, text.length);
  const indexed = async (day: string, ...ids: readonly string[]): Promise<EncodedDataFile> => {
    const { bytes, columns } = encodeKeyIndex([{ fieldId: 1, hashes: Uint32Array.from(ids.map(hash)) }]);
    const file = await dayFile(day, ids[0]!, ids.at(-1));
    return { ...file, index: { bytes, columns, sha256: await sha256(bytes) } };
  };
  const never = (): Promise<Uint8Array> => Promise.reject(new Error('not to be rebuilt'));

  it('finds the files that hold a key, and those that cannot tell', async () => {
    const storage = memoryStorage(runtime);
    const files = [
      await indexed('2024-01-01', 'a', 'b'),
      await indexed('2024-01-02', 'c'),
      await dayFile('2024-01-03', 'A', 'z'),
    ];
    await add(storage, events, files);
    const table = await requireTable((await openHead(storage))!, events.name);
    const probe = async (...ids: readonly string[]): Promise<readonly string[]> => {
      const found = await new KeyIndexes(storage).probe({
        table,
        column: 'id',
        keys: wantedTexts(ids),
        rebuild: never,
      });
      return found.map((file) => String(file.columns['1']?.min));
    };
    expect(await probe('b', 'x')).toEqual(['a', 'A']);
    expect(await probe('x')).toEqual(['A']);
    expect(await probe('c', 'a')).toEqual(['a', 'c', 'A']);
    expect(await probe()).toEqual([]);
  });

  it.each(['lost', 'damaged'])('makes a sidecar that is %s anew and puts it back', async (what) => {
    const storage = memoryStorage(runtime);
    const file = await indexed('2024-01-01', 'a', 'b');
    await add(storage, events, [file]);
    const { path } = (await storage.list('silver')).find((each) => each.path.endsWith('.keys'))!;
    if (what === 'lost') await storage.delete(path);
    else await storage.write([{ path, bytes: new Uint8Array(8) }]);
    const table = await requireTable((await openHead(storage))!, events.name);
    const rebuild = (): Promise<Uint8Array> => Promise.resolve(file.index!.bytes);
    const probe = { table, column: 'id', keys: wantedTexts(['b']) };
    expect(await new KeyIndexes(storage).probe({ ...probe, rebuild })).toHaveLength(1);
    expect(await new KeyIndexes(storage).probe({ ...probe, rebuild: never })).toHaveLength(1);
    expect(await storage.read(path)).toEqual(file.index!.bytes);
  });

  it('reads a sidecar once, and only where the bounds leave a key possible', async () => {
    const inner = memoryStorage(runtime);
    await add(inner, events, [
      await indexed('2024-01-01', 'a', 'c'),
      await indexed('2024-01-02', 'd', 'f'),
      await indexed('2024-01-03', 'g', 'k'),
    ]);
    const read: string[] = [];
    const storage: Storage = {
      ...inner,
      read: (path, range) => {
        if (path.endsWith('.keys')) read.push(path);
        return inner.read(path, range);
      },
    };
    const table = await requireTable((await openHead(storage))!, events.name);
    const indexes = new KeyIndexes(storage);
    const probe = async (...ids: readonly string[]): Promise<number> =>
      (await indexes.probe({ table, column: 'id', keys: wantedTexts(ids), rebuild: never })).length;
    expect(await probe('b', 'k', 'z')).toBe(1);
    expect(read).toHaveLength(2);
    expect(await probe('a', 'h')).toBe(1);
    expect(read).toHaveLength(2);
    expect(await probe('e', 'f')).toBe(1);
    expect(read).toHaveLength(3);
  });

  it('rules out by statistics only what holds no key', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), fc.array(text), fc.nat(2), (held, wanted, nulls) => {
        const ascending = [...held].sort(compareText);
        const stats = columnStats('string', { nulls, min: ascending[0], max: ascending.at(-1) });
        const holds = wanted.some((key) => held.includes(key));
        if (holds) expect(mightHoldAny(wantedTexts(wanted), stats, held.length + nulls)).toBe(true);
        expect(mightHoldAny(wantedTexts(held), stats, held.length + nulls)).toBe(true);
        const above = wanted.filter((key) => compareText(key, stats.max as string) > 0);
        if (stats.max !== undefined) expect(mightHoldAny(wantedTexts(above), stats, held.length)).toBe(false);
      }),
    );
    expect(mightHoldAny(wantedTexts(['a']), { nulls: 3 }, 3)).toBe(false);
    expect(mightHoldAny(wantedTexts(['a']), undefined, 3)).toBe(true);
  });
});
