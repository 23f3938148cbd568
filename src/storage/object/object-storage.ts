// A lake in an object store. Nothing can be renamed here: a commit's files are written where they will lie, under names
// that are its own, and `snapshot.json` last, on the condition that there is none. That one write is the commit; a folder
// without it is no snapshot for anyone.

import { mapConcurrent } from '../../common/concurrency.js';
import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { compareText } from '../../common/text-order.js';
import { checkPath, everyPath, parentOf } from '../path.js';
import { systemProcesses, type Processes } from '../processes.js';
import type { FileToWrite, Storage, StoredFile } from '../storage.js';
import { heldLeases, leaseLock, type LeasePlace } from './leases.js';
import type { ObjectStatus, ObjectStore } from './object-store.js';
import { probeStore } from './probe.js';
import { lakeErrorOf, StoreError } from './store-error.js';

/** Objects in work at a time. */
const parallelObjects = 24;

/** What a folder is published with, last: its key alone decides. */
const commitFile = 'snapshot.json';

/**
 * What is left of a commit's key when the snapshot expires: no content. The key stays, so that no writer, however late,
 * is ever given the number again.
 */
const tombstone = new Uint8Array();

/** Names that are never folders: what is deleted under one is not looked below. */
const fileName = /\.(parquet|keys|json)$/;

/**
 * A commit's files may lie there for so long before its key names them: clean-ups leave alone what is twice as young,
 * whoever wrote it.
 */
const mostUploadMs = 300_000;

/** Times that a commit is tried again when its key was contended and is there for nobody. */
const mostContended = 5;

/** The storage in a store. Tests give it processes of their own. */
export function objectStorage(
  store: ObjectStore,
  runtime: Runtime,
  processes: Processes = systemProcesses,
): Storage {
  const { location } = store;
  const instance = `${processes.self.pid}-${Math.floor(runtime.random() * 2 ** 40).toString(36)}`;
  const leases: LeasePlace = { store, instance, processes, runtime };
  const attempt = async <T>(action: string, path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw lakeErrorOf(error, action, location, path);
    }
  };
  const putAll = async (files: readonly FileToWrite[]): Promise<void> => {
    for (const { path } of files) checkPath(path, 'file');
    await mapConcurrent(files, parallelObjects, ({ path, bytes }) =>
      attempt('write', path, () => store.put(path, bytes)),
    );
  };
  const remove = (keys: readonly string[]): Promise<void> => removeOrBury(store, keys);

  return {
    location,
    publishesInPlace: true,

    probe: () => attempt('write to', '', () => probeStore(store, runtime, instance)),

    read: (path, range) =>
      attempt('read', checkPath(path, 'file'), async () => {
        const found = await store.get(path, range);
        if (found !== undefined && !isTombstone(path, found.bytes.length)) return found.bytes;
        throw new LakeError('not-found', `There is no file ${location}/${path}.`, { details: { path } });
      }),

    stat: (path) =>
      attempt('look at', checkPath(path, 'file'), async () => {
        const found = await store.head(path);
        return found && isFile(found) ? fileOf(found) : undefined;
      }),

    write: (files) => putAll(files),

    create: ({ path, bytes }) =>
      attempt('write', checkPath(path, 'file'), async () => {
        const { state } = await store.put(path, bytes, 'absent');
        if (state === 'stored') return 'created';
        const found = await store.get(path); // an answer may have been lost, and the try after it refused
        return found !== undefined && isEqual(found.bytes, bytes) ? 'created' : 'taken';
      }),

    publish: (folder, files, token) =>
      attempt('commit', checkPath(folder, 'folder'), async () => {
        const placed = files.map(({ path, bytes }) => ({ path: `${folder}/${bareName(path)}`, bytes }));
        const last = placed.at(-1);
        if (last?.path !== `${folder}/${commitFile}`)
          throw new Error(`${folder} is published without ${commitFile} as the last of its files`);
        const others = placed.slice(0, -1);
        const startedAt = runtime.now();
        await putAll(others);
        if ((runtime.now() - startedAt) / 1000 > mostUploadMs) throw tooSlow(location, folder);
        const answer = await commitKey(store, runtime, last, token);
        if (answer === 'published' || answer === 'own') return answer === 'own' ? 'taken' : 'published';
        await remove(others.map(({ path }) => path)).catch(() => undefined);
        return 'taken';
      }),

    list: (folder) =>
      attempt('list', checkPath(folder, 'folder'), async () => {
        const { objects } = await store.list(below(folder));
        return objects
          .filter(isFile)
          .map(fileOf)
          .sort((a, b) => compareText(a.path, b.path));
      }),

    names: (folder, prefix = '') =>
      attempt('list', checkPath(folder, 'folder'), async () => {
        const start = below(folder);
        const { objects, prefixes } = await store.list(start + prefix, { stopAtSlash: true });
        const files = objects.filter(isFile).map(({ key }) => key);
        const names = [...files, ...prefixes].map((key) => key.slice(start.length).replace(/\/$/, ''));
        return names.filter((name) => name !== '').sort(compareText);
      }),

    delete: (paths) =>
      attempt('delete', typeof paths === 'string' ? paths : (paths[0] ?? ''), async () => {
        await remove(await keysUnder(store, everyPath(paths)));
      }),

    lock: (name, options) => attempt('lock', name, () => leaseLock(leases, name, options)),

    heldLocks: (prefix) => attempt('list locks in', '', () => heldLeases(leases, prefix)),
  };
}

/**
 * The commit point. `own`: a commit of this token has the key already, with other bytes, from an earlier call whose answer
 * was lost; what it names must stay.
 * @throws LakeError `commit-unknown`
 */
async function commitKey(
  store: ObjectStore,
  runtime: Runtime,
  { path, bytes }: FileToWrite,
  token: string,
): Promise<'published' | 'own' | 'taken'> {
  for (let contended = 0; ; contended++) {
    const tried = await tryKey(store, { path, bytes });
    if (tried === 'stored') return 'published';
    const found = await readBack(store, path, token, tried);
    if (found !== undefined && isEqual(found, bytes)) return 'published';
    if (found !== undefined) return holdsToken(found, token) ? 'own' : 'taken';
    // Nobody has the key: it was contended, or our write may still be on its way and happen before the next try.
    if (contended === mostContended) throw unknownOutcome(store, path, token, tried);
    await runtime.sleep(runtime.random() * 50 * 2 ** contended);
  }
}

/** What came of one conditional write; a StoreError where nothing tells whether it happened. */
async function tryKey(
  store: ObjectStore,
  { path, bytes }: FileToWrite,
): Promise<'stored' | 'refused' | StoreError> {
  try {
    return (await store.put(path, bytes, 'absent')).state;
  } catch (error) {
    if (error instanceof StoreError && error.mayHaveHappened) return error;
    throw error;
  }
}

async function readBack(
  store: ObjectStore,
  path: string,
  token: string,
  tried: 'refused' | StoreError,
): Promise<Uint8Array | undefined> {
  try {
    return (await store.get(path))?.bytes;
  } catch (error) {
    throw unknownOutcome(store, path, token, tried instanceof StoreError ? tried : error);
  }
}

function unknownOutcome(store: ObjectStore, path: string, token: string, cause: unknown): LakeError {
  const why = cause instanceof Error ? cause.message : 'it was contended';
  const place = `${store.location}/${path}`;
  const message = `Writing ${place} was not answered (${why}): whether commit ${token} happened is unknown. Look at the newest snapshots; remove nothing.`;
  return new LakeError('commit-unknown', message, { details: { path: place, token, step: 'put' }, cause });
}

function tooSlow(location: string, folder: string): LakeError {
  const message = `Writing the metadata of ${location}/${folder} took more than ${mostUploadMs / 60_000} minutes. Nothing was published; run it again.`;
  return new LakeError('conflict', message);
}

function holdsToken(bytes: Uint8Array, token: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(token);
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Deletes objects; a commit's key only loses its content. */
async function removeOrBury(store: ObjectStore, keys: readonly string[]): Promise<void> {
  const commits = keys.filter(isCommitKey);
  await store.delete(keys.filter((key) => !isCommitKey(key)));
  await mapConcurrent(commits, parallelObjects, (key) => store.put(key, tombstone));
}

/** The keys of files, and of all below folders, that are to be deleted. */
async function keysUnder(store: ObjectStore, paths: readonly string[]): Promise<readonly string[]> {
  const found = await mapConcurrent(paths, parallelObjects, async (path) => {
    if (isCommitKey(path)) return (await store.head(path)) === undefined ? [] : [path];
    if (fileName.test(path)) return [path];
    const { objects } = await store.list(`${path}/`);
    return [path, ...objects.filter(isFile).map(({ key }) => key)];
  });
  return [...new Set(found.flat())];
}

function isCommitKey(key: string): boolean {
  return key.endsWith(`/${commitFile}`);
}

function isTombstone(path: string, sizeBytes: number): boolean {
  return sizeBytes === tombstone.length && isCommitKey(path);
}

/** Neither the mark of a folder that some programs leave, nor the key of an expired snapshot. */
function isFile({ key, sizeBytes }: ObjectStatus): boolean {
  return !key.endsWith('/') && !isTombstone(key, sizeBytes);
}

function fileOf({ key, sizeBytes, modifiedAtMs }: ObjectStatus): StoredFile {
  return { path: key, sizeBytes, modifiedAtMs };
}

function below(folder: string): string {
  return folder === '' ? '' : `${folder}/`;
}

function bareName(path: string): string {
  if (parentOf(checkPath(path, 'file')) === '') return path;
  throw new LakeError('invalid-input', `"${path}" is not a bare file name.`);
}
