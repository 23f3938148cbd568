// Rows of an engine, in the order of a table's partitions, cut where files begin and end: into runs of whole files that
// are each worth a worker's while.

import * as arrow from 'apache-arrow';
import { isoOfDays } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { isPresent } from '../../parquet/chunks.js';
import { textAt } from '../../parquet/texts.js';
import type { RowRange } from '../../records/rows/encode-rows.js';
import { MAX_FILE_ROWS, UNPARTITIONED } from '../stage/partitions.js';
import { partitionKind } from './spread.js';

/** Rows of one file, by their place in the run's batches. */
interface FileRows extends RowRange {
  readonly partition: string;
}

/** Batches, and the files that rows of theirs become. Rows at both ends may belong to the neighbours. */
export interface PartitionRun {
  readonly batches: readonly arrow.RecordBatch[];
  readonly files: readonly FileRows[];
}

/** A run ends with the first file after so many rows: a tenth of a second of work. */
const RUN_ROWS = 16_384;

/** @param batches in the order of the table's partitions */
export async function* partitionRuns(
  table: TableDefinition,
  batches: AsyncIterable<arrow.RecordBatch>,
): AsyncGenerator<PartitionRun> {
  let run = new Run();
  for await (const batch of batches) {
    const partitionAt = partitionReader(table, batch);
    run.begin(batch);
    for (let row = 0; row < batch.numRows; row++) {
      const partition = partitionAt(row);
      if (run.take(partition)) continue;
      if (run.isFull) {
        yield run;
        run = new Run();
        run.begin(batch);
      }
      run.takeFirst(partition, row);
    }
  }
  if (run.files.length > 0) yield run;
}

/** A run that is being filled. */
class Run implements PartitionRun {
  readonly batches: arrow.RecordBatch[] = [];
  readonly files: { partition: string; start: number; rows: number }[] = [];
  /** Rows of the batches before the newest. */
  #before = 0;
  #rows = 0;

  begin(batch: arrow.RecordBatch): void {
    this.#before += this.batches.at(-1)?.numRows ?? 0;
    this.batches.push(batch);
  }

  get isFull(): boolean {
    return this.#rows >= RUN_ROWS;
  }

  /** Adds the next row to the last file, if it belongs there. */
  take(partition: string): boolean {
    const last = this.files.at(-1);
    if (last?.partition !== partition || last.rows === MAX_FILE_ROWS) return false;
    last.rows++;
    this.#rows++;
    return true;
  }

  /** Begins a file with a row of the newest batch. */
  takeFirst(partition: string, row: number): void {
    this.files.push({ partition, start: this.#before + row, rows: 1 });
    this.#rows++;
  }
}

/** The partition of each row of a batch. */
function partitionReader(table: TableDefinition, batch: arrow.RecordBatch): (row: number) => string {
  const { partition } = table;
  if (partition === undefined) return () => UNPARTITIONED;
  const at = batch.schema.fields.findIndex(({ name }) => name === partition.source);
  const column = batch.data.children[at];
  if (column === undefined) throw new Error(`${table.name}: rows without the column ${partition.source}`);
  if (column.nullCount > 0) throw withoutPartition(table, partition.source, column);
  if (arrow.DataType.isUtf8(column.type)) return (row) => textAt(column, row);
  return dayReader(column.values as Int32Array, partitionKind(table) === 'month' ? 7 : 10);
}

/** Days as text, cut; days mostly repeat from row to row. */
function dayReader(days: Int32Array, length: number): (row: number) => string {
  let last: number | undefined;
  let text = '';
  return (row) => {
    const day = days[row]!;
    if (day !== last) text = isoOfDays(day).slice(0, length);
    last = day;
    return text;
  };
}

function withoutPartition({ name }: TableDefinition, column: string, cells: arrow.Data): LakeError {
  let row = 0;
  while (isPresent(cells, row)) row++;
  return new LakeError(
    'check-failed',
    `${name}: a row has no ${column}, so it belongs to no partition; the statement must leave such rows out.`,
    { details: { table: name, column } },
  );
}
