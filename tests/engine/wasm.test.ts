// DuckDB-WASM keeps the contract of engines, and gives up what takes too long.

import { describe, expect, it } from 'vitest';
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
