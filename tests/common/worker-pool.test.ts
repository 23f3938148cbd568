import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { compiledUrl } from '../../src/common/compiled-url.js';
import { mapAhead, startWorkerPool } from '../../src/common/worker-pool.js';
import type { WorkerPool } from '../../src/common/worker-pool.js';

const poolModule = compiledUrl(
  new URL('../../src/common/worker-pool.ts', import.meta.url).href,
  './worker-pool.js',
);
const errorsModule = new URL('./errors.js', poolModule);
const folder = mkdtempSync(join(tmpdir(), 'worker-pool-'));
const program = join(folder, 'program.mjs');
writeFileSync(
  program,
  `import { serveTasks } from ${JSON.stringify(poolModule.href)};
   import { LakeError } from ${JSON.stringify(errorsModule.href)};
   serveTasks({
     double: (value) => ({ value: value * 2 }),
     length: (bytes) => ({ value: bytes, transfer: [bytes.buffer] }),
     slow: async (ms) => { await new Promise((done) => setTimeout(done, ms)); return { value: ms }; },
     refuse: () => { throw new LakeError('corrupt', 'file x is torn', { details: { file: 'x' } }); },
     bug: () => { throw new TypeError('undefined is not a function'); },
     die: () => process.exit(3),
     count: () => ({ value: (globalThis.counted = (globalThis.counted ?? 0) + 1) }),
   });`,
);

const pools: WorkerPool[] = [];
const start = (size: number): WorkerPool => {
  const pool = startWorkerPool(pathToFileURL(program), size);
  pools.push(pool);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

describe('a worker pool', () => {
  test('answers more tasks than it has threads, each its own', async () => {
    const pool = start(2);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pool.run<number>('double', i)));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => 2 * i));
  });

  test('moves what is transferred', async () => {
    const bytes = new Uint8Array(10).fill(7);
    const answer = await start(1).run<Uint8Array>('length', bytes, [bytes.buffer]);
    expect(bytes.length).toBe(0);
    expect(answer).toEqual(new Uint8Array(10).fill(7));
  });

  test('hands over errors for the caller with code, message and details', async () => {
    await expect(start(1).run('refuse', null)).rejects.toMatchObject({
      name: 'LakeError',
      code: 'corrupt',
      message: 'file x is torn',
      details: { file: 'x' },
    });
  });

  test('ends idle threads when it rests, and starts others with the next tasks', async () => {
    const pool = start(1);
    const count = (): Promise<number> => pool.run<number>('count', null);
    expect([await count(), await count()]).toEqual([1, 2]);
    pool.rest();
    pool.rest();
    const working = count();
    pool.rest(); // nothing is idle
    expect([await working, await count()]).toEqual([1, 2]);
  });

  test('hands over bugs as bugs, with the stack of the thread', async () => {
    const error: unknown = await start(1)
      .run('bug', null)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'Error', message: 'undefined is not a function' });
    expect((error as Error).stack).toContain('program.mjs');
  });

  test('turns the death of a thread into an error of its task alone, and goes on', async () => {
    const pool = start(1);
    const [dead, alive] = await Promise.allSettled([pool.run('die', null), pool.run('double', 4)]);
    expect(dead).toMatchObject({ status: 'rejected', reason: { code: 'out-of-resources' } });
    expect(alive).toEqual({ status: 'fulfilled', value: 8 });
  });

  test('a program that cannot be loaded is a bug', async () => {
    const pool = startWorkerPool(pathToFileURL(join(folder, 'absent.mjs')), 1);
    pools.push(pool);
    await expect(pool.run('double', 1)).rejects.toThrow('Cannot find module');
  });

  test('rejects what is under way and what comes after when it is closed', async () => {
    const pool = start(1);
    const work = Promise.allSettled([pool.run('slow', 60_000), pool.run('slow', 60_000)]);
    await pool.close();
    for (const outcome of await work) expect(outcome).toMatchObject({ reason: { code: 'interrupted' } });
    await expect(pool.run('double', 1)).rejects.toMatchObject({ code: 'interrupted' });
  });

  test('an idle pool that nobody closed lets the process end', () => {
    const script = `import { startWorkerPool } from ${JSON.stringify(poolModule.href)};
      const pool = startWorkerPool(new URL(${JSON.stringify(pathToFileURL(program).href)}), 2);
      console.log(await pool.run('double', 21));`;
    const file = join(folder, 'main.mjs');
    writeFileSync(file, script);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '42\n', stderr: '' });
  });
});

describe('mapping ahead', () => {
  test('keeps the order and never has more than the limit waiting', async () => {
    let [begun, taken, most] = [0, 0, 0];
    const results: number[] = [];
    for await (const item of mapAhead([5, 1, 4, 2, 3], 2, async (n) => {
      most = Math.max(most, ++begun - taken);
      await new Promise((done) => setTimeout(done, n));
      return n;
    })) {
      results.push(item);
      taken++;
    }
    expect(results).toEqual([5, 1, 4, 2, 3]);
    expect(most).toBeLessThanOrEqual(3);
  });

  test('fails in turn, and without anything unhandled', async () => {
    const seen: number[] = [];
    const all = (async () => {
      for await (const n of mapAhead([1, 2, 3], 3, (item) =>
        item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item),
      ))
        seen.push(n);
    })();
    await expect(all).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });
});
