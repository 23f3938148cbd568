// What every storage must do. Each implementation runs this suite.

import { beforeEach, describe, expect, it } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';
import type { Storage } from '../../src/storage/storage.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const file = (path: string, content: string): { path: string; bytes: Uint8Array } => ({
  path,
  bytes: utf8(content),
});

/** Runs the suite; `open` gives a new, empty storage each time. */
export function storageContract(name: string, open: () => Promise<Storage>): void {
  describe(`${name} keeps the storage contract`, () => {
    let storage: Storage;
    beforeEach(async () => {
      storage = await open();
    });
    const content = async (path: string): Promise<string> => text(await storage.read(path));

    it('is found fit for writing, and the probe leaves nothing behind', async () => {
      expect(await storage.probe()).toBeNull();
      expect(await storage.list('')).toEqual([]);
    });

    it('reads back what it wrote, whole or a range', async () => {
      await storage.write([file('a/b/c.txt', 'hello'), file('d.txt', '')]);
      expect(await content('a/b/c.txt')).toBe('hello');
      expect(await content('d.txt')).toBe('');
      expect(text(await storage.read('a/b/c.txt', { start: 1, end: 3 }))).toBe('el');
      expect(text(await storage.read('a/b/c.txt', { start: 4, end: 99 }))).toBe('o');
    });

    it('replaces a file that is there', async () => {
      await storage.write([file('x', 'old and longer')]);
      await storage.write([file('x', 'new')]);
      expect(await content('x')).toBe('new');
    });

    it('answers not-found for a file that is missing, and for a folder', async () => {
      await storage.write([file('folder/x', '1')]);
      await expect(storage.read('y')).rejects.toMatchObject({ code: 'not-found' });
      await expect(storage.read('folder')).rejects.toMatchObject({ code: 'not-found' });
      await expect(storage.read('folder/x/y')).rejects.toMatchObject({ code: 'not-found' });
      expect(await storage.stat('y')).toBeUndefined();
      expect(await storage.stat('folder')).toBeUndefined();
      expect(await storage.stat('folder/x/y')).toBeUndefined();
    });

    it('tells the size of a file', async () => {
      await storage.write([file('folder/x', '12345')]);
      expect(await storage.stat('folder/x')).toMatchObject({ path: 'folder/x', sizeBytes: 5 });
    });

    it.each([
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a//b',
      './a',
      'a/.',
      '',
      'a\\b',
      'C:/x',
      'a\0b',
      'a\ud800',
    ])('refuses the path %j everywhere', async (path) => {
      const attempts: readonly (() => Promise<unknown>)[] = [
        () => storage.read(path),
        () => storage.stat(path),
        () => storage.write([file(path, 'x')]),
        () => storage.create(file(path, 'x')),
        () => storage.delete(path),
        () => storage.publish('_manifests/1', [file(path, 'x')], 'token'),
      ];
      for (const attempt of attempts) {
        const error = await Promise.resolve()
          .then(attempt)
          .then(
            () => 'accepted',
            (e: unknown) => e,
          );
        expect(isLakeError(error, 'invalid-input') ? 'refused' : error).toBe('refused');
      }
    });

    it('creates a file for exactly one of many callers', async () => {
      const answers = await Promise.all(
        [...'abcdefgh'].map((each) => storage.create(file('folder/one', each))),
      );
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
      expect(await content('folder/one')).toBe('abcdefgh'[answers.indexOf('created')]);
      expect(await storage.names('folder')).toEqual(['one']);
    });

    it('publishes a folder for exactly one of many callers, with exactly its files', async () => {
      const publish = (token: string): Promise<'published' | 'taken'> =>
        storage.publish(
          '_manifests/0000000001',
          [file(`only-${token}`, ''), file('snapshot.json', token)],
          token,
        );
      const answers = await Promise.all([...'abcdefgh'].map(publish));
      expect(answers.filter((answer) => answer === 'published')).toHaveLength(1);
      const winner = 'abcdefgh'[answers.indexOf('published')]!;
      expect(await content('_manifests/0000000001/snapshot.json')).toBe(winner);
      expect(await storage.names('_manifests/0000000001')).toEqual([`only-${winner}`, 'snapshot.json']);
      expect(await storage.names('_manifests')).toEqual(['0000000001']);
      expect(await publish('late')).toBe('taken');
    });

    it('publishes nothing of an earlier attempt with the same token', async () => {
      await storage.write([file('_manifests/.staging-token/leftover', 'x')]);
      await storage.publish('_manifests/2', [file('snapshot.json', '2')], 'token');
      expect(await storage.names('_manifests/2')).toEqual(['snapshot.json']);
      const staged = storage.publishesInPlace === true ? ['.staging-token'] : [];
      expect(await storage.names('_manifests')).toEqual([...staged, '2']);
    });

    it('gives the name of a published folder to nobody again, whatever of it is deleted', async () => {
      const folder = '_manifests/0000000001';
      const publish = (token: string): Promise<'published' | 'taken'> =>
        storage.publish(folder, [file(`only-${token}`, ''), file('snapshot.json', token)], token);
      expect(await publish('a')).toBe('published');
      await storage.write([file(`${folder}/expired.json`, 'a')]);
      await storage.delete([`${folder}/snapshot.json`, `${folder}/only-a`]);
      expect(await publish('b')).toBe('taken');
      expect(await storage.names(folder)).toEqual(['expired.json']);
      expect((await storage.list('')).map(({ path }) => path)).toEqual([`${folder}/expired.json`]);
      expect(await storage.stat(`${folder}/snapshot.json`)).toBeUndefined();
      await expect(storage.read(`${folder}/snapshot.json`)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('lists everything below a folder by the bytes of its path', async () => {
      const paths = ['f/b', 'f/a/z', 'f/A', 'f/a.x', 'g/x', 'f/\u{1f600}', 'f/\uff5e'];
      await storage.write(paths.map((path) => file(path, path)));
      const found = (await storage.list('f')).map((each) => each.path);
      expect(found).toEqual(['f/A', 'f/a.x', 'f/a/z', 'f/b', 'f/\uff5e', 'f/\u{1f600}']);
      expect(await storage.names('f')).toEqual(['A', 'a', 'a.x', 'b', '\uff5e', '\u{1f600}']);
      expect(await storage.names('')).toEqual(['f', 'g']);
      expect(await storage.names('f', 'a')).toEqual(['a', 'a.x']);
      expect(await storage.names('', 'x')).toEqual([]);
      expect((await storage.list('')).length).toBe(7);
    });

    it('lists nothing where a folder is missing, or a file', async () => {
      await storage.write([file('folder/x', '1')]);
      for (const path of ['folder/x', 'folder/x/y']) {
        expect(await storage.list(path)).toEqual([]);
        expect(await storage.names(path)).toEqual([]);
      }
      expect(await storage.list('nowhere')).toEqual([]);
      expect(await storage.names('nowhere')).toEqual([]);
    });

    it('deletes files and folders, and does not mind what is missing', async () => {
      await storage.write([file('f/a', ''), file('f/b/c', ''), file('g', '')]);
      await storage.delete('f/a');
      await storage.delete('f/a');
      await storage.delete('nowhere/at/all');
      expect((await storage.list('')).map((each) => each.path)).toEqual(['f/b/c', 'g']);
      await storage.delete('f');
      expect((await storage.list('')).map((each) => each.path)).toEqual(['g']);
      await storage.write([file('f/a', 'again')]);
      expect(await content('f/a')).toBe('again');
    });

    it('deletes many at once, of folders that hold each other and of many files too', async () => {
      const many = Array.from({ length: 300 }, (_, i) => file(`many/${i}`, ''));
      await storage.write([...many, file('f/a', ''), file('f/b/c', ''), file('g', '')]);
      await storage.delete([]);
      await storage.delete(['f/b/c', 'f/b', 'f', 'f', 'many', 'g/below/a/file', 'nowhere']);
      expect((await storage.list('')).map((each) => each.path)).toEqual(['g']);
    });

    it('deletes nothing when one of the paths is refused', async () => {
      await storage.write([file('a', '')]);
      const attempt = Promise.resolve().then(() => storage.delete(['a', '../b']));
      await expect(attempt).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await storage.names('')).toEqual(['a']);
    });

    it('keeps a copy of the bytes that it was given', async () => {
      const bytes = utf8('abc');
      await storage.write([{ path: 'x', bytes }]);
      bytes.fill(0);
      (await storage.read('x')).fill(1);
      expect(await content('x')).toBe('abc');
    });

    it('gives a lock to one holder at a time', async () => {
      let holders = 0;
      let most = 0;
      const hold = async (): Promise<void> => {
        const lock = await storage.lock('ingest', { timeoutMs: 20_000 });
        most = Math.max(most, ++holders);
        await new Promise((resolve) => setTimeout(resolve, 2));
        holders--;
        await lock.release();
      };
      await Promise.all([hold(), hold(), hold(), hold(), hold()]);
      expect(most).toBe(1);
    });

    it('tells which locks are held, by prefix and sorted', async () => {
      expect(await storage.heldLocks('')).toEqual([]);
      const names = ['writer-2', 'writer-1', 'pin-3'];
      const locks = await Promise.all(names.map((name) => storage.lock(name, { timeoutMs: 0 })));
      expect(await storage.heldLocks('writer-')).toEqual(['writer-1', 'writer-2']);
      expect(await storage.heldLocks('')).toEqual(['pin-3', 'writer-1', 'writer-2']);
      await locks[0]!.release();
      expect(await storage.heldLocks('writer-')).toEqual(['writer-1']);
      await Promise.all([locks[1]!.release(), locks[2]!.release()]);
      expect(await storage.heldLocks('')).toEqual([]);
    });

    it('tells an owner whether it holds its lock', async () => {
      const lock = await storage.lock('ingest', { timeoutMs: 0 });
      expect(await lock.isHeld()).toBe(true);
      await lock.release();
      expect(await lock.isHeld()).toBe(false);
      const next = await storage.lock('ingest', { timeoutMs: 0 });
      await lock.release();
      expect([await lock.isHeld(), await next.isHeld()]).toEqual([false, true]);
    });

    it('gives up a lock after the time-out, or when asked to stop', async () => {
      const lock = await storage.lock('ingest', { timeoutMs: 1000 });
      const other = await storage.lock('compact', { timeoutMs: 0 });
      await expect(storage.lock('ingest', { timeoutMs: 0 })).rejects.toMatchObject({ code: 'conflict' });
      const stop = new AbortController();
      const waiting = storage.lock('ingest', { timeoutMs: 60_000, signal: stop.signal });
      setTimeout(() => stop.abort(), 10);
      await expect(waiting).rejects.toMatchObject({ code: 'interrupted' });
      await lock.release();
      await other.release();
      await (await storage.lock('ingest', { timeoutMs: 0 })).release();
    });
  });
}
