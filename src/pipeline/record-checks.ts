// Checks that no SQL can make, since no table holds what they compare: lines read, keys across partitions.

import type { TableDefinition } from '../format/table-definition.js';
import type { Row } from '../parquet/rows.js';
import type { Fold } from '../records/log.js';
import { checkResult, type CheckResult } from './checks.js';
import type { Pipeline } from './definition.js';
import type { ReadBatch } from './read-batches.js';
import type { StagedTables } from './staged-tables.js';

/** For every source with new batches: reconciliation of its records, and of the rows of a log's table. */
export async function recordChecks(
  pipeline: Pipeline,
  read: readonly ReadBatch[],
  folds: ReadonlyMap<string, Fold>,
  tables: StagedTables,
  made: 'changed' | 'rebuilt' = 'changed',
): Promise<readonly CheckResult[]> {
  const checks: CheckResult[] = [];
  for (const { contract, table } of pipeline.sources) {
    const batches = read.filter(({ kind, batch }) => kind !== 'known' && batch.source === contract.source);
    if (batches.length > 0) checks.push(reconciliation(contract.source, batches));
    const fold = folds.get(table.name);
    if (fold !== undefined) checks.push(await rowsAddUp(table.name, fold, tables, made));
  }
  return checks;
}

/** Records are counted where the lines are cut, acceptances and refusals where the rules decide. */
function reconciliation(source: string, batches: readonly ReadBatch[]): CheckResult {
  const unaccounted = batches.reduce((sum, { batch }) => {
    const refused = Object.values(batch.rejectedByReason).reduce((total, count) => total + count, 0);
    return sum + Math.abs(batch.records - batch.accepted - refused);
  }, 0);
  const reason = 'Every record that is read is accepted or refused with a reason; none is lost.';
  return checkResult(
    { name: `${source}: records read = accepted + rejected`, severity: 'error', reason },
    unaccounted,
    0,
  );
}

/** The rows in the files that were written, against what the fold meant to write. */
async function rowsAddUp(
  table: string,
  { addedRows, removedRows }: Fold,
  tables: StagedTables,
  made: 'changed' | 'rebuilt',
): Promise<CheckResult> {
  const { before, after } = await tables.rowCounts(table);
  const reason = 'A key that is written to two partitions, or to none, would be counted wrong.';
  return checkResult(
    { name: `${table}: rows = before + added - removed`, severity: 'error', reason },
    after,
    (made === 'rebuilt' ? 0 : before) + addedRows - removedRows,
  );
}

/** Keys of rows that are all of a table's, or of a partition of it: unique and without nulls. */
export function keyCheck(definition: TableDefinition, rows: readonly Row[]): CheckResult {
  const indexes = definition.key.map((name) =>
    definition.columns.findIndex((column) => column.name === name),
  );
  const keys = rows.map((row) => indexes.map((index) => row[index] ?? null));
  const nulls = keys.filter((key) => key.includes(null)).length;
  const distinct = new Set(keys.map((key) => key.map(String).join('\u0000'))).size;
  const reason = 'Whoever joins on the key would count a row twice, or not at all.';
  return checkResult(
    { name: `${definition.name}: key is unique and not null`, severity: 'error', reason },
    nulls + rows.length - distinct,
    0,
  );
}
