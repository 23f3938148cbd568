// The fast reader of a contract: lines that are plainly good go straight from bytes into columns.
// It may leave any line to the rules and never refuses one; what it takes, it takes exactly as the rules would.

import { compileCondition } from '../condition.js';
import type { Contract } from '../contract.js';
import type { GrowingColumn } from '../rows/growing-columns.js';
import { valueAt } from '../rows/growing-columns.js';
import type { RowWriter } from '../rows/row-writer.js';
import { derivedCell, fieldCell, isScannable } from './make-cells.js';
import type { Cell } from './scanner-cells.js';
import { Applies, type ColumnOf, type Place } from './scanner-place.js';
import { Tokenizer } from './tokenizer.js';

/**
 * Appends the record in source[start, end) to the writer, or answers false and changes nothing.
 * The byte at `end` must exist and be a line end or 0.
 */
export type Scan = (source: Uint8Array, start: number, end: number) => boolean;

/** A scanner that writes into `writer`. A contract that looks into nested values has no fast reader: all lines are left. */
export function compileScanner(contract: Contract, writer: RowWriter): Scan {
  const keys = [...new Set(contract.fields.map(keyOf))];
  if (contract.csv !== undefined || keys.some((key) => key === undefined || !isScannable(key)))
    return () => false;
  const tokens = new Tokenizer(keys.map(String));
  const cells = cellsOf(contract, writer, tokens, keys);
  return (source, start, end) => {
    if (!tokens.read(source, start, end)) return false;
    const row = writer.rows;
    for (let c = 0; c < cells.length; c++) if (!cells[c]!.fill(source, row)) return false;
    writer.seal();
    return true;
  };
}

/** The key of the record that a field reads whole; undefined for what lies deeper or elsewhere. */
function keyOf({ from }: Contract['fields'][number]): string | undefined {
  const [key, ...deeper] = from.kind === 'path' ? from.steps : [];
  return deeper.length === 0 && typeof key === 'string' ? key : undefined;
}

/** Fields in their order, since conditions ask of those before; computed columns after, rules last. */
function cellsOf(
  contract: Contract,
  writer: RowWriter,
  tokens: Tokenizer,
  keys: readonly (string | undefined)[],
): readonly Cell[] {
  const columnOf: ColumnOf = (name) => {
    const column = writer.columns[writer.shape.findIndex((shape) => shape.name === name)];
    if (column === undefined) throw new Error(`No column for the field ${name}.`);
    return column;
  };
  const fields = contract.fields.map((field) => {
    const place: Place = {
      tokens,
      token: keys.indexOf(keyOf(field)),
      applies: new Applies(field, columnOf),
      mayBeNull: field.reasons.missing === undefined && field.default === undefined,
      hasDefault: field.default !== undefined,
    };
    return fieldCell(field, place, columnOf(field.name));
  });
  const derived = contract.derived.map((column) => derivedCell(column, contract, columnOf));
  return [...fields, ...derived, ...contract.rules.map((rule) => ruleCell(rule, contract, columnOf))];
}

/** Fills nothing; false in rows of which the condition holds. */
function ruleCell(
  { reason, condition }: Contract['rules'][number],
  { fields }: Contract,
  columnOf: ColumnOf,
): Cell {
  const holds = compileCondition(condition, fields);
  if (typeof holds === 'string') throw new Error(`The rule ${reason} was not checked: ${holds}.`);
  const columns = new Map<string, GrowingColumn>(fields.map(({ name }) => [name, columnOf(name)]));
  let at = 0;
  const read = (name: string): ReturnType<typeof valueAt> => {
    const column = columns.get(name);
    return column === undefined ? null : valueAt(column, at);
  };
  return {
    fill: (_, row) => {
      at = row;
      return holds(read) !== true;
    },
  };
}
