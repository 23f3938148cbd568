// `lake ingest FILE` with a bug: the commit writes its files into the snapshot folder one by one, slowly.
// Arguments: URL of the compiled product, the lake's folder, the file.
import { setTimeout as sleep } from 'node:timers/promises';

const [product, location, file] = process.argv.slice(2);
const { assembleLake } = await import(`${product}lake/open.js`);
const { localStorage } = await import(`${product}storage/local.js`);
const { systemRuntime } = await import(`${product}common/system-runtime.js`);

const runtime = systemRuntime();
const storage = localStorage(location, runtime);

async function publish(folder, files) {
  if ((await storage.names(folder)).length > 0) return 'taken';
  process.stdout.write('publishing\n');
  for (const { path, bytes } of files) {
    await storage.write([{ path: `${folder}/${path}`, bytes }]);
    await sleep(50);
  }
  return 'published';
}

const lake = assembleLake({ runtime, storage: { ...storage, publish }, location });
await lake.ingest({ paths: [file], ingestDate: '2024-06-02' });
