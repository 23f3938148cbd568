// What is shown of a model whose header says nothing of its numbers: the rows of its inputs that share the values of the
// key, told by column lineage. That they share them is all that is known, and it is said so.

import { sqlName } from '../../engine/sql-names.js';
import type { FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { FileBounds, RowsOfTable } from '../../pipeline/define/spec/explanations.js';
import type { ModelLineage } from '../../pipeline/define/spec/lineage.js';

/** Rows that share the key's values with a cell, and in words what that means. */
export type SharedRows = RowsOfTable & { readonly about: string; readonly shares: 'key' };

/** By column outside the key; undefined for a table without a key, or that no model with known lineage makes. */
export function sharedRows(
  pipeline: Pipeline,
  table: string,
): { readonly columns: Readonly<Record<string, SharedRows>> } | undefined {
  const made = pipeline.models.find((model) => model.table.name === table)?.table;
  const lineage = Object.hasOwn(pipeline.lineage, table) ? pipeline.lineage[table] : undefined;
  if (made === undefined || lineage === undefined || made.key.length === 0) return undefined;
  const columns = made.columns
    .filter(({ name }) => !made.key.includes(name))
    .flatMap(({ name }): readonly [string, SharedRows][] => {
      const rows = rowsFor(pipeline, made, lineage, name);
      return rows === undefined ? [] : [[name, rows]];
    });
  return columns.length === 0 ? undefined : { columns: Object.fromEntries(columns) };
}

/** Of the inputs that the column is made of the one that shares most of the key; else of those that decide the rows. */
function rowsFor(
  pipeline: Pipeline,
  made: TableDefinition,
  lineage: ModelLineage,
  column: string,
): SharedRows | undefined {
  const own = lineage.columns[column] ?? [];
  const tables = [...new Set([...own, ...lineage.rows].map((each) => splitColumn(each).table))];
  const inputs = tables.flatMap((name) => pipeline.definitions.find((each) => each.name === name) ?? []);
  const shared = inputs.map((input) => ({ input, pairs: sharedPairs(made, lineage, input) }));
  const most = Math.max(0, ...shared.map(({ pairs }) => pairs.length));
  const found = shared.find(({ pairs }) => pairs.length === most);
  if (found === undefined) return undefined;
  const { input, pairs } = found;
  const bounds = pairs.filter(({ from, to }) => from.type === 'date' && to.type === 'date');
  const files: FileBounds = {
    [input.name]: Object.fromEntries(bounds.map(({ from, to }) => [from.name, to.name])),
  };
  const said = pairs.map(({ from, to }) => `${from.name} = :${to.name}`).join(' and ');
  const whose =
    said === ''
      ? `All rows of ${input.name}: none of its columns`
      : `Rows of ${input.name} with ${said}: these`;
  const sources = own.length === 0 ? '' : ` It is made of ${own.join(', ')}.`;
  return {
    shares: 'key',
    of: input.name,
    where: pairs.map(({ from, to }) => `${comparable(from, to)} = :${to.name}`).join(' AND ') || 'TRUE',
    ...(bounds.length > 0 && { files }),
    about: `${whose} share${said === '' ? 's' : ''} the values of the key. How they make ${column} is not said ("explain" in the header of the model says it).${sources}`,
  };
}

type Column = TableDefinition['columns'][number];

/** A column of an input with the column of the key that is made of it. */
interface Pair {
  readonly from: Column;
  readonly to: Column;
}

function sharedPairs(made: TableDefinition, lineage: ModelLineage, input: TableDefinition): readonly Pair[] {
  return made.key.flatMap((key): readonly Pair[] => {
    const to = made.columns.find(({ name }) => name === key);
    const names = new Set(
      (lineage.columns[key] ?? [])
        .map(splitColumn)
        .map(({ table, column }) => (table === input.name ? column : '')),
    );
    const fitting = input.columns.filter(
      ({ name, type }) => names.has(name) && to !== undefined && isComparable(type, to.type),
    );
    // What decides the rows stands behind each column of the key: the one of its own name is meant, or one that no other has.
    const others = fitting.filter(({ name }) => !made.key.includes(name));
    const from = fitting.find(({ name }) => name === key) ?? (others.length === 1 ? others[0] : undefined);
    return to !== undefined && from !== undefined ? [{ from, to }] : [];
  });
}

/** Days of a month are no values of a key of months, but a day is that of its instants. */
const isComparable = (from: FieldType, to: FieldType): boolean =>
  from === to || (from === 'timestamp' && to === 'date') || (isWhole(from) && isWhole(to));

const isWhole = (type: FieldType): boolean => type === 'int' || type === 'long';

const comparable = (from: Column, to: Column): string =>
  from.type === 'timestamp' && to.type === 'date'
    ? `CAST(${sqlName(from.name)} AS DATE)`
    : sqlName(from.name);

function splitColumn(name: string): { readonly table: string; readonly column: string } {
  const at = name.lastIndexOf('.');
  return { table: name.slice(0, at), column: name.slice(at + 1) };
}
