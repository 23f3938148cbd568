// Where a number comes from: the cell, the rows that make it, the records behind those, and what brought them.

import { runFacts } from '../../format/summary.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { Origin } from '../../pipeline/define/spec/explanations.js';
import type { LakeView } from '../../table/view.js';
import type { RowRecord } from '../read/row-set.js';
import { bindExplanation } from './bind-explanation.js';
import { recordsBehind } from './declared-columns.js';
import { explainCells } from './explain-columns.js';
import { findLineage, type LineageFound } from './explain-lineage.js';
import { questionOf, type Question } from './explain-question.js';
import { originsOf, RecordFinder, type Rules } from './explain-records.js';
import type {
  CheckOnTable,
  ColumnExplanation,
  ExplainedRow,
  ExplainReport,
  LineageReport,
  ExplainOptions,
} from './explain-results.js';
import { findRows, noSuchRow, severalRows } from './explain-row.js';
import { ExplainSession } from './explain-session.js';
import { namesBehind, type RecordName } from './record-names.js';
import { startEngineFor, viewAt, type Parts } from '../lake-context.js';

/** Rows behind a column that are shown, with the records behind them: of one column, and of each of all columns. */
const SAMPLE = { ofOne: 5, ofAll: 2 };

/** @throws LakeError `not-found` for a table or row that is not there; `invalid-input` for another key or column */
export async function explain(parts: Parts, table: string, options: ExplainOptions): Promise<ExplainReport> {
  const view = await viewAt(parts, options.snapshot);
  const question = await questionOf(parts, view, table, options);
  const { state, rules } = question;
  const { key } = question.subject;
  const [row, another] = await findRows(state, key, 2);
  if (another !== undefined) throw severalRows(question.subject.definition, key);
  if (row === undefined) throw await noSuchRow(state, key, view.snapshot.snapshotId);
  const session = new ExplainSession(view, rules.pipeline, () => startEngineFor(parts));
  try {
    const behind = await rowsBehind(session, question, row, options);
    const { columns, records, lineage, unreadBytes } = await withRecords(session, behind, rules, options);
    const samples = [...columns, ...(lineage?.inputs ?? [])].flatMap(({ sample = [] }) => sample);
    const all = [...records, ...samples.flatMap((each) => each.records)];
    return {
      snapshot: view.snapshot.snapshotId,
      table: state.name,
      where: key,
      row,
      model: modelOf(rules.pipeline, state.name),
      columns,
      lineage,
      records,
      ...(unreadBytes !== undefined && { unreadBytes }),
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

/** Rows that are to be shown, and where their records are to be looked for. */
interface Behind {
  readonly columns: readonly ColumnExplanation[];
  /** By column: the rows of its sample. */
  readonly samples: ReadonlyMap<string, readonly RowRecord[]>;
  readonly origins: ReadonlyMap<string, readonly Origin[]>;
  /** Of a table whose rows have records of their own: the row itself. */
  readonly own: { readonly row: RowRecord; readonly origins: readonly Origin[] } | undefined;
  readonly lineage: LineageFound | undefined;
}

async function rowsBehind(
  session: ExplainSession,
  { subject }: Question,
  row: RowRecord,
  options: ExplainOptions,
): Promise<Behind> {
  const makings = await bindExplanation(subject, (statement) => session.rows(statement));
  const columns = await explainCells(session, makings, row);
  const size = options.all === true ? Infinity : (options.limit ?? sampleSize(options));
  const samples = new Map<string, readonly RowRecord[]>();
  const origins = new Map<string, readonly Origin[]>();
  for (const [column, made] of makings) {
    if (!('rows' in made)) continue;
    samples.set(column, size === 0 ? [] : await session.first(made.rows, size));
    origins.set(column, made.rows.origins);
  }
  const own = recordsBehind(subject.pipeline, subject.definition.name);
  return {
    columns,
    samples,
    origins,
    own: own && { row, origins: own },
    lineage: await findLineage(session, subject, row, size),
  };
}

const sampleSize = ({ column }: ExplainOptions): number =>
  column === undefined ? SAMPLE.ofAll : SAMPLE.ofOne;

async function withRecords(
  session: ExplainSession,
  { columns, samples, origins, own, lineage }: Behind,
  rules: Rules,
  options: ExplainOptions,
): Promise<Pick<ExplainReport, 'columns' | 'records' | 'lineage' | 'unreadBytes'>> {
  const names = new Map<string, readonly (readonly RecordName[])[]>();
  for (const [column, rows] of samples)
    names.set(column, await namesBehind(session, rows, origins.get(column) ?? []));
  const ownNames = own === undefined ? [] : (await namesBehind(session, [own.row], own.origins)).flat();
  const inputNames: (readonly (readonly RecordName[])[])[] = [];
  for (const { rows, origins: ways } of lineage?.inputs ?? [])
    inputNames.push(await namesBehind(session, rows, ways));
  const all = [...ownNames, ...[...names.values(), ...inputNames].flat(2)];
  const finder = await RecordFinder.search(session.view, rules, all, options);
  const explained = columns.map((column): ColumnExplanation => {
    const rows = samples.get(column.column);
    const named = names.get(column.column);
    return rows === undefined ? column : { ...column, sample: sampleOf(rows, named, finder) };
  });
  const { unreadBytes } = finder;
  return {
    columns: explained,
    records: finder.recordsOf(ownNames),
    ...(unreadBytes !== undefined && { unreadBytes }),
    lineage: lineage === undefined ? null : lineageReport(lineage, inputNames, finder),
  };
}

const sampleOf = (
  rows: readonly RowRecord[],
  names: readonly (readonly RecordName[])[] | undefined,
  finder: RecordFinder,
): readonly ExplainedRow[] => rows.map((row, at) => ({ row, records: finder.recordsOf(names?.[at] ?? []) }));

const lineageReport = (
  { lineage, inputs }: LineageFound,
  names: readonly (readonly (readonly RecordName[])[])[],
  finder: RecordFinder,
): LineageReport => ({
  ...lineage,
  inputs: inputs.map(({ input, rows }, at) => ({ ...input, sample: sampleOf(rows, names[at], finder) })),
});

function modelOf({ models }: Pipeline, table: string): ExplainReport['model'] {
  const model = models.find((each) => each.table.name === table);
  if (model === undefined) return null;
  const inputs = [...new Set(model.inputs.map((input) => input.table))];
  return { about: model.about ?? null, sql: model.sql, inputs };
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
  const results = runFacts(snapshot).checks ?? [];
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
