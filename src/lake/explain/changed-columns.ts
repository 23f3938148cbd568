// The cells of a gold row in two snapshots, and the rows of silver whose changes are the changes of the cells.

import type { Making, Makings } from './explained.js';
import { changedRows, type ChangeContext, type ChangedRows, type Side, type Sides } from './changed-rows.js';
import { changeOf, explainCells } from './explain-columns.js';
import type { ColumnChange, ColumnExplanation, WhyChangedReport } from './explain-results.js';

/** The columns that differ, and the one that is asked for, with the rows that changed them. */
export async function changedColumns(
  sides: Sides,
  makings: Makings,
  context: ChangeContext,
): Promise<Pick<WhyChangedReport, 'columns' | 'unreadBytes'>> {
  const [before, after] = await Promise.all([cellsOf(sides.before, makings), cellsOf(sides.after, makings)]);
  const columns: ColumnChange[] = [];
  let unread: number | undefined;
  for (const [name, made] of makings) {
    const [was, is] = [before.get(name), after.get(name)];
    const isAsked = name === context.options.column;
    if (!isAsked && (was?.sum ?? null) === (is?.sum ?? null)) continue;
    const rows: Partial<ChangedRows> = 'rows' in made ? await changedRows(sides, made.rows, context) : {};
    const { unreadBytes, ...changes } = rows;
    if (unreadBytes !== undefined) unread = Math.max(unread ?? 0, unreadBytes);
    columns.push({ ...columnChange(made, { name, was, is }), ...changes });
  }
  return { columns, ...(unread !== undefined && { unreadBytes: unread }) };
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

function columnChange(made: Making, { name, was, is }: Cells): ColumnChange {
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
  };
}
