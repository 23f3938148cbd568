// The tables of a run that is being made, as readers see tables.

import { decodeParquet } from '../../parquet/file.js';
import type { TableSource } from '../../table/view.js';
import { definitionsOf } from './partitions.js';
import type { Pipeline } from '../define/definition.js';
import type { StagedTables } from './staged-tables.js';

/** Files of the base that the run keeps, and those that it has written. */
export function stagedView(pipeline: Pipeline, tables: StagedTables): TableSource {
  const definitions = new Map(definitionsOf(pipeline).map((definition) => [definition.name, definition]));
  return {
    table: async (name) => {
      const definition = definitions.get(name);
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
