// Explanations are true whatever the pipeline: after every run, the rows behind each cell that a definition explains come
// to the cell, and the changes of rows between two snapshots come to the change of the cell.

import { afterAll, describe, expect, it } from 'vitest';
import { chooseEngine } from '../../src/engine/choose-engine.js';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { changedColumns } from '../../src/lake/explain/changed-columns.js';
import { ExplainSession } from '../../src/lake/explain/explain-session.js';
import type { RowRecord } from '../../src/lake/read/row-set.js';
import { openView } from '../../src/table/view.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { checkLaw } from '../pipeline/check-law.js';
import { sharedResources, testLake } from '../pipeline/lake-under-test.js';
import { extractsOnly } from '../pipelines/definitions/extracts-only.js';
import { otherLayers } from '../pipelines/definitions/other-layers.js';
import { twoLogs } from '../pipelines/definitions/two-logs.js';
import { expectTrueCells, explainedTables, isExplained, keyIn, makingsOf, recordsOf } from './explain-law.js';

const shared = sharedResources();
afterAll(() => shared.close());

/** A table's rows after a run, by their key as text. */
type Keyed = ReadonlyMap<string, RowRecord>;

describe.each([twoLogs, extractsOnly, otherLayers])(
  'of the pipeline $name',
  ({ under, lenient, deliveries }) => {
    const pipeline = under(lenient);
    const tables = explainedTables(pipeline);

    it('the rows behind every cell come to it, and their changes to its change', () =>
      checkLaw({ numRuns: lawRuns(2), endOnFailure: true }, deliveries, async (runs) => {
        const lake = testLake({ resources: shared.resources, pipelineUnder: under, settings: lenient });
        const rowsOf = async (definition: TableDefinition): Promise<Keyed> =>
          new Map(
            recordsOf(await lake.rows(definition.name), definition).map((row) => [
              JSON.stringify(keyIn(row, definition)),
              row,
            ]),
          );
        const sessionAt = async (snapshotId: number): Promise<ExplainSession> =>
          new ExplainSession(
            await openView(lake.storage, snapshotId),
            pipeline,
            chooseEngine({ engine: 'wasm' }),
          );
        let before:
          { readonly session: ExplainSession; readonly rows: ReadonlyMap<string, Keyed> } | undefined;
        for (const [at, files] of runs.entries()) {
          await lake.ingest(files);
          const session = await sessionAt(at + 1);
          const rows = new Map<string, Keyed>();
          for (const table of tables) rows.set(table.name, await rowsOf(table));
          for (const table of tables)
            for (const [key, row] of rows.get(table.name)!) {
              await expectTrueCells(session, table, row);
              const old = before?.rows.get(table.name)?.get(key) ?? null;
              if (before === undefined || JSON.stringify(old) === JSON.stringify(row)) continue;
              const { columns } = await changedColumns(
                { before: { session: before.session, row: old }, after: { session, row } },
                await makingsOf(session, table, row),
                { rules: { pipeline }, options: { all: true }, news: new Set() },
              );
              expect(columns.filter((column) => !isExplained(column))).toEqual([]);
            }
          await before?.session.close();
          before = { session, rows };
        }
        await before?.session.close();
      }));
  },
  lawTimeout(120_000),
);
