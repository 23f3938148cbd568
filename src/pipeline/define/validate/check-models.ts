// Models: what they read is there and made before them, and a change spreads in a way that both sides can have.

import type { TableDefinition } from '../../../format/table-definition.js';
import { checkTable, checkTableName, checkUnique, columnNamed } from './check-tables.js';
import type { Place, Problems } from './problems.js';
import type { LogSpec, Model, ModelInput, SourceSpec } from '../spec/pipeline-spec.js';

/** The tables that models, checks and series read: of sources, and of the models before. */
export type ReadableTables = ReadonlyMap<string, ReadableTable>;

/** A table, and the log of which it has the records. */
interface ReadableTable {
  readonly definition: TableDefinition;
  readonly log: LogSpec | null;
}

/** Of the sources. */
const sourceTables = (sources: readonly SourceSpec[]): ReadableTables =>
  new Map(
    sources.flatMap((source) => [
      [source.table.name, { definition: source.table, log: source.kind === 'log' ? source : null }] as const,
      ...(source.childTables ?? []).map((table) => [table.name, { definition: table, log: null }] as const),
    ]),
  );

/** Says what is wrong with models; returns the tables that may be read once they are made. */
export function checkModels(
  models: readonly Model[],
  sources: readonly SourceSpec[],
  problems: Problems,
): ReadableTables {
  const tables = new Map(sourceTables(sources));
  const later = new Set(models.map(({ table }) => table.name));
  models.forEach((model, i) => {
    const place = ['models', i];
    checkTable(model.table, [...place, 'table'], problems);
    problems.expect(
      model.table.keyIndex === undefined,
      [...place, 'table', 'keyIndex'],
      'only tables of sources have key indexes',
    );
    checkInputs(model, { place, tables, later }, problems);
    later.delete(model.table.name);
    tables.set(model.table.name, { definition: model.table, log: null });
  });
  return tables;
}

interface Surroundings {
  readonly place: Place;
  /** Made before the model. */
  readonly tables: ReadableTables;
  /** Models' tables that are not. */
  readonly later: ReadonlySet<string>;
}

function checkInputs(model: Model, { place, tables, later }: Surroundings, problems: Problems): void {
  checkUnique(
    model.inputs.map(({ table, as }) => as ?? table),
    (i) => [...place, 'inputs', i, model.inputs[i]?.as === undefined ? 'table' : 'as'],
    problems,
  );
  model.inputs.forEach((input, i) => {
    const at = [...place, 'inputs', i];
    const table = tables.get(input.table);
    if (table === undefined)
      problems.add(
        [...at, 'table'],
        later.has(input.table)
          ? `${input.table} is made after ${model.table.name}; expected a table of a source or of a model before`
          : `there is no table ${input.table} to read; expected one of a source or of a model`,
      );
    else {
      checkAlias(
        input,
        { at, table, isTaken: tables.has(input.as ?? '') || later.has(input.as ?? '') },
        problems,
      );
      checkUnique(input.columns, (c) => [...at, 'columns', c], problems);
      input.columns.forEach((column, c) => {
        problems.expect(
          columnNamed(table.definition, column) !== undefined,
          [...at, 'columns', c],
          `${input.table} has no column ${column}`,
        );
      });
      const fault = spreadFault(model, input, table);
      if (fault !== undefined) problems.add([...at, 'spread'], fault);
    }
  });
}

function checkAlias(
  { as }: ModelInput,
  { at, table, isTaken }: { readonly at: Place; readonly table: ReadableTable; readonly isTaken: boolean },
  problems: Problems,
): void {
  if (as === undefined) return;
  checkTableName(as, [...at, 'as'], problems);
  problems.expect(!isTaken, [...at, 'as'], `${as} is a table of the pipeline; expected another name`);
  problems.expect(table.log !== null, [...at, 'as'], 'only the rows of a log can be read under another name');
}

/** Why a change cannot spread so; undefined: it can. */
function spreadFault(
  model: Model,
  input: ModelInput,
  { definition, log }: ReadableTable,
): string | undefined {
  const { spread } = input;
  if (spread.kind === 'table') return undefined;
  const { partition, name } = model.table;
  if (partition === undefined)
    return `"${spread.kind}" spreads to a part of ${name}, which has no partitions; expected "table", or a partition`;
  switch (spread.kind) {
    case 'rows':
      return rowsFault(model.table, definition, log);
    case 'referenced':
      return referencedFault(model, input, log, spread.column);
    case 'days':
    case 'months':
      return definition.partition === undefined
        ? `"${spread.kind}" needs days or months, and ${definition.name} has no partitions; expected "table" or "from"`
        : undefined;
    case 'from':
      return fromFault(definition, spread.column);
  }
}

function rowsFault(output: TableDefinition, input: TableDefinition, log: LogSpec | null): string | undefined {
  if (log === null) return `"rows" spreads from a log's table; ${input.name} is none`;
  if (output.key.join() !== input.key.join())
    return `"rows" needs one key: ${output.name} has ${output.key.join(', ') || 'none'}, ${input.name} has ${input.key.join(', ')}`;
  if (output.partition?.source !== input.partition?.source)
    return `"rows" needs rows that lie on the day of their record: expected ${output.name} to be partitioned by ${input.partition?.source ?? 'a date'}`;
  return undefined;
}

function referencedFault(
  { inputs }: Model,
  { table }: ModelInput,
  log: LogSpec | null,
  column: string,
): string | undefined {
  if (log === null) return `"referenced" reads a log's table; ${table} is none`;
  const { key, keyIndex = [] } = log.table;
  if (key.length > 1) return `"referenced" needs a key of one column; ${table} has ${key.join(', ')}`;
  if (!keyIndex.includes(column))
    return `${column} has no key index in ${table}, by which its rows are found`;
  const hasRows = inputs.some((input) => input.table === table && input.spread.kind === 'rows');
  return hasRows
    ? undefined
    : `"referenced" needs the referring rows: expected an input of ${table} that spreads by "rows"`;
}

function fromFault(definition: TableDefinition, column: string): string | undefined {
  const found = columnNamed(definition, column);
  if (definition.partition !== undefined)
    return `"from" is for tables without partitions; of ${definition.name} days or months are known`;
  if (definition.key.length === 0)
    return `"from" compares rows by their key, and ${definition.name} has none`;
  if (found?.type === 'date' || found?.type === 'timestamp') return undefined;
  return `"from" needs a date; ${found === undefined ? `${definition.name} has no column ${column}` : `${column} is a ${found.type}`}`;
}
