// The law of explanations, for any pipeline: the rows behind every cell come to the cell, and the changes of rows between
// two snapshots come to the change of the cell.

import { expect } from 'vitest';
import type { TableDefinition } from '../../src/format/table-definition.js';
import { bindExplanation } from '../../src/lake/explain/bind-explanation.js';
import { addsUp, explainCells } from '../../src/lake/explain/explain-columns.js';
import type { ColumnChange } from '../../src/lake/explain/explain-results.js';
import type { ExplainSession } from '../../src/lake/explain/explain-session.js';
import type { Makings, RowKey } from '../../src/lake/explain/explained.js';
import { isSameAmount, less } from '../../src/lake/read/amount.js';
import type { JsonValue, RowRecord } from '../../src/lake/read/row-set.js';
import type { Pipeline } from '../../src/pipeline/define/pipeline.js';

/** The tables whose columns the pipeline explains. */
export const explainedTables = (pipeline: Pipeline): readonly TableDefinition[] =>
  pipeline.definitions.filter(({ name }) => pipeline.explanations?.columns[name] !== undefined);

/** Rows as a test lake gives them, by column. */
export const recordsOf = (
  rows: readonly (readonly unknown[])[],
  { columns }: TableDefinition,
): readonly RowRecord[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])) as RowRecord);

/** The row's key. */
export const keyIn = (row: RowRecord, { key }: TableDefinition): RowKey =>
  Object.fromEntries(key.map((column) => [column, row[column] as string | number]));

/** How the columns of a row are made. */
export const makingsOf = (
  session: ExplainSession,
  definition: TableDefinition,
  row: RowRecord,
): Promise<Makings> =>
  bindExplanation({ pipeline: session.pipeline, definition, key: keyIn(row, definition) }, (statement) =>
    session.rows(statement),
  );

/** Every column of the row is explained, and comes to its cell. */
export async function expectTrueCells(
  session: ExplainSession,
  definition: TableDefinition,
  row: RowRecord,
): Promise<void> {
  const columns = await explainCells(session, await makingsOf(session, definition, row), row);
  expect(columns.filter(({ isPart }) => !isPart).map(({ column }) => column)).toEqual(
    definition.columns.map(({ name }) => name).filter((name) => !definition.key.includes(name)),
  );
  expect(columns.filter((column) => !addsUp(column))).toEqual([]);
}

/** Whether the changes shown come to the change stated, and that to the cells. */
export function isExplained({ kind, before, after, change, sample = [] }: ColumnChange): boolean {
  if (kind !== 'sum' && kind !== 'count') return true;
  const total = sample.reduce<JsonValue>((sum, each) => less(sum, less(0, each.change)), 0);
  return isSameAmount(total, change) && isSameAmount(total, less(after, before));
}
