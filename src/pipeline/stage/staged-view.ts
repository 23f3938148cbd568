// The tables of a run that is being made, as readers see tables.

import { decodeParquet } from '../../parquet/file.js';
import type { TableSource } from '../../table/view.js';
import type { Pipeline } from '../define/pipeline.js';
import type { StagedTables } from './staged-tables.js';

/** Files of the base that the run keeps, and those that it has written. */
export function stagedView(pipeline: Pipeline, tables: StagedTables): TableSource {
  return {
    table: async (name) => {
      const definition = pipeline.table(name)?.definition;
      return (
        definition &&
        Promise.resolve({
          name,
          schema: tables.schema(definition),
          files: () => tables.files(name),
          read: (file) => tables.read(file),
          rows: async (file) => decodeParquet(await tables.read(file)),
        })
      );
    },
  };
}
