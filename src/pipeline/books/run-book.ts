// The book of runs: one row for each run that read something, with its figures, so that runs can be compared.

import type { TableDefinition } from '../../format/table-definition.js';
import type { FieldType } from '../../format/schema.js';
import type { Cell } from '../../parquet/rows.js';
import { columnsOf, nullable, required, type BookColumn, type Codec } from './codec.js';

/** The figures of a run, by column. */
export type RunFigures = Readonly<Record<string, Cell>>;

const figure = (name: string, type: FieldType): BookColumn<RunFigures> =>
  required(name, type, (run) => run[name] ?? null);
const optional = (name: string, type: FieldType): BookColumn<RunFigures> =>
  nullable(name, type, (run) => run[name] ?? null);

/** What the machinery writes down of every run. */
const ownColumns: readonly BookColumn<RunFigures>[] = [
  figure('run', 'long'),
  figure('ingest_date', 'date'),
  figure('batches', 'long'),
  figure('bytes', 'long'),
  figure('records', 'long'),
  figure('accepted', 'long'),
  figure('rejected', 'long'),
  figure('rejected_by_reason', 'string'),
  figure('records_by_source', 'string'),
  figure('log_records', 'long'),
  figure('duplicates', 'long'),
  figure('conflicts', 'long'),
  figure('new_rows', 'long'),
  figure('late_rows', 'long'),
  figure('unknown_fields', 'long'),
  optional('newest_date', 'date'),
  optional('freshness_days', 'long'),
];

/** Names of the figures that every pipeline's runs have. */
export const ownFigures: readonly string[] = ownColumns.map(({ name }) => name);

/** Runs as rows; `counted` are the pipeline's own figures, whole numbers, after those of every run. */
export function runCodec(counted: readonly string[]): Codec<RunFigures> {
  const columns = [...ownColumns, ...counted.map((name) => figure(name, 'long'))];
  return {
    columns,
    entryOf: (cells) => Object.fromEntries(columns.map(({ name }) => [name, cells.cell(name)])),
  };
}

/** The table of runs. */
export const runTable = (name: string, counted: readonly string[]): TableDefinition => ({
  name,
  columns: columnsOf(runCodec(counted)),
  sortOrder: ['run'],
  key: ['run'],
});
