// The cells of a row, explained: what each is made of, computed again, beside what the table says.

import { decimalText } from '../../parquet/cells.js';
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
    const explained = explanation(name, row, made, await cameTo(session, made, parts));
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
  [left, right]: readonly ColumnExplanation[],
): Promise<CameTo> {
  switch (made.kind) {
    case 'sum':
    case 'count': {
      const { rows, sum } = await session.totals(made.rows);
      return { rows, sum: made.kind === 'count' ? rows : sum };
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
      return { sum: difference(left?.sum ?? null, right?.sum ?? null) };
  }
}

/** As doubles; null without a divisor. */
function ratio(left: JsonValue, right: JsonValue): number | null {
  const divisor = Number(right);
  return left === null || right === null || divisor === 0 ? null : Number(left) / divisor;
}

/** Decimals of money. */
const SCALE = 4;

/** Ten-thousandths of a decimal with four places, or of a whole number. */
export function unscaled(value: JsonValue): bigint {
  const [whole = '0', fraction = ''] = String(value ?? 0).split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}

/** Exactly, with four decimals. */
export const difference = (left: JsonValue, right: JsonValue): string =>
  decimalText(unscaled(left) - unscaled(right), SCALE);

/** `after` less `before`, in the form of the column's cells; null where they cannot be added. */
export function changeOf(kind: Making['kind'], before: JsonValue = null, after: JsonValue = null): JsonValue {
  if (kind === 'sum' || kind === 'difference') return difference(after, before);
  return kind === 'count' ? Number(after ?? 0) - Number(before ?? 0) : null;
}

/** Relative error of two ways to divide. */
const TOLERANCE = 1e-12;

/** Whether an explanation comes to the cell. */
export function addsUp({ kind, cell, sum }: Pick<ColumnExplanation, 'kind' | 'cell' | 'sum'>): boolean {
  if (kind !== 'ratio' || typeof cell !== 'number' || typeof sum !== 'number') return cell === sum;
  return Math.abs(cell - sum) <= TOLERANCE * Math.max(Math.abs(cell), Math.abs(sum));
}
