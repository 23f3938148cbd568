// The book of batches: what was read of each file in each run (pipeline §1). With it a run knows which bytes are new.

import { parseCounts } from '../../format/counts-text.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { columnsOf, required, type Codec } from './codec.js';

/** What was read of one file in one run. Bytes and hashes are of the decompressed content. */
export interface Batch {
  readonly batchId: string;
  readonly batchOrder: number;
  readonly source: string;
  readonly fileName: string;
  /** Where in the file the batch begins. */
  readonly byteOffset: number;
  readonly bytes: number;
  readonly sha256: string;
  /** All that has been read of the file, this batch included. */
  readonly readBytes: number;
  readonly readSha256: string;
  /** Of that, the part up to the last line end. */
  readonly prefixBytes: number;
  readonly prefixSha256: string;
  readonly physicalLines: number;
  readonly records: number;
  readonly accepted: number;
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** Days since the epoch. */
  readonly ingestDate: number;
}

/** Batches as rows. */
export const batchCodec: Codec<Batch> = {
  columns: [
    required('batch_id', 'string', (batch) => batch.batchId),
    required('batch_order', 'long', (batch) => batch.batchOrder),
    required('source', 'string', (batch) => batch.source),
    required('file_name', 'string', (batch) => batch.fileName),
    required('byte_offset', 'long', (batch) => batch.byteOffset),
    required('bytes', 'long', (batch) => batch.bytes),
    required('sha256', 'string', (batch) => batch.sha256),
    required('read_bytes', 'long', (batch) => batch.readBytes),
    required('read_sha256', 'string', (batch) => batch.readSha256),
    required('prefix_bytes', 'long', (batch) => batch.prefixBytes),
    required('prefix_sha256', 'string', (batch) => batch.prefixSha256),
    required('physical_lines', 'long', (batch) => batch.physicalLines),
    required('records', 'long', (batch) => batch.records),
    required('accepted', 'long', (batch) => batch.accepted),
    required('rejected', 'long', (batch) => batch.records - batch.accepted),
    required('rejected_by_reason', 'string', (batch) => JSON.stringify(batch.rejectedByReason)),
    required('ingest_date', 'date', (batch) => batch.ingestDate),
  ],
  entryOf: (cells) => ({
    batchId: cells.text('batch_id'),
    batchOrder: cells.number('batch_order'),
    source: cells.text('source'),
    fileName: cells.text('file_name'),
    byteOffset: cells.number('byte_offset'),
    bytes: cells.number('bytes'),
    sha256: cells.text('sha256'),
    readBytes: cells.number('read_bytes'),
    readSha256: cells.text('read_sha256'),
    prefixBytes: cells.number('prefix_bytes'),
    prefixSha256: cells.text('prefix_sha256'),
    physicalLines: cells.number('physical_lines'),
    records: cells.number('records'),
    accepted: cells.number('accepted'),
    rejectedByReason: parseCounts(
      cells.text('rejected_by_reason'),
      'a row of the batches, column rejected_by_reason',
    ),
    ingestDate: cells.number('ingest_date'),
  }),
};

/** The table of batches. */
export const batchTable = (name: string): TableDefinition => ({
  name,
  columns: columnsOf(batchCodec),
  sortOrder: ['batch_order'],
  key: ['batch_id'],
});
