// A storage that says what was read and written of which table, for tests of what a run costs.

import type { Storage } from '../../src/storage/storage.js';

/** Calls for files of one kind, and their bytes. */
export interface Traffic {
  readonly files: number;
  readonly bytes: number;
}

/** What a storage was asked for, by table (`silver.events`), its key indexes (`silver.events keys`) or `metadata`. */
export interface StorageCounts {
  readonly read: Readonly<Record<string, Traffic>>;
  readonly written: Readonly<Record<string, Traffic>>;
  /** Calls of any kind. */
  readonly calls: number;
}

const nothing: Traffic = { files: 0, bytes: 0 };

/** Counts from now on. */
export function countedStorage(inner: Storage): { readonly storage: Storage; counts(): StorageCounts } {
  const [read, written]: Record<string, Traffic>[] = [{}, {}];
  let calls = 0;
  const add = (to: Record<string, Traffic>, path: string, bytes: number): void => {
    const { files, bytes: before } = to[kindOf(path)] ?? nothing;
    to[kindOf(path)] = { files: files + 1, bytes: before + bytes };
  };
  const called = <T>(answer: T): T => {
    calls++;
    return answer;
  };
  const storage: Storage = {
    location: inner.location,
    probe: () => called(inner.probe()),
    read: async (path, range) => {
      const bytes = await called(inner.read(path, range));
      add(read!, path, bytes.length);
      return bytes;
    },
    stat: (path) => called(inner.stat(path)),
    write: (files) => {
      for (const { path, bytes } of files) add(written!, path, bytes.length);
      return called(inner.write(files));
    },
    create: (file) => {
      add(written!, file.path, file.bytes.length);
      return called(inner.create(file));
    },
    publish: (folder, files, token) => {
      for (const { path, bytes } of files) add(written!, `${folder}/${path}`, bytes.length);
      return called(inner.publish(folder, files, token));
    },
    list: (folder) => called(inner.list(folder)),
    names: (folder) => called(inner.names(folder)),
    delete: (paths) => called(inner.delete(paths)),
    lock: (name, options) => called(inner.lock(name, options)),
    heldLocks: (prefix) => called(inner.heldLocks(prefix)),
  };
  return { storage, counts: () => ({ read: read!, written: written!, calls }) };
}

/** The first two folders of a path as a table, or what else it is. */
function kindOf(path: string): string {
  if (path.startsWith('_')) return 'metadata';
  const table = path.split('/').slice(0, 2).join('.');
  return path.endsWith('.keys') ? `${table} keys` : table;
}
