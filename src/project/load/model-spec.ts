// A model's file, with what the engine says of its statement, as a model of the machinery.

import { quoted } from '../../engine/sql-tokens.js';
import type { ColumnDefinition, TableDefinition } from '../../format/table-definition.js';
import type { Model, ModelInput, Spread } from '../../pipeline/define/spec/pipeline-spec.js';
import { columnCall, partitionCall, type PartitionCall, referencedCall } from '../column-call.js';
import type { Problems } from '../problems.js';
import type { ModelFile } from '../read-project.js';
import type { ModelHeader } from '../statement-file.js';
import type { ModelFacts } from './model-facts.js';
import { modelPlace } from './problem-places.js';
import type { GivenColumn } from './result-types.js';

/** What the machinery makes of a model; faults of the header are told at their keys. */
export function modelSpec(file: ModelFile, facts: ModelFacts, problems: Problems): Model {
  return {
    table: modelTable(file, facts.columns, problems),
    ...(file.header.description === undefined ? {} : { about: file.header.description.trim() }),
    sql: castStatement(file.sql, facts.columns),
    inputs: modelInputs(file, facts, problems),
    usesRange: facts.usesRange,
  };
}

/** The statement itself, or around it one that casts what tables cannot hold. */
function castStatement(sql: string, columns: readonly GivenColumn[]): string {
  if (columns.every(({ cast }) => cast === undefined)) return sql;
  const values = columns.map(({ name, cast }) =>
    cast === undefined ? quoted(name) : `CAST(${quoted(name)} AS ${cast}) AS ${quoted(name)}`,
  );
  return `SELECT ${values.join(', ')} FROM (\n${sql}\n) AS given`;
}

function modelTable(file: ModelFile, given: readonly GivenColumn[], problems: Problems): TableDefinition {
  const { header, table } = file;
  const call = header.partition === undefined ? undefined : partitionCall(header.partition);
  const named: readonly (readonly [key: string, columns: readonly string[]])[] = [
    ['key', header.key ?? []],
    ['sort', header.sort ?? []],
    ['partition', call === undefined ? [] : [call.column]],
    ['columns', Object.keys(header.columns ?? {})],
    ['renamed', Object.values(header.renamed ?? {})],
    ['explain', explainedColumns(header)],
  ];
  for (const [key, names] of named)
    names.forEach((name, i) => {
      if (given.some((column) => column.name === name)) return;
      const isByName = key === 'columns' || key === 'explain';
      const path = isByName ? [key, name] : names.length > 1 && key !== 'renamed' ? [key, i] : [key];
      problems.add(
        modelPlace(file, path),
        `${key}: the statement gives no column ${name}; it gives ${given.map((column) => column.name).join(', ')}`,
      );
    });
  const required = new Set([
    ...(header.key ?? []),
    ...(call === undefined ? [] : [call.column]),
    ...Object.entries(header.columns ?? {}).flatMap(([name, column]) =>
      column.required === true ? [name] : [],
    ),
  ]);
  const columns = given.map(({ name, type }): ColumnDefinition => ({
    name,
    type,
    required: required.has(name),
  }));
  const key = header.key ?? [];
  return {
    name: table,
    columns,
    ...(header.renamed === undefined ? {} : { renamed: formerNames(header.renamed) }),
    ...(call === undefined ? {} : { partition: partitionOf(call) }),
    sortOrder: header.sort ?? key,
    key,
  };
}

/** By new name the old one; a header says them the other way round. */
const formerNames = (renamed: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(renamed).map(([before, now]) => [now, before]));

/** What of `explain` must be a column: a name that others are made of may be a part of them alone. */
function explainedColumns({ explain = {} }: ModelHeader): readonly string[] {
  const parts = new Set(
    Object.values(explain).flatMap(({ ratio = [], difference = [] }) => [...ratio, ...difference]),
  );
  return Object.keys(explain).filter((name) => !parts.has(name));
}

/** The partition of `day(c)`, `month(c)` or `month(c) as name`. */
export const partitionOf = ({
  word,
  column,
  name,
}: PartitionCall): NonNullable<TableDefinition['partition']> =>
  word === 'month'
    ? { source: column, transform: 'month', name: name ?? `${column}_month` }
    : { source: column, transform: 'identity', name: column };

function modelInputs(file: ModelFile, facts: ModelFacts, problems: Problems): readonly ModelInput[] {
  const written = file.header.reads ?? {};
  for (const table of Object.keys(written))
    if (!Object.hasOwn(facts.reads, table))
      problems.add(
        modelPlace(file, ['reads', table]),
        `reads: the statement does not read ${table}; it reads ${Object.keys(facts.reads).join(', ') || 'no table'}`,
      );
  return Object.entries(facts.reads).map(([relation, columns]): ModelInput => {
    const spread = written[relation] ?? 'table';
    const referenced = referencedCall(spread);
    if (referenced === undefined) return { table: relation, columns, spread: spreadOf(spread) };
    const { table, column } = referenced;
    return { table, as: relation, columns, spread: { kind: 'referenced', column } };
  });
}

/** The relations of a model that stand for the rows that another table's rows refer to, and that table. */
export const referencedTables = ({ header }: ModelFile): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(header.reads ?? {}).flatMap(([relation, spread]) => {
      const call = referencedCall(spread);
      return call === undefined ? [] : [[relation, call.table] as const];
    }),
  );

/** `day(c)` and its like; the header's shape has let nothing else through. */
function spreadOf(text: string): Spread {
  if (text === 'rows') return { kind: 'rows' };
  const call = columnCall(text, ['day', 'month', 'from']);
  if (call?.word === 'day') return { kind: 'days' };
  if (call?.word === 'from') return { kind: 'from', column: call.column };
  if (call === undefined) return { kind: 'table' };
  const [before = 0, after = 0] = call.numbers;
  return { kind: 'months', before, after };
}
