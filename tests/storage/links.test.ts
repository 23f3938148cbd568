// A lake that somebody gave may hold links, which lead anywhere. Nothing goes through one, whatever is asked for.
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { localStorage } from '../../src/storage/local.js';
import type { Storage } from '../../src/storage/storage.js';
import { vacuum } from '../../src/table/maintenance/vacuum.js';
import { openForWriting } from '../../src/table/lake-file.js';
import { verify } from '../../src/table/verify/verify.js';
import { add, dayFile, events, plainFile, totals } from '../table/lake-fixture.js';

const runtime = systemRuntime();
const bytes = new TextEncoder().encode('mine');
const precious = 'gold/totals/0123456789abcdef-01234567.parquet';

describe('a link inside a lake', () => {
  let [root, outside]: [string, string] = ['', ''];
  let storage: Storage;
  beforeEach(async () => {
    [root, outside] = [await mkdtemp(join(tmpdir(), 'lake-')), await mkdtemp(join(tmpdir(), 'outside-'))];
    await mkdir(join(outside, 'totals'));
    await writeFile(join(outside, 'totals', '0123456789abcdef-01234567.parquet'), 'precious');
    storage = localStorage(root, runtime);
  });
  afterEach(async () => {
    const found = await readdir(outside, { recursive: true });
    await Promise.all([root, outside].map((path) => rm(path, { recursive: true })));
    expect(found.toSorted()).toEqual(['totals', 'totals/0123456789abcdef-01234567.parquet']);
  });

  const toFolder = (path: string): Promise<void> => symlink(outside, join(root, path));

  const operations: Readonly<Record<string, (at: Storage) => Promise<unknown>>> = {
    read: (at) => at.read(precious),
    'read a range': (at) => at.read(precious, { start: 0, end: 2 }),
    stat: (at) => at.stat(precious),
    write: (at) => at.write([{ path: precious, bytes }]),
    'write beside': (at) => at.write([{ path: 'gold/new/x', bytes }]),
    create: (at) => at.create({ path: 'gold/x', bytes }),
    publish: (at) => at.publish('gold/1', [{ path: 'snapshot.json', bytes }], 'token'),
    list: (at) => at.list('gold'),
    'list below': (at) => at.list('gold/totals'),
    names: (at) => at.names('gold'),
    delete: (at) => at.delete(precious),
    'delete a folder': (at) => at.delete(['gold/totals']),
  };
  it.each(Object.keys(operations))('in place of a top folder is not followed to %s', async (name) => {
    await toFolder('gold');
    await expect(operations[name]!(storage)).rejects.toMatchObject({
      code: 'corrupt',
      details: { path: join(root, 'gold') },
    });
    expect(await readFile(join(outside, 'totals', '0123456789abcdef-01234567.parquet'), 'utf8')).toBe(
      'precious',
    );
  });

  it('in place of the metadata folder is not followed to probe, lock or look for locks', async () => {
    await toFolder('_manifests');
    for (const attempt of [
      () => storage.probe(),
      () => storage.lock('ingest', { timeoutMs: 0 }),
      () => storage.heldLocks(''),
      () => openForWriting(storage, runtime),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('in place of a file is not read, and goes when it is written over or deleted', async () => {
    const target = join(outside, 'totals', '0123456789abcdef-01234567.parquet');
    await mkdir(join(root, 'gold'));
    for (const name of ['a', 'b']) await symlink(target, join(root, 'gold', name));
    await expect(storage.read('gold/a')).rejects.toMatchObject({ code: 'corrupt' });
    expect(await storage.stat('gold/a')).toBeUndefined();
    expect(await storage.list('gold')).toEqual([]);
    await storage.write([{ path: 'gold/a', bytes }]);
    await storage.delete('gold/b');
    expect(await readdir(join(root, 'gold'))).toEqual(['a']);
    expect(await readFile(target, 'utf8')).toBe('precious');
  });

  it('deep in a folder that is deleted goes, and not what it points to', async () => {
    await mkdir(join(root, 'gold', 'deep'), { recursive: true });
    await toFolder('gold/deep/link');
    await storage.delete('gold');
    expect(await readdir(root)).toEqual([]);
  });

  it('on the way to the lake is its owner’s own', async () => {
    await storage.write([{ path: 'gold/x', bytes }]);
    const link = join(await mkdtemp(join(tmpdir(), 'way-')), 'lake');
    await symlink(root, link);
    const through = localStorage(link, runtime);
    expect(await through.read('gold/x')).toEqual(Buffer.from(bytes));
    expect(await through.probe()).toBeNull();
  });

  it.each(['gold', 'gold/totals', '_manifests', 'silver'])(
    'in place of %s stops vacuum before it deletes anything, and verify tells of it',
    async (path) => {
      await add(storage, totals, [await plainFile('a')]);
      await add(storage, events, [await dayFile('2024-01-01', 'a')]);
      const aside = join(root, 'aside');
      await rename(join(root, path), aside);
      await toFolder(path);
      const listed = await readdir(root, { recursive: true });
      await expect(vacuum(storage, runtime, { graceMs: 0, foreign: true })).rejects.toMatchObject({
        code: 'corrupt',
      });
      const without = (names: readonly string[]): readonly string[] =>
        names.filter((name) => !name.includes('.lock-')).toSorted();
      expect(without(await readdir(root, { recursive: true }))).toEqual(without(listed));
      const verified = verify(storage, { snapshots: 'all' });
      if (path === '_manifests') await expect(verified).rejects.toMatchObject({ code: 'corrupt' });
      else
        expect((await verified).problems[0]).toMatchObject({
          what: expect.stringContaining('symbolic link') as string,
        });
    },
  );
});
