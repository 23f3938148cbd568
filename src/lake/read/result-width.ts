// How many columns a result may have. Engines bind them, and Arrow's schemas are made, in time with the square of their number.

import { LakeError } from '../../common/errors.js';
import { sqlTokens } from '../../engine/sql-tokens.js';

/** About a second's work. */
const MOST_COLUMNS = 10_000;

/** @throws LakeError `invalid-input` for a result of more columns than can be carried */
export function refuseWideResult(columns: number): void {
  if (columns > MOST_COLUMNS) throw tooWide('has', columns);
}

/**
 * Refuses a SELECT that lists more columns than can be carried, before an engine sees it.
 * @throws LakeError `invalid-input`
 */
export function refuseWideList(sql: string): void {
  let depth = 0;
  let listed = 0; // columns of the SELECT; 0 outside of its list
  for (const { text } of sqlTokens(sql)) {
    if (text === '(' || text === '[' || text === '{') depth++;
    else if (text === ')' || text === ']' || text === '}') depth--;
    else if (depth > 0) continue;
    else if (/^select$/i.test(text)) listed = 1;
    else if (endsList.test(text)) listed = 0;
    else if (text === ',' && listed > 0 && ++listed > MOST_COLUMNS)
      throw tooWide('would have over', MOST_COLUMNS);
  }
}

/** What comes after the columns of a SELECT. */
const endsList =
  /^(from|where|group|having|window|qualify|order|limit|offset|union|intersect|except|values|;)$/i;

const tooWide = (has: string, columns: number): LakeError =>
  new LakeError(
    'invalid-input',
    `The result ${has} ${columns} columns; expected at most ${MOST_COLUMNS}. Name fewer columns, or give them as rows (UNPIVOT).`,
    { details: { columns, most: MOST_COLUMNS } },
  );
