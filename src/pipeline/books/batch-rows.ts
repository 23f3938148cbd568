// Batches as rows of the table that keeps them, and back.

import type { Row } from '../../parquet/rows.js';
import type { Batch } from './ledger.js';

/** In the order of the batches table's columns. */
export function batchRow(batch: Batch): Row {
  const { batchId, batchOrder, source, fileName, byteOffset, bytes, sha256 } = batch;
  return [
    ...[batchId, batchOrder, source, fileName, byteOffset, bytes, sha256],
    ...[batch.readBytes, batch.readSha256, batch.prefixBytes, batch.prefixSha256],
    ...[batch.physicalLines, batch.records, batch.accepted, batch.records - batch.accepted],
    ...[JSON.stringify(batch.rejectedByReason), batch.ingestDate],
  ];
}

export function batchOfRow(row: Row): Batch {
  const text = (index: number): string => String(row[index]);
  const number = (index: number): number => Number(row[index]);
  return {
    batchId: text(0),
    batchOrder: number(1),
    source: text(2),
    fileName: text(3),
    byteOffset: number(4),
    bytes: number(5),
    sha256: text(6),
    readBytes: number(7),
    readSha256: text(8),
    prefixBytes: number(9),
    prefixSha256: text(10),
    physicalLines: number(11),
    records: number(12),
    accepted: number(13),
    rejectedByReason: JSON.parse(text(15)) as Record<string, number>,
    ingestDate: number(16),
  };
}
