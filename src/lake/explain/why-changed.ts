// What moved a number between two snapshots: the rows of silver that came, went or add something else, which together are
// the change, and the records and batches that brought them.

import { LakeError } from '../../common/errors.js';
import type { LakeView } from '../../table/view.js';
import { batchesMissing } from '../history/batches.js';
import type { RowRecord } from '../read/row-set.js';
import { originsOf } from './explain-records.js';
import { changedColumns } from './changed-columns.js';
import type { Sides } from './changed-rows.js';
import type { ColumnChange, SideReport, WhyChangedReport, ExplainOptions } from './explain-results.js';
import { findRow, noSuchRow } from './explain-row.js';
import { ExplainSession } from './explain-session.js';
import { undeclaredColumns } from './explain-lineage.js';
import { bindExplanation, type Subject } from './bind-explanation.js';
import { explanationOf } from './declared-columns.js';
import { questionOf, type Question } from './explain-question.js';
import { startEngineFor, viewAt, type Parts } from '../lake-context.js';

type WhyOptions = ExplainOptions & { readonly since: string };

/** @throws LakeError like `explain`; `invalid-input` for a table that is not of gold */
export async function whyChanged(
  parts: Parts,
  table: string,
  options: WhyOptions,
): Promise<WhyChangedReport> {
  const [before, after] = await Promise.all([viewAt(parts, options.since), viewAt(parts, options.snapshot)]);
  const question = await questionOf(parts, after, table, options);
  refuseWithoutColumns(question.subject);
  const rows = await rowsIn(before, after, question);
  const { rules, subject } = question;
  const { key, definition } = subject;
  const sides: Sides = {
    before: {
      session: new ExplainSession(before, rules.pipeline, () => startEngineFor(parts)),
      row: rows.before,
    },
    after: {
      session: new ExplainSession(after, rules.pipeline, () => startEngineFor(parts)),
      row: rows.after,
    },
  };
  try {
    const makings = await bindExplanation(subject, (statement) => sides.after.session.rows(statement));
    const newBatches = (await batchesMissing(question.rules.pipeline, after, before)).map(
      ({ batchId }) => batchId,
    );
    const { columns, unreadBytes } = await changedColumns(sides, makings, {
      rules,
      options,
      news: new Set(newBatches),
    });
    return {
      table: definition.name,
      where: key,
      columns,
      ...(unreadBytes !== undefined && { unreadBytes }),
      newBatches,
      from: sideReport(before, rows.before),
      to: sideReport(after, rows.after),
      batches: await originsOf(parts, after, batchesOf(columns)),
    };
  } finally {
    await Promise.all([sides.before.session.close(), sides.after.session.close()]);
  }
}

/** The row in both snapshots, null where there is none. */
async function rowsIn(
  before: LakeView,
  after: LakeView,
  { state, subject: { key } }: Question,
): Promise<{ readonly before: RowRecord | null; readonly after: RowRecord | null }> {
  const old = await before.table(state.name);
  const rows = {
    before: (old && (await findRow(old, key))) ?? null,
    after: (await findRow(state, key)) ?? null,
  };
  if (rows.before !== null || rows.after !== null) return rows;
  throw await noSuchRow(state, key, after.snapshot.snapshotId);
}

/** Batches that brought changes, or records that are shown. */
const batchesOf = (columns: readonly ColumnChange[]): readonly string[] =>
  columns.flatMap(({ sample = [], broughtBy }) => [
    ...Object.keys(broughtBy?.batches ?? {}),
    ...sample.flatMap(({ records }) => records.map(({ batchId }) => batchId)),
  ]);

/** @throws LakeError `invalid-input` for a table whose rows are not made of columns that are explained one by one */
function refuseWithoutColumns({ pipeline, definition, column }: Subject): void {
  const { name } = definition;
  const declared = explanationOf(pipeline, name)?.columns;
  if (declared !== undefined && (column === undefined || Object.hasOwn(declared, column))) return;
  if (undeclaredColumns(pipeline, definition).length > 0)
    throw new LakeError(
      'invalid-input',
      `--why-changed: nothing says how ${column ?? 'the columns'} of ${name} ${column === undefined ? 'are' : 'is'} made; "explain" in the header of its model does. "lake snapshot diff A B --rows --table ${name}" shows what changed.`,
      { details: { table: name } },
    );
  throw new LakeError(
    'invalid-input',
    `--why-changed is for numbers that are made of other rows; for a row of ${name} see "lake explain ${name}" and "lake snapshot diff A B --rows --table ${name}".`,
    { details: { table: name } },
  );
}

const sideReport = ({ snapshot }: LakeView, row: RowRecord | null): SideReport => ({
  snapshot: snapshot.snapshotId,
  committedAt: snapshot.committedAt,
  row,
});
