// What moved a number between two snapshots: the rows of silver that came, went or add something else, which together are
// the change, and the records and batches that brought them.

import { LakeError } from '../common/errors.js';
import type { TableDefinition } from '../format/table-definition.js';
import type { LakeView } from '../table/view.js';
import { batchesMissing } from './batches.js';
import type { RowRecord } from './diff-results.js';
import { originsOf, rulesOf } from './explain-records.js';
import { changedColumns, type Sides } from './changed-columns.js';
import type { SideReport, WhyChangedReport } from './explain-results.js';
import { findRow, noSuchRow } from './explain-row.js';
import { ExplainSession } from './explain-session.js';
import { keyOf } from './explain-where.js';
import { explainable, makingsFor } from './explain.js';
import type { ExplainOptions } from './lake.js';
import { tableNamed, viewAt, type Parts } from './parts.js';

type WhyOptions = ExplainOptions & { readonly since: string };

/** @throws LakeError like `explain`; `invalid-input` for a table that is not of gold */
export async function whyChanged(parts: Parts, name: string, options: WhyOptions): Promise<WhyChangedReport> {
  const [before, after] = await Promise.all([viewAt(parts, options.since), viewAt(parts, options.snapshot)]);
  const state = await tableNamed(after, name);
  const rules = await rulesOf(parts, after);
  const definition = goldTable(explainable(rules.pipeline, state.name));
  const key = keyOf(definition, options.where);
  const makings = makingsFor(definition, key, options.column);
  const rowIn = async (view: LakeView): Promise<RowRecord | null> => {
    const found = await view.table(definition.name);
    return (found && (await findRow(found, key))) ?? null;
  };
  const rows = { before: await rowIn(before), after: await rowIn(after) };
  if (rows.before === null && rows.after === null)
    throw await noSuchRow(state, key, after.snapshot.snapshotId);
  const sides: Sides = {
    before: { session: new ExplainSession(before, rules.pipeline), row: rows.before },
    after: { session: new ExplainSession(after, rules.pipeline), row: rows.after },
  };
  try {
    const missing = await batchesMissing(after, before);
    const newBatches = missing.map(({ batchId }) => batchId);
    const columns = await changedColumns(sides, makings, { rules, options, news: new Set(newBatches) });
    const batches = columns.flatMap(({ sample = [], broughtBy }) => [
      ...Object.keys(broughtBy?.batches ?? {}),
      ...sample.flatMap(({ records }) => records.map(({ batchId }) => batchId)),
    ]);
    return {
      ...{ table: definition.name, where: key, columns, newBatches },
      ...{ from: sideReport(before, rows.before), to: sideReport(after, rows.after) },
      batches: await originsOf(parts, after, batches),
    };
  } finally {
    await Promise.all([sides.before.session.close(), sides.after.session.close()]);
  }
}

function goldTable(definition: TableDefinition): TableDefinition {
  if (definition.name.startsWith('gold.')) return definition;
  throw new LakeError(
    'invalid-input',
    `--why-changed is for numbers of gold; for a row of ${definition.name} see "lake explain ${definition.name}" and "lake snapshot diff A B --rows --table ${definition.name}".`,
    { details: { table: definition.name } },
  );
}

const sideReport = ({ snapshot }: LakeView, row: RowRecord | null): SideReport => ({
  ...{ snapshot: snapshot.snapshotId, committedAt: snapshot.committedAt, row },
});
