// Lines as they arrived: the tables that keep what was read of each source, byte for byte or as text (pipeline §6).

import type { FieldType } from '../../format/schema.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { columnsOf, nullable, required, type BookColumn, type Codec } from './codec.js';

/** A line of a log, an element of an array, a row of a CSV file. */
export interface BronzeLine {
  readonly batchId: string;
  readonly sourceFile: string;
  /** Physical and 1-based; of an array element its position. */
  readonly lineNumber: number;
  /** The exact bytes with the line end for logs and corrections, the text for extracts. */
  readonly raw: string | Uint8Array;
  /** False for what is kept beside the records: blank lines, a CSV file's header. */
  readonly isRecord: boolean;
  /** Null: accepted, or no record. */
  readonly reason: string | null;
  /** Days since the epoch. */
  readonly ingestDate: number;
}

/** The columns of lines, whatever else a table of them has. */
export const lineColumns = (raw: FieldType): readonly BookColumn<BronzeLine>[] => [
  required('batch_id', 'string', (line) => line.batchId),
  required('source_file', 'string', (line) => line.sourceFile),
  required('line_number', 'long', (line) => line.lineNumber),
  required('raw', raw, (line) => line.raw),
  required('is_record', 'boolean', (line) => line.isRecord),
  nullable('reject_reason', 'string', (line) => line.reason),
  required('ingest_date', 'date', (line) => line.ingestDate),
];

/** Lines of an extract as rows. Those of logs never take this form: there are too many. */
export const extractLineCodec: Codec<BronzeLine> = {
  columns: lineColumns('string'),
  entryOf: (cells) => ({
    batchId: cells.text('batch_id'),
    sourceFile: cells.text('source_file'),
    lineNumber: cells.number('line_number'),
    raw: cells.text('raw'),
    isRecord: cells.cell('is_record') === true,
    reason: cells.textOrNull('reject_reason'),
    ingestDate: cells.number('ingest_date'),
  }),
};

/** A table of lines with these columns, in the order in which they arrived. */
export const lineTable = <Entry>(name: string, columns: readonly BookColumn<Entry>[]): TableDefinition => ({
  name,
  columns: columnsOf({ columns }),
  partition: { source: 'ingest_date', transform: 'identity', name: 'ingest_date' },
  sortOrder: [],
  key: ['batch_id', 'line_number'],
});

/** What arrived of a source: bytes of lines, text of records. */
export const bronzeTable = (name: string, keptAs: 'lines' | 'records'): TableDefinition =>
  lineTable(name, lineColumns(keptAs === 'lines' ? 'binary' : 'string'));
