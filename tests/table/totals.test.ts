// Counts that metadata states about what lies below it, made up by somebody who got every hash right.
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/common/sha256.js';
import { makeTable } from '../../src/format/evolve.js';
import { encodeManifest, parseManifest } from '../../src/format/manifest.js';
import type { Field } from '../../src/format/schema.js';
import { encodeSnapshot, type Snapshot, type TableRef } from '../../src/format/snapshot.js';
import {
  currentSchema,
  encodeTableFile,
  parseTableFile,
  type TableFile,
} from '../../src/format/table-file.js';
import { encodeDataFile } from '../../src/parquet/encode.js';
import { rowsToTable } from '../../src/parquet/rows.js';
import { memoryStorage } from '../../src/storage/memory.js';
import type { Storage } from '../../src/storage/storage.js';
import { verify } from '../../src/table/verify/verify.js';
import { openHead, type TableState } from '../../src/table/view.js';
import { readSnapshot } from '../../src/table/snapshot-lookup.js';
import { add, runtime, totals } from './lake-fixture.js';

const huge = Number.MAX_SAFE_INTEGER;
const schema = currentSchema(makeTable(totals, 'table'));

/** A lake of one table with one real file of three rows. */
async function lake(): Promise<Storage> {
  const storage = memoryStorage(runtime);
  const rows = rowsToTable([['a'], ['b'], ['c']], schema);
  await add(storage, totals, [{ ...(await encodeDataFile(rows, schema)), partition: {} }]);
  return storage;
}

const state = async (storage: Storage): Promise<TableState> =>
  (await (await openHead(storage))!.table(totals.name))!;

/** Puts another table file in place and names it, with these totals. */
async function retell(
  storage: Storage,
  change: (file: TableFile) => TableFile,
  told: Partial<TableRef>,
): Promise<void> {
  const snapshot = await readSnapshot(storage, 1);
  const ref = snapshot.tables[totals.name]!;
  const file = await encodeTableFile(change(parseTableFile(await storage.read(ref.path), ref.path)));
  const tables = { [totals.name]: { ...ref, sha256: file.sha256, ...told } };
  const changed: Snapshot = { ...snapshot, tables };
  await storage.write([
    { path: ref.path, bytes: file.bytes },
    { path: '_manifests/0000000001/snapshot.json', bytes: await encodeSnapshot(changed) },
  ]);
}

/** The same one level down: the manifest's only file has other rows. */
async function retellFile(storage: Storage, rows: number): Promise<void> {
  const [ref] = (await state(storage)).file.manifests;
  const { table, files } = parseManifest(await storage.read(ref!.path), ref!.path);
  const manifest = await encodeManifest({ table, files: files.map((file) => ({ ...file, rows })) });
  await storage.write([{ path: ref!.path, bytes: manifest.bytes }]);
  const manifests = [{ ...ref!, sha256: await sha256(manifest.bytes), rows }];
  await retell(storage, (file) => ({ ...file, manifests }), { rows });
}

const corrupt = { code: 'corrupt' };

it.each([
  ['another type', { type: 'double' } as const, /its column \S+ is Utf8, and its table says double/],
  ['another name', { name: 'other' }, /its columns are not those that its table says it has/],
])('names the file whose columns are not those of its table: %s', async (_, change, message) => {
  const storage = await lake();
  const other = ({ schemas, ...file }: TableFile): TableFile => ({
    ...file,
    schemas: schemas.map(({ schemaId, fields }) => ({
      schemaId,
      fields: fields.map((field, at) => (at === 0 ? { ...field, ...change } : field)),
    })),
  });
  await retell(storage, other, {});
  const table = await state(storage);
  const [file] = await table.files();
  await expect(table.rows(file!)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringMatching(message) as string,
  });
});

it.each([
  ['a decimal of too many digits', (type: string) => [{ type }], 'decimal(39,2)'],
  ['a decimal of more digits behind the point than it has', (type: string) => [{ type }], 'decimal(4,5)'],
  ['a decimal of no digits', (type: string) => [{ type }], 'decimal(0,0)'],
  ['two columns of one name', () => [{}, { id: 99 }], ''],
  ['two columns of one id', () => [{}, { name: 'other' }], ''],
])('refuses a table file with %s', async (_, changes, type) => {
  const storage = await lake();
  const { file } = await state(storage);
  const [first] = currentSchema(file).fields;
  const fields = changes(type).map((change) => ({ ...first!, ...change }) as Field);
  const { bytes } = await encodeTableFile({ ...file, schemas: [{ schemaId: file.currentSchemaId, fields }] });
  expect(() => parseTableFile(bytes, 'x.json')).toThrow('x.json is damaged');
});

it('finds a table file that a snapshot names for another table, too', async () => {
  const storage = await lake();
  const snapshot = await readSnapshot(storage, 1);
  const tables = { ...snapshot.tables, 'gold.twin': snapshot.tables[totals.name]! };
  await storage.write([
    { path: '_manifests/0000000001/snapshot.json', bytes: await encodeSnapshot({ ...snapshot, tables }) },
  ]);
  const { damaged, problems } = await verify(storage, { snapshots: 'all' });
  expect(damaged).toEqual([1]);
  expect(problems.map(({ what }) => what)).toEqual([
    expect.stringContaining(`it is of table ${totals.name}, expected gold.twin`),
  ]);
});

describe('a count that is not true', () => {
  it.each([{ rows: huge }, { files: 2 }, { bytes: 0 }])('of a snapshot is damage: %j', async (told) => {
    const storage = await lake();
    await retell(storage, (file) => file, told);
    await expect(state(storage)).rejects.toMatchObject(corrupt);
    expect((await verify(storage, { snapshots: 'all' })).damaged).toEqual([1]);
  });

  it.each([{ rows: huge }, { files: 2 }, { bytes: 0 }])('of a table file is damage: %j', async (told) => {
    const storage = await lake();
    const change = (file: TableFile): TableFile => ({
      ...file,
      manifests: file.manifests.map((ref) => ({ ...ref, ...told })),
    });
    await retell(storage, change, told);
    await expect(state(storage).then((table) => table.files())).rejects.toMatchObject(corrupt);
    expect((await verify(storage, { snapshots: 'all' })).damaged).toEqual([1]);
  });

  it.each([huge, 2, 4])('of a manifest is damage once the file is read: %i rows', async (rows) => {
    const storage = await lake();
    await retellFile(storage, rows);
    const table = await state(storage);
    const [file] = await table.files();
    await expect(table.rows(file!)).rejects.toMatchObject({ ...corrupt, details: { path: file!.path } });
  });

  it('is no damage where it is true', async () => {
    const storage = await lake();
    await retellFile(storage, 3);
    const table = await state(storage);
    expect((await table.rows((await table.files())[0]!)).numRows).toBe(3);
  });
});
