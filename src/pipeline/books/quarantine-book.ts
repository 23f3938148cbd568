// The book of refused records: what was refused, why, and where it lay.

import type { TableDefinition } from '../../format/table-definition.js';
import { columnsOf, nullable, required, type Codec } from './codec.js';

/** A refused record, or element of an accepted one. */
export interface Quarantined {
  readonly source: string;
  readonly sourceFile: string;
  readonly batchId: string;
  /** Physical and 1-based; of an array element its position. */
  readonly lineNumber: number;
  /** Of a refused element: its place in the array, from 1, or 0 for what should be an array; null: the record itself. */
  readonly element: number | null;
  readonly reason: string;
  /** As text: bytes that are not UTF-8 as U+FFFD, at most 4,096 code points. Bronze has all of it. */
  readonly raw: string;
  /** Days since the epoch. */
  readonly ingestDate: number;
}

const ELEMENT = 'element';

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
    nullable(ELEMENT, 'long', (record) => record.element),
  ],
  entryOf: (cells) => ({
    source: cells.text('source'),
    sourceFile: cells.text('source_file'),
    batchId: cells.text('batch_id'),
    lineNumber: cells.number('line_number'),
    reason: cells.text('reject_reason'),
    raw: cells.text('raw'),
    ingestDate: cells.number('ingest_date'),
    element: cells.numberOrNull(ELEMENT),
  }),
};

/** The table of refused records; of elements, too, where there can be any. */
export const quarantineTable = (name: string, hasElements: boolean): TableDefinition => ({
  name,
  columns: columnsOf(quarantineCodec).filter((column) => hasElements || column.name !== ELEMENT),
  partition: { source: 'ingest_date', transform: 'identity', name: 'ingest_date' },
  sortOrder: ['source', 'batch_id', 'line_number', ...(hasElements ? [ELEMENT] : [])],
  key: hasElements ? ['source', 'batch_id', 'line_number', ELEMENT] : ['batch_id', 'line_number'],
});
