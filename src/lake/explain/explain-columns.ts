// The cells of a row, explained: what each is made of, computed again, beside what the table says.

import { isSameAmount, less } from '../read/amount.js';
import type { RowRecord, JsonValue } from '../read/row-set.js';
import type { ColumnExplanation } from './explain-results.js';
import type { Making, Makings } from './explained.js';
import type { ExplainSession } from './explain-session.js';

/** Each cell with what its explanation comes to, without rows; in the order of the makings. */
export async function explainCells(
  session: ExplainSession,
  makings: Makings,
  row: RowRecord,
): Promise<readonly ColumnExplanation[]> {
  const cells = new Map<string, ColumnExplanation>();
  const explain = async (name: string): Promise<ColumnExplanation> => {
    const known = cells.get(name);
    if (known !== undefined) return known;
    const made = making(makings, name);
    const parts = 'of' in made ? [await explain(made.of[0]), await explain(made.of[1])] : [];
    const explained = explanation(name, row, made, await cameTo(session, made, { parts, cell: row[name] }));
    cells.set(name, explained);
    return explained;
  };
  const explained: ColumnExplanation[] = [];
  for (const name of makings.keys()) explained.push(await explain(name));
  return explained;
}

function making(makings: Makings, name: string): Making {
  const found = makings.get(name);
  if (found === undefined) throw new Error(`nothing says how ${name} is made`);
  return found;
}

/** What a cell is made of, and the cell, if it is one: where no row adds anything, null and zero are both true. */
interface CellParts {
  readonly parts: readonly ColumnExplanation[];
  readonly cell: JsonValue | undefined;
}

type CameTo = Pick<ColumnExplanation, 'sum' | 'rows' | 'facts'>;

function explanation(column: string, row: RowRecord, made: Making, came: CameTo): ColumnExplanation {
  const isPart = !Object.hasOwn(row, column);
  return {
    column,
    isPart,
    kind: made.kind,
    about: made.about,
    cell: isPart ? came.sum : (row[column] ?? null),
    ...came,
    ...('of' in made && { of: made.of }),
    ...('rows' in made && { from: made.rows.table, sql: made.rows.sql }),
    ...(made.kind === 'flag' && { sql: made.facts.sql }),
  };
}

async function cameTo(
  session: ExplainSession,
  made: Making,
  { parts: [left, right], cell }: CellParts,
): Promise<CameTo> {
  switch (made.kind) {
    case 'sum':
    case 'count': {
      const { rows, sum, valued } = await session.totals(made.rows);
      if (made.kind === 'count') return { rows, sum: rows };
      return { rows, sum: valued === 0 && cell === null ? null : sum };
    }
    case 'value': {
      const [row] = await session.first(made.rows, 1);
      return { rows: row === undefined ? 0 : 1, sum: row?.['value'] ?? null };
    }
    case 'flag': {
      const [{ value = null, ...facts } = {}] = await session.rows(made.facts);
      return { sum: value, facts };
    }
    case 'ratio':
      return { sum: ratio(left?.sum ?? null, right?.sum ?? null) };
    case 'difference':
      return { sum: less(left?.sum ?? null, right?.sum ?? null) };
  }
}

/** As doubles; null without a divisor. */
function ratio(left: JsonValue, right: JsonValue): number | null {
  const divisor = Number(right);
  return left === null || right === null || divisor === 0 ? null : Number(left) / divisor;
}

/** `after` less `before`, in the form of the column's cells; null where they cannot be added. */
export function changeOf(kind: Making['kind'], before: JsonValue = null, after: JsonValue = null): JsonValue {
  return kind === 'sum' || kind === 'difference' || kind === 'count' ? less(after, before) : null;
}

/** Whether an explanation comes to the cell. */
export const addsUp = ({ cell, sum }: Pick<ColumnExplanation, 'cell' | 'sum'>): boolean =>
  isSameAmount(cell, sum);
