// The book of refused records: what was refused, why, and where it lay.

import type { TableDefinition } from '../../format/table-definition.js';
import { columnsOf, required, type Codec } from './codec.js';

/** A refused record. */
export interface Quarantined {
  readonly source: string;
  readonly sourceFile: string;
  readonly batchId: string;
  /** Physical and 1-based; of an array element its position. */
  readonly lineNumber: number;
  readonly reason: string;
  /** As text: bytes that are not UTF-8 as U+FFFD, at most 4,096 code points. Bronze has all of it. */
  readonly raw: string;
  /** Days since the epoch. */
  readonly ingestDate: number;
}

/** Refused records as rows. */
export const quarantineCodec: Codec<Quarantined> = {
  columns: [
    required('source', 'string', (record) => record.source),
    required('source_file', 'string', (record) => record.sourceFile),
    required('batch_id', 'string', (record) => record.batchId),
    required('line_number', 'long', (record) => record.lineNumber),
    required('reject_reason', 'string', (record) => record.reason),
    required('raw', 'string', (record) => record.raw),
    required('ingest_date', 'date', (record) => record.ingestDate),
  ],
  entryOf: (cells) => ({
    source: cells.text('source'),
    sourceFile: cells.text('source_file'),
    batchId: cells.text('batch_id'),
    lineNumber: cells.number('line_number'),
    reason: cells.text('reject_reason'),
    raw: cells.text('raw'),
    ingestDate: cells.number('ingest_date'),
  }),
};

/** The table of refused records. */
export const quarantineTable = (name: string): TableDefinition => ({
  name,
  columns: columnsOf(quarantineCodec),
  partition: { source: 'ingest_date', transform: 'identity', name: 'ingest_date' },
  sortOrder: ['source', 'batch_id', 'line_number'],
  key: ['batch_id', 'line_number'],
});
