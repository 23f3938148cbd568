// The storage over an object store in memory: what a real one does once in a million requests, on purpose.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import { systemProcesses, type Processes } from '../../src/storage/processes.js';
import type { Storage } from '../../src/storage/storage.js';
import {
  MemoryObjects,
  type MemoryStoreOptions,
  type RequestFault,
} from '../../reliability/object-store-in-memory.js';
import { storageContract } from './contract.js';

const system = systemRuntime();
/** Pauses are over at once, unless they are interrupted. */
const runtime = { ...system, sleep: (_: number, signal?: AbortSignal) => system.sleep(0, signal) };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const on = (objects: MemoryObjects, options: MemoryStoreOptions = {}): Storage =>
  objectStorage(objects.client(options), runtime);

storageContract('an object store', () => Promise.resolve(on(new MemoryObjects())));

describe('the probe', () => {
  it.each([
    ['ignores conditions', /only one may win/],
    ['checks, then writes', /only one may win/],
    ['reads old content', /not consistent|replaced/],
    ['lists late', /late/],
  ] as const)('refuses a store that %s', async (bug, reason) => {
    const options: MemoryStoreOptions = {
      bug,
      before: () => new Promise((go) => setImmediate(() => go('none'))),
    };
    expect(await on(new MemoryObjects(), options).probe()).toMatch(reason);
  });

  it('does not refuse a store for answers that are lost', async () => {
    let count = 0;
    const before = (operation: string): RequestFault =>
      operation === 'create' && count++ % 5 === 0 ? 'doubled' : 'none';
    expect(await on(new MemoryObjects(), { before }).probe()).toBeNull();
  });
});

describe('a commit', () => {
  const folder = '_manifests/0000000001';
  const files = (token: string) => [
    { path: `only-${token}`, bytes: utf8(token) },
    { path: 'snapshot.json', bytes: utf8(`commit ${token}`) },
  ];

  it.each(['lost after', 'doubled'] as const)('is ours when the answer to it is %s', async (fault) => {
    const objects = new MemoryObjects();
    const before = (operation: string, key: string): RequestFault =>
      operation === 'create' && key.endsWith('snapshot.json') ? fault : 'none';
    expect(await on(objects, { before }).publish(folder, files('a'), 'a')).toBe('published');
    expect(await on(objects).publish(folder, files('b'), 'b')).toBe('taken');
    expect(await on(objects).names(folder)).toEqual(['only-a', 'snapshot.json']);
  });

  it('is unknown, and nothing of it goes, when no answer comes and nothing is there', async () => {
    const objects = new MemoryObjects();
    const before = (operation: string, key: string): RequestFault =>
      operation === 'create' && key.endsWith('snapshot.json') ? 'lost before' : 'none';
    const publishing = on(objects, { before }).publish(folder, files('a'), 'a');
    await expect(publishing).rejects.toMatchObject({ code: 'commit-unknown' });
    expect(await on(objects).names(folder)).toEqual(['only-a']);
  });

  it('that an earlier call made is not taken for another writer’s: what it names stays', async () => {
    const objects = new MemoryObjects();
    const storage = on(objects);
    await storage.publish(folder, files('a'), 'a');
    const again = [files('a')[0]!, { path: 'snapshot.json', bytes: utf8('commit a, later') }];
    expect(await storage.publish(folder, again, 'a')).toBe('taken');
    expect(await storage.names(folder)).toEqual(['only-a', 'snapshot.json']);
  });

  it('is given to one of many writers whatever is lost, doubled or late, and every one that is told so is right', async () => {
    const fault = fc.constantFrom<RequestFault>(
      'none',
      'none',
      'lost before',
      'lost after',
      'doubled',
      'doubled later',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 60, maxLength: 60 }), async (faults) => {
        const objects = new MemoryObjects();
        let next = 0;
        const before = async (): Promise<RequestFault> => {
          await new Promise((go) => setImmediate(go));
          return faults[next++ % faults.length]!;
        };
        const tokens = ['a', 'b', 'c', 'd'];
        const answers = await Promise.all(
          tokens.map((token) =>
            on(objects, { before })
              .publish(folder, files(token), token)
              .catch((error: unknown) => {
                if (isLakeError(error)) return error.code;
                throw error;
              }),
          ),
        );
        objects.deliverLate();
        const found = await on(objects)
          .read(`${folder}/snapshot.json`)
          .catch(() => undefined);
        const winner = found && new TextDecoder().decode(found).slice('commit '.length);
        const told = tokens.filter((_, i) => answers[i] === 'published');
        expect(told.length).toBeLessThanOrEqual(1);
        if (told[0] !== undefined) expect(told[0]).toBe(winner);
        if (winner !== undefined) {
          expect(answers[tokens.indexOf(winner)]).not.toBe('taken');
          expect(await on(objects).names(folder)).toContain(`only-${winner}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is given to two where the store ignores the condition: the test above would see it', async () => {
    const objects = new MemoryObjects();
    const answers = await Promise.all(
      ['a', 'b'].map((token) =>
        on(objects, { bug: 'ignores conditions' }).publish(folder, files(token), token),
      ),
    );
    expect(answers).toEqual(['published', 'published']);
  });
});

describe('a lease', () => {
  const elsewhere: Processes = { ...systemProcesses, fateOf: () => 'unknown', repeat: () => () => undefined };

  it('is taken over after two minutes without renewal, and its owner learns of it', async () => {
    const objects = new MemoryObjects();
    let seconds = 0;
    const slow = { ...runtime, now: () => seconds * 1e6, sleep: () => Promise.resolve(void (seconds += 10)) };
    const first = await objectStorage(objects.client(), slow, elsewhere).lock('ingest', { timeoutMs: 0 });
    const second = await objectStorage(objects.client(), slow, elsewhere).lock('ingest', {
      timeoutMs: 600_000,
    });
    expect(seconds).toBeGreaterThan(120);
    expect([await first.isHeld(), await second.isHeld()]).toEqual([false, true]);
    await first.release();
    expect(await second.isHeld()).toBe(true);
  });

  it('is taken over at once when its process ended', async () => {
    const objects = new MemoryObjects();
    const dead: Processes = { ...systemProcesses, fateOf: () => 'ended' };
    const first = await objectStorage(objects.client(), runtime, elsewhere).lock('ingest', { timeoutMs: 0 });
    const storage = objectStorage(objects.client(), runtime, dead);
    expect(await storage.heldLocks('writer-')).toEqual([]);
    await storage.lock('ingest', { timeoutMs: 0 });
    expect(await first.isHeld()).toBe(false);
    expect(await storage.heldLocks('ing')).toEqual([]);
  });

  it('is kept by renewals, however long they go on', async () => {
    const objects = new MemoryObjects();
    let seconds = 0;
    let renew = (): void => undefined;
    const slow = {
      ...runtime,
      now: () => seconds * 1e6,
      sleep: async () => {
        seconds += 10;
        renew();
        await new Promise((go) => setImmediate(go));
      },
    };
    const alive: Processes = { ...elsewhere, repeat: (_, work) => ((renew = work), () => undefined) };
    const first = await objectStorage(objects.client(), slow, alive).lock('ingest', { timeoutMs: 0 });
    const waiting = objectStorage(objects.client(), slow, elsewhere).lock('ingest', { timeoutMs: 900_000 });
    await expect(waiting).rejects.toMatchObject({ code: 'conflict' });
    expect(await first.isHeld()).toBe(true);
  });
});
