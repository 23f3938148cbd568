// What is known of a row of a model of which nothing says how it is made: the columns that its cells are made of, and the rows
// of the inputs that hold the values of its key. Both follow from the model's statement (project/load/model-lineage.ts).

import { sqlName, sqlRelation } from '../../engine/sql-names.js';
import type { FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { ModelLineage } from '../../pipeline/define/spec/lineage.js';
import type { Origin } from '../../pipeline/define/spec/explanations.js';
import { requireTable } from '../../table/view.js';
import type { RowRecord } from '../read/row-set.js';
import { literal, type Subject } from './bind-explanation.js';
import { columnsToTellRows, explanationOf, recordsBehind } from './declared-columns.js';
import type { InputRows, LineageReport, SharedValue } from './explain-results.js';
import type { ExplainSession } from './explain-session.js';
import type { RowKey, Statement } from './explained.js';

/** Rows of an input before their records are known. */
interface InputSample {
  readonly input: Omit<InputRows, 'sample'>;
  readonly rows: readonly RowRecord[];
  readonly origins: readonly Origin[];
}

/** Lineage before the records behind its rows are known. */
export interface LineageFound {
  readonly lineage: Omit<LineageReport, 'inputs'>;
  readonly inputs: readonly InputSample[];
}

/** The columns outside the key of which nothing says how they are made; none of a table that no model makes. */
export function undeclaredColumns(
  pipeline: Pipeline,
  { name: table, columns, key }: TableDefinition,
): readonly string[] {
  if (!pipeline.models.some((model) => model.table.name === table)) return [];
  if (recordsBehind(pipeline, table) !== undefined) return [];
  const declared = explanationOf(pipeline, table)?.columns ?? {};
  return columns
    .map(({ name }) => name)
    .filter((name) => !key.includes(name) && !Object.hasOwn(declared, name));
}

/** What follows from lineage for the columns asked for, with the first rows of each input; undefined where all say how they are made. */
export async function findLineage(
  session: ExplainSession,
  { pipeline, definition, key, column }: Subject,
  row: RowRecord,
  most: number,
): Promise<LineageFound | undefined> {
  const undeclared = undeclaredColumns(pipeline, definition);
  const asked = column === undefined ? undeclared : undeclared.filter((name) => name === column);
  if (asked.length === 0) return undefined;
  const known: ModelLineage = pipeline.lineage[definition.name] ?? { rows: [], columns: {} };
  const model = pipeline.models.find(({ table }) => table.name === definition.name);
  const inputs: InputSample[] = [];
  for (const table of new Set(model?.inputs.map((input) => input.table)))
    inputs.push(await inputRows(session, table, sharedValues(known, table, key), most));
  return {
    lineage: {
      rows: known.rows,
      columns: asked.map((name) => ({
        column: name,
        cell: row[name] ?? null,
        madeOf: known.columns[name] ?? [],
      })),
    },
    inputs,
  };
}

/** The values of the key that columns of a table hold: of each value these columns, those of one column together. */
function sharedValues(
  { keys = {} }: ModelLineage,
  table: string,
  key: RowKey,
): readonly (readonly SharedValue[])[] {
  let shared: readonly (readonly SharedValue[])[] = [];
  for (const [of, value] of Object.entries(key)) {
    const held = (keys[of] ?? [])
      .filter((name) => name.startsWith(`${table}.`))
      .map((name) => ({ column: name.slice(table.length + 1), value, of }));
    if (held.length === 0) continue;
    const isOf = (group: readonly SharedValue[]): boolean =>
      group.some(({ column }) => held.some((each) => each.column === column));
    shared = [...shared.filter((group) => !isOf(group)), [...shared.filter(isOf).flat(), ...held]];
  }
  return shared;
}

/** The rows that hold all of the values; where nothing is shared none is told apart, and all are counted. */
async function inputRows(
  session: ExplainSession,
  table: string,
  shared: readonly (readonly SharedValue[])[],
  most: number,
): Promise<InputSample> {
  const origins = recordsBehind(session.pipeline, table) ?? [];
  const definition = session.pipeline.table(table)?.definition;
  if (shared.length === 0 || definition === undefined) {
    const { ref } = await requireTable(session.view, table);
    return { input: { table, shared, rows: ref.rows, sql: null }, rows: [], origins };
  }
  const statement = sharing(definition, shared);
  const [counted] = await session.rows({
    ...statement,
    sql: `SELECT CAST(COUNT(*) AS BIGINT) AS total_rows FROM (\n${statement.sql}\n) AS behind`,
  });
  const by = columnsToTellRows(definition);
  const rows = most === 0 ? [] : await session.first({ ...statement, table, by, origins }, most);
  return {
    input: { table, shared, rows: Number(counted?.['total_rows'] ?? 0), sql: statement.sql },
    rows,
    origins,
  };
}

function sharing(
  { name: table, columns }: TableDefinition,
  shared: readonly (readonly SharedValue[])[],
): Statement {
  const typeOf = (column: string): FieldType => columns.find(({ name }) => name === column)?.type ?? 'string';
  const conditions = shared.map((group) => {
    const all = group.map(({ column, value }) => `${sqlName(column)} = ${literal(value, typeOf(column))}`);
    return all.length === 1 ? all[0] : `(${all.join(' OR ')})`;
  });
  const select = columns.map(({ name }) => sqlName(name)).join(', ');
  const bounds = shared
    .filter((group) => group.length === 1)
    .flat()
    .map(
      ({ column, value }) => [column, { op: '=' as const, value: boundOf(typeOf(column), value) }] as const,
    );
  return {
    sql: `SELECT ${select}\nFROM ${sqlRelation(table)}\nWHERE ${conditions.join('\n  AND ')}`,
    files: { [table]: Object.fromEntries(bounds) },
  };
}

/** As bounds of a type are written. */
const boundOf = (type: FieldType, value: string | number): string | number =>
  type === 'int' ? value : String(value);
