// Native DuckDB keeps the contract of engines.

import { engineContract } from './contract.js';
import { duckDbManners } from './duckdb-manners.js';
import { startNativeDuckDb } from '../../src/engine/native/engine.js';

engineContract((limits) => startNativeDuckDb(limits), duckDbManners);
