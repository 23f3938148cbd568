// Takes a lock, tells its parent, and holds on until it is killed.
import { setInterval } from 'node:timers';
import { systemRuntime } from '../../dist/common/system-runtime.js';
import { localStorage } from '../../dist/storage/local.js';

await localStorage(process.argv[2], systemRuntime()).lock('ingest', { timeoutMs: 0 });
process.send('held');
setInterval(() => undefined, 1000);
