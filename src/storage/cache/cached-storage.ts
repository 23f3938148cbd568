// A storage with a cache in front of it, for files that never change under their path and that something else names by
// their SHA-256: data files, key indexes, manifests, table files. What says which of them hold now (snapshots, hints, tags,
// locks) is always asked for.

import { mapConcurrent } from '../../common/concurrency.js';
import { sha256Now } from '../../common/sha256.js';
import { readPastCache, type FileToWrite, type Storage } from '../storage.js';
import type { FileCache } from './file-cache.js';

/** Files that are kept at a time. */
const parallelFiles = 16;

/** `place` tells the lake from every other one that shares the cache. */
export function cachedStorage(beneath: Storage, cache: FileCache, place: string): Storage {
  const nameOf = (path: string): string => `${place}\n${path}`;
  const keep = async (path: string, bytes: Uint8Array): Promise<void> => {
    if (isCached(path) && isWhatItsNameSays(path, bytes)) await cache.keep(nameOf(path), bytes);
  };
  const keepAll = (files: readonly FileToWrite[]): Promise<unknown> =>
    mapConcurrent(files, parallelFiles, ({ path, bytes }) => keep(path, bytes));

  return {
    ...beneath,

    read: async (path, range) => {
      if (!isCached(path)) return beneath.read(path, range);
      const known = await cache.read(nameOf(path));
      if (known !== undefined) return range === undefined ? known : known.slice(range.start, range.end);
      const bytes = await beneath.read(path, range);
      if (range === undefined) await keep(path, bytes);
      return bytes;
    },

    readAgain: async (path) => {
      const bytes = await readPastCache(beneath, path);
      if (isCached(path) && (await cache.has(nameOf(path)))) await keep(path, bytes);
      return bytes;
    },

    write: async (files) => {
      await beneath.write(files);
      await keepAll(files);
    },

    publish: async (folder, files, token) => {
      const answer = await beneath.publish(folder, files, token);
      if (answer === 'published')
        await keepAll(files.map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes })));
      return answer;
    },

    delete: async (paths) => {
      await cache.forget([paths].flat().filter(isCached).map(nameOf));
      await beneath.delete(paths);
    },
  };
}

/** Whether the file is one that others name by hash: what lies in a snapshot's folder beside the snapshot itself, and data. */
function isCached(path: string): boolean {
  if (/^_manifests\/\d{10}\//.test(path)) return !/\/(snapshot|expired)\.json$/.test(path);
  return !path.startsWith('_') && /\.(parquet|keys)$/.test(path);
}

/** The name of a data file begins with its hash. */
function isWhatItsNameSays(path: string, bytes: Uint8Array): boolean {
  const [, digits] = /\/([0-9a-f]{16})-[0-9a-f]{8}\.parquet$/.exec(path) ?? [];
  return digits === undefined || sha256Now(bytes).startsWith(digits);
}
