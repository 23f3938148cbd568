// Figures, charts and explanations: the tables, columns, sources and values that they name are there.

import { sqlTokens } from '../../../engine/sql-tokens.js';
import { columnsOfChart, type Chart } from '../spec/charts.js';
import type { ReadableTables } from './check-models.js';
import { checkUnique, columnNamed } from './check-tables.js';
import { isMadeOfRows, type ColumnMaking, type MadeOfRows, type Origin } from '../spec/explanations.js';
import type { Figure } from '../spec/headline.js';
import type { Place, Problems } from './problems.js';
import type { PipelineSpec } from '../spec/pipeline-spec.js';

/** Says what is wrong with what is shown; `tables` are those that statements can read. */
export function checkShown(spec: PipelineSpec, tables: ReadableTables, problems: Problems): void {
  const { headline = [], charts = [], explanations, firstLook, lineage = {}, models = [] } = spec;
  const names = new Names(spec, tables, problems);
  headline.forEach((figure, i) => checkFigure(figure, ['headline', i], names));
  checkUnique(
    headline.map(({ name }) => name),
    (i) => ['headline', i, 'name'],
    problems,
  );
  charts.forEach((chart, i) => checkChart(chart, ['charts', i], names));
  for (const [table, { days = {}, columns }] of Object.entries(explanations?.columns ?? {})) {
    const place = ['explanations', 'columns', table];
    if (!names.table(table, place)) continue;
    const { key } = tables.get(table)!.definition;
    const known = new Map([
      ...key.map((column) => [column, true] as const),
      ...Object.entries(days).map(([day, sql]) => [day, !isQuery(sql)] as const),
    ]);
    for (const [column, made] of Object.entries(columns))
      checkMaking({ made, columns, known }, [...place, 'columns', column], names);
  }
  for (const [table, origins] of Object.entries(explanations?.records ?? {})) {
    const place = ['explanations', 'records', table];
    names.table(table, place);
    origins.forEach((origin, i) => checkOrigin(origin, [...place, i], names));
  }
  if (firstLook !== undefined) names.table(firstLook, ['firstLook']);
  for (const table of Object.keys(lineage))
    problems.expect(
      models.some((model) => model.table.name === table),
      ['lineage', table],
      `${table} is no table of a model`,
    );
}

/** Whether a day's expression asks tables: then it does not follow from the key alone. */
const isQuery = (sql: string): boolean => sqlTokens(sql).some(({ text }) => text.toUpperCase() === 'SELECT');

/** What may be named. */
class Names {
  constructor(
    private readonly spec: PipelineSpec,
    private readonly tables: ReadableTables,
    readonly problems: Problems,
  ) {}

  table(name: string, place: Place): boolean {
    return this.problems.expect(this.tables.has(name), place, `there is no table ${name} to read`);
  }

  /** Of a table that is there. */
  column(table: string, column: string, place: Place): void {
    const definition = this.tables.get(table)?.definition;
    if (definition !== undefined)
      this.problems.expect(
        columnNamed(definition, column) !== undefined,
        place,
        `${table} has no column ${column}`,
      );
  }

  model(table: string, place: Place): void {
    const { models = [] } = this.spec;
    const isModel = models.some((model) => model.table.name === table);
    this.problems.expect(isModel, place, `${table} is no table of a model, so it has no steps`);
  }

  /** The key of a source that is there. */
  keyOf(source: string, place: Place): readonly string[] | undefined {
    const found = this.spec.sources.find(({ contract }) => contract.source === source);
    this.problems.expect(found !== undefined, place, `there is no source ${source}`);
    return found?.contract.key;
  }
}

function checkFigure(figure: Figure, place: Place, names: Names): void {
  if ('sql' in figure) return;
  names.table(figure.table, [...place, 'table']);
  if ('sum' in figure) return names.column(figure.table, figure.sum, [...place, 'sum']);
  const { column, row } = figure;
  for (const each of typeof column === 'string' ? [column] : column)
    names.column(figure.table, each, [...place, 'column']);
  if (row !== 'last')
    for (const each of Object.keys(row)) names.column(figure.table, each, [...place, 'row', each]);
}

function checkChart(chart: Chart, place: Place, names: Names): void {
  names.table(chart.table, [...place, 'table']);
  for (const column of columnsOfChart(chart)) names.column(chart.table, column, place);
}

interface Making {
  readonly made: ColumnMaking;
  /** The others of the table. */
  readonly columns: Readonly<Record<string, ColumnMaking>>;
  /** Names of values, and whether they follow from the key alone. */
  readonly known: ReadonlyMap<string, boolean>;
}

function checkMaking({ made, columns, known }: Making, place: Place, names: Names): void {
  const { problems } = names;
  if (isMadeOfRows(made)) return checkRows(made, known, place, names);
  if ('flag' in made) return checkValues([made.flag, ...Object.values(made.facts)], known, place, problems);
  const parts = 'ratio' in made ? made.ratio : made.difference;
  for (const part of parts) {
    problems.expect(Object.hasOwn(columns, part), place, `nothing says how ${part} is made`);
    problems.expect(!reaches(columns, part, made), place, `${part} is made of what is made of it`);
  }
}

/** Whether a column is made of `made`, itself or by what it is made of; `seen` were looked at on the way. */
function reaches(
  columns: Making['columns'],
  from: string,
  made: ColumnMaking,
  seen: readonly string[] = [],
): boolean {
  const found = Object.hasOwn(columns, from) && !seen.includes(from) ? columns[from] : undefined;
  if (found === undefined) return false;
  if (found === made) return true;
  const parts = 'ratio' in found ? found.ratio : 'difference' in found ? found.difference : [];
  return parts.some((part) => reaches(columns, part, made, [...seen, from]));
}

function checkRows(made: MadeOfRows, known: Making['known'], place: Place, names: Names): void {
  const { of, steps, files = {}, records = [] } = made;
  const { problems } = names;
  names.table(of, [...place, 'of']);
  if (steps !== undefined) names.model(steps, [...place, 'steps']);
  const texts = [made.from, made.select, made.where, made.group, contributionOf(made)];
  checkValues(
    texts.filter((text) => text !== undefined),
    known,
    place,
    problems,
  );
  for (const [table, columns] of Object.entries(files)) {
    names.table(table, [...place, 'files', table]);
    for (const [column, bounds] of Object.entries(columns)) {
      const at = [...place, 'files', table, column];
      names.column(table, column, at);
      for (const bound of typeof bounds === 'string' ? [bounds] : bounds)
        problems.expect(
          known.get(bound) === true,
          at,
          `expected a column of the key, or a day that follows from it, found ${bound}`,
        );
    }
  }
  records.forEach((origin, i) => checkOrigin(origin, [...place, 'records', i], names));
}

function contributionOf(made: MadeOfRows): string | undefined {
  if ('sum' in made) return made.sum;
  return 'value' in made ? made.value : undefined;
}

/** Every `:name` stands for something. */
function checkValues(
  texts: readonly string[],
  known: Making['known'],
  place: Place,
  problems: Problems,
): void {
  for (const text of texts)
    for (const name of namedValues(text))
      problems.expect(
        known.has(name),
        place,
        `:${name} is neither in the key nor among the days; expected one of ${[...known.keys()].join(', ')}`,
      );
}

/** What a name in it is none: literals and comments. */
const QUOTED = /'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g;

/** The names of the values in a text of SQL. Tokens would tell the same, and take longer than all else that is looked at. */
const namedValues = (sql: string): readonly string[] =>
  Array.from(sql.replace(QUOTED, ' ').matchAll(/(?<![:\w]):([A-Za-z_]\w*)/g), ([, name = '']) => name);

function checkOrigin(origin: Origin, place: Place, names: Names): void {
  const key = names.keyOf(origin.source, [...place, 'source']);
  if (!('columns' in origin)) {
    for (const [table, columns] of Object.entries(origin.files ?? {})) {
      names.table(table, [...place, 'files', table]);
      for (const [column, asked] of Object.entries(columns)) {
        names.column(table, column, [...place, 'files', table, column]);
        names.problems.expect(
          origin.asks.includes(asked),
          [...place, 'files', table, column],
          `expected one of the columns that it asks for, found ${asked}`,
        );
      }
    }
    return;
  }
  names.problems.expect(
    key === undefined || key.length === origin.columns.length,
    [...place, 'columns'],
    `the key of ${origin.source} is ${key?.join(', ')}; expected a column for each part of it`,
  );
}
