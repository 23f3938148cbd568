// Checks, bounds, figures of runs and daily series: the tables and columns that they name are there and fit.

import type { FieldType } from '../../../format/schema.js';
import type { TableDefinition } from '../../../format/table-definition.js';
import { ownFigures } from '../../books/run-book.js';
import type { ReadableTables } from './check-models.js';
import { checkUnique, columnNamed } from './check-tables.js';
import type { Place, Problems } from './problems.js';
import type {
  Bounds,
  ColumnOfRuns,
  DailySeries,
  Metric,
  PipelineSpec,
  RunLog,
} from '../spec/pipeline-spec.js';

/** Says what is wrong with what is checked and watched; `tables` are those that statements can read. */
export function checkQuality(spec: PipelineSpec, tables: ReadableTables, problems: Problems): void {
  const { checks = [], ranges = [], series = [], mayShrink = [], models = [] } = spec;
  checks.forEach((check, i) => expectTables(check.tables, ['checks', i, 'tables'], tables, problems));
  ranges.forEach(({ table, columns }, i) => {
    const definition = tables.get(table)?.definition;
    if (definition === undefined) problems.add(['ranges', i, 'table'], noTable(table));
    else checkBounds(definition, columns, ['ranges', i, 'columns'], problems);
  });
  checkRunLog(spec.runs ?? {}, tables, problems);
  series.forEach((each, i) => checkSeries(each, ['series', i], tables, problems));
  problems.expect(
    series.length === 0 || spec.range !== undefined,
    ['series'],
    'days are judged as far as those of `range` change; expected a range',
  );
  mayShrink.forEach((table, i) => {
    problems.expect(
      models.some((model) => model.table.name === table),
      ['mayShrink', i],
      `${table} is no table of a model`,
    );
  });
  if (spec.range !== undefined)
    problems.expect(
      isLog(spec.range, tables) && partitionKindOf(spec.range, tables) === 'identity',
      ['range'],
      `expected the table of a log that lies by days, found ${spec.range}`,
    );
  checkNames(spec, problems);
}

const isLog = (table: string, tables: ReadableTables): boolean => (tables.get(table)?.log ?? null) !== null;

const partitionKindOf = (table: string, tables: ReadableTables): string | undefined =>
  tables.get(table)?.definition.partition?.transform;

const noTable = (table: string): string =>
  `there is no table ${table} to read; expected one of a source or of a model`;

function expectTables(
  names: readonly string[],
  place: Place,
  tables: ReadableTables,
  problems: Problems,
): void {
  names.forEach((name, i) => problems.expect(tables.has(name), [...place, i], noTable(name)));
}

/** Names by which users set severities and bounds. */
function checkNames({ checks = [], ranges = [], runs, series = [] }: PipelineSpec, problems: Problems): void {
  const { metrics = [] } = runs ?? {};
  const named = [
    ...checks.map(({ name }, i) => ({ name, place: ['checks', i, 'name'] })),
    ...ranges.map(({ name }, i) => ({ name, place: ['ranges', i, 'name'] })),
    ...metrics.map(({ check: name }, i) => ({ name, place: ['runs', 'metrics', i, 'check'] })),
  ];
  checkUnique(
    named.map(({ name }) => name),
    (i) => named[i]?.place ?? [],
    problems,
  );
  const figures = [
    ...metrics.map(({ name }, i) => ({ name, place: ['runs', 'metrics', i, 'name'] })),
    ...series.map(({ name }, i) => ({ name, place: ['series', i, 'name'] })),
  ];
  checkUnique(
    figures.map(({ name }) => name),
    (i) => figures[i]?.place ?? [],
    problems,
  );
}

function checkBounds(
  table: TableDefinition,
  columns: Readonly<Record<string, Bounds>>,
  place: Place,
  problems: Problems,
): void {
  for (const [name, { min, max }] of Object.entries(columns)) {
    const type = columnNamed(table, name)?.type;
    const expected = type && boundKind(type);
    if (type === undefined) problems.add([...place, name], `${table.name} has no column ${name}`);
    else if (expected === undefined) problems.add([...place, name], `a ${type} has no bounds`);
    else
      for (const bound of [min, max])
        problems.expect(
          bound === undefined || typeof bound === expected,
          [...place, name],
          `expected bounds of a ${type} as ${expected === 'number' ? 'numbers' : 'texts'}, found ${JSON.stringify(bound)}`,
        );
  }
}

/** How statistics of files write a bound (format §2). */
function boundKind(type: FieldType): 'number' | 'string' | undefined {
  if (type === 'boolean' || type === 'binary') return undefined;
  return type === 'int' || type === 'double' ? 'number' : 'string';
}

const wholeNumbers: readonly (FieldType | undefined)[] = ['int', 'long'];

function checkRunLog(
  { nulls = [], sums = [], metrics = [] }: Partial<RunLog>,
  tables: ReadableTables,
  problems: Problems,
): void {
  const counted = [
    ...nulls.map((each, i) => ({ ...each, place: ['runs', 'nulls', i] })),
    ...sums.map((each, i) => ({ ...each, place: ['runs', 'sums', i] })),
  ];
  checkUnique(
    [...ownFigures, ...counted.map(({ column }) => column)],
    (i) => [...(counted[i - ownFigures.length]?.place ?? []), 'column'],
    problems,
  );
  const isThere = ({ table, of }: ColumnOfRuns): boolean =>
    tables.has(table) && columnNamed(tables.get(table)!.definition, of) !== undefined;
  for (const each of counted)
    problems.expect(isThere(each), each.place, `there is no column ${each.table}.${each.of} to count`);
  nulls.forEach(({ table }, i) => {
    problems.expect(
      isLog(table, tables),
      ['runs', 'nulls', i, 'table'],
      `expected the table of a log, found ${table}`,
    );
  });
  sums.filter(isThere).forEach(({ table, of }, i) => {
    const type = columnNamed(tables.get(table)!.definition, of)?.type;
    problems.expect(
      wholeNumbers.includes(type),
      ['runs', 'sums', i, 'of'],
      `${of} is a ${type}; expected whole numbers`,
    );
  });
  const figures = new Set([...ownFigures, ...counted.map(({ column }) => column)]);
  metrics.forEach((metric, i) => checkMetric(metric, ['runs', 'metrics', i], figures, problems));
}

function checkMetric(
  { of, by, judged }: Metric,
  place: Place,
  figures: ReadonlySet<string>,
  problems: Problems,
): void {
  problems.expect(figures.has(of), [...place, 'of'], `runs have no figure ${of}`);
  if (by !== undefined) problems.expect(figures.has(by), [...place, 'by'], `runs have no figure ${by}`);
  problems.expect(
    judged !== 'rate' || by !== undefined,
    [...place, 'by'],
    'a rate is the share of something',
  );
}

function checkSeries({ from }: DailySeries, place: Place, tables: ReadableTables, problems: Problems): void {
  if ('sql' in from) {
    expectTables(from.tables, [...place, 'from', 'tables'], tables, problems);
    from.tables.forEach((name, i) => {
      problems.expect(
        !isLog(name, tables),
        [...place, 'from', 'tables', i],
        `${name} is the table of a log, of which a run holds only what changed; expected that of a model or an extract`,
      );
    });
    return;
  }
  const { partitionsOf } = from;
  problems.expect(
    tables.get(partitionsOf)?.definition.partition?.transform === 'identity',
    [...place, 'from', 'partitionsOf'],
    `expected a table that is partitioned by days, found ${partitionsOf}`,
  );
}
