import { startWorkerPool } from '../platform/worker-pool.js';
const pool = startWorkerPool(new URL('./reader.js', import.meta.url));
(globalThis as unknown as { pool: unknown }).pool = pool;
