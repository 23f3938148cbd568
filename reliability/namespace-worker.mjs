// A process that lives in a PID namespace of its own, says when it is in the middle of its work, goes on when its
// standard input is closed, and tells how it ended. Arguments: the compiled product, the lake, `write` or `rollback`.
import { once } from 'node:events';
import { TextEncoder } from 'node:util';

const [product, root, kind] = process.argv.slice(2);
const load = (path) => import(new URL(path, product).href);
const [{ sha256 }, { systemRuntime }, { uuid }, { tableFor }] = await Promise.all(
  ['common/sha256.js', 'common/system-runtime.js', 'common/runtime.js', 'format/evolve.js'].map(load),
);
const [{ localStorage }, { commit }, { openHead, openView }, { writeDataFiles }] = await Promise.all(
  ['storage/local.js', 'table/commit.js', 'table/view.js', 'table/write.js'].map(load),
);
const [{ announceWriter }, { rollback }] = await Promise.all(
  ['table/writers.js', 'table/history/rollback.js'].map(load),
);

const runtime = systemRuntime();
const storage = localStorage(root, runtime);
const say = (word) => process.stdout.write(`${word}\n`);
const middle = async () => {
  say('ready');
  await once(process.stdin.resume(), 'end');
};

const definition = {
  name: 'bronze.log',
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: [],
  key: [],
};

async function write() {
  const base = await openHead(storage);
  const commitId = uuid(runtime);
  const writer = await announceWriter(storage, runtime);
  const files = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const bytes = new TextEncoder().encode(`${commitId} ${i}`);
      const columns = { 1: { nulls: 0, min: 'a', max: 'z' } };
      return { bytes, sha256: await sha256(bytes), rows: 1, columns, partition: {} };
    }),
  );
  const table = tableFor((await base?.table(definition.name))?.file, definition, { tableId: 'unused' });
  const added = await writeDataFiles(storage, { commitId, table, files });
  await middle();
  const changes = [{ definition, removed: [], added }];
  const request = { base, commitId, operation: 'ingest', summary: {}, changes, reads: [], claims: [writer] };
  await commit(storage, runtime, request);
  await writer.release();
}

/** Back to the first snapshot, which is pinned meanwhile; its last look is the middle. */
async function goBack() {
  const [head, to] = [await openHead(storage), await openView(storage, 1)];
  let isLooked = false;
  const slow = {
    ...storage,
    stat: async (path) => {
      if (!isLooked && path.endsWith('.parquet')) {
        isLooked = true;
        await middle();
      }
      return storage.stat(path);
    },
  };
  await rollback(slow, runtime, { head, to, commitId: uuid(runtime) });
}

try {
  await (kind === 'write' ? write() : goBack());
  say('published');
} catch (error) {
  say(`${error?.code ?? 'bug'}: ${error?.message}`);
}
