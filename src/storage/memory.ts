// A lake in memory, with the semantics of a disk: what is not synced is lost in a power cut. Tests stop, fail or
// interleave it at every single step through a hook.

import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import { checkPath, everyPath, parentOf, stagingFolder } from './path.js';
import type { FileToWrite, Lock, Storage, StoredFile } from './storage.js';

/** One step of the storage; `write`, `rename` and `sync` follow each other within one `Storage.write`. */
type MemoryStep = 'read' | 'stat' | 'list' | 'write' | 'rename' | 'sync' | 'delete';

/** Called before each step with the path of its file or folder; what it throws, the operation throws. */
export type MemoryHook = (step: MemoryStep, path: string) => void | Promise<void>;

/** A storage that tests can look into. */
export interface MemoryStorage extends Storage {
  /** A storage with what would be left after a power cut now. */
  afterPowerCut(hook?: MemoryHook): MemoryStorage;
  /** The same storage as another process sees it, with a runtime and a hook of its own. */
  seenBy(runtime: Runtime, hook: MemoryHook): MemoryStorage;
}

interface Content {
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

type Contents = Map<string, Content>;

/** What all processes see. */
interface Shared {
  readonly visible: Contents;
  readonly lasting: Contents;
  /** Who holds which. */
  readonly locks: Map<string, object>;
  temporaries: number;
}

/** Starts empty, or with files. */
export function memoryStorage(
  runtime: Runtime,
  hook: MemoryHook = () => undefined,
  durable: ReadonlyMap<string, Content> = new Map(),
): MemoryStorage {
  const shared = {
    visible: new Map(durable),
    lasting: new Map(durable),
    locks: new Map<string, object>(),
    temporaries: 0,
  };
  return viewOf(shared, runtime, hook);
}

function viewOf(shared: Shared, runtime: Runtime, hook: MemoryHook): MemoryStorage {
  const { visible, lasting, locks } = shared;

  const put = async (path: string, bytes: Uint8Array): Promise<void> => {
    await hook('write', path);
    visible.set(path, { bytes: bytes.slice(), modifiedAtMs: runtime.now() / 1000 });
  };
  const move = (from: string, to: string): void => {
    const content = visible.get(from);
    if (content === undefined) throw missing(from);
    visible.set(to, content);
    visible.delete(from);
  };
  const sync = async (paths: readonly string[], place: string): Promise<void> => {
    await hook('sync', place);
    for (const path of paths) {
      const content = visible.get(path);
      if (content === undefined) lasting.delete(path);
      else lasting.set(path, content);
    }
  };
  const writeAside = async ({ path, bytes }: FileToWrite): Promise<string> => {
    const temporary = `${checkPath(path, 'file')}.tmp-${shared.temporaries++}`;
    await put(temporary, bytes);
    await hook('rename', path);
    return temporary;
  };

  return {
    location: 'memory',

    probe: () => Promise.resolve(null),

    read: async (path, range) => {
      await hook('read', checkPath(path, 'file'));
      const found = visible.get(path);
      if (found === undefined) throw missing(path);
      return found.bytes.slice(range?.start, range?.end);
    },

    stat: async (path) => {
      await hook('stat', checkPath(path, 'file'));
      return describe(path, visible.get(path));
    },

    write: async (files) => {
      for (const file of files) move(await writeAside(file), file.path);
      await sync(
        files.map((file) => file.path),
        files[0]?.path ?? '',
      );
    },

    create: async (file) => {
      const temporary = await writeAside(file);
      if (visible.has(file.path)) {
        visible.delete(temporary);
        return 'taken';
      }
      move(temporary, file.path);
      await sync([file.path], file.path);
      return 'created';
    },

    publish: async (folder, files, token) => {
      const staging = stagingFolder(checkPath(folder, 'folder'), token);
      for (const path of below(visible, staging)) visible.delete(path);
      for (const { path, bytes } of files) await put(checkPath(`${staging}/${path}`, 'file'), bytes);
      await hook('rename', folder);
      const isTaken = below(visible, folder).length > 0;
      for (const path of below(visible, staging)) {
        if (isTaken) visible.delete(path);
        else move(path, folder + path.slice(staging.length));
      }
      if (isTaken) return 'taken';
      await sync(below(visible, parentOf(folder)), folder); // with what it builds on, as on a disk
      return 'published';
    },

    list: async (folder) => {
      await hook('list', checkPath(folder, 'folder'));
      return below(visible, folder).map((path) => describe(path, visible.get(path))!);
    },

    names: async (folder, prefix = '') => {
      await hook('list', checkPath(folder, 'folder'));
      const start = folder === '' ? 0 : folder.length + 1;
      const names = new Set(below(visible, folder).map((path) => path.slice(start).split('/')[0]!));
      return [...names].filter((name) => name.startsWith(prefix)).sort(compareText);
    },

    delete: async (paths) => {
      const gone: string[] = [];
      for (const path of everyPath(paths)) {
        await hook('delete', path);
        for (const each of [path, ...below(visible, path)]) {
          visible.delete(each);
          gone.push(each);
        }
      }
      await sync(gone, gone[0] ?? '');
    },

    lock: (name, options) => memoryLock(locks, name, runtime, options),

    heldLocks: (prefix) =>
      Promise.resolve([...locks.keys()].filter((name) => name.startsWith(prefix)).sort(compareText)),

    afterPowerCut: (nextHook) => memoryStorage(runtime, nextHook, lasting),

    seenBy: (otherRuntime, otherHook) => viewOf(shared, otherRuntime, otherHook),
  };
}

function missing(path: string): LakeError {
  return new LakeError('not-found', `There is no file memory/${path}.`, { details: { path } });
}

/** The paths below a folder, sorted. */
function below(contents: Contents, folder: string): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return [...contents.keys()].filter((path) => path.startsWith(prefix)).sort(compareText);
}

function describe(path: string, content: Content | undefined): StoredFile | undefined {
  return content && { path, sizeBytes: content.bytes.length, modifiedAtMs: content.modifiedAtMs };
}

async function memoryLock(
  locks: Map<string, object>,
  name: string,
  runtime: Runtime,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> {
  const giveUpAt = runtime.now() + options.timeoutMs * 1000;
  while (locks.has(name)) {
    if (runtime.now() >= giveUpAt) {
      throw new LakeError(
        'conflict',
        `Waited ${options.timeoutMs} ms for the ${name} lock. Let its holder finish, then run again.`,
      );
    }
    await runtime.sleep(5 + runtime.random() * 10, options.signal);
  }
  const owner = {};
  locks.set(name, owner);
  const isHeld = (): boolean => locks.get(name) === owner;
  return {
    isHeld: () => Promise.resolve(isHeld()),
    release: () => {
      if (isHeld()) locks.delete(name);
      return Promise.resolve();
    },
  };
}
