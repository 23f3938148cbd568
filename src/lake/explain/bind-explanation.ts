// From the explanation of a table to that of one of its rows: its key becomes literals, its parts become statements.

import { sqlName, sqlRelation } from '../../engine/sql-names.js';
import { sqlTokens } from '../../engine/sql-tokens.js';
import type { FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import {
  isMadeOfRows,
  type ColumnMaking,
  type FileBounds,
  type Flag,
  type MadeOfRows,
  type TableExplanation,
} from '../../pipeline/define/spec/explanations.js';
import { stepsOf, withSteps } from '../../pipeline/define/spec/model-steps.js';
import type { ScanFilter } from '../../table/scan.js';
import { columnsAsked, columnsToTellRows, explanationOf, making, recordsBehind } from './declared-columns.js';
import type { Making, Makings, RowKey, RowsBehind, Statement } from './explained.js';
import type { RowRecord } from '../read/row-set.js';

/** What is to be explained: a row, or a column of it. */
export interface Subject {
  readonly pipeline: Pipeline;
  readonly definition: TableDefinition;
  readonly key: RowKey;
  /** Only this column, with what it is made of. */
  readonly column?: string;
}

/** Asks a statement of the snapshot that is explained. */
type Ask = (statement: Statement) => Promise<readonly RowRecord[]>;

/**
 * How the columns of a row are made; of none in a table whose columns are not explained.
 * @throws LakeError `invalid-input` for a column that the table does not explain
 */
export async function bindExplanation(subject: Subject, ask: Ask): Promise<Makings> {
  const explanation = explanationOf(subject.pipeline, subject.definition.name);
  if (explanation === undefined) return new Map();
  const values = await valuesOf(subject, explanation, ask);
  const names = columnsAsked(subject.definition, explanation, subject.column);
  return new Map(
    names.map((name) => {
      const type = subject.definition.columns.find((column) => column.name === name)?.type;
      return [name, bound({ pipeline: subject.pipeline, made: making(explanation, name), values, type })];
    }),
  );
}

// Values

/** What stands for a name: in statements, and for people and files. */
interface Value {
  readonly sql: string;
  /** Undefined for what only the engine knows. */
  readonly plain: string | undefined;
}

type Values = ReadonlyMap<string, Value>;

/** The key, and the days: those that follow from the key alone as dates, others as the expressions that they are. */
async function valuesOf(
  { definition, key }: Subject,
  { days = {} }: TableExplanation,
  ask: Ask,
): Promise<Values> {
  const ofKey: Values = new Map(
    Object.entries(key).map(([name, value]) => {
      const type = definition.columns.find((column) => column.name === name)?.type ?? 'string';
      return [name, { sql: literal(value, type), plain: String(value) }];
    }),
  );
  const expressions = Object.entries(days).map(([name, sql]) => [name, withValues(sql, ofKey)] as const);
  const fixed = expressions.filter(([, sql]) => !isQuery(sql));
  const [dates = {}] =
    fixed.length === 0
      ? []
      : await ask({
          sql: `SELECT ${fixed.map(([name, sql]) => `CAST(${sql} AS DATE) AS ${sqlName(name)}`).join(', ')}`,
        });
  return new Map([
    ...ofKey,
    ...expressions.map(([name, sql]): [string, Value] => {
      const date = dates[name];
      return typeof date === 'string'
        ? [name, { sql: literal(date, 'date'), plain: date }]
        : [name, { sql, plain: undefined }];
    }),
  ]);
}

const isQuery = (sql: string): boolean => sqlTokens(sql).some(({ text }) => text.toUpperCase() === 'SELECT');

/** A value as a literal of SQL. */
export function literal(value: string | number | null, type: FieldType): string {
  const sqlType = type === 'string' ? 'STRING' : type.toUpperCase();
  if (value === null) return `CAST(NULL AS ${sqlType})`;
  if (typeof value === 'number') return String(value);
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return type === 'string' ? quoted : `CAST(${quoted} AS ${sqlType})`;
}

/** `:name` replaced in a statement, outside of literals and comments. */
function withValues(sql: string, values: Values): string {
  const tokens = sqlTokens(sql);
  let text = '';
  let end = 0;
  for (const [at, { text: mark, start }] of tokens.entries()) {
    const name = tokens[at + 1];
    if (mark !== ':' || name?.kind !== 'name' || name.start !== start + 1) continue;
    const value = values.get(name.text);
    if (value === undefined) throw new Error(`nothing says what :${name.text} is`);
    text += sql.slice(end, start) + value.sql;
    end = name.start + name.text.length;
  }
  return text + sql.slice(end);
}

const inWords = (about: string, values: Values): string =>
  about.replace(/:([a-z_][a-z0-9_]*)/g, (all, name: string) => values.get(name)?.plain ?? all);

// Statements

interface Binding<Made> {
  readonly pipeline: Pipeline;
  readonly made: Made;
  readonly values: Values;
  /** The column's; undefined for a part of other columns. */
  readonly type: FieldType | undefined;
}

function bound(binding: Binding<ColumnMaking>): Making {
  const { made, values } = binding;
  const about = inWords(made.about, values);
  if ('ratio' in made) return { kind: 'ratio', about, of: made.ratio };
  if ('difference' in made) return { kind: 'difference', about, of: made.difference };
  if (!isMadeOfRows(made)) return { kind: 'flag', about, facts: factsOf(made, values) };
  const kind = 'sum' in made ? 'sum' : 'count' in made ? 'count' : 'value';
  return { kind, about, rows: rowsOf({ ...binding, made }) };
}

function factsOf({ flag, facts, from }: Flag, values: Values): Statement {
  const columns = Object.entries({ ...facts, value: flag }).map(
    ([name, sql]) => `${sql} AS ${sqlName(name)}`,
  );
  const source = from === undefined ? '' : `\nFROM ${from}`;
  return { sql: withValues(`SELECT ${columns.join(', ')}${source}`, values) };
}

function rowsOf({ pipeline, made, values, type }: Binding<MadeOfRows>): RowsBehind {
  const { of, from = sqlRelation(of), select, where, group, by, files, steps } = made;
  const definition = pipeline.definitions.find(({ name }) => name === of);
  if (definition === undefined) throw new Error(`the pipeline has no table ${of}`);
  const shown = select ?? definition.columns.map(({ name }) => shownAs(name, of)).join(', ');
  const own = (name: string): string => (select === undefined ? shownName(name, of) : name);
  const statement = [
    `SELECT ${shown}, ${contributionOf(made)}`,
    `FROM ${from}`,
    ...(where === undefined ? [] : [`WHERE ${where}`]),
    ...(group === undefined ? [] : [`GROUP BY ${group}`]),
  ].join('\n');
  const model = pipeline.models.find(({ table }) => table.name === steps);
  return {
    sql: withSteps(model === undefined ? [] : stepsOf(model.sql), withValues(statement, values)),
    ...(files && { files: filtersOf(files, values) }),
    table: of,
    ...(!('value' in made) && { adds: 'sum' in made ? sumType(type) : 'BIGINT' }),
    by: (by ?? (select === undefined ? columnsToTellRows(definition) : definition.key)).map(own),
    origins: (made.records ?? recordsBehind(pipeline, of) ?? []).map((origin) =>
      'columns' in origin ? { ...origin, columns: origin.columns.map(own) } : origin,
    ),
  };
}

/** What the rows add, or the value, is a column of one of these names. */
const MADE_NAMES = ['contribution', 'value'];

/** Under which name a column of a table stands among the rows: one that is called as what they add has its table before it. */
const shownName = (name: string, table: string): string =>
  MADE_NAMES.includes(name) ? `${table}.${name}` : name;

const shownAs = (name: string, table: string): string =>
  shownName(name, table) === name ? sqlName(name) : `${sqlName(name)} AS ${sqlName(shownName(name, table))}`;

/** The type in which amounts of a column add up; parts of columns are decimals with four places. */
function sumType(type: FieldType | undefined): string {
  if (type === 'double') return 'DOUBLE';
  if (type === 'int' || type === 'long') return 'BIGINT';
  const scale = type === undefined ? undefined : /^decimal\(\d+, ?(\d+)\)$/.exec(type)?.[1];
  return `DECIMAL(38, ${scale ?? '4'})`;
}

function contributionOf(made: MadeOfRows): string {
  if ('sum' in made) return `${made.sum} AS contribution`;
  return 'value' in made ? `${made.value} AS value` : 'CAST(1 AS BIGINT) AS contribution';
}

function filtersOf(files: FileBounds, values: Values): Readonly<Record<string, ScanFilter>> {
  const plain = (name: string): string => {
    const value = values.get(name)?.plain;
    if (value === undefined) throw new Error(`:${name} does not follow from the key, so it bounds no files`);
    return value;
  };
  const filter = (bound: FileBounds[string][string]): ScanFilter[string] =>
    typeof bound === 'string'
      ? { op: '=', value: plain(bound) }
      : [
          { op: '>=', value: plain(bound[0]) },
          { op: '<=', value: plain(bound[1]) },
        ];
  return Object.fromEntries(
    Object.entries(files).map(([table, columns]) => [
      table,
      Object.fromEntries(Object.entries(columns).map(([column, bounds]) => [column, filter(bounds)])),
    ]),
  );
}
