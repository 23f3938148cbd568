// What bronze says of its records after rules or corrections changed: the same lines, with today's reason to refuse each.

import * as arrow from 'apache-arrow';
import type { DataFile } from '../../format/data-file.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { decodeParquet } from '../../parquet/file.js';
import { encodeDataFile } from '../../parquet/encode.js';
import { partitionValue } from './partitions.js';
import type { StagedFile, StagedTables } from './staged-tables.js';

/** Of each batch the reasons by line; lines without one are accepted, or no records. */
export type Reasons = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** Stages the partitions of a bronze table in which a batch of `reasons` says otherwise, in the order of their lines. */
export async function restateReasons(
  tables: StagedTables,
  bronze: TableDefinition,
  reasons: Reasons,
): Promise<void> {
  const byPartition = new Map<string, DataFile[]>();
  for (const file of await tables.filesBefore(bronze.name)) {
    const value = partitionValue(bronze, file);
    byPartition.set(value, [...(byPartition.get(value) ?? []), file]);
  }
  for (const [value, files] of byPartition) {
    if (!files.some(({ batches }) => batches?.some((batch) => reasons.has(batch)) !== false)) continue;
    const restated: StagedFile[] = [];
    for (const file of files) restated.push(await restatedFile(tables, bronze, file, reasons));
    await tables.replace(bronze, value, restated);
  }
}

async function restatedFile(
  tables: StagedTables,
  bronze: TableDefinition,
  file: DataFile,
  reasons: Reasons,
): Promise<StagedFile> {
  const rows = decodeParquet(await tables.read(file));
  const columns = Object.fromEntries(
    rows.schema.names.map((name) => [
      String(name),
      name === 'reject_reason' ? reasonsOf(rows, reasons) : rows.getChild(name)!,
    ]),
  );
  const schema = tables.schema(bronze);
  const encoded = await encodeDataFile(new arrow.Table(columns), schema);
  return file.batches === undefined ? encoded : { ...encoded, batches: file.batches };
}

/** A line's reason of today; that of the file for batches that are not asked for. */
function reasonsOf(rows: arrow.Table, reasons: Reasons): arrow.Vector {
  const [batches, lines, before] = ['batch_id', 'line_number', 'reject_reason'].map((name) =>
    rows.getChild(name)!,
  );
  const texts = Array.from({ length: rows.numRows }, (_, row): string | null => {
    const batch = reasons.get(batches!.get(row) as string);
    if (batch === undefined) return before!.get(row) as string | null;
    return batch.get(Number(lines!.get(row))) ?? null;
  });
  return arrow.vectorFromArray(texts, new arrow.Utf8());
}
