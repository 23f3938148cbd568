// Conditions on the columns of a table as people pick them, and the SQL that they come to. Values are only ever values.

import { LakeError } from '../../common/errors.js';
import { quoted } from '../../engine/sql-tokens.js';

/** How a column may be compared. */
export const filterOperators = ['=', '≠', '≥', '≤', 'contains', 'is null', 'is not null'] as const;
/** One of `filterOperators`. */
export type FilterOperator = (typeof filterOperators)[number];

/** A condition on a column; all conditions hold of a row that is shown. */
export interface ColumnFilter {
  readonly column: string;
  readonly operator: FilterOperator;
  /** As it is typed; not used by `is null` and `is not null`. */
  readonly value: string;
}

/** Columns with their types of SQL. */
type TypedColumns = readonly { readonly name: string; readonly type: string }[];

const comparisons: Readonly<Partial<Record<FilterOperator, string>>> = {
  '=': '=',
  '≠': 'IS DISTINCT FROM',
  '≥': '>=',
  '≤': '<=',
};

/**
 * What follows WHERE; `TRUE` without filters.
 * @throws LakeError `invalid-input` for a column that is not there, or a value that is none of its type
 */
export function conditionOf(filters: readonly ColumnFilter[], columns: TypedColumns): string {
  return filters.length === 0
    ? 'TRUE'
    : filters.map((filter) => conditionOn(filter, columns)).join('\n  AND ');
}

function conditionOn({ column, operator, value }: ColumnFilter, columns: TypedColumns): string {
  const type = columns.find(({ name }) => name === column)?.type;
  if (type === undefined)
    throw new LakeError('invalid-input', `There is no column ${column} to filter by.`, {
      details: { column },
    });
  const name = quoted(column);
  if (operator === 'is null') return `${name} IS NULL`;
  if (operator === 'is not null') return `${name} IS NOT NULL`;
  if (operator === 'contains')
    return `contains(lower(CAST(${name} AS VARCHAR)), lower(${textLiteral(value)}))`;
  return `${name} ${comparisons[operator] ?? '='} ${literalOf(column, type, value)}`;
}

/** A text as SQL writes it. */
const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function literalOf(column: string, type: string, value: string): string {
  const text = value.trim();
  if (/^(BIGINT|INTEGER|DOUBLE|DECIMAL)/.test(type)) {
    if (/^-?\d+(\.\d+)?$/.test(text)) return text;
    throw noValue(column, value, 'a number');
  }
  if (type === 'BOOLEAN') {
    if (/^(true|false)$/i.test(text)) return text.toUpperCase();
    throw noValue(column, value, 'true or false');
  }
  if (type === 'DATE') {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return `DATE ${textLiteral(text)}`;
    throw noValue(column, value, 'a day like 2024-03-05');
  }
  if (type === 'TIMESTAMP') {
    if (/^\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?$/.test(text))
      return `TIMESTAMP ${textLiteral(text.replace(/Z$/, ''))}`;
    throw noValue(column, value, 'a day or time like 2024-03-05T10:00:00');
  }
  return textLiteral(value);
}

const noValue = (column: string, value: string, expected: string): LakeError =>
  new LakeError('invalid-input', `${column}: "${value}" is not ${expected}.`, { details: { column, value } });
