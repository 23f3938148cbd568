// What a pipeline says of how a table's rows and columns are made, and which of them are asked for.

import { LakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { ColumnMaking, Origin, TableExplanation } from '../../pipeline/define/spec/explanations.js';
import type { ChildContract, Contract } from '../../records/contract.js';

/** What the pipeline says of a table's columns. */
export const explanationOf = ({ explanations }: Pipeline, table: string): TableExplanation | undefined =>
  explanations?.columns[table];

/** The ways from a table's rows to records; undefined where there are none: records without a key have no name. */
export function recordsBehind(
  { explanations, sources }: Pipeline,
  table: string,
): readonly Origin[] | undefined {
  const said = explanations?.records[table];
  if (said !== undefined) return said;
  const own = sources.find((source) => source.table.name === table)?.contract;
  if (own !== undefined) return own.key.length === 0 ? undefined : [{ source: own.source, columns: own.key }];
  return sources.flatMap(({ contract, children }) =>
    children
      .filter((child) => child.table.name === table)
      .flatMap((child) => parentOf(contract, child.contract)),
  )[0];
}

/** The way from an element's row to its record, where the row has the record's key. */
function parentOf({ source, key }: Contract, { fields }: ChildContract): readonly (readonly Origin[])[] {
  const columns = key.map(
    (column) => fields.find(({ from }) => from.kind === 'parent' && from.column === column)?.name,
  );
  const named = columns.filter((column) => column !== undefined);
  return key.length > 0 && named.length === key.length ? [[{ source, columns: named }]] : [];
}

/**
 * The columns in the order of the explanation, or one and what it is made of; none for one of which it says nothing.
 * @throws LakeError `invalid-input` for one that the table does not have outside its key
 */
export function columnsAsked(
  definition: TableDefinition,
  explanation: TableExplanation,
  column?: string,
): readonly string[] {
  if (column === undefined) return Object.keys(explanation.columns);
  refuseNoColumn(definition, column);
  if (!Object.hasOwn(explanation.columns, column)) return [];
  const names = [column];
  for (const name of names)
    names.push(...partsOf(making(explanation, name)).filter((part) => !names.includes(part)));
  return names;
}

/** @throws LakeError `invalid-input` for a column that the table does not have outside its key */
export function refuseNoColumn({ name: table, columns, key }: TableDefinition, column: string): void {
  const names = columns.map(({ name }) => name).filter((name) => !key.includes(name));
  if (names.includes(column)) return;
  const near = nearMiss(column, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  const problem = key.includes(column)
    ? `${column} is in the key of ${table}`
    : `${table} has no column ${column}`;
  throw new LakeError('invalid-input', `--column: ${problem}; expected one of ${names.join(', ')}.${hint}`, {
    details: { flag: '--column', table, given: column },
  });
}

/** How a column is made that is among `columnsAsked`. */
export function making({ columns }: TableExplanation, name: string): ColumnMaking {
  const found = columns[name];
  if (found === undefined) throw new Error(`nothing says how ${name} is made`);
  return found;
}

const partsOf = (made: ColumnMaking): readonly string[] => {
  if ('ratio' in made) return made.ratio;
  return 'difference' in made ? made.difference : [];
};

/** Columns that tell the rows of a table apart: its key, or all where it has none. */
export const columnsToTellRows = ({ key, columns }: TableDefinition): readonly string[] =>
  key.length > 0 ? key : columns.map(({ name }) => name);
