// What a project shows: figures, charts, explanations, and the checks that headers and files declare.

import type { Chart } from '../../pipeline/define/spec/charts.js';
import type {
  ColumnMaking,
  Explanations,
  TableExplanation,
} from '../../pipeline/define/spec/explanations.js';
import type { Figure } from '../../pipeline/define/spec/headline.js';
import type { Bounds, Check, Model, RangeCheck } from '../../pipeline/define/spec/pipeline-spec.js';
import type { ProjectDocument } from '../document.js';
import type { Problems } from '../problems.js';
import type { CheckFile, ModelFile, ProjectFiles } from '../read-project.js';
import type { ModelHeader } from '../statement-file.js';

type FigureDocument = NonNullable<ProjectDocument['headline']>[number];
type ChartDocument = NonNullable<ProjectDocument['charts']>[number];

/** A sum over a whole table needs no engine. */
const SUM = /^\s*select\s+sum\(\s*([a-z][a-z0-9_]*)\s*\)\s+from\s+([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*$/i;

/** The headline; a figure's unit is told with what it means. */
export function figures(documents: readonly FigureDocument[] = []): readonly Figure[] {
  return documents.map(({ name, sql, about, unit }): Figure => {
    const told = [unit, about].filter((each) => each !== undefined).join(', ');
    const named = { name, about: told === '' ? name : told };
    const [, sum, table] = SUM.exec(sql) ?? [];
    return sum === undefined || table === undefined ? { ...named, sql } : { ...named, table, sum };
  });
}

/** The charts, in the order of the page. */
export function charts(documents: readonly ChartDocument[] = [], places: Charts): readonly Chart[] {
  return documents.flatMap((document, i): readonly Chart[] => {
    const { kind, x, y, color, title, table, about, unit } = document;
    const base = {
      title,
      table,
      ...(about === undefined ? {} : { about }),
      ...(unit === undefined ? {} : { unit }),
    };
    if (kind !== 'heatmap') return [{ ...base, kind, x, y, ...(color === undefined ? {} : { color }) }];
    if (typeof y === 'string' && color !== undefined) return [{ ...base, kind, x, y, value: color }];
    places.problems.add(
      places.files.places.placeOf(['charts', i]),
      'charts: a heatmap has one column as y, and as color the column of its shares',
    );
    return [];
  });
}

interface Charts {
  readonly files: ProjectFiles;
  readonly problems: Problems;
}

/** What headers say of where numbers come from. */
export function explanations(models: readonly ModelFile[]): Explanations {
  const columns = models.flatMap(({ table, header }): readonly (readonly [string, TableExplanation])[] => {
    const makings = Object.entries(header.explain ?? {}).map(([column, making]) => [
      column,
      columnMaking(making, header.columns?.[column]?.description),
    ]);
    return makings.length === 0
      ? []
      : [[table, { columns: Object.fromEntries(makings) as Record<string, ColumnMaking> }]];
  });
  return { columns: Object.fromEntries(columns), records: {} };
}

function columnMaking(
  { sum, of, where }: NonNullable<ModelHeader['explain']>[string],
  description: string | undefined,
): ColumnMaking {
  const rows = { of, ...(where === undefined ? {} : { where }) };
  return sum === undefined
    ? { about: description ?? `rows of ${of}`, ...rows, count: 'rows' }
    : { about: description ?? `${sum} of ${of}, added up`, ...rows, sum };
}

/** The checks of files, with the tables that each reads. */
export function fileChecks(
  files: readonly CheckFile[],
  tablesOf: (check: CheckFile) => readonly string[],
): readonly Check[] {
  return files.map((file) => ({
    name: file.name,
    severity: file.header.severity ?? 'error',
    reason: file.header.reason ?? file.header.description ?? `checks/${file.name}.sql returns no row.`,
    sql: file.sql,
    tables: tablesOf(file),
    whole: true,
  }));
}

/** One check for each key that a model declares: unique, and without nulls. */
export function keyChecks(models: readonly Model[]): readonly Check[] {
  return models.flatMap(({ table: { name, key } }): readonly Check[] => {
    if (key.length === 0) return [];
    const columns = key.join(', ');
    const isNull = key.map((column) => `${column} IS NULL`).join(' OR ');
    return [
      {
        name: `${name.replace('.', '_')}_key`,
        severity: 'error',
        reason: `${name} has one row per ${columns}, as its header says: a repeated or missing key counts rows twice, or loses them.`,
        sql: `SELECT ${columns}, COUNT(*) AS occurrences FROM ${name} GROUP BY ${columns} HAVING COUNT(*) > 1 OR ${isNull}`,
        tables: [name],
        whole: true,
      },
    ];
  });
}

/** One check for each table whose header bounds columns. */
export function boundChecks(files: readonly ModelFile[], models: readonly Model[]): readonly RangeCheck[] {
  return files.flatMap(({ table, header }): readonly RangeCheck[] => {
    const columns = models.find((model) => model.table.name === table)?.table.columns ?? [];
    const bounded = Object.entries(header.columns ?? {}).flatMap(
      ([name, { min, max }]): readonly (readonly [string, Bounds])[] => {
        const type = columns.find((column) => column.name === name)?.type;
        const bound = (value: string | number): string | number =>
          type === 'int' || type === 'double' ? Number(value) : String(value);
        const bounds = {
          ...(min === undefined ? {} : { min: bound(min) }),
          ...(max === undefined ? {} : { max: bound(max) }),
        };
        return min === undefined && max === undefined ? [] : [[name, bounds]];
      },
    );
    if (bounded.length === 0) return [];
    return [
      {
        name: `${table.replace('.', '_')}_bounds`,
        severity: 'error',
        reason: `${table} keeps the bounds that its header says.`,
        table,
        columns: Object.fromEntries(bounded),
      },
    ];
  });
}
