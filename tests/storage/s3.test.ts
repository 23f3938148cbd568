// The storage over a real S3 server.

import { afterAll, beforeAll, describe } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { objectStorage } from '../../src/storage/object/object-storage.js';
import { s3Store } from '../../src/storage/object/s3/store.js';
import type { ObjectStore } from '../../src/storage/object/object-store.js';
import { installVersitygw, keys, region, startVersitygw, type RunningStore } from '../stores/versitygw.mjs';
import { storageContract } from './contract.js';

const installed = await installVersitygw();
if ('reason' in installed) console.warn(`skipped: ${installed.reason}`);

describe.skipIf('reason' in installed)('on versitygw', () => {
  const runtime = systemRuntime();
  let server: RunningStore;
  let lakes = 0;
  beforeAll(async () => {
    if ('program' in installed) server = await startVersitygw(installed);
  });
  afterAll(() => server?.stop());

  const newStore = (): ObjectStore =>
    s3Store(runtime, {
      location: { scheme: 's3', bucket: 'lake', prefix: `p/${lakes++}` },
      region,
      endpoint: new URL(server.endpoint),
      credentials: () => Promise.resolve(keys),
    });

  storageContract('an S3 store', () => Promise.resolve(objectStorage(newStore(), runtime)));
});
