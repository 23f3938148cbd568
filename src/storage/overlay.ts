// A storage over another one: what is written stays in memory and what is deleted is only hidden, so that a dry run is
// the real run. The storage beneath is read, and never changed.

import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import { memoryStorage } from './memory.js';
import { checkPath } from './path.js';
import { readPastCache, type Storage, type StoredFile } from './storage.js';

/** Nothing that is written outlives the object. Its locks are its own: it disturbs nobody. */
export function overlayStorage(beneath: Storage, runtime: Runtime): Storage {
  const above = memoryStorage(runtime);
  const hidden = new Set<string>();

  const stat = async (path: string): Promise<StoredFile | undefined> =>
    (await above.stat(path)) ?? (hidden.has(path) ? undefined : beneath.stat(path));
  const list = async (folder: string): Promise<readonly StoredFile[]> => {
    const old = (await beneath.list(folder)).filter(({ path }) => !hidden.has(path));
    const files = [...old, ...(await above.list(folder))].map((file) => [file.path, file] as const);
    return [...new Map(files).values()].sort((a, b) => compareText(a.path, b.path));
  };

  /** The storage that has the file. */
  const holderOf = async (path: string): Promise<Storage> => {
    if ((await above.stat(path)) !== undefined) return above;
    if (!hidden.has(path)) return beneath;
    throw new LakeError('not-found', `There is no file ${beneath.location}/${path}.`, { details: { path } });
  };

  return {
    location: beneath.location,
    probe: () => above.probe(),
    read: async (path, range) => (await holderOf(path)).read(path, range),
    readAgain: async (path) => readPastCache(await holderOf(path), path),
    diskPath: async (path) =>
      hidden.has(path) || (await above.stat(path)) !== undefined ? undefined : beneath.diskPath?.(path),
    stat,
    write: (files) => above.write(files),
    create: async (file) => ((await stat(file.path)) === undefined ? above.create(file) : 'taken'),
    publish: async (folder, files, token) =>
      (await list(checkPath(folder, 'folder'))).length > 0 ? 'taken' : above.publish(folder, files, token),
    list,
    names: async (folder, prefix = '') => {
      const start = folder === '' ? 0 : folder.length + 1;
      const names = new Set((await list(folder)).map(({ path }) => path.slice(start).split('/')[0]!));
      return [...names].filter((name) => name.startsWith(prefix)).sort(compareText);
    },
    delete: async (paths) => {
      for (const path of [paths].flat())
        for (const file of [{ path }, ...(await beneath.list(path))]) hidden.add(file.path);
      await above.delete(paths);
    },
    lock: (name, options) => above.lock(name, options),
    heldLocks: async (prefix) =>
      [...(await above.heldLocks(prefix)), ...(await beneath.heldLocks(prefix))].sort(compareText),
  };
}
