// A writer of its own process: commits one small file after the other and tells its parent of each acknowledged one.
import { TextEncoder } from 'node:util';
import { sha256 } from '../../dist/common/sha256.js';
import { systemRuntime } from '../../dist/common/system-runtime.js';
import { uuid } from '../../dist/common/runtime.js';
import { isLakeError } from '../../dist/common/errors.js';
import { tableFor } from '../../dist/format/evolve.js';
import { localStorage } from '../../dist/storage/local.js';
import { commit } from '../../dist/table/commit.js';
import { openHead } from '../../dist/table/view.js';
import { writeDataFiles } from '../../dist/table/write.js';

const [root, writer, commits] = process.argv.slice(2);
const runtime = systemRuntime();
const storage = localStorage(root, runtime);
const definition = {
  name: `bronze.log`,
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: [],
  key: [],
};

async function commitOne(id) {
  const base = await openHead(storage);
  const commitId = uuid(runtime);
  const bytes = new TextEncoder().encode(id);
  const columns = { 1: { nulls: 0, min: id, max: id } };
  const file = { bytes, sha256: await sha256(bytes), rows: 1, columns, partition: {} };
  const table = tableFor((await base?.table(definition.name))?.file, definition, { tableId: 'unused' });
  const added = await writeDataFiles(storage, { commitId, table, files: [file] });
  const changes = [{ definition, removed: [], added }];
  return commit(storage, runtime, { base, commitId, operation: 'ingest', summary: {}, changes, reads: [] });
}

for (let i = 0; i < Number(commits); i++) {
  const id = `${writer}-${i}`;
  for (;;) {
    try {
      const { snapshotId } = await commitOne(id);
      process.send({ id, snapshotId });
      break;
    } catch (error) {
      if (!isLakeError(error, 'conflict')) throw error;
    }
  }
}
process.disconnect();
