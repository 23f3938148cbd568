// Checks that no SQL can make, since no table holds what they compare: lines read, rows written, keys across partitions.

import type { TableDefinition } from '../../format/table-definition.js';
import type { Cell, Row } from '../../parquet/rows.js';
import type { Fold, FoundKeys } from '../../records/hot-path.js';
import type { RecordKey } from '../../records/record-key.js';
import { checkResult, type CheckResult, type Checked, type SampleCells } from './check-results.js';
import { CORRECTIONS } from '../books/corrections.js';
import type { Pipeline, Source } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import type { ReadBatch } from '../read/read-batches.js';
import { refusedElementsOf } from '../read/read-fields.js';
import type { StagedTables } from '../stage/staged-tables.js';

/** `silver.events` as part of a check's name. */
const snake = (table: string): string => table.replace('.', '_');

const reconciles = (source: string): Checked => ({
  name: `${source}_reconcile`,
  severity: 'error',
  reason: 'Every record that is read is accepted or refused with a reason; none is lost.',
});

const rowsOf = (table: string): Checked => ({
  name: `${snake(table)}_rows`,
  severity: 'error',
  reason: `${table} must hold what it held and what the run meant to add and take out: other counts mean rows written twice or lost.`,
});

const uniqueKey = ({ name, key }: TableDefinition): Checked => ({
  name: `${snake(name)}_key`,
  severity: 'error',
  reason: `${name} has one row per ${key.join(', ')}: whoever joins on it would count a row twice, or not at all.`,
});

/** Names of all checks of this file. */
export function recordCheckNames({ sources, books }: Pipeline): readonly string[] {
  const { batches, quarantine } = books;
  const keyed = [
    batches,
    quarantine,
    ...sources.flatMap(({ kind, table }) => (kind === 'extract' ? [table] : [])),
    ...sources.flatMap(({ children }) => children.map(({ table }) => table)),
  ];
  const counted = [quarantine, ...sources.flatMap((source) => [source.bronze, ...logTable(source)])];
  return [
    ...[...sources.map(({ contract }) => contract.source), CORRECTIONS].map(
      (source) => reconciles(source).name,
    ),
    ...counted.map(({ name }) => rowsOf(name).name),
    ...keyed.map((table) => uniqueKey(table).name),
  ];
}

const logTable = ({ kind, table }: Source): readonly TableDefinition[] => (kind === 'log' ? [table] : []);

/** A run's records, and what became of them. */
interface RunRecords {
  readonly read: readonly ReadBatch[];
  /** By the table of each log. */
  readonly folds: ReadonlyMap<string, Fold>;
  readonly tables: StagedTables;
  /** `rebuilt`: the folds hold every row of their tables, and not those of the run alone. */
  readonly made: 'changed' | 'rebuilt';
}

/** Every record accounted for, and every row of a log's table; of all runs. */
export async function recordChecks(
  pipeline: Pipeline,
  { read, folds, tables, made }: RunRecords,
): Promise<readonly CheckResult[]> {
  const fresh = read.flatMap(({ kind, batch }) => (kind === 'known' ? [] : [batch]));
  const sources = [...new Set(fresh.map(({ source }) => source))];
  const checks = sources.map((source) => reconciliation(source, fresh));
  for (const { table } of pipeline.sources) {
    const fold = folds.get(table.name);
    if (fold !== undefined) checks.push(await rowsAddUp(table.name, fold, tables, made));
  }
  return checks;
}

/** Records are counted where the lines are cut, acceptances and refusals where the rules decide. */
function reconciliation(source: string, batches: readonly Batch[]): CheckResult {
  const lost = batches
    .filter((batch) => batch.source === source)
    .map((batch) => ({ batch, unaccounted: batch.records - batch.accepted - rejected(batch) }))
    .filter(({ unaccounted }) => unaccounted !== 0);
  const value = lost.reduce((sum, { unaccounted }) => sum + Math.abs(unaccounted), 0);
  const sample = lost.map(({ batch }) =>
    cellsOf({
      ...batchCells(batch),
      records: batch.records,
      accepted: batch.accepted,
      rejected: rejected(batch),
    }),
  );
  return checkResult(reconciles(source), value, 0, sample);
}

const rejected = ({ rejectedByReason }: Batch): number =>
  Object.values(rejectedByReason).reduce((total, count) => total + count, 0);

const batchCells = ({ batchId, fileName }: Batch): Readonly<Record<string, string>> => ({
  batch_id: batchId,
  source_file: fileName,
});

/** Values as a sample has them. */
const cellsOf = (values: Readonly<Record<string, string | number>>): SampleCells =>
  Object.fromEntries(Object.entries(values).map(([column, value]) => [column, String(value)]));

/** The rows in the files that were written, against what the fold meant to write. */
async function rowsAddUp(
  table: string,
  { addedRows, removedRows }: Fold,
  tables: StagedTables,
  made: 'changed' | 'rebuilt',
): Promise<CheckResult> {
  const { before, after } = await tables.rowCounts(table);
  return rowCount(table, after, (made === 'rebuilt' ? 0 : before) + addedRows - removedRows);
}

function rowCount(table: string, rows: number, expected: number): CheckResult {
  return checkResult(rowsOf(table), rows, expected, [cellsOf({ table, rows, expected })]);
}

/** Bronze holds every line that was read, and the quarantine every refused record; of an ingest. */
export async function writtenChecks(
  { sources, books }: Pipeline,
  read: readonly ReadBatch[],
  tables: StagedTables,
): Promise<readonly CheckResult[]> {
  const added = async (table: string, rows: number): Promise<CheckResult> => {
    const { before, after } = await tables.rowCounts(table);
    return rowCount(table, after, before + rows);
  };
  const fresh = read.filter(({ kind }) => kind !== 'known');
  if (fresh.length === 0) return [];
  const ofBronze = sources.map(({ contract, bronze }) => {
    const own = fresh.filter(({ batch }) => batch.source === contract.source);
    return own.length === 0
      ? []
      : [
          added(
            bronze.name,
            own.reduce((sum, batch) => sum + linesOf(batch), 0),
          ),
        ];
  });
  const refused = fresh.reduce((sum, each) => sum + rejected(each.batch) + refusedElementsOf(each).length, 0);
  return Promise.all([...ofBronze.flat(), added(books.quarantine.name, refused)]);
}

/** Bronze keeps the header of a CSV file beside its records. */
const linesOf = (read: ReadBatch): number =>
  read.batch.physicalLines + Number(read.kind === 'extract' && read.parsed.header !== undefined);

/** The check of a table whose keys the hot path proved when it wrote it: without nulls, strictly ascending. */
export const provenKeyCheck = (definition: TableDefinition): CheckResult =>
  checkResult(uniqueKey(definition), 0, 0, []);

/** The keys that several elements of one array, or of several, have. */
export function elementKeyCheck(definition: TableDefinition, { count, sample }: FoundKeys): CheckResult {
  const cells = (key: RecordKey): SampleCells =>
    Object.fromEntries(definition.key.map((name, i) => [name, key[i] ?? null]));
  return checkResult(uniqueKey(definition), count, 0, sample.map(cells));
}

/** Keys of rows that are all of a table's, or of a partition of it: unique, and null only in columns that may be. */
export function keyCheck(definition: TableDefinition, rows: readonly Row[]): CheckResult {
  const indexes = definition.key.map((name) =>
    definition.columns.findIndex((column) => column.name === name),
  );
  const isLacking = (key: readonly Cell[]): boolean =>
    key.some((cell, i) => cell === null && definition.columns[indexes[i]!]?.required !== false);
  const seen = new Set<string>();
  const wrong: Cell[][] = [];
  for (const row of rows) {
    const key = indexes.map((index) => row[index] ?? null);
    const text = key.map(String).join('\u0000');
    if (seen.has(text) || isLacking(key)) wrong.push(key);
    seen.add(text);
  }
  const sample = wrong
    .slice(0, 100)
    .map((key) =>
      Object.fromEntries(definition.key.map((name, i) => [name, key[i] === null ? null : String(key[i])])),
    );
  return checkResult(uniqueKey(definition), wrong.length, 0, sample);
}
