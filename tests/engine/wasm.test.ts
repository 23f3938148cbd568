// DuckDB-WASM keeps the contract of engines, and gives up what takes too long.

import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import { interruptible } from '../../src/engine/interruptible.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { engineContract } from './contract.js';
import { duckDbManners } from './duckdb-manners.js';

engineContract((limits) => startDuckDbWasm(limits), duckDbManners);

describe('with compressed relations', () => {
  engineContract((limits) => startDuckDbWasm({ ...limits, packs: true }), duckDbManners);
});

it('a request that never ends is stopped, and the engine says so from then on', async () => {
  const engine = startDuckDbWasm({ timeoutMs: 300 });
  const message = /more than 0\.3 s/;
  await expect(engine.query('SELECT COUNT(*) FROM range(1000000000000)')).rejects.toThrow(message);
  await expect(engine.query('SELECT 1')).rejects.toThrow(message);
  await engine.close();
});

it('whoever stops a run stops the statement that it is at, and no other is begun', async () => {
  const engine = startDuckDbWasm({});
  const stopping = new AbortController();
  const ofRun = interruptible(engine, stopping.signal);
  const endless = 'SELECT COUNT(*) AS n FROM range(1000000000000)';
  for (const work of [() => ofRun.query(endless), () => ofRun.keep('n', endless)]) {
    const under = expect(work()).rejects.toMatchObject({ code: 'interrupted' });
    stopping.abort(new LakeError('interrupted', 'Stopped.'));
    await under;
  }
  await expect(ofRun.register('one', { kind: 'select', sql: 'SELECT 1' })).rejects.toThrow('Stopped.');
  await engine.query('SELECT 1');
  await engine.close();
});

it('listens once to who may stop a run, however many statements that run has', async () => {
  const engine = startDuckDbWasm({});
  const stopping = new AbortController();
  const ofRun = interruptible(engine, stopping.signal);
  for (let n = 0; n < 4; n++) {
    await ofRun.query('SELECT 1');
    await ofRun.keep('n', 'SELECT 1 AS n');
  }
  expect(getEventListeners(stopping.signal, 'abort')).toHaveLength(1);
  await engine.close();
});
