// Files of a snapshot's table as a relation of the engine.

import type { FilesSource } from '../../engine/engine.js';
import type { DataFile } from '../../format/data-file.js';
import type { TableState } from '../../table/view.js';

/** All columns of these files of a table, whatever the schema that they were written with. */
export function filesSource(state: TableState, files: readonly DataFile[]): FilesSource {
  return {
    kind: 'files',
    columns: state.schema.fields,
    files: files.map((file) => ({
      path: file.path,
      sizeBytes: file.bytes,
      read: () => state.read(file),
      locate: () => state.locate(file),
    })),
  };
}
