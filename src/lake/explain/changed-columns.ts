// The cells of a gold row in two snapshots, and the rows of silver whose changes are the changes of the cells.

import type { Making, Makings } from './explained.js';
import { changedRows, type ChangeContext, type Side, type Sides } from './changed-rows.js';
import { changeOf, explainCells } from './explain-columns.js';
import type { ColumnChange, ColumnExplanation } from './explain-results.js';

/** The columns that differ, and the one that is asked for, with the rows that changed them. */
export async function changedColumns(
  sides: Sides,
  makings: Makings,
  context: ChangeContext,
): Promise<readonly ColumnChange[]> {
  const [before, after] = await Promise.all([cellsOf(sides.before, makings), cellsOf(sides.after, makings)]);
  const columns: ColumnChange[] = [];
  for (const [name, made] of makings) {
    const [was, is] = [before.get(name), after.get(name)];
    const isAsked = name === context.options.column;
    if (!isAsked && (was?.sum ?? null) === (is?.sum ?? null)) continue;
    columns.push(await columnChange(sides, made, { name, was, is }, context));
  }
  return columns;
}

/** Of a row that is not there, none. */
async function cellsOf(
  { session, row }: Side,
  makings: Makings,
): Promise<ReadonlyMap<string, ColumnExplanation>> {
  const cells = row === null ? [] : await explainCells(session, makings, row);
  return new Map(cells.map((cell) => [cell.column, cell]));
}

interface Cells {
  readonly name: string;
  readonly was: ColumnExplanation | undefined;
  readonly is: ColumnExplanation | undefined;
}

async function columnChange(
  sides: Sides,
  made: Making,
  { name, was, is }: Cells,
  context: ChangeContext,
): Promise<ColumnChange> {
  const isPart = (is ?? was)?.isPart ?? false;
  return {
    column: name,
    isPart,
    kind: made.kind,
    about: made.about,
    before: was?.cell ?? null,
    after: is?.cell ?? null,
    change: changeOf(made.kind, was?.sum, is?.sum),
    ...('of' in made && { of: made.of }),
    ...('rows' in made && (await changedRows(sides, made.rows, context))),
  };
}
