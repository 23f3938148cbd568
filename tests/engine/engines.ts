// The engines that there are, for suites that every one of them runs.

import type { Engine } from '../../src/engine/engine.js';
import { startNativeDuckDb } from '../../src/engine/native/engine.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';

export interface EngineUnderTest {
  readonly name: string;
  readonly start: () => Engine;
}

export const engines: readonly EngineUnderTest[] = [
  { name: 'DuckDB-WASM', start: () => startDuckDbWasm() },
  { name: 'native DuckDB', start: () => startNativeDuckDb() },
];
