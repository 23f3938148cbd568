// The same lakes in an S3 store, for readers that open a publication there.

import { systemRuntime } from '../dist/common/system-runtime.js';
import { openConfiguredLake } from '../dist/lake/open.js';
import { copyLake } from '../dist/lake/maintenance/copy.js';
import { installVersitygw, startVersitygw } from '../tests/stores/versitygw.mjs';

/** A running store, or why there is none. */
export async function startStore() {
  const installed = await installVersitygw();
  if ('reason' in installed) return installed;
  const server = await startVersitygw(installed);
  const env = { ...server.env, AWS_ENDPOINT_URL: server.endpoint };
  return {
    env,
    stop: () => server.stop(),
    /** Copies a lake into the store, publishes it there, and tells of each case where its table lies. */
    async withCopy(lake, name, cases) {
      const location = `s3://lake/${name}`;
      await copyLake(systemRuntime(), { from: lake.location, to: location, access: {}, env });
      const copy = await openConfiguredLake({ location, env });
      await copy.publishIceberg();
      return cases.map((each) => ({
        ...each,
        store: {
          folder: each.folder.replace(lake.location, location),
          metadata: each.metadata.replace(lake.location, location),
        },
      }));
    },
  };
}
