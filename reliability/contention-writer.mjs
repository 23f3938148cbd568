// A writer of its own process: says that it is ready, and once it is told to go, one commit after the other to a table of its
// own, every 25th to one that all share, and a message for each that was acknowledged.
// Arguments: the compiled product, the lake, its number, commits, plant or not.
import { once } from 'node:events';
import { TextEncoder } from 'node:util';

const [product, root, writer, commits, plant] = process.argv.slice(2);
const load = (path) => import(new URL(path, product).href);
const [{ sha256 }, { systemRuntime }, { uuid }, { tableFor }] = await Promise.all(
  ['common/sha256.js', 'common/system-runtime.js', 'common/runtime.js', 'format/evolve.js'].map(load),
);
const [{ commit }, { openHead }, { writeDataFiles }] = await Promise.all(
  ['table/commit.js', 'table/view.js', 'table/write.js'].map(load),
);

const runtime = systemRuntime();
const storage = await (root.includes('://') ? inStore() : inFolder());

async function inFolder() {
  const { localStorage } = await load('storage/local.js');
  const honest = localStorage(root, runtime);
  return plant === 'plant' ? replacing(honest) : honest;
}

/** Its planted bug: a store that ignores conditions. */
async function inStore() {
  const [{ openObjectStore }, { objectStorage }] = await Promise.all(
    ['open.js', 'object-storage.js'].map((name) => load(`storage/object/${name}`)),
  );
  const { store } = await openObjectStore(root, runtime, { env: process.env });
  const ignoring = { ...store, put: (key, bytes) => store.put(key, bytes) };
  return objectStorage(plant === 'plant' ? ignoring : store, runtime);
}

/** The planted bug: a look whether the number is free, then files that are renamed into place. */
function replacing(honest) {
  return {
    ...honest,
    publish: async (folder, files) => {
      if ((await honest.names(folder)).length > 0) return 'taken';
      await honest.write(files.map(({ path, bytes }) => ({ path: `${folder}/${path}`, bytes })));
      return 'published';
    },
  };
}

const tableOf = (name) => ({
  name,
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: [],
  key: [],
});

async function commitOne(number) {
  const id = `${writer}-${number}`;
  const isShared = number % 25 === 24;
  const definition = tableOf(isShared ? 'bronze.shared' : `bronze.own_${writer}`);
  const base = await openHead(storage);
  const state = await base?.table(definition.name);
  const removed = isShared ? [] : ((await state?.files()) ?? []).map(({ path }) => path);
  const commitId = uuid(runtime);
  const bytes = new TextEncoder().encode(id);
  const columns = { 1: { nulls: 0, min: id, max: id } };
  const file = { bytes, sha256: await sha256(bytes), rows: 1, columns, partition: {} };
  const table = tableFor(state?.file, definition, { tableId: 'unused' });
  const added = await writeDataFiles(storage, { commitId, table, files: [file] });
  const changes = [{ definition, removed, added }];
  const { snapshotId } = await commit(storage, runtime, {
    base,
    commitId,
    operation: 'ingest',
    summary: {},
    changes,
    reads: [],
  });
  process.send({ commitId, snapshotId });
}

const go = once(process, 'message');
process.send('ready');
await go;
for (let number = 0; number < Number(commits);) {
  try {
    await commitOne(number);
    number++;
  } catch (error) {
    if (error?.code !== 'conflict') throw error; // both made the shared table: once more
  }
}
process.disconnect();
