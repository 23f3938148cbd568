// Where a number comes from: the cell, the rows of silver that make it, the records behind those, and what brought them.

import { LakeError } from '../../common/errors.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { CheckResult } from '../../pipeline/checks/check-results.js';
import type { Pipeline } from '../../pipeline/define/definition.js';
import { definitionsOf } from '../../pipeline/stage/partitions.js';
import type { Origin, RowKey } from '../../pipelines/saas/explain/explanation.js';
import { explanations, silverOrigins } from '../../pipelines/saas/explain/explanations.js';
import type { LakeView, TableState } from '../../table/view.js';
import type { RowRecord } from '../read/row-set.js';
import { explainCells, makingsOf, type Makings } from './explain-columns.js';
import {
  namesBehind,
  originsOf,
  RecordFinder,
  rulesOf,
  type RecordName,
  type Rules,
} from './explain-records.js';
import type {
  CheckOnTable,
  ColumnExplanation,
  ExplainReport,
  SourceRecord,
  ExplainOptions,
} from './explain-results.js';
import { findRow, noSuchRow } from './explain-row.js';
import { ExplainSession } from './explain-session.js';
import { keyOf } from './explain-where.js';
import { tableNamed, viewAt, type Parts, startEngineFor } from '../lake-context.js';

/** Rows behind a column that are shown, with the records behind them: of one column, and of each of all columns. */
const SAMPLE = { ofOne: 5, ofAll: 2 };

/** @throws LakeError `not-found` for a table or row that is not there; `invalid-input` for another key or column */
export async function explain(parts: Parts, table: string, options: ExplainOptions): Promise<ExplainReport> {
  const view = await viewAt(parts, options.snapshot);
  const question = await questionOf(parts, view, table, options);
  const { state, rules, key } = question;
  const row = await findRow(state, key);
  if (row === undefined) throw await noSuchRow(state, key, view.snapshot.snapshotId);
  const session = new ExplainSession(view, rules.pipeline, () => startEngineFor(parts));
  try {
    const behind = await rowsBehind(session, question, row, options);
    const { columns, records } = await withRecords(session, behind, rules, options);
    const all = [...records, ...columns.flatMap(({ sample = [] }) => sample.flatMap((each) => each.records))];
    return {
      ...{ snapshot: view.snapshot.snapshotId, table: state.name, where: key, row },
      ...{ model: modelOf(rules.pipeline, state.name), columns, records },
      batches: await originsOf(
        parts,
        view,
        all.map(({ batchId }) => batchId),
      ),
      checks: checksOn(rules.pipeline, state.name, columns, view),
    };
  } finally {
    await session.close();
  }
}

/** What is asked, in the terms of one snapshot. */
export interface Question {
  readonly state: TableState;
  readonly definition: TableDefinition;
  readonly rules: Rules;
  readonly key: RowKey;
  /** None for a table of silver. */
  readonly makings: Makings;
}

/** @throws LakeError `not-found` for a table that is not there; `invalid-input` for another key or column */
export async function questionOf(
  parts: Parts,
  view: LakeView,
  table: string,
  { where, column }: ExplainOptions,
): Promise<Question> {
  const state = await tableNamed(view, table);
  const rules = await rulesOf(parts, view);
  const definition = explainable(rules.pipeline, state.name);
  const key = keyOf(definition, where);
  return { state, definition, rules, key, makings: makingsFor(definition, key, column) };
}

function explainable(pipeline: Pipeline, table: string): TableDefinition {
  const definition = definitionsOf(pipeline).find(({ name }) => name === table);
  if (definition !== undefined && (explanations.has(table) || silverOrigins.has(table))) return definition;
  const known = [...explanations.keys(), ...silverOrigins.keys()].join(', ');
  throw new LakeError('invalid-input', `Rows of ${table} are not explained; those of ${known} are.`, {
    details: { table },
  });
}

function makingsFor({ name, columns }: TableDefinition, key: RowKey, column: string | undefined): Makings {
  const explanation = explanations.get(name);
  if (explanation !== undefined) return makingsOf(explanation, key, column);
  if (column === undefined) return new Map();
  const names = columns.map((each) => each.name).join(', ');
  throw new LakeError(
    'invalid-input',
    `--column: a row of ${name} comes as a whole (${names}); leave --column away.`,
    { details: { flag: '--column', table: name } },
  );
}

/** Rows that are to be shown, and where their records are to be looked for. */
interface Behind {
  readonly columns: readonly ColumnExplanation[];
  /** By column: the rows of its sample. */
  readonly samples: ReadonlyMap<string, readonly RowRecord[]>;
  readonly origins: ReadonlyMap<string, readonly Origin[]>;
  /** Of a table of silver: the row itself. */
  readonly own: { readonly row: RowRecord; readonly origins: readonly Origin[] } | undefined;
}

async function rowsBehind(
  session: ExplainSession,
  { definition, makings }: Question,
  row: RowRecord,
  options: ExplainOptions,
): Promise<Behind> {
  const columns = await explainCells(session, makings, row);
  const size = options.all === true ? Infinity : (options.limit ?? sampleSize(options));
  const samples = new Map<string, readonly RowRecord[]>();
  const origins = new Map<string, readonly Origin[]>();
  for (const [column, made] of makings) {
    if (!('rows' in made)) continue;
    samples.set(column, size === 0 ? [] : await session.first(made.rows, size));
    origins.set(column, made.rows.origins);
  }
  const own = silverOrigins.get(definition.name);
  return { columns, samples, origins, own: own && { row, origins: own } };
}

const sampleSize = ({ column }: ExplainOptions): number =>
  column === undefined ? SAMPLE.ofAll : SAMPLE.ofOne;

async function withRecords(
  session: ExplainSession,
  { columns, samples, origins, own }: Behind,
  rules: Rules,
  { signal }: ExplainOptions,
): Promise<{ readonly columns: readonly ColumnExplanation[]; readonly records: readonly SourceRecord[] }> {
  const names = new Map<string, readonly (readonly RecordName[])[]>();
  for (const [column, rows] of samples)
    names.set(column, await namesBehind(session, rows, origins.get(column) ?? []));
  const ownNames = own === undefined ? [] : (await namesBehind(session, [own.row], own.origins)).flat();
  const all = [...ownNames, ...[...names.values()].flat(2)];
  const finder = await RecordFinder.search(session.view, rules, all, signal);
  const explained = columns.map((column): ColumnExplanation => {
    const rows = samples.get(column.column);
    const named = names.get(column.column);
    if (rows === undefined) return column;
    return {
      ...column,
      sample: rows.map((row, at) => ({ row, records: finder.recordsOf(named?.[at] ?? []) })),
    };
  });
  return { columns: explained, records: finder.recordsOf(ownNames) };
}

function modelOf({ models }: Pipeline, table: string): ExplainReport['model'] {
  const model = models.find((each) => each.table.name === table);
  return model === undefined
    ? null
    : { sql: model.sql, inputs: [...new Set(model.inputs.map((input) => input.table))] };
}

/** The snapshot's results of the checks of the table, and of those of the tables behind it that failed. */
function checksOn(
  pipeline: Pipeline,
  table: string,
  columns: readonly ColumnExplanation[],
  { snapshot }: LakeView,
): readonly CheckOnTable[] {
  const own = checksOf(pipeline, [table]);
  const behind = checksOf(
    pipeline,
    columns.flatMap(({ from = [] }) => from),
  );
  const results = (snapshot.summary['checks'] ?? []) as readonly CheckResult[];
  return results
    .filter(({ name, status }) => own.has(name) || (status === 'fail' && behind.has(name)))
    .map(({ name, severity, status, value, expected }) => ({ name, severity, status, value, expected }));
}

/** Names of the checks that read one of the tables. */
const checksOf = ({ checks, ranges }: Pipeline, tables: readonly string[]): ReadonlySet<string> =>
  new Set([
    ...checks.filter((check) => check.tables.some((table) => tables.includes(table))).map(({ name }) => name),
    ...ranges.filter(({ table }) => tables.includes(table)).map(({ name }) => name),
  ]);
