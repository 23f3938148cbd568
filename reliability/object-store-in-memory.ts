// An object store in memory, with what goes wrong on the way to real ones: answers lost before or after their effect,
// requests that arrive twice, and at a later time, stores that ignore conditions, read old content or list late.

import { compareText } from '../src/common/text-order.js';
import type {
  ObjectStatus,
  ObjectStore,
  PutAnswer,
  PutCondition,
} from '../src/storage/object/object-store.js';
import { StoreError } from '../src/storage/object/store-error.js';

/** What happens to one request. `lost after`: it has its effect, and nobody hears of it. */
export type RequestFault = 'none' | 'lost before' | 'lost after' | 'doubled' | 'doubled later';

/** What every store of the field that is none does. */
export type StoreBug = 'ignores conditions' | 'reads old content' | 'lists late' | 'checks, then writes';

export interface MemoryStoreOptions {
  /** Asked before each request (`get`, `head`, `put`, `create`, `list`, `delete`); it may wait. */
  readonly before?: (operation: string, key: string) => RequestFault | Promise<RequestFault>;
  readonly bug?: StoreBug;
  readonly now?: () => number;
}

interface Content {
  readonly bytes: Uint8Array;
  readonly version: string;
  readonly modifiedAtMs: number;
}

/** Objects that several clients see. */
export class MemoryObjects {
  readonly #objects = new Map<string, Content>();
  readonly #old = new Map<string, Content>();
  #versions = 0;
  /** Requests that were answered or lost. */
  requests = 0;
  /** Doubled requests whose second copies have not arrived yet. */
  readonly #late: (() => void)[] = [];

  /** The store as one client sees it. */
  client({ before = () => 'none', bug, now = () => 0 }: MemoryStoreOptions = {}): ObjectStore {
    const request = async <T>(operation: string, key: string, effect: () => T | Promise<T>): Promise<T> => {
      const fault = await before(operation, key);
      this.requests++;
      if (fault === 'lost before') throw lost();
      const answer = await effect();
      if (fault === 'lost after') throw lost();
      if (fault === 'doubled later') this.#late.push(() => void effect());
      return fault === 'doubled' ? effect() : answer;
    };
    return {
      location: 's3://memory/lake',
      get: (key, range) =>
        request('get', key, () => {
          const found =
            bug === 'reads old content'
              ? (this.#old.get(key) ?? this.#objects.get(key))
              : this.#objects.get(key);
          const ageMs = found === undefined ? 0 : Math.max(0, now() - found.modifiedAtMs);
          return (
            found && { bytes: found.bytes.slice(range?.start, range?.end), version: found.version, ageMs }
          );
        }),
      head: (key) => request('head', key, () => statusOf(key, this.#objects.get(key))),
      put: (key, bytes, condition) =>
        request(condition === 'absent' ? 'create' : 'put', key, async () => {
          if (bug === 'checks, then writes') {
            if (!this.#holds(key, condition)) return refused;
            await before('write', key);
            return this.#put(key, bytes, now());
          }
          if (bug !== 'ignores conditions' && !this.#holds(key, condition)) return refused;
          return this.#put(key, bytes, now());
        }),
      list: (prefix, { stopAtSlash = false } = {}) =>
        request('list', prefix, () => {
          const source = bug === 'lists late' ? new Map([...this.#old]) : this.#objects;
          const keys = [...source.keys()].filter((key) => key.startsWith(prefix)).sort(compareText);
          const isBelow = (key: string): boolean => stopAtSlash && key.slice(prefix.length).includes('/');
          const prefixOf = (key: string): string => key.slice(0, key.indexOf('/', prefix.length) + 1);
          return {
            objects: keys.filter((key) => !isBelow(key)).map((key) => statusOf(key, source.get(key))!),
            prefixes: [...new Set(keys.filter(isBelow).map(prefixOf))],
          };
        }),
      delete: (keys) =>
        request('delete', keys[0] ?? '', () => {
          for (const key of keys) this.#objects.delete(key);
        }),
    };
  }

  /** The second copies of doubled requests arrive. */
  deliverLate(): void {
    for (const arrive of this.#late.splice(0)) arrive();
  }

  #holds(key: string, condition: PutCondition | undefined): boolean {
    if (condition === undefined) return true;
    const version = this.#objects.get(key)?.version;
    return condition === 'absent' ? version === undefined : version === condition.version;
  }

  #put(key: string, bytes: Uint8Array, modifiedAtMs: number): PutAnswer {
    const before = this.#objects.get(key);
    if (before !== undefined) this.#old.set(key, before);
    const version = `"${++this.#versions}"`;
    this.#objects.set(key, { bytes: bytes.slice(), version, modifiedAtMs });
    return { state: 'stored', version };
  }
}

const refused: PutAnswer = { state: 'refused' };

const lost = (): StoreError =>
  new StoreError('unanswered', 'the store broke the connection (ECONNRESET)', { mayHaveHappened: true });

function statusOf(key: string, content: Content | undefined): ObjectStatus | undefined {
  return content && { key, sizeBytes: content.bytes.length, modifiedAtMs: content.modifiedAtMs };
}
