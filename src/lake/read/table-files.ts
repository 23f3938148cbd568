// Files of a snapshot's table as a relation of the engine.

import type { FilesSource } from '../../engine/engine.js';
import type { DataFile } from '../../format/data-file.js';
import type { TableState } from '../../table/view.js';

/**
 * These files of a table in its columns of today, whatever the schema that they were written with.
 * @param read the columns that statements will read; all unless said
 */
export function filesSource(
  state: TableState,
  files: readonly DataFile[],
  read?: readonly string[],
): FilesSource {
  return {
    kind: 'files',
    read,
    columns: state.schema.fields,
    files: files.map((file) => ({
      path: file.path,
      sizeBytes: file.bytes,
      read: () => state.read(file),
      locate: () => state.locate(file),
    })),
  };
}
