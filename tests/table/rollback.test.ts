import { describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { memoryStorage, type MemoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { expire } from '../../src/table/maintenance/expire.js';
import { readDataFile } from '../../src/table/read.js';
import { rollback, type Rollback, type RollbackOptions } from '../../src/table/history/rollback.js';
import { openHead, openView, requireTable, type LakeView } from '../../src/table/view.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { add, adding, dayFile, events, idsOf, plainFile, runtime, totals } from './lake-fixture.js';
import { commit } from '../../src/table/commit.js';

const wider: TableDefinition = {
  ...events,
  columns: [...events.columns, { name: 'note', type: 'string', required: false }],
};

/** 1: a · 2: a, b with a wider schema · 3: a replaced by c, and a second table. */
async function history(): Promise<MemoryStorage> {
  const storage = memoryStorage(runtime);
  await add(storage, events, [await dayFile('2024-03-05', 'a')]);
  await add(storage, wider, [await dayFile('2024-03-06', 'b')]);
  const [first] = await (await requireTable((await openHead(storage))!, events.name)).files();
  const c = [await dayFile('2024-03-05', 'c')];
  const request = await adding(storage, await openHead(storage), wider, c, { removed: [first!.path] });
  const [total] = (await adding(storage, null, totals, [await plainFile('t')])).changes;
  await commit(storage, runtime, { ...request, changes: [...request.changes, total!] });
  return storage;
}

async function back(storage: Storage, to: number, options: Partial<RollbackOptions> = {}): Promise<Rollback> {
  const head = options.head ?? (await openHead(storage))!;
  const target = { head, to: await openView(storage, to), commitId: uuid(runtime) };
  return rollback(storage, runtime, { ...target, ...options });
}

const pathsOf = async (view: LakeView): Promise<readonly string[]> =>
  (await (await requireTable(view, events.name)).files()).map(({ path }) => path);

describe('a rollback', () => {
  it('has the contents of the old snapshot and rewrites nothing; ids, schemas and specs only grow', async () => {
    const storage = await history();
    const data = await storage.list('silver');
    const result = await back(storage, 1);
    expect(result).toMatchObject({
      snapshot: 4,
      tables: {
        [events.name]: { rowsBefore: 2, rowsAfter: 1, changed: true },
        [totals.name]: { rowsBefore: 1, rowsAfter: null, changed: true },
      },
      proof: { tables: 1, rows: 1, how: 'files' },
    });
    const head = (await openHead(storage))!;
    expect(await pathsOf(head)).toEqual(await pathsOf(await openView(storage, 1)));
    expect(head.tables).toEqual([events.name]);
    const { file } = await requireTable(head, events.name);
    expect(file).toMatchObject({ lastFieldId: 4, currentSchemaId: 0 });
    expect(file.schemas).toHaveLength(2);
    expect(await storage.list('silver')).toEqual(data);
    expect(head.snapshot).toMatchObject({
      operation: 'rollback',
      summary: { to: 1, proof: result.proof, tables: { [events.name]: { filesAdded: 1, filesRemoved: 2 } } },
    });
    expect(await idsOf(storage, events)).toEqual(['2024-03-05 a']);
  });

  it('can be rolled back itself', async () => {
    const storage = await history();
    await back(storage, 1);
    expect(await back(storage, 3)).toMatchObject({ snapshot: 5 });
    const [head, third] = [(await openHead(storage))!, await openView(storage, 3)];
    expect(head.snapshot.tables).toEqual(third.snapshot.tables);
    expect(await storage.names('_manifests/0000000005')).toEqual(['snapshot.json']);
  });

  it('changes nothing when nothing differs, or when it is only a plan', async () => {
    const storage = await history();
    const stored = await storage.list('');
    expect(await back(storage, 3)).toMatchObject({
      snapshot: null,
      tables: { [events.name]: { changed: false } },
    });
    expect(await back(storage, 1, { dryRun: true })).toMatchObject({
      snapshot: null,
      tables: { [events.name]: { rowsBefore: 2, rowsAfter: 1, changed: true } },
    });
    expect(await storage.list('')).toEqual(stored);
  });

  it('lets later runs write as ever, with field ids that were never given before', async () => {
    const storage = await history();
    await back(storage, 1);
    const other = {
      ...events,
      columns: [...events.columns, { name: 'other', type: 'int', required: false }],
    } as const;
    await add(storage, other, [await dayFile('2024-03-07', 'd')]);
    const { schema } = await requireTable((await openHead(storage))!, events.name);
    expect(schema.fields.map(({ id, name }) => [id, name]).at(-1)).toEqual([5, 'other']);
    expect(await idsOf(storage, events)).toEqual(['2024-03-05 a', '2024-03-07 d']);
  });

  it('is a conflict with any commit in between', async () => {
    const storage = await history();
    const head = (await openHead(storage))!;
    await add(storage, totals, [await plainFile('new')]);
    await expect(back(storage, 1, { head })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps the table ids of a table that was made again apart', async () => {
    const storage = await history();
    await back(storage, 1);
    await add(storage, totals, [await plainFile('again')]);
    await back(storage, 3);
    const head = (await openHead(storage))!;
    const third = await requireTable(await openView(storage, 3), totals.name);
    expect((await requireTable(head, totals.name)).file.tableId).toBe(third.file.tableId);
  });

  it('refuses a snapshot of which a file is missing, and publishes nothing', async () => {
    const storage = await history();
    const [path] = await pathsOf(await openView(storage, 1));
    await storage.delete(path!);
    await expect(back(storage, 1)).rejects.toMatchObject({ code: 'corrupt', details: { path } });
    expect((await openHead(storage))?.snapshot.snapshotId).toBe(3);
  });

  it('lands whole or finds its snapshot expired, wherever an expiry meets it', async () => {
    const seed = await history();
    for (let at = 0; at < 40; at++) {
      const storage = seed.afterPowerCut();
      const [head, to] = [(await openHead(storage))!, await openView(storage, 1)];
      const met = beforeCall(storage, at, () => expire(storage, runtime, { keep: 1, olderThanMicros: 1e18 }));
      const outcome = await rollback(met, runtime, { head, to, commitId: uuid(runtime) }).then(
        ({ snapshot }) => snapshot,
        (error: { code: string }) => error.code,
      );
      const now = (await openHead(storage))!;
      expect(outcome).toBe(now.snapshot.snapshotId === 4 ? 4 : 'not-found');
      for (const file of await (await requireTable(now, events.name)).files())
        await readDataFile(storage, file);
    }
  });
});

/** The storage, with something that happens just before the call number `at` of it. */
function beforeCall(storage: Storage, at: number, happen: () => Promise<unknown>): Storage {
  let calls = 0;
  return new Proxy(storage, {
    get: (target, name: keyof Storage) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...given: never[]) => {
        if (calls++ === at) await happen();
        return (member as (...given: never[]) => unknown)(...given);
      };
    },
  });
}
