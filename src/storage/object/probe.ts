// Whether a store keeps the promises that commits rest on, found out by trying: one winner of many, no stale reads, no
// late listings.

import type { Runtime } from '../../common/runtime.js';
import type { ObjectStore } from './object-store.js';
import { StoreError } from './store-error.js';

/** Writers that race for one key, and how many such races. */
const racers = 8;
const races = 3;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Why writing to the store is unsafe, or null. */
export async function probeStore(
  store: ObjectStore,
  runtime: Runtime,
  instance: string,
): Promise<string | null> {
  const folder = `_manifests/.probe-${instance}-${Math.floor(runtime.random() * 2 ** 30).toString(36)}/`;
  const keys = Array.from({ length: races }, (_, i) => `${folder}${i}`);
  try {
    const reasons = await Promise.all(keys.map((key) => probeRace(store, key)));
    return (
      reasons.find((reason) => reason !== null) ??
      (await probeReplacing(store, keys[0]!)) ??
      (await probeListing(store, folder, keys))
    );
  } catch (error) {
    if (error instanceof StoreError && error.failure === 'no-condition')
      return `it knows no conditional writes (${error.message}): commits could be lost`;
    throw error;
  } finally {
    await store.delete(keys).catch(() => undefined);
  }
}

/** Of writers that all want the key to be free, one wins, and its content is what is read. */
async function probeRace(store: ObjectStore, key: string): Promise<string | null> {
  const contents = Array.from({ length: racers }, (_, i) => `writer ${i}`);
  const answers = await Promise.all(contents.map((content) => store.put(key, bytesOf(content), 'absent')));
  const winners = contents.filter((_, i) => answers[i]!.state === 'stored');
  if (winners.length > 1)
    return `${winners.length} writers won a write that only one may win (If-None-Match is ignored, or not atomic): commits could be lost`;
  const found = await contentOf(store, key);
  if (winners.length === 1 && found !== winners[0])
    return `a read after a write gives ${shown(found)}: it is not consistent`;
  const again = await store.put(key, bytesOf('late'), 'absent');
  if (again.state === 'stored')
    return 'a write that wants no object replaced one (If-None-Match is ignored): commits could be lost';
  return (await contentOf(store, key)) === found
    ? null
    : 'a refused write changed the object: commits could be lost';
}

/** A version that was read can be replaced once. */
async function probeReplacing(store: ObjectStore, key: string): Promise<string | null> {
  const version = (await store.get(key))?.version ?? '';
  const first = await store.put(key, bytesOf('replaced'), { version });
  const second = await store.put(key, bytesOf('replaced again'), { version });
  if (first.state !== 'stored' || second.state !== 'refused')
    return 'a write over a version that was read does not happen exactly once (If-Match): locks could be lost';
  const found = await contentOf(store, key);
  return found === 'replaced' ? null : `a read after a write gives ${shown(found)}: it is not consistent`;
}

async function probeListing(
  store: ObjectStore,
  folder: string,
  keys: readonly string[],
): Promise<string | null> {
  const listed = (await store.list(folder)).objects.map(({ key }) => key);
  if (listed.join() !== keys.join()) return 'a listing after a write lacks what was written: it is late';
  await store.delete(keys);
  const left = (await store.list(folder)).objects;
  return left.length === 0 ? null : 'a listing after a deletion has what was deleted: it is late';
}

async function contentOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key);
  return found && new TextDecoder().decode(found.bytes);
}

const shown = (content: string | undefined): string => (content === undefined ? 'nothing' : 'old content');
