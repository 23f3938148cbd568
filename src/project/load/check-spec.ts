// The checks of a project: those of its files, those that headers of models declare, and those of what its sources promise.

import { sqlName, sqlRelation } from '../../engine/sql-names.js';
import type { FieldType } from '../../format/schema.js';
import type {
  Bounds,
  Check,
  Model,
  RangeCheck,
  SourceSpec,
} from '../../pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../records/contract.js';
import type { Field } from '../../records/field.js';
import { isChild, type ProjectDocument } from '../document.js';
import type { Problems } from '../problems.js';
import type { CheckFile, ModelFile } from '../read-project.js';
import type { YamlText } from '../yaml-text.js';

/** The checks of files, with the tables that each reads; errors before warnings. */
export function fileChecks(
  files: readonly CheckFile[],
  tablesOf: (check: CheckFile) => readonly string[],
): readonly Check[] {
  const checks = files.map((file): Check => ({
    name: file.name,
    severity: file.header.severity ?? 'error',
    reason: file.header.reason ?? file.header.description ?? `checks/${file.name}.sql returns no row.`,
    sql: file.sql,
    tables: tablesOf(file),
    ...(file.header.whole === false ? {} : { whole: true }),
  }));
  return [
    ...checks.filter(({ severity }) => severity === 'error'),
    ...checks.filter(({ severity }) => severity === 'warn'),
  ];
}

/** One check for each key that a model declares: unique, and without nulls. */
export function keyChecks(models: readonly Model[]): readonly Check[] {
  return models.flatMap(({ table, inputs }): readonly Check[] => {
    const { name, key, partition } = table;
    if (key.length === 0) return [];
    const columns = key.map(sqlName).join(', ');
    const isNull = key.map((column) => `${sqlName(column)} IS NULL`).join(' OR ');
    // Rows of equal keys lie in one partition where the key says which; what is made row by row has the key of its input.
    const isByRow = inputs.some(({ spread }) => spread.kind === 'rows');
    const isApart = partition !== undefined && !key.includes(partition.source) && !isByRow;
    return [
      {
        name: `${name.replace('.', '_')}_key`,
        severity: 'error',
        reason: `${name} has one row per ${key.join(', ')}: a repeated or missing key means that rows are counted twice or lost.`,
        sql: `SELECT ${columns}, COUNT(*) AS occurrences FROM ${sqlRelation(name)} GROUP BY ${columns} HAVING COUNT(*) > 1 OR ${isNull}`,
        tables: [name],
        ...(isApart ? { whole: true } : {}),
      },
    ];
  });
}

const rangeCheck = (table: string, columns: RangeCheck['columns']): RangeCheck => ({
  name: `${table.replace('.', '_')}_in_range`,
  severity: 'error',
  reason: `Values of ${table} lie within the bounds that are promised of them.`,
  table,
  columns,
});

/** One check for each table whose header bounds columns. */
export function boundChecks(files: readonly ModelFile[], models: readonly Model[]): readonly RangeCheck[] {
  return models.flatMap(({ table: { name: table, columns } }): readonly RangeCheck[] => {
    const header = files.find((file) => file.table === table)?.header;
    const bounded = Object.entries(header?.columns ?? {}).flatMap(
      ([name, { min, max }]): readonly (readonly [string, Bounds])[] => {
        const type = columns.find((column) => column.name === name)?.type;
        const bounds = { ...boundOf('min', min, type), ...boundOf('max', max, type) };
        return min === undefined && max === undefined ? [] : [[name, bounds]];
      },
    );
    return bounded.length === 0 ? [] : [rangeCheck(table, Object.fromEntries(bounded))];
  });
}

/** As the statistics of files have it. */
function boundOf(
  key: 'min' | 'max',
  bound: string | number | undefined,
  type: FieldType | undefined,
): Bounds {
  if (bound === undefined) return {};
  return { [key]: type === 'int' || type === 'double' ? Number(bound) : String(bound) };
}

/** What sources ask of their own tables: SQL for accepted values, statistics of files for ranges. */
interface SourceChecks {
  readonly checks: readonly Check[];
  readonly ranges: readonly RangeCheck[];
}

/** Where faults are told. */
interface Told {
  readonly places: YamlText;
  readonly problems: Problems;
}

/** The checks that sources declare; a field that promises nothing of the kind is a problem. */
export function sourceChecks(
  document: Pick<ProjectDocument, 'sources'>,
  specs: readonly SourceSpec[],
  { places, problems }: Told,
): SourceChecks {
  const checks: Check[] = [];
  const ranges: RangeCheck[] = [];
  for (const { contract, table } of specs) {
    const written = document.sources[contract.source];
    if (written === undefined || isChild(written)) continue;
    for (const [name, { values_of, ranges_of }] of Object.entries(written.checks ?? {})) {
      const refuse = (message: string): void =>
        problems.add(
          places.placeOf(['sources', contract.source, 'checks', name]),
          `${contract.source}.checks.${name}: ${message}`,
        );
      if ((values_of === undefined) === (ranges_of === undefined)) {
        refuse('expected either values_of or ranges_of');
        continue;
      }
      if (values_of !== undefined) {
        const values = valuesOf(contract, values_of);
        if (values === undefined) refuse(`expected a field of text with one_of, found ${values_of}`);
        else checks.push(acceptedValues(name, { table: table.name, column: values_of, values, contract }));
      }
      const bounds = (ranges_of ?? []).flatMap((column) => {
        const found = boundsOf(contract, column);
        if (found === undefined) refuse(`${column}: nothing bounds its values`);
        return found === undefined ? [] : [[column, found] as const];
      });
      if (bounds.length > 0) ranges.push({ ...rangeCheck(table.name, Object.fromEntries(bounds)), name });
    }
  }
  return { checks, ranges };
}

const fieldOf = ({ fields }: Contract, name: string): Field | undefined =>
  fields.find((field) => field.name === name);

function valuesOf(contract: Contract, name: string): readonly string[] | undefined {
  const type = fieldOf(contract, name)?.type;
  return type?.kind === 'text' ? type.oneOf : undefined;
}

/** Values outside of a list; null is none. */
function acceptedValues(
  name: string,
  accepted: {
    readonly table: string;
    readonly column: string;
    readonly values: readonly string[];
    readonly contract: Contract;
  },
): Check {
  const { table, column, values, contract } = accepted;
  // One comparison after the other: each spares the next the rows that it has decided, which NOT IN does not.
  const isOther = values
    .map((value) => `${sqlName(column)} <> '${value.replaceAll("'", "''")}'`)
    .join(' AND ');
  const shown = [...contract.key, column].map(sqlName).join(', ');
  return {
    name,
    severity: 'error',
    reason: `${table}.${column} is one of the values that the contract accepts; models leave out what they do not know.`,
    sql: `SELECT ${shown} FROM ${sqlRelation(table)} WHERE ${sqlName(column)} IS NOT NULL AND ${isOther}`,
    tables: [table],
  };
}

/** A rate is at most 100 (contract.ts). */
const HIGHEST_RATE = 100n;

/** What every value of a column lies within, by its field; undefined where nothing says. */
function boundsOf(contract: Contract, column: string): Bounds | undefined {
  const made = contract.derived.find(({ name }) => name === column);
  if (made?.kind === 'date-of') return boundsOf(contract, made.timestamp);
  if (made?.kind === 'converted') {
    const amount = fieldOf(contract, made.amount);
    return amount && decimalBounds(amount, HIGHEST_RATE);
  }
  const field = fieldOf(contract, column);
  if (field === undefined) return undefined;
  switch (field.type.kind) {
    case 'decimal':
      return decimalBounds(field, 1n);
    case 'date':
    case 'timestamp':
      return textBounds(field.type);
    case 'text': {
      const values = [...(field.type.oneOf ?? [])].sort();
      return values.length === 0 ? undefined : { min: values[0]!, max: values.at(-1)! };
    }
    case 'integer': {
      const { oneOf = [], min, max } = field.type;
      const values = oneOf.map(Number).sort((a, b) => a - b);
      return textBounds({ min: values[0] ?? min, max: values.at(-1) ?? max }, Number);
    }
    case 'double':
      return textBounds(field.type, Number);
    case 'boolean':
    case 'json':
      return undefined;
  }
}

function textBounds<T>(
  { min, max }: { readonly min?: T | undefined; readonly max?: T | undefined },
  as: (bound: T) => string | number = String,
): Bounds | undefined {
  if (min === undefined && max === undefined) return undefined;
  return { ...(min === undefined ? {} : { min: as(min) }), ...(max === undefined ? {} : { max: as(max) }) };
}

/** `below` counts as the largest that rounding to the column's digits can come to. */
function decimalBounds({ type }: Field, times: bigint): Bounds | undefined {
  if (type.kind !== 'decimal') return undefined;
  const { min, max, below, scale } = type;
  const largest = max ?? below;
  const isWhole = largest !== undefined && /^\d+$/.test(largest);
  if (!isWhole || (min !== undefined && min !== '0' && times !== 1n)) return textBounds({ min, max });
  return textBounds({ min, max: `${BigInt(largest) * times}${scale === 0 ? '' : `.${'0'.repeat(scale)}`}` });
}
